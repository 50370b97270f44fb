"""What stands behind the key of a heartbeat's address."""

from collections.abc import Iterator

import pytest

from bot.service.masking import MASK
from bot.store import open_store
from tests.web.serving import Web, web


@pytest.fixture
def running(sqlite_url: str) -> Iterator[Web]:
    with open_store(sqlite_url) as store, web(store) as started:
        yield started


@pytest.mark.parametrize("suffix", ["", "/", "/start", "/success", "/fail", "/fail/", "/0", "/255"])
def test_a_beat_is_taken_by_get_and_by_post(running: Web, suffix: str) -> None:
    integration = running.integration(type="heartbeat")

    answers = [running.client.request(method, f"/integrations/{integration.key}{suffix}") for method in ("GET", "POST")]

    assert [answer.status_code for answer in answers] == [200, 200]
    expected = f"/integrations/{MASK}{suffix.rstrip('/')}"
    assert [log.request.path for log in running.logs(integration)] == [expected, expected]


@pytest.mark.parametrize("suffix", ["/256", "/stop", "/start/again", "//start", "/../x"])
def test_nothing_else_is_there(running: Web, suffix: str) -> None:
    integration = running.integration(type="heartbeat")

    assert running.client.get(f"/integrations/{integration.key}{suffix}").status_code == 404
    assert running.logs(integration) == ()


def test_other_types_have_nothing_behind_the_key(running: Web) -> None:
    integration = running.integration()

    assert running.client.post(f"/integrations/{integration.key}/fail", json={"title": "x"}).status_code == 404
