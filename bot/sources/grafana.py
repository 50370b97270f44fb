"""Grafana: unified alerting, and the legacy alerts of Grafana 8 and before."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime

from bot.engine.model import Signal, Urgency
from bot.payloads import alertmanager, reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken, require_fresh, require_same
from bot.ports import Option, Request

PER_ALERT = Option(name="per_alert", default=False, label="One alert for each of Grafana's alerts, not one per group")
TOKEN = Option(name="token", label="Bearer token (Authorization Header of the contact point)", secret=True)
HMAC_SECRET = Option(name="hmac_secret", label="Secret of the contact point's HMAC signature", secret=True)
STAMP_HEADER = Option(name="hmac_timestamp_header", label="Timestamp header of the HMAC signature, if one is set there")

NAME = "grafana"
TITLE = "Grafana"
SENDERS = (
    Sender(
        "Grafana alerting",
        "its contact points for Opsgenie and VictorOps take an address too",
        also=(
            "opsgenie",
            "victorops",
        ),
    ),
)
SETUP = """In Grafana, Alerting, Contact points, add one of type Webhook with the URL {url} and choose it in a
notification policy. If a token is set here, enter it there: Authorization Header, scheme Bearer.
Where groups have thousands of alerts, set Max Alerts (optional webhook settings) to 1000."""
OPTIONS = (PER_ALERT, TOKEN, HMAC_SECRET, STAMP_HEADER, urgencies.OPTION)
METHODS = ("POST",)
BATCH = "alerts"
LESS = (
    "Set Max Alerts in the contact point's optional webhook settings to 1000, or group by more labels in the "
    "notification policy, so that each message has fewer alerts in it."
)
VERIFIED = "documented samples: grafana.com/docs, Webhook notifier (unified), Legacy alerting, and OnCall's own format"
PROBLEM = "one group of alerts; with `per_alert` one set of labels; in Grafana 8 and before one rule"
KEYED_BY = "`groupKey`; with `per_alert` the alert's `fingerprint`; legacy `ruleId`; OnCall's format `alert_uid`"
APART = ("groupKey", "ruleId", "alert_uid")
TITLED_BY = "a title of one's own; else as for prometheus; legacy `ruleName`"
URGENCY_BY = "label or annotation `severity`, `priority`, `urgency`, `level`, `importance`; the loudest of a group"
LINKED_BY = "`panelURL`, `dashboardURL`, `generatorURL`, `silenceURL`, else `externalURL`; legacy `ruleUrl`"
RUNBOOK_BY = "annotation `runbook_url` and the like"
LEGACY = Fields(
    state="{state}",
    kinds={
        **dict.fromkeys(("alerting", "no_data", "firing"), CREATE),
        **dict.fromkeys(("ok", "resolved"), RESOLVE),
        **dict.fromkeys(("paused", "pending")),
    },
    key=("{ruleId}", "{groupKey}", "{alert_uid}"),
    title=("{ruleName}", "{title}"),
    where=("{tags.host}", "{tags.instance}", "{evalMatches.0.tags.host}", "{evalMatches.0.tags.instance}"),
    description="{message}",
    urgency=("{tags.severity}", "{tags.priority}", "{severity}", "{priority}"),
    data={
        "url": ("{ruleUrl}", "{ruleURL}", "{link_to_upstream_details}"),
        "image": ("{imageUrl}", "{imageURL}", "{image_url}"),
        "metric": "{evalMatches.0.metric}",
        "value": "{evalMatches.0.value}",
        "runbook_url": ("{tags.runbook_url}", "{tags.runbook}"),
    },
)

document = reading.document

STATES = {**LEGACY.kinds, "a group of which some fire": CREATE}
USUAL_TITLE = re.compile(r"\[(?:FIRING|RESOLVED|ALERTING|OK|NO ?DATA|ERROR)[^\]]{0,40}\]", re.IGNORECASE)
problems = urgencies.problems
SIGNATURE = "x-grafana-alerting-signature"
read_legacy = LEGACY.reader()
check_token = HeaderToken(TOKEN, "authorization", "Bearer ")


def verify(request: Request, options: Mapping[str, object], now: datetime) -> None:
    """`token` as Bearer; HMAC-SHA256 with `hmac_secret`, fresh where a timestamp header is set."""
    check_token(request, options, now)
    secret = values.setting(HMAC_SECRET, options)
    if not secret:
        return
    name = values.setting(STAMP_HEADER, options).lower()
    stamp = request.headers.get(name, "") if name else ""
    if name:
        require_fresh(stamp, now)
    signed = f"{stamp}:".encode() + request.body if name else request.body
    digest = hmac.digest(secret.encode(), signed, hashlib.sha256).hex()
    require_same(request.headers.get(SIGNATURE, ""), digest, f"header {SIGNATURE}")


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A group of alerts, each of them, or a legacy alert."""
    data = reading.mapping(request)
    if not isinstance(data.get("alerts"), list):
        return read_legacy.signals(data, options)
    if values.enabled(PER_ALERT, options):
        return alertmanager.split(data, options)
    return (group_signal(data, options),)


TAKES = ("groups", *LEGACY.takes)


def event_kind(request: Request) -> str:
    """The state of a legacy alert. Raises `Unreadable`."""
    data = reading.mapping(request)
    return "groups" if isinstance(data.get("alerts"), list) else read_legacy.event_kind(request)


