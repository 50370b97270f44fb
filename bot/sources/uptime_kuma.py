"""Uptime Kuma, by its webhook notification: its own body or a custom one."""

from bot.engine.model import Urgency
from bot.ports import Option
from bot.sources import reading, values
from bot.sources.fields import Fields
from bot.sources.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

NAME = "uptime_kuma"
TITLE = "Uptime Kuma"
SETUP = """In Uptime Kuma, Settings, Notifications, add one of type Webhook with the Post URL {url} and the request
body application/json."""
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
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
read = FIELDS.reader()
document = reading.document

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
