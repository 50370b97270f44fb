"""A sender whose payloads are refused is a problem that people are told of, once."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.model import Integration, Status
from bot.ports import LogState, RefusalHistory
from bot.service.ignored_events import say_kinds
from bot.service.refusals import FORBIDDEN, after, is_due, is_over, told
from bot.settings import Settings
from bot.sources import discover, prometheus
from bot.store import SqlStore, open_store
from tests.databases import open_hurried
from tests.web.serving import Web, web

GOOD = b'{"title": "disk full", "id": "1"}'
BROKEN = b'{"title": "disk full", "password": "hunter22", '
NOW = datetime(2026, 1, 5, tzinfo=UTC)
NOTHING = RefusalHistory(integration_id="int_1", last_at=NOW)


@pytest.fixture
def store(sqlite_url: str) -> Iterator[SqlStore]:
    with open_store(sqlite_url) as opened:
        yield opened


@pytest.fixture
def running(store: SqlStore) -> Iterator[Web]:
    with web(store, Settings(ingest_body_limit=4096, ingest_batch_limit=65_536)) as started:
        yield started


@pytest.fixture
def either(database_url: str) -> Iterator[SqlStore]:
    """A store on either database: what is told of refusals is kept there."""
    with open_hurried(database_url) as opened:
        yield opened


@pytest.fixture
def on_either(either: SqlStore) -> Iterator[Web]:
    """A bot on either database."""
    with web(either) as started:
        yield started


def test_a_refusal_is_one_alert_that_the_next_accepted_payload_closes(on_either: Web) -> None:
    integration = on_either.integration(title_template="{{data.nothing}} is down")
    answers = [on_either.post(integration, BROKEN).status_code for _ in range(5)]
    (alert,) = on_either.alerts(integration)

    assert answers == [400] * 5
    assert (alert.status, alert.count) == (Status.DROPPED, 1)  # it has no destinations
    assert alert.title == "Scripts refuses payloads that it cannot read (400)"
    assert "it is not JSON" in alert.description
    assert (alert.data["refused_with"], alert.data["size"]) == (400, f"{len(BROKEN)} bytes")
    assert "disk full" in str(alert.data["begins_with"])
    assert "hunter22" not in str(alert.data)

    assert on_either.post(integration, GOOD).status_code == 200
    newest, closed = on_either.alerts(integration)
    assert (newest.title, closed.id, closed.status) == ("is down", alert.id, Status.RESOLVED)


def test_it_is_one_alert_over_restarts_and_several_processes(either: SqlStore) -> None:
    for _ in range(2):
        with web(either) as one, web(either) as another:
            known = either.directory().integrations
            integration = next(iter(known.values()), None) or one.integration()
            assert [each.post(integration, BROKEN).status_code for each in (one, another)] == [400, 400]
            (alert,) = one.alerts(integration)
            assert alert.count == 1


def test_what_is_refused_and_accepted_in_turn_is_no_flood(on_either: Web) -> None:
    integration = on_either.integration()
    for _ in range(8):
        on_either.post(integration, BROKEN)
        on_either.alerts(integration)
        on_either.post(integration, b'{"event_type": "resolve", "id": "1"}')
        on_either.alerts(integration)

    statuses = [alert.status for alert in on_either.alerts(integration)]
    assert statuses == [Status.DROPPED, Status.RESOLVED, Status.RESOLVED]


def test_a_stranger_with_the_address_pages_nobody_and_a_wrong_token_does(on_either: Web) -> None:
    integration = on_either.integration(options={"token": "the right token"})
    for _ in range(9):
        assert on_either.post(integration, GOOD).status_code == 403
    assert on_either.alerts(integration) == ()

    on_either.post(integration, GOOD)
    (alert,) = on_either.alerts(integration)
    assert "(403)" in alert.title


def test_over_the_rate_is_one_alert_while_some_are_accepted(either: SqlStore) -> None:
    with web(either, Settings(ingest_rate_per_minute=1, ingest_burst=2)) as running:
        integration = running.integration()
        answers = [running.post(integration, GOOD).status_code for _ in range(10)]
        assert answers == [200, 200] + [429] * 8
        alert = next(each for each in running.alerts(integration) if each.dedup_key != "1")

    assert alert.title == "Scripts sends more than its limit"
    assert "INGEST_RATE_PER_MINUTE" in alert.description


def test_refusals_that_are_not_logged_are_told(store: SqlStore) -> None:
    with web(store, Settings(refusals_logged_per_minute=0)) as running:
        integration = running.integration()
        running.post(integration, BROKEN)
        assert running.logs(integration) == ()
        assert len(running.alerts(integration)) == 1


def test_nobody_is_told_of_what_was_switched_off(running: Web) -> None:
    integration = running.integration(enabled=False)
    assert running.post(integration, GOOD).status_code == 405
    assert running.reports(integration) == ()


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/integrations/{key}", b"x" * 5000, {}),
        ("/integrations/{key}", BROKEN, {}),
        ("/integrations/{key}", GOOD, {"content-encoding": "br"}),
        ("/v2/alerts", GOOD, {"authorization": "GenieKey {key}"}),
        ("/v2/alerts", b"x" * 5000, {"authorization": "GenieKey {key}"}),
        ("/v1/json/any?apiKey={key}", BROKEN, {}),
        ("/v2/enqueue", b'{"routing_key": "{key}", "event_action": "trigger"}', {}),
        ("/v2/enqueue", b"{", {"x-routing-key": "{key}"}),
        ("/v2/enqueue", b"x" * 5000, {"x-routing-key": "{key}"}),
        ("/integration/{key}/enqueue", b"x" * 5000, {}),
        ("/x-ere/{key}", BROKEN, {}),
    ],
)
def test_every_door_tells(running: Web, path: str, body: bytes, headers: dict[str, str]) -> None:
    integration = running.integration()
    sent = {name: value.replace("{key}", integration.key) for name, value in headers.items()}
    content = body.replace(b"{key}", integration.key.encode())
    answer = running.client.post(path.replace("{key}", integration.key), content=content, headers=sent)

    (alert,) = running.alerts(integration)
    assert answer.status_code in {400, 413, 415}
    assert f"({answer.status_code})" in alert.title
    assert str(alert.data["size"]).endswith(" bytes")
    assert integration.key not in str(alert.data)


# --- Batches ------------------------------------------------------------------------------------------------------


def group(size: int, status: str = "firing") -> bytes:
    """A group of so many alerts, each of about 200 bytes."""
    alerts = [
        {"status": status, "labels": {"alertname": "Down", "instance": f"db{number}"}, "fingerprint": f"f{number}"}
        for number in range(size)
    ]
    found = prometheus.GROUP | {"status": status, "alerts": alerts, "commonLabels": {}, "commonAnnotations": {}}
    return json.dumps(found).encode()


def posted(running: Web, body: bytes, *, per_alert: bool = True) -> tuple[int, Integration]:
    """Post a group to a new integration."""
    integration = running.integration(type="prometheus", options={"per_alert": per_alert})
    return running.post(integration, body, {"content-type": "application/json"}).status_code, integration


def test_a_large_group_is_taken_in_parts_without_losing_an_alert(running: Web) -> None:
    status, integration = posted(running, group(90))
    logs = running.logs(integration)

    assert status == 200
    assert len(logs) > 1
    assert all(len(log.request.body) <= 4096 and log.state is LogState.UNREAD for log in logs)
    read = [
        one.dedup_key
        for log in reversed(logs)
        for one in discover()["prometheus"].read(log.request, {"per_alert": True})
    ]
    assert read == [f"f{number}" for number in range(90)]


def test_a_large_group_that_is_one_alert_opens_and_resolves_once(running: Web) -> None:
    status, integration = posted(running, group(60), per_alert=False)
    assert status == 200
    (alert,) = running.alerts(integration)

    running.post(integration, group(60, "resolved"))
    (resolved,) = running.alerts(integration)
    assert (resolved.id, resolved.status) == (alert.id, Status.RESOLVED)


def test_a_large_batch_of_events_is_taken_in_parts(running: Web) -> None:
    integration = running.integration(options={"wrapper_key": "events"})
    events = [{"event_type": "create", "id": f"{number}", "title": f"Disk {number} is full"} for number in range(90)]
    status = running.post(integration, json.dumps({"events": events}).encode()).status_code
    logs = running.logs(integration)

    assert (status, len(logs) > 1) == (200, True)
    read = [one for log in logs for one in discover()["webhook"].read(log.request, integration.options)]
    assert {one.dedup_key for one in read} == {f"{number}" for number in range(90)}


def test_a_batch_over_its_own_limit_is_refused_and_said_how_to_mend(running: Web) -> None:
    status, integration = posted(running, group(700))
    (alert,) = running.alerts(integration)

    assert status == 413
    assert "max_alerts" in alert.description
    assert "65536 bytes" in alert.description


def test_one_alert_that_is_too_large_cannot_be_parted(running: Web) -> None:
    big = prometheus.GROUP | {"alerts": [prometheus.FIRING | {"annotations": {"summary": "x" * 5000}}]}
    status, integration = posted(running, json.dumps(big).encode())
    (alert,) = running.alerts(integration)

    assert (status, "413" in alert.title) == (413, True)


# --- What follows from it for those who read the logs --------------------------------------------------------------


def test_a_resolve_ends_every_alert_that_its_keys_are_of(running: Web) -> None:
    integration = running.integration()
    for name in ("host", "host/disk", "other"):
        running.post(integration, json.dumps({"title": name, "id": name}).encode())
    running.alerts(integration)
    running.post(integration, b'{"event_type": "resolve", "id": "host/disk", "dedup_keys": ["host"]}')

    statuses = {alert.dedup_key: alert.status for alert in running.alerts(integration)}
    assert statuses == {"host": Status.RESOLVED, "host/disk": Status.RESOLVED, "other": Status.DROPPED}
    assert running.logs(integration)[0].outcome == "resolved the alert; resolved the alert"


def test_events_of_other_kinds_are_told_of(running: Web) -> None:
    integration = running.integration(type="github")
    for kind in ("star", "push", "star"):
        running.post(integration, b'{"action": "created"}', {"x-github-event": kind})

    assert running.alerts(integration) == ()
    logs = running.logs(integration)
    assert [log.outcome for log in logs] == ["ignored: star", "ignored: push", "ignored: star"]
    said = say_kinds(discover()["github"], logs)
    assert said.startswith("Takes check_run, ")
    assert said.endswith("; ignored: push, star.")


def test_a_type_without_kinds_says_nothing_of_them(running: Web) -> None:
    assert say_kinds(discover()["webhook"], running.logs(running.integration())) == ""


# --- What is due --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "is_open", "due"), [(59, True, False), (60, True, True), (1, False, True), (60, False, True)]
)
def test_it_is_repeated_hourly_while_it_is_open(minutes: int, due: bool, is_open: bool) -> None:
    before = told(after(NOTHING, 413, NOW), NOW, is_open=False)
    at = NOW + timedelta(minutes=minutes)
    assert is_due(after(before, 413, at), 413, at, is_open=is_open) is due


@pytest.mark.parametrize(("apart", "due"), [(59, True), (70, False)])
def test_ten_of_403_in_ten_minutes(apart: int, due: bool) -> None:
    history, at = NOTHING, NOW
    for number in range(10):
        at = NOW + timedelta(seconds=apart * number)
        history = after(history, FORBIDDEN, at)
    assert is_due(history, FORBIDDEN, at, is_open=False) is due


@pytest.mark.parametrize(
    ("answer", "opened", "later", "over"),
    [(413, 1, 0, True), (429, 1, 59, False), (429, 1, 60, True), (413, 3, 3000, False), (413, 3, 3600, True)],
)
def test_when_it_is_over(answer: int, opened: int, later: int, over: bool) -> None:
    history = NOTHING
    for _ in range(opened):
        history = told(after(history, answer, NOW), NOW, is_open=False)
    assert is_over(history, NOW + timedelta(seconds=later)) is over
