"""A sandbox per test, the control API, the real SDK client, and the tiny bot behind HTTP."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from sandbox.config import Config
from sandbox.server import Running, start
from tests.sandbox.client import Driver, Recorder, serving
from tests.sandbox.tiny_bot import make_bot, over_http


@pytest.fixture
def slack() -> Iterator[Running]:
    """A sandbox with Slack's rates; a bot may take its time, as on a busy machine."""
    with start(Config(port=0, answer_within=60, trigger_life=60)) as running:
        yield running


@pytest.fixture
def driver(slack: Running) -> Iterator[Driver]:
    """The control API."""
    driver = Driver(slack)
    yield driver
    driver.close()


@pytest.fixture
def client(slack: Running) -> WebClient:
    """The bot's own client."""
    return WebClient(slack.config.bot_token, base_url=slack.api_url, timeout=60)


@pytest.fixture
def bot(slack: Running) -> Iterator[None]:
    """The tiny bot, reached over HTTP."""
    with serving(over_http(make_bot(slack))) as url:
        slack.bot_url = f"{url}/slack/events"
        yield


@pytest.fixture
def recorder(slack: Running) -> Iterator[Recorder]:
    """A bot that only listens."""
    recorder = Recorder()
    with serving(recorder) as url:
        slack.bot_url = url
        yield recorder
