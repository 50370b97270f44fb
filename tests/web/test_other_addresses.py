"""Addresses of other services beside those of events and alerts: taken, answered in their words, no key in a log."""

from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from bot.engine.model import Integration, SignalKind, Status
from bot.ports import AlertFilter, LogState
from bot.service import receive
from bot.service.masking import MASK
from bot.settings import Settings
from bot.sources import discover
from bot.store import SqlStore
from bot.web.ingest.addressed import Place, place
from bot.web.ingest.bodies import masked_path
from tests.web.serving import Web, web

FIRING = {"alert_uid": "u1", "title": "The shop is down", "state": "alerting", "message": "502"}
CRITICAL = {
    "message_type": "CRITICAL",
    "entity_id": "db1/disk",
    "entity_display_name": "Disk full",
    "state_message": "98%",
}
V1 = {"event_type": "trigger", "incident_key": "srv1", "description": "srv1 is down", "details": {"ping": "1500ms"}}
V2 = {"event_action": "trigger", "payload": {"summary": "DB down", "source": "db1", "severity": "critical"}}


@pytest.fixture
def running(store: SqlStore) -> Iterator[Web]:
    with web(store, Settings(ingest_burst=1000)) as started:
        yield started


def signals(running: Web, integration: Integration) -> list[tuple[SignalKind, str]]:
    """What the integration's type reads in what was logged, the oldest first."""
    source = discover()[integration.type]
    return [
        (each.kind, each.dedup_key)
        for log in reversed(running.logs(integration))
        for each in source.read(log.request, {})
    ]


def genie(running: Web, integration: Integration, method: str, path: str, body: object = None) -> httpx.Response:
    """Make a call as Opsgenie's clients do."""
    headers = {"authorization": f"GenieKey {integration.key}"}
    return running.client.request(method, path, json=body, headers=headers)


@pytest.mark.parametrize(
    ("path", "means"),
    [
        ("/integrations/k1", Place(key="k1")),
        ("/integrations/k1/", Place(key="k1")),
        ("/integrations/k1/start", Place(key="k1", suffix="start")),
        ("/integrations/v1/formatted_webhook/k1/", Place(key="k1")),
        ("/integrations/v1/alertmanager/k1", Place(key="k1")),
        ("/integrations/v1/webhook/k1/heartbeat/", Place(key="k1", beats=True)),
        ("/integrations/v1/webhook/k1/other", Place(key="k1", suffix="other")),
        ("/integrations/v1", Place(key="")),
        ("/integrations/v1/k1", Place(key="")),
        ("/integrations/generic/20131114/alert/k1/shop", Place(key="k1", route="shop")),
        ("/integrations/generic/20131114/alert/k1", Place(key="k1")),
        ("/integrations/generic/2026/alert/k1", Place(key="")),
        ("/integrations/generic", Place(key="")),
    ],
)
def test_an_address_means_an_integration(path: str, means: Place) -> None:
    assert place(path) == means


@pytest.mark.parametrize(
    "path",
    [
        "/integrations/{key}",
        "/integrations/v1/alertmanager/{key}",
        "/integrations/v1/webhook/{key}/heartbeat",
        "/integrations/generic/20131114/alert/{key}/shop",
        "/integration/{key}/enqueue",
        "/x-ere/{key}",
    ],
)
def test_paths_are_logged_without_their_key(path: str) -> None:
    assert masked_path(path.format(key="s3cret")) == path.format(key=MASK)


def test_oncalls_formatted_webhook(running: Web) -> None:
    integration = running.integration(type="oncall")
    path = f"/integrations/v1/formatted_webhook/{integration.key}/"

    answers = [running.client.post(path, json=body) for body in (FIRING, FIRING | {"state": "ok"})]

    assert {answer.status_code for answer in answers} == {200}
    assert signals(running, integration) == [(SignalKind.CREATE, "u1"), (SignalKind.RESOLVE, "u1")]
    assert integration.key not in str(running.logs(integration))


def test_oncalls_address_of_an_alertmanager_takes_what_the_integrations_type_takes(running: Web) -> None:
    integration = running.integration(type="prometheus")
    (example, *_) = discover()["prometheus"].EXAMPLES

    answer = running.client.post(f"/integrations/v1/alertmanager/{integration.key}", content=example.request.body)

    assert answer.status_code == 200
    assert signals(running, integration)[0][0] is SignalKind.CREATE


def test_oncalls_heartbeat_is_a_beat_of_a_heartbeat_and_of_nothing_else(running: Web) -> None:
    beating, other = running.integration(type="heartbeat"), running.integration(type="oncall", handle="other")
    path = "/integrations/v1/formatted_webhook/{}/heartbeat/"

    beat = running.client.get(path.format(beating.key))
    refused = running.client.post(path.format(other.key), json=FIRING)

    assert beat.status_code == 200
    assert signals(running, beating) == [(SignalKind.RESOLVE, "heartbeat")]
    assert (refused.status_code, "type heartbeat" in refused.json()["error"]) == (400, True)
    assert [log.state for log in running.logs(other)] == [LogState.REFUSED]


