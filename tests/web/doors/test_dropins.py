"""PagerDuty's and Opsgenie's addresses: what their clients send is taken, and answered as they expect."""

from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from bot.engine.model import Integration, SignalKind
from bot.ports import LogState
from bot.service import receive
from bot.service.masking import MASK
from bot.settings import Settings
from bot.sources import discover
from bot.store import SqlStore
from tests.web.serving import Web, web

EVENT = {"event_action": "trigger", "payload": {"summary": "DB down", "source": "db1", "severity": "critical"}}


@pytest.fixture
def running(store: SqlStore) -> Iterator[Web]:
    with web(store, Settings(ingest_burst=1000)) as started:
        yield started


def pagerduty(running: Web) -> Integration:
    """An integration that takes PagerDuty events."""
    return running.integration(type="pagerduty", name="Events", handle="events")


def opsgenie(running: Web) -> Integration:
    """An integration that takes Opsgenie's calls."""
    return running.integration(type="opsgenie", name="Genie", handle="genie")


def enqueue(running: Web, key: str, **event: object) -> httpx.Response:
    """Send an event as PagerDuty's clients do."""
    return running.client.post("/v2/enqueue", json={"routing_key": key, **event})


def call(running: Web, integration: Integration, method: str, path: str, body: object = None) -> httpx.Response:
    """Make a call as Opsgenie's clients do."""
    headers = {"authorization": f"GenieKey {integration.key}"}
    return running.client.request(method, path, json=body, headers=headers)


def test_an_event_is_answered_as_pagerduty_does_and_logged_without_its_key(running: Web) -> None:
    integration = pagerduty(running)

    answer = enqueue(running, integration.key, dedup_key="db1", **EVENT)

    (log,) = running.logs(integration)
    assert answer.status_code == 202
    assert answer.json() == {"status": "success", "message": "Event processed", "dedup_key": "db1"}
    assert log.state is LogState.UNREAD
    assert integration.key.encode() not in log.request.body
    assert MASK.encode() in log.request.body


def test_a_generated_dedup_key_finds_the_alert_again(running: Web) -> None:
    integration = pagerduty(running)

    generated = enqueue(running, integration.key, **EVENT).json()["dedup_key"]
    for action in ("acknowledge", "resolve"):
        enqueue(running, integration.key, event_action=action, dedup_key=generated)

    source = discover()["pagerduty"]
    read = [source.read(log.request, {})[0] for log in reversed(running.logs(integration))]
    assert [each.kind for each in read] == [SignalKind.CREATE, SignalKind.ACKNOWLEDGE, SignalKind.RESOLVE]
    assert {each.dedup_key for each in read} == {generated}
    assert len(generated) == 32


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"event_action": "sneeze", "dedup_key": "x"}, "event_action"),
        ({"event_action": "resolve"}, "dedup_key"),
        ({"routing_key": "", **EVENT}, "routing_key"),
        ({"routing_key": "unknown", **EVENT}, "routing_key"),
    ],
)
def test_a_wrong_event_is_refused_in_pagerdutys_words(running: Web, event: dict[str, object], said: str) -> None:
    answer = running.client.post("/v2/enqueue", json={"routing_key": pagerduty(running).key, **event})

    assert answer.status_code == 400
    assert answer.json()["status"] == "invalid event"
    assert said in answer.json()["errors"][0]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"routing_key": {"a": 1}}'])
def test_junk_is_refused_in_pagerdutys_words(running: Web, body: bytes) -> None:
    answer = running.client.post("/v2/enqueue", content=body)

    assert (answer.status_code, answer.json()["message"]) == (400, "Event object is invalid")


def test_a_change_is_logged_and_asks_for_nobody(running: Web) -> None:
    integration = pagerduty(running)
    change = {"routing_key": integration.key, "payload": {"summary": "Deployed"}}

    answer = running.client.post("/v2/change/enqueue", json=change)

    (log,) = running.logs(integration)
    assert (answer.status_code, answer.json()["message"]) == (202, "Change event processed")
    assert discover()["pagerduty"].read(log.request, {}) == ()


