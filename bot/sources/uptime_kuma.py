"""Uptime Kuma, by its webhook notification: its own body or a custom one."""

from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlencode

import msgspec

from bot.engine.model import Signal, Urgency
from bot.errors import Unreadable
from bot.ports import Option, Request
from bot.sources import reading, values
from bot.sources.fields import Fields
from bot.sources.signals import ACKNOWLEDGE, CREATE, RESOLVE, fetched, posted, signal
from bot.sources.signatures import UNSIGNED

NAME = "uptime_kuma"
TITLE = "Uptime Kuma"
SETUP = """In Uptime Kuma, Settings, Notifications, add one of type Webhook with the Post URL {url} and the request
body application/json."""
OPTIONS: tuple[Option, ...] = ()
METHODS = ("GET", "POST")
VERIFIED = "the sender's source: louislam/uptime-kuma, server/notification-providers/webhook.js"
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
    title=("{title}", "{monitor.name} is DOWN", "{msg}"),
    description=("{heartbeat.msg}", "{description}", "{msg}"),
    urgency="{urgency}",
    urgencies=values.URGENCIES,
    data={"url": "{monitor.url}", "monitor": "{monitor.name}"},
)

verify = UNSIGNED
document = reading.document
read_state = FIELDS.reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """A monitor's state, as JSON, as JSON in a form's field `data`, or as JSON in parts of a query."""
    sent = reading.mapping(request)
    data = opened(sent.get("data")) or sent
    parts: dict[str, object] = {name: opened(data[name]) for name in ("heartbeat", "monitor") if name in data}
    return read_state.signals({**data, **parts})


def opened(value: object) -> dict[str, object]:
    """An object, also one that was sent as text; {} for anything else."""
    if isinstance(value, str) and value.startswith("{"):
        with suppress(Unreadable):
            value = reading.parsed(value.encode("utf-8", "replace"))
    return value if isinstance(value, dict) else {}


HEARTBEAT = {"monitorID": 5, "status": 0, "time": "2026-06-01 12:00:00.000", "msg": "timeout of 48000ms exceeded"}
MONITOR = {"id": 5, "name": "Shop", "url": "https://shop.example", "type": "http"}
BODY = {"heartbeat": HEARTBEAT, "monitor": MONITOR, "msg": "[Shop] [🔴 Down] timeout of 48000ms exceeded"}
DATA = {"url": "https://shop.example", "monitor": "Shop"}
EXAMPLES = (
    posted("down", BODY, signal(CREATE, "5", "Shop is DOWN", "timeout of 48000ms exceeded", data=DATA)),
    posted(
        "up",
        BODY | {"heartbeat": HEARTBEAT | {"status": 1, "msg": "200 - OK"}},
        signal(RESOLVE, "5", "Shop is DOWN", "200 - OK", data=DATA),
    ),
    posted(
        "down, as form data",
        b'--b\r\nContent-Disposition: form-data; name="data"\r\n\r\n' + msgspec.json.encode(BODY) + b"\r\n--b--\r\n",
        signal(CREATE, "5", "Shop is DOWN", "timeout of 48000ms exceeded", data=DATA),
        headers={"content-type": "multipart/form-data; boundary=b"},
    ),
    fetched(
        "down, by GET",
        urlencode({"msg": "x", "heartbeat": '{"status": 0, "msg": "timeout"}', "monitor": '{"id": 5, "name": "Shop"}'}),
        signal(CREATE, "5", "Shop is DOWN", "timeout", data={"monitor": "Shop"}),
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