def test_splunk_on_calls_rest_endpoint(running: Web) -> None:
    integration = running.integration(type="victorops")
    path = f"/integrations/generic/20131114/alert/{integration.key}/shop"

    answers = [
        running.client.post(path, json=CRITICAL | {"message_type": said})
        for said in ("CRITICAL", "ACKNOWLEDGEMENT", "RECOVERY")
    ]

    (created, *_) = discover()["victorops"].read(running.logs(integration)[-1].request, {})
    assert [answer.json() for answer in answers] == [{"result": "success", "entity_id": "db1/disk"}] * 3
    assert [kind for kind, _ in signals(running, integration)] == list(SignalKind)
    assert created.data["routing_key"] == "shop"
    assert integration.key not in str(running.logs(integration))


def test_an_address_of_splunk_on_call_that_is_none_is_not_found(running: Web) -> None:
    assert running.client.post("/integrations/generic/2026/alert/x/y", json=CRITICAL).status_code == 404
    assert running.client.post("/integrations/generic/20131114/alert/unknown/y", json=CRITICAL).status_code == 404


def test_alertas_clients_are_told_201(running: Web) -> None:
    integration = running.integration(type="alerta")
    alert = {"resource": "web1", "event": "HttpError", "environment": "Production", "severity": "critical"}

    sent = running.client.post(f"/integrations/{integration.key}/alert", json=alert)
    settings = running.client.get(f"/integrations/{integration.key}/config")
    wrong = running.client.post(f"/integrations/{integration.key}/alert", json={})

    (log,) = [log for log in running.logs(integration) if log.request.method == "POST" and log.answered < 300]
    assert (sent.status_code, sent.json()["status"], sent.json()["id"]) == (201, "ok", log.id)
    assert (settings.status_code, settings.json()) == (200, {})
    assert wrong.status_code == 400


def test_version_1_of_pagerdutys_events(running: Web) -> None:
    integration = running.integration(type="pagerduty")
    path = "/generic/2010-04-15/create_event.json"
    body = {"service_key": integration.key, **V1}

    answers = [
        running.client.post(path, json=body | {"event_type": said}) for said in ("trigger", "acknowledge", "resolve")
    ]

    expected = {"status": "success", "message": "Event processed", "incident_key": "srv1"}
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, expected)] * 3
    assert [kind for kind, _ in signals(running, integration)] == list(SignalKind)
    assert integration.key not in str(running.logs(integration))


def test_version_1_is_told_a_key_where_it_sent_none_and_what_is_wrong(running: Web) -> None:
    integration = running.integration(type="pagerduty")
    path = "/generic/2010-04-15/create_event.json"
    without = {"service_key": integration.key, "event_type": "trigger", "description": "x"}

    generated = running.client.post(path, json=without).json()["incident_key"]
    wrong = running.client.post(path, json={"service_key": "unknown", **V1})

    assert signals(running, integration) == [(SignalKind.CREATE, generated)]
    assert (wrong.status_code, "service_key" in wrong.json()["errors"][0]) == (400, True)


@pytest.mark.parametrize("address", ["/integration/{}/enqueue", "/x-ere/{}"])
def test_a_key_in_pagerdutys_address(running: Web, address: str) -> None:
    integration = running.integration(type="pagerduty")

    answer = running.client.post(address.format(integration.key), json={**V2, "dedup_key": "db1"})

    assert (answer.status_code, answer.json()["dedup_key"]) == (202, "db1")
    assert signals(running, integration) == [(SignalKind.CREATE, "db1")]
    assert integration.key not in str(running.logs(integration))


def test_pagerdutys_address_of_a_product_takes_what_the_product_sends(running: Web) -> None:
    integration = running.integration(type="splunk")
    (example, *_) = discover()["splunk"].EXAMPLES

    answer = running.client.post(f"/integration/{integration.key}/enqueue", content=example.request.body)
    unknown = running.client.post("/integration/unknown/enqueue", content=example.request.body)

    assert (answer.status_code, unknown.status_code) == (202, 400)
    assert signals(running, integration) == [(SignalKind.CREATE, example.signals[0].dedup_key)]


def test_netdatas_path_of_opsgenie(running: Web) -> None:
    integration = running.integration(type="netdata")
    (example, *_) = discover()["netdata"].EXAMPLES
    path = "/v1/json/integrations/webhooks/netdata"

    answer = running.client.post(f"{path}?apiKey={integration.key}", content=example.request.body)
    unknown = running.client.post(f"{path}?apiKey=unknown", content=example.request.body)
    without = running.client.post(path, content=example.request.body)

    assert (answer.status_code, answer.json()["requestId"]) == (200, running.logs(integration)[0].id)
    assert signals(running, integration) == [(SignalKind.CREATE, example.signals[0].dedup_key)]
    assert (unknown.status_code, without.status_code) == (401, 401)
    assert integration.key not in str(running.logs(integration))


