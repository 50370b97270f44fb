"""Grafana: unified alerting, and the legacy alerts of Grafana 8 and before."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.engine.model import Signal
from bot.ports import Option, Request
from bot.sources import alertmanager, reading, values
from bot.sources.fields import Fields
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import HeaderToken, require_fresh, require_same

PER_ALERT = Option(name="per_alert", default=False, label="One alert for each of Grafana's alerts, not one per group")
TOKEN = Option(name="token", label="Bearer token (Authorization Header of the contact point)", secret=True)
HMAC_SECRET = Option(name="hmac_secret", label="Secret of the contact point's HMAC signature", secret=True)
STAMP_HEADER = Option(name="hmac_timestamp_header", label="Timestamp header of the HMAC signature, if one is set there")

NAME = "grafana"
TITLE = "Grafana"
SETUP = """In Grafana, Alerting, Contact points, add one of type Webhook with the URL {url} and choose it in a
notification policy. If a token is set here, enter it there: Authorization Header, scheme Bearer."""
OPTIONS = (PER_ALERT, TOKEN, HMAC_SECRET, STAMP_HEADER)
METHODS = ("POST",)
VERIFIED = "documented samples: grafana.com/docs, Webhook notifier (unified) and Legacy alerting"
KEYED_BY = "`groupKey`; with `per_alert` the alert's `fingerprint`; legacy `ruleId`"
LEGACY = Fields(
    state="{state}",
    kinds={"alerting": CREATE, "no_data": CREATE, "ok": RESOLVE, "paused": None, "pending": None},
    key=("{ruleId}", "{groupKey}"),
    title=("{ruleName}", "{title}"),
    description="{message}",
    data={"url": ("{ruleUrl}", "{ruleURL}"), "image": ("{imageUrl}", "{imageURL}")},
)

document = reading.document

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
        return read_legacy.signals(data)
    if values.enabled(PER_ALERT, options):
        return tuple(replace(found, urgency=None) for found in alertmanager.split(data))
    return (group_signal(data),)


def group_signal(group: Mapping[str, object]) -> Signal:
    """A group as Alertmanager's, under Grafana's own title and message, with the integration's urgency."""
    alerts = alertmanager.alerts_of(group)
    found = alertmanager.group_signal(group, alerts)
    first = alerts[0] if len(alerts) == 1 else {}
    return signal(
        found.kind,
        found.dedup_key,
        values.text(group, "title") or found.title,
        values.text(group, "message") or found.description,
        data={
            **found.data,
            "dashboard_url": values.text(first, "dashboardURL"),
            "panel_url": values.text(first, "panelURL"),
            "silence_url": values.text(first, "silenceURL"),
            "image": values.text(first, "imageURL"),
        },
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
    "receiver": "oncall",
    "externalURL": "https://grafana.example/",
    "generatorURL": "https://grafana.example/alerting/1afz29v7z/edit",
    "labels": LABELS,
}
SILENCE = {"silence_url": "https://grafana.example/alerting/silence/new"}
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
            "[FIRING:1] High memory usage (blue us-1)",
            "**Firing**\n\nThe system has high memory usage",
            data=LINKS | SILENCE,
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
            "[RESOLVED] High memory usage (blue us-1)",
            "**Resolved**",
            data=LINKS | SILENCE,
        ),
    ),
    posted(
        "each alert for itself",
        GROUP,
        signal(
            CREATE,
            "c6eadffa33fcdf37",
            "High memory usage",
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
)
