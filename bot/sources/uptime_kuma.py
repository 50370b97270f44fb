"""Uptime Kuma, by its webhook notification: its own body or a custom one."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlencode

import msgspec

from bot.engine.model import Signal, SignalKind, Urgency
from bot.errors import Unreadable
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, fetched, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Request

NAME = "uptime_kuma"
TITLE = "Uptime Kuma"
SENDERS = (Sender("Uptime Kuma", "its notification PagerDuty takes an address too", also=("pagerduty",)),)
SETUP = """In Uptime Kuma, Settings, Notifications, add one of type Webhook with the Post URL {url} and the request
body application/json."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("GET", "POST")
VERIFIED = "the sender's source: louislam/uptime-kuma, server/notification-providers/webhook.js"
TITLED_BY = "`title`; else `monitor.name`, its state, `heartbeat.msg` and where it is; without a heartbeat `msg`"
PROBLEM = "one monitor; its certificate is a problem by itself"
APART = ("monitor.id",)
STATES: Mapping[str, SignalKind | None] = {
    "create, status 0 (down)": CREATE,
    "acknowledge": ACKNOWLEDGE,
    "resolve, status 1 (up)": RESOLVE,
    "status 2 (pending), 3 (maintenance)": None,
    "no heartbeat (a test, a certificate)": CREATE,
}
FIELDS = Fields(
    state=("{event_type}", "{heartbeat.status}"),
    kinds={
        "create": CREATE,
        "acknowledge": ACKNOWLEDGE,
        "resolve": RESOLVE,
        "0": CREATE,
        "1": RESOLVE,
        "2": None,
        "3": None,
        "": CREATE,
    },
    key=("{id}", "{monitor.id}", "{heartbeat.monitorID}"),
    title=("{title}", "{told}", "{monitor.name} is DOWN: {heartbeat.msg}", "{monitor.name} is DOWN", "{msg}"),
    where=("{monitor.hostname}", "{address}"),
    description=("{heartbeat.msg}", "{description}", "{msg}"),
    urgency=("{urgency}", "{severity}", "{priority}"),
    data={
        "url": "{address}",
        "monitor": "{monitor.name}",
        "path": "{monitor.pathName}",
        "host": "{monitor.hostname}",
        "port": "{monitor.port}",
        "type": "{monitor.type}",
        "about": "{monitor.description}",
    },
    tags="monitor.tags",
)

problems = urgencies.problems
verify = UNSIGNED
document = reading.document
read_state = FIELDS.reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A monitor's state, as JSON, as JSON in a form's field `data`, or as JSON in parts of a query."""
    sent = reading.mapping(request)
    data = opened(sent.get("data")) or sent
    parts: dict[str, object] = {name: opened(data[name]) for name in ("heartbeat", "monitor") if name in data}
    parts |= {"msg": values.text(data, "msg")}
    return tuple(kept_apart(found, data) for found in read_state.signals({**data, **parts, **worded(parts)}, options))


TAKES = ("create", "acknowledge", "resolve", "down", "up")


def event_kind(request: Request) -> str:
    """What is told of a monitor. Raises `Unreadable`."""
    sent = reading.mapping(request)
    data = opened(sent.get("data")) or sent
    said = values.text(data, "event_type") or values.text(opened(data.get("heartbeat")), "status")
    return {"0": "down", "1": "up", "2": "pending", "3": "maintenance"}.get(said, said.lower())


def worded(parts: Mapping[str, object]) -> dict[str, object]:
    """What the parts say in words of ours: the address, where it is one, and what a title says of one that is up."""
    address = values.text(parts, "monitor.url")
    up = values.text(parts, "heartbeat.status") == "1"
    name, said = values.text(parts, "monitor.name"), values.text(parts, "msg")
    return {
        "address": address if address not in {"http://", "https://"} else "",
        "told": f"{name} is UP" if up and name else "" if values.mapping(parts, "heartbeat") else said,
    }


def kept_apart(found: Signal, data: Mapping[str, object]) -> Signal:
    """An alert that no heartbeat tells of (a certificate expires) is not the one that ends when the monitor is up."""
    beats = opened(data.get("heartbeat")) or values.text(data, "event_type", "id")
    return found if beats or not found.dedup_key else replace(found, dedup_key=f"{found.dedup_key}/certificate")


def opened(value: object) -> dict[str, object]:
    """An object, also one that was sent as text; {} for anything else."""
    if isinstance(value, str) and value.startswith("{"):
        with suppress(Unreadable):
            value = reading.parsed(value.encode("utf-8", "replace"))
    return value if isinstance(value, dict) else {}


HEARTBEAT = {"monitorID": 5, "status": 0, "time": "2026-06-01 12:00:00.000", "msg": "timeout of 48000ms exceeded"}
MONITOR = {"id": 5, "name": "Shop", "url": "https://shop.example", "type": "http"}
BODY = {"heartbeat": HEARTBEAT, "monitor": MONITOR, "msg": "[Shop] [🔴 Down] timeout of 48000ms exceeded"}
DATA = {"url": "https://shop.example", "monitor": "Shop", "type": "http"}
SAID = "Shop is DOWN: timeout of 48000ms exceeded (shop.example)"
EXAMPLES = (
    posted("down", BODY, signal(CREATE, "5", SAID, "timeout of 48000ms exceeded", data=DATA)),
    posted(
        "up",
        BODY | {"heartbeat": HEARTBEAT | {"status": 1, "msg": "200 - OK"}},
        signal(RESOLVE, "5", "Shop is UP (shop.example)", "200 - OK", data=DATA),
    ),
    posted(
        "down, as form data",
        b'--b\r\nContent-Disposition: form-data; name="data"\r\n\r\n' + msgspec.json.encode(BODY) + b"\r\n--b--\r\n",
        signal(CREATE, "5", SAID, "timeout of 48000ms exceeded", data=DATA),
        headers={"content-type": "multipart/form-data; boundary=b"},
    ),
    fetched(
        "down, by GET",
        urlencode({"msg": "x", "heartbeat": '{"status": 0, "msg": "timeout"}', "monitor": '{"id": 5, "name": "Shop"}'}),
        signal(CREATE, "5", "Shop is DOWN: timeout", "timeout", data={"monitor": "Shop"}),
    ),
    posted(
        "a certificate expires, which has no heartbeat",
        {"heartbeat": None, "monitor": None, "msg": "[Shop] certificate will expire in 7 days"},
        signal(
            CREATE,
            title="[Shop] certificate will expire in 7 days",
            description="[Shop] certificate will expire in 7 days",
        ),
    ),
    posted(
        "a custom body",
        {"event_type": "create", "id": "k1", "title": "Shop is slow", "urgency": "silent"},
        signal(CREATE, "k1", "Shop is slow", urgency=Urgency.SILENT),
    ),
)