def test_opsgenies_ping_is_a_beat(running: Web) -> None:
    beating = running.integration(type="heartbeat")

    answers = [
        genie(running, beating, method, "/v2/heartbeats/backup/ping") for method in ("GET", "POST", "PUT", "PATCH")
    ]

    assert {(answer.status_code, answer.json()["result"]) for answer in answers} == {(202, "PONG - Heartbeat received")}
    assert signals(running, beating) == [(SignalKind.RESOLVE, "heartbeat")] * 4
    assert genie(running, beating, "GET", "/v2/heartbeats/backup").json()["data"] == {"name": "backup", "enabled": True}


def test_a_ping_that_nobody_waits_for_is_refused_and_says_what_to_do(running: Web) -> None:
    other = running.integration(type="opsgenie")

    ping = genie(running, other, "GET", "/v2/heartbeats/backup/ping")
    made = genie(running, other, "POST", "/v2/heartbeats", {"name": "backup"})

    assert (ping.status_code, "type heartbeat" in ping.json()["message"]) == (404, True)
    assert (made.status_code, "/pagertree integration" in made.json()["message"]) == (403, True)
    assert running.client.get("/v2/heartbeats/backup/ping").status_code == 401
    assert genie(running, other, "GET", "/v2/heartbeats/backup").status_code == 404


def test_an_alert_can_be_asked_for_by_alias_and_by_id(running: Web) -> None:
    integration = running.integration(type="opsgenie")
    stranger = running.integration(type="opsgenie", handle="stranger")
    body = {"message": "DB down", "alias": "db/1 ü", "priority": "P1", "tags": ["a"], "details": {"k": "v"}}
    genie(running, integration, "POST", "/v2/alerts", body)
    receive.drain(running.ports)
    by_alias = f"/v2/alerts/{quote('db/1 ü', safe='')}?identifierType=alias"

    found = genie(running, integration, "GET", by_alias).json()["data"]

    assert {name: found[name] for name in ("message", "alias", "priority", "tags", "status")} == {
        "message": "DB down",
        "alias": "db/1 ü",
        "priority": "P1",
        "tags": ["a"],
        "status": "open",
    }
    assert genie(running, integration, "GET", f"/v2/alerts/{found['id']}").json()["data"] == found
    assert genie(running, stranger, "GET", by_alias).status_code == 404
    assert genie(running, stranger, "GET", f"/v2/alerts/{found['id']}").status_code == 404
    assert running.client.get(by_alias).status_code == 401


def test_a_closed_alert_is_closed(running: Web) -> None:
    integration = running.integration(type="opsgenie")
    genie(running, integration, "POST", "/v2/alerts", {"message": "DB down", "alias": "db1"})
    genie(running, integration, "POST", "/v2/alerts", {"message": "DB slow", "alias": "db2"})
    genie(running, integration, "POST", "/v2/alerts/db1/close?identifierType=alias", {})
    receive.drain(running.ports)

    shown = genie(running, integration, "GET", "/v2/alerts/db1?identifierType=alias").json()["data"]
    listed = {
        said: [each["alias"] for each in genie(running, integration, "GET", f"/v2/alerts?query={said}").json()["data"]]
        for said in ("", "status: open", "status:closed")
    }

    assert shown["status"] == "closed"
    assert listed == {"": ["db2", "db1"], "status: open": ["db2"], "status:closed": ["db1"]}
    assert genie(running, integration, "GET", "/v2/alerts?query=tag:x").status_code == 422
    assert genie(running, integration, "GET", "/v2/alerts/db1/logs").status_code == 404


@pytest.mark.parametrize(
    ("method", "action"),
    [
        ("POST", "unacknowledge"),
        ("POST", "snooze"),
        ("POST", "escalate"),
        ("POST", "assign"),
        ("POST", "teams"),
        ("POST", "responders"),
        ("POST", "tags"),
        ("DELETE", "tags"),
        ("POST", "details"),
        ("DELETE", "details"),
        ("POST", "notes"),
        ("POST", "actions/restart"),
        ("PUT", "priority"),
        ("PUT", "message"),
        ("PUT", "description"),
    ],
)
def test_other_verbs_are_accepted_and_change_nothing(running: Web, method: str, action: str) -> None:
    integration = running.integration(type="opsgenie")
    genie(running, integration, "POST", "/v2/alerts", {"message": "DB down", "alias": "db1"})

    answer = genie(running, integration, method, f"/v2/alerts/db1/{action}?identifierType=alias", {"user": "u"})
    receive.drain(running.ports)

    with running.store.begin() as uow:
        (alert,) = uow.alerts(AlertFilter(integration_id=integration.id))
    assert answer.status_code == 202
    assert (alert.title, alert.status) == ("DB down", Status.DROPPED)