def group_signal(group: Mapping[str, object], options: Mapping[str, object]) -> Signal:
    """A group as Alertmanager's, under a title of one's own where one is set up, and Grafana's message."""
    alerts = alertmanager.alerts_of(group)
    found = alertmanager.group_signal(group, alerts, options)
    own = values.text(group, "title")
    return signal(
        found.kind,
        found.dedup_key,
        found.title if not own or USUAL_TITLE.match(own) else own,
        values.text(group, "message") or found.description,
        urgency=found.urgency,
        data={
            "panel_url": alertmanager.shared(alerts, "panelURL"),
            "dashboard_url": alertmanager.shared(alerts, "dashboardURL"),
            **{name: value for name, value in found.data.items() if name != "dashboard_url"},
            "image": alertmanager.shared(alerts, "imageURL"),
        },
        members=found.members,
    )


FIRING: dict[str, object] = {
    "status": "firing",
    "labels": {"alertname": "High memory usage", "team": "blue", "zone": "us-1"},
    "annotations": {"summary": "The system has high memory usage"},
    "startsAt": "2026-10-12T09:51:03.157076+02:00",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "https://grafana.example/alerting/1afz29v7z/edit",
    "fingerprint": "c6eadffa33fcdf37",
    "silenceURL": "https://grafana.example/alerting/silence/new",
    "dashboardURL": "",
    "panelURL": "",
    "values": {"B": 44.2, "C": 1},
}
GROUP = {
    "receiver": "oncall",
    "status": "firing",
    "alerts": [FIRING],
    "groupLabels": {"alertname": "High memory usage"},
    "commonLabels": {"alertname": "High memory usage", "team": "blue", "zone": "us-1"},
    "commonAnnotations": {"summary": "The system has high memory usage"},
    "externalURL": "https://grafana.example/",
    "version": "1",
    "groupKey": '{}:{alertname="High memory usage"}',
    "truncatedAlerts": 0,
    "orgId": 1,
    "title": "[FIRING:1] High memory usage (blue us-1)",
    "state": "alerting",
    "message": "**Firing**\n\nThe system has high memory usage",
}
LABELS = {"alertname": "High memory usage", "team": "blue", "zone": "us-1"}
LINKS: dict[str, object] = {
    "generatorURL": "https://grafana.example/alerting/1afz29v7z/edit",
    "silence_url": "https://grafana.example/alerting/silence/new",
    "externalURL": "https://grafana.example/",
    "labels": LABELS,
    "receiver": "oncall",
}
SAID = "High memory usage: The system has high memory usage (us-1)"
KEY = '{}:{alertname="High memory usage"}'
LEGACY_BODY = {
    "dashboardId": 1,
    "evalMatches": [{"value": 1, "metric": "Count", "tags": {}}],
    "imageUrl": "https://grafana.example/assets/img.png",
    "message": "Notification Message",
    "orgId": 1,
    "panelId": 2,
    "ruleId": 1,
    "ruleName": "Panel Title alert",
    "ruleUrl": "https://grafana.example/d/hZ7BuVbWz?panelId=2",
    "state": "alerting",
    "tags": {"tag name": "tag value"},
    "title": "[Alerting] Panel Title alert",
}
LEGACY_DATA = {
    "metric": "Count",
    "value": "1",
    "url": "https://grafana.example/d/hZ7BuVbWz?panelId=2",
    "image": "https://grafana.example/assets/img.png",
}
EXAMPLES = (
    posted(
        "a group fires",
        GROUP,
        signal(
            CREATE,
            KEY,
            SAID,
            "**Firing**\n\nThe system has high memory usage",
            data=LINKS,
            members=('{team="blue", zone="us-1"}',),
        ),
    ),
    posted(
        "the group is resolved",
        GROUP
        | {
            "status": "resolved",
            "state": "ok",
            "alerts": [FIRING | {"status": "resolved"}],
            "title": "[RESOLVED] High memory usage (blue us-1)",
            "message": "**Resolved**",
        },
        signal(
            RESOLVE,
            KEY,
            SAID,
            "**Resolved**",
            data=LINKS,
        ),
    ),
    posted(
        "each alert for itself",
        GROUP,
        signal(
            CREATE,
            "c6eadffa33fcdf37",
            SAID,
            "The system has high memory usage",
            data=LINKS,
        ),
        options={"per_alert": True},
    ),
    posted(
        "a legacy alert",
        LEGACY_BODY,
        signal(CREATE, "1", "Panel Title alert", "Notification Message", data=LEGACY_DATA),
    ),
    posted(
        "a legacy alert is ok",
        LEGACY_BODY | {"state": "ok", "title": "[OK] Panel Title alert"},
        signal(RESOLVE, "1", "Panel Title alert", "Notification Message", data=LEGACY_DATA),
    ),
    posted(
        "a title of one's own, a severity, and a panel",
        GROUP
        | {
            "title": "Memory of checkout",
            "alerts": [FIRING | {"panelURL": "https://grafana.example/d/1?viewPanel=2"}],
            "commonLabels": LABELS | {"severity": "sev-2"},
        },
        signal(
            CREATE,
            KEY,
            "Memory of checkout",
            "**Firing**\n\nThe system has high memory usage",
            urgency=Urgency.HIGH,
            data={"panel_url": "https://grafana.example/d/1?viewPanel=2"}
            | LINKS
            | {"labels": LABELS | {"severity": "sev-2"}},
            members=('{team="blue", zone="us-1"}',),
        ),
    ),
    posted(
        "OnCall's own format",
        {"alert_uid": "08d6", "title": "Disk full on nas2", "state": "alerting", "message": "95 %"},
        signal(CREATE, "08d6", "Disk full on nas2", "95 %"),
    ),
    posted(
        "it is over, in OnCall's own format",
        {"alert_uid": "08d6", "title": "Disk full on nas2", "state": "ok", "message": "60 %"},
        signal(RESOLVE, "08d6", "Disk full on nas2", "60 %"),
    ),
)