def test_events_keep_to_the_guards_of_the_integration(store: SqlStore) -> None:
    with web(store, Settings(ingest_rate_per_minute=1, ingest_burst=1, ingest_body_limit=1024)) as running:
        integration, other = pagerduty(running), running.integration()
        first = enqueue(running, integration.key, **EVENT)
        throttled = enqueue(running, integration.key, **EVENT)
        large = enqueue(running, integration.key, padding="x" * 2000)
        strange = enqueue(running, other.key, **EVENT)
        logged = [log.answered for log in running.logs(other)]

    assert (first.status_code, throttled.status_code, large.status_code) == (202, 429, 413)
    assert int(throttled.headers["retry-after"]) > 0
    assert throttled.json()["status"] == "throttle exceeded"
    assert (strange.status_code, logged) == (400, [400])


def test_opsgenies_calls_are_answered_and_read(running: Web) -> None:
    integration, alias = opsgenie(running), "db/1 ü"
    named = f"/v2/alerts/{quote(alias, safe='')}"
    calls = [
        ("POST", "/v2/alerts", {"message": "DB down", "alias": alias, "priority": "P1"}),
        ("PUT", f"{named}/message?identifierType=alias", {"message": "DB is down"}),
        ("POST", f"{named}/acknowledge?identifierType=alias", {"user": "u"}),
        ("POST", f"{named}/close?identifierType=alias", {"user": "u"}),
    ]

    answers = [call(running, integration, *each) for each in calls]

    logs = running.logs(integration)[::-1]
    source = discover()["opsgenie"]
    assert {answer.status_code for answer in answers} == {202}
    assert [answer.json()["requestId"] for answer in answers] == [log.id for log in logs]
    assert {answer.json()["result"] for answer in answers} == {"Request will be processed"}
    read = [[(each.kind, each.dedup_key) for each in source.read(log.request, {})] for log in logs]
    assert read == [
        [(SignalKind.CREATE, alias)],
        [],
        [(SignalKind.ACKNOWLEDGE, alias)],
        [(SignalKind.RESOLVE, alias)],
    ]
    assert integration.key not in str(logs)


def test_a_request_can_be_asked_about(running: Web, store: SqlStore) -> None:
    integration = opsgenie(running)
    asked = call(running, integration, "POST", "/v2/alerts", {"message": "DB down"}).json()["requestId"]
    path = f"/v2/alerts/requests/{asked}"
    before = call(running, integration, "GET", path)

    receive.drain(running.ports)
    after = call(running, integration, "GET", path)

    (log,) = running.logs(integration)
    assert (before.status_code, after.status_code) == (404, 200)
    assert after.json()["data"]["isSuccess"] is True
    assert after.json()["data"]["alertId"] == log.alert_ids[0]
    assert call(running, running.integration(type="opsgenie"), "GET", path).status_code == 404


def test_the_id_that_was_answered_closes_an_alert_without_an_alias(running: Web, store: SqlStore) -> None:
    integration = opsgenie(running)
    asked = call(running, integration, "POST", "/v2/alerts", {"message": "DB down"}).json()["requestId"]
    receive.drain(running.ports)
    alert_id = call(running, integration, "GET", f"/v2/alerts/requests/{asked}").json()["data"]["alertId"]

    call(running, integration, "POST", f"/v2/alerts/{alert_id}/close", {})
    receive.drain(running.ports)

    assert running.logs(integration)[0].outcome == "resolved the alert"


def test_opsgenies_refusals(running: Web) -> None:
    integration, other = opsgenie(running), running.integration()
    body = {"message": "DB down"}

    assert running.client.post("/v2/alerts", json=body).status_code == 401
    wrong = running.client.post("/v2/alerts", json=body, headers={"authorization": "GenieKey wrong"})
    assert (wrong.status_code, "authenticate" in wrong.json()["message"]) == (401, True)
    assert call(running, other, "POST", "/v2/alerts", body).status_code == 400
    assert call(running, integration, "POST", "/v2/alerts", {}).status_code == 400
    assert call(running, integration, "POST", "/v2/alerts/db1/frobnicate", {}).status_code == 400
    assert call(running, integration, "PATCH", "/v2/alerts", {}).status_code == 405
    assert [log.answered for log in running.logs(integration)] == [400, 400]
