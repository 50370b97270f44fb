"""A workspace with the bot in it: real Bolt over HTTP, a real database, a Slack that keeps its rules."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.handlers.app import receive, serve
from bot.store import SqlStore
from sandbox.config import Config
from sandbox.server import Running, start
from tests.databases import open_hurried
from tests.handlers.bot_server import serving
from tests.handlers.people import Person, Workspace
from tests.harness import World

PUBLIC_URL = "https://pager.example"
UNHURRIED = 60.0  # seconds; on a busy machine anything may take longer than Slack's three


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    manifest = Path(__file__).parents[2] / "manifests" / "slack-app.yaml"
    config = Config(port=0, rates=0, manifest=str(manifest), answer_within=UNHURRIED, trigger_life=UNHURRIED)
    with start(config) as running:
        yield running


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[SqlStore]:
    with open_hurried(sqlite_url) as opened:
        yield opened


@pytest.fixture
def world(sqlite_store: SqlStore) -> World:
    return World(sqlite_store)


@pytest.fixture
def workspace(server: Running, world: World) -> Iterator[Workspace]:
    """The workspace, with the bot in it."""
    driven = Workspace(server)
    driven.post("reset")
    reception = receive(world.ports, "xoxb-sandbox", server.api_url, PUBLIC_URL)
    with serving(serve(reception, "xoxb-sandbox", "sandbox-signing-secret", server.api_url)) as url:
        server.bot_url = url
        yield driven
    reception.close()
    driven.close()


@pytest.fixture
def alice(workspace: Workspace) -> Person:
    """The owner of the workspace, and with the first word our admin."""
    return workspace.person("alice")


@pytest.fixture
def bob(workspace: Workspace) -> Person:
    """A colleague."""
    return workspace.person("bob")


@pytest.fixture
def three_seconds(workspace: Workspace) -> Iterator[None]:
    """Slack's limit on an answer, for the tests that are about it."""
    workspace.post("settings", answer_within=3, trigger_life=3)
    yield
    workspace.post("settings", answer_within=UNHURRIED, trigger_life=UNHURRIED)
