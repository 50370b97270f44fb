"""Clients of PagerDuty, Opsgenie, Apprise and Alerta: only their host is changed."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from bot.engine.model import Status, Urgency
from bot.settings import Settings
from bot.store import open_store
from tests.fakes import certificates
from tests.real.conftest import Bot, run
from tests.web.serving import web

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]

PDPYRAS = """
import json, sys
import pdpyras
session = pdpyras.EventsAPISession(sys.argv[2])
session.url = sys.argv[1]
key = session.trigger("DB down", "db1.example", severity="critical", custom_details={"a": 1})
if sys.argv[3] == "acknowledge":
    session.acknowledge(key)
elif sys.argv[3] == "resolve":
    session.resolve(key)
print(json.dumps(key))
"""
PAGERDUTY = """
import json, sys
import pagerduty
client = pagerduty.EventsApiV2Client(sys.argv[2])
client.url = sys.argv[1]
key = client.trigger("DB down", "db1.example", severity="critical", custom_details={"a": 1})
if sys.argv[3] == "acknowledge":
    client.acknowledge(key)
elif sys.argv[3] == "resolve":
    client.resolve(key)
client.submit("Deployed 1.2", "ci", timestamp="2026-11-22T01:00:00Z")
print(json.dumps(key))
"""
CHANGE = """
import sys
import pdpyras
session = pdpyras.ChangeEventsAPISession(sys.argv[2])
session.url = sys.argv[1]
session.submit("Deployed 1.2", "ci")
"""
OPSGENIE = """
import json, sys
import opsgenie_sdk
configuration = opsgenie_sdk.Configuration()
configuration.host = sys.argv[1]
configuration.api_key["Authorization"] = sys.argv[2]
api = opsgenie_sdk.AlertApi(opsgenie_sdk.ApiClient(configuration))
payload = opsgenie_sdk.CreateAlertPayload(message="DB down", alias="db 1/ü", priority="P1", tags=["a"])
answer = api.create_alert(create_alert_payload=payload)
if "acknowledge" in sys.argv[3]:
    body = opsgenie_sdk.AcknowledgeAlertPayload(user="u")
    api.acknowledge_alert(identifier="db 1/ü", identifier_type="alias", acknowledge_alert_payload=body)
if "close" in sys.argv[3]:
    body = opsgenie_sdk.CloseAlertPayload(user="u")
    api.close_alert(identifier="db 1/ü", identifier_type="alias", close_alert_payload=body)
print(json.dumps([answer.result, answer.request_id]))
"""
VERBS = """
import sys
import opsgenie_sdk as sdk
configuration = sdk.Configuration()
configuration.host = sys.argv[1]
configuration.api_key["Authorization"] = sys.argv[2]
api = sdk.AlertApi(sdk.ApiClient(configuration))
named = {"identifier": "db1", "identifier_type": "alias"}
team = sdk.TeamRecipient(name="sre")
calls = (
    api.create_alert(create_alert_payload=sdk.CreateAlertPayload(message="DB down", alias="db1", priority="P2")),
    api.add_note(**named, add_note_to_alert_payload=sdk.AddNoteToAlertPayload(note="n")),
    api.add_tags(**named, add_tags_to_alert_payload=sdk.AddTagsToAlertPayload(tags=["a"])),
    api.remove_tags(**named, tags=["a"]),
    api.add_details(**named, add_details_to_alert_payload=sdk.AddDetailsToAlertPayload(details={"k": "v"})),
    api.remove_details(**named, keys=["k"]),
    api.add_team(**named, add_team_to_alert_payload=sdk.AddTeamToAlertPayload(team=team)),
    api.assign_alert(**named, assign_alert_payload=sdk.AssignAlertPayload(
        owner=sdk.UserRecipient(username="u@example.com"))),
    api.escalate_alert(**named, escalate_alert_to_next_payload=sdk.EscalateAlertToNextPayload(
        escalation=sdk.EscalationRecipient(name="e"))),
    api.execute_custom_alert_action(**named, action_name="restart",
        execute_custom_alert_action_payload=sdk.ExecuteCustomAlertActionPayload(user="u")),
    api.snooze_alert(**named, snooze_alert_payload=sdk.SnoozeAlertPayload(end_time="2030-01-01T00:00:00Z")),
    api.un_acknowledge_alert(**named, un_acknowledge_alert_payload=sdk.UnAcknowledgeAlertPayload(user="u")),
    api.update_alert_priority(**named, update_alert_priority_payload=sdk.UpdateAlertPriorityPayload(priority="P1")),
    api.update_alert_message(**named, update_alert_message_payload=sdk.UpdateAlertMessagePayload(message="m")),
    api.update_alert_description(**named,
        update_alert_description_payload=sdk.UpdateAlertDescriptionPayload(description="d")),
)
assert {call.result for call in calls} == {"Request will be processed"}, calls
print(len(calls))
"""
SHOW = """
import json, sys
import opsgenie_sdk as sdk
configuration = sdk.Configuration()
configuration.host = sys.argv[1]
configuration.api_key["Authorization"] = sys.argv[2]
api = sdk.AlertApi(sdk.ApiClient(configuration))
one = api.get_alert(identifier="db1", identifier_type="alias").data
listed = api.list_alerts(query="status: open").data
print(json.dumps([one.message, one.status, one.priority, [each.alias for each in listed]]))
"""
PING = """
import sys
import opsgenie_sdk as sdk
configuration = sdk.Configuration()
configuration.host = sys.argv[1]
configuration.api_key["Authorization"] = sys.argv[2]
print(sdk.HeartbeatApi(sdk.ApiClient(configuration)).ping("backup").result)
"""
PYGERDUTY = """
import json, sys
from pygerduty import events
events.INTEGRATION_API_URL = sys.argv[1] + "/generic/2010-04-15/create_event.json"
from pygerduty.common import Requester
client = events.Events(sys.argv[2], Requester())
key = client.trigger_incident("DB down", details={"a": 1}, client="me")
if sys.argv[3] == "acknowledge":
    client.acknowledge_incident(key)
