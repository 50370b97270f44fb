"""The page on which people call for help."""

from collections.abc import Iterator

import pytest

from bot.engine.model import Urgency
from bot.service import receive
from bot.settings import Settings
from bot.sources import discover
from bot.store import open_store
from tests.web.serving import Web, web

FILLED = {"title": "The shop is down", "description": "Nobody can pay", "urgency": "high", "name": "Jane"}


@pytest.fixture
def running(sqlite_url: str) -> Iterator[Web]:
    with open_store(sqlite_url) as store, web(store, Settings(ingest_rate_per_minute=60, ingest_burst=5)) as started:
        yield started


def test_what_is_filled_in_becomes_an_alert(running: Web) -> None:
    integration = running.integration(type="form", options={"header": "Call <us>", "instructions": "Be brief."})
    address = f"/integrations/{integration.key}/form"

    page = running.client.get(address)
    answer = running.client.post(address, data=FILLED)

    assert (page.status_code, "Call &lt;us&gt;" in page.text, "Be brief." in page.text) == (200, True, True)
    assert (answer.status_code, "Thank you" in answer.text) == (200, True)
    (log,) = running.logs(integration)
    assert log.id in answer.text
    (signal,) = discover()["form"].read(log.request, {})
    assert (signal.title, signal.urgency) == ("The shop is down", Urgency.HIGH)
    assert integration.key not in str(log.request)
    receive.drain(running.ports)
    assert running.logs(integration)[0].outcome == "made an alert (dropped)"


def test_what_is_missing_is_said_and_the_rest_is_kept(running: Web) -> None:
    integration = running.integration(type="form", options={"phone_required": True})

    answer = running.client.post(f"/integrations/{integration.key}/form", data={**FILLED, "name": '"><script>'})

    assert (answer.status_code, "phone" in answer.text, 'value="The shop is down"' in answer.text) == (400, True, True)
    assert "<script>" not in answer.text
    assert [log.answered for log in running.logs(integration)] == [400]


def test_only_pictures_and_links_by_https_are_shown(running: Web) -> None:
    options = {"logo": "javascript:alert(1)", "footer_link": "https://acme.example/?a=1&b", "footer_text": "Acme & Co"}
    integration = running.integration(type="form", options=options)

    page = running.client.get(f"/integrations/{integration.key}/form")

    assert "javascript" not in page.text
    assert "img-src" not in page.headers["content-security-policy"]
    assert '<a href="https://acme.example/?a=1&amp;b" rel="noreferrer">Acme &amp; Co</a>' in page.text


def test_a_form_that_is_closed_or_not_there_says_so(running: Web) -> None:
    closed = running.integration(type="form", enabled=False)
    other = running.integration(name="Other", handle="other")

    for key, status, said in ((closed.key, 405, "closed"), (other.key, 404, "no form"), ("nobody", 404, "no form")):
        for answer in (
            running.client.get(f"/integrations/{key}/form"),
            running.client.post(f"/integrations/{key}/form"),
        ):
            assert (answer.status_code, said in answer.text) == (status, True)


def test_too_much_is_refused_on_the_page_too(running: Web) -> None:
    integration = running.integration(type="form")
    address = f"/integrations/{integration.key}/form"

    answers = [running.client.post(address, data=FILLED).status_code for _ in range(7)]
    large = running.client.post(address, data={**FILLED, "description": "x" * 2_000_000})

    assert 429 in answers
    assert (large.status_code, "was not taken" in large.text) == (413, True)