elif sys.argv[3] == "resolve":
    client.resolve_incident(key)
print(json.dumps(key))
"""
LOOK = """
import json, sys
import opsgenie_sdk
configuration = opsgenie_sdk.Configuration()
configuration.host = sys.argv[1]
configuration.api_key["Authorization"] = sys.argv[2]
api = opsgenie_sdk.AlertApi(opsgenie_sdk.ApiClient(configuration))
found = api.get_request_status(sys.argv[3])
print(json.dumps([found.data.is_success, found.data.alias]))
"""
APPRISE = """
import sys
import apprise
sender = apprise.Apprise()
sender.add(sys.argv[1])
kind = apprise.NotifyType.FAILURE if sys.argv[2] == "failure" else apprise.NotifyType.SUCCESS
assert sender.notify(title="Checkout", body="it is " + sys.argv[2], notify_type=kind)
"""


@pytest.mark.parametrize(
    ("action", "status"),
    [("", Status.DROPPED), ("acknowledge", Status.ACKNOWLEDGED), ("resolve", Status.RESOLVED)],
)
def test_pdpyras(bot: Bot, python: str, action: str, status: Status) -> None:
    integration = bot.integration("pagerduty")

    generated = json.loads(run(python, PDPYRAS, bot.web.url, integration.key, action))

    alert = bot.one_alert(status)
    assert (alert.title, alert.urgency, alert.dedup_key) == ("DB down (db1.example)", Urgency.CRITICAL, generated)


@pytest.mark.parametrize(
    ("action", "status"),
    [("", Status.DROPPED), ("acknowledge", Status.ACKNOWLEDGED), ("resolve", Status.RESOLVED)],
)
def test_pagerduty_by_https(sqlite_url: str, python: str, tmp_path: Path, action: str, status: Status) -> None:
    """This client speaks nothing but HTTPS."""
    certificate, key = certificates.make(tmp_path)
    settings = Settings(ingest_burst=10_000)
    with open_store(sqlite_url) as store, web(store, settings, certificate=(certificate, key)) as running:
        bot = Bot(running)
        integration = bot.integration("pagerduty")
        trusted = {name: str(certificate) for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")}
        generated = json.loads(run(python, PAGERDUTY, bot.web.url, integration.key, action, **trusted))
        alert = bot.one_alert(status)
        logs = bot.web.logs(integration)

    assert bot.web.url.startswith("https://")
    assert (alert.title, alert.urgency, alert.dedup_key) == ("DB down (db1.example)", Urgency.CRITICAL, generated)
    assert (logs[0].answered, logs[0].alert_ids) == (200, ())


def test_pdpyras_sends_a_change(bot: Bot, python: str) -> None:
    integration = bot.integration("pagerduty")

    run(python, CHANGE, bot.web.url, integration.key)

    assert bot.alerts() == ()
    assert [log.outcome for log in bot.web.logs(integration)] == ["ignored: change"]


@pytest.mark.parametrize(
    ("actions", "status"),
    [("", Status.DROPPED), ("acknowledge", Status.ACKNOWLEDGED), ("acknowledge,close", Status.RESOLVED)],
)
def test_opsgenie_sdk(bot: Bot, python: str, actions: str, status: Status) -> None:
    integration = bot.integration("opsgenie")

    result, request_id = json.loads(run(python, OPSGENIE, bot.web.url, integration.key, actions))

    alert = bot.one_alert(status)
    assert (alert.title, alert.urgency, alert.dedup_key, alert.tags) == (
        "DB down",
        Urgency.CRITICAL,
        "db 1/ü",
        ("a",),
    )
    assert result == "Request will be processed"
    assert json.loads(run(python, LOOK, bot.web.url, integration.key, request_id)) == [True, "db 1/ü"]


def test_every_verb_of_opsgenie_sdk(bot: Bot, python: str) -> None:
    integration = bot.integration("opsgenie")

    made = int(run(python, VERBS, bot.web.url, integration.key))

    alert = bot.one_alert(Status.DROPPED)
    assert {log.answered for log in bot.web.logs(integration)} == {200}
    assert len(bot.web.logs(integration)) == made
    assert json.loads(run(python, SHOW, bot.web.url, integration.key)) == ["DB down", "open", "P2", ["db1"]]
    assert (alert.title, alert.urgency) == ("DB down", Urgency.HIGH)


def test_opsgenie_sdk_pings_a_heartbeat(bot: Bot, python: str) -> None:
    integration = bot.integration("heartbeat")

    said = run(python, PING, bot.web.url, integration.key)

    assert "PONG" in said
    assert [log.answered for log in bot.web.logs(integration)] == [200]


@pytest.mark.parametrize(
    ("action", "status"),
    [("", Status.DROPPED), ("acknowledge", Status.ACKNOWLEDGED), ("resolve", Status.RESOLVED)],
)
def test_pygerduty_by_version_1(bot: Bot, python: str, action: str, status: Status) -> None:
    integration = bot.integration("pagerduty")

    generated = json.loads(run(python, PYGERDUTY, bot.web.url, integration.key, action))

    alert = bot.one_alert(status)
    assert (alert.title, alert.dedup_key, alert.description) == ("DB down", generated, "a: 1")


def test_apprise(bot: Bot, python: str) -> None:
    integration = bot.integration("apprise")
    bot.web.put_again(integration, options={"dedup_by_title": True})
    url = f"{bot.web.url.replace('http://', 'json://')}/integrations/{integration.key}"

    run(python, APPRISE, url, "failure")
    assert bot.one_alert(Status.DROPPED).title == "Checkout: it is failure"
    run(python, APPRISE, url, "success")
    assert bot.one_alert(Status.RESOLVED).title == "Checkout: it is failure"


def alerta(python: str, url: str, severity: str) -> None:
    """Run Alerta's command line."""
    about = ["-r", "web01", "-e", "HttpError", "-E", "Production", "-S", "Checkout", "-s", severity]
    command = [str(Path(python).parent / "alerta"), "--endpoint-url", url, "send", *about]
    environment = {**os.environ, "ALERTA_API_KEY": "s3cr3t", "TERM": ""}  # at a terminal it would read its input
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 0, done.stderr + done.stdout


def test_alerta(bot: Bot, python: str) -> None:
    integration = bot.integration("alerta")
    bot.web.put_again(integration, options={"token": "s3cr3t"})
    url = f"{bot.web.url}/integrations/{integration.key}"

    alerta(python, url, "critical")
    fired = bot.one_alert(Status.DROPPED)
    alerta(python, url, "normal")
    resolved = bot.one_alert(Status.RESOLVED)

    assert (fired.title, fired.urgency) == ("web01: HttpError (Production)", Urgency.CRITICAL)
    assert resolved.id == fired.id
    assert {log.answered for log in bot.web.logs(integration)} == {200}
