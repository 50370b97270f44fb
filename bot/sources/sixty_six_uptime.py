"""66uptime, an uptime monitor: the format of Hydrozen, which is made of it."""

from bot.payloads import reading
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option
from bot.sources import hydrozen

NAME = "sixty_six_uptime"
TITLE = "66uptime"
SETUP = "In 66uptime, Notification handlers, add a webhook with the URL {url} and choose it in your monitors."
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "fields as PagerTree reads them"
PROBLEM = "one monitor, heartbeat, domain or certificate"
APART = ("heartbeat_id", "type")
FIELDS = hydrozen.FIELDS
KEYED_BY = "`type`-`monitor_id`"

verify = UNSIGNED
document = reading.document

read = hydrozen.read
BODY = {"heartbeat_id": 3, "name": "Payments cron", "type": "heartbeat", "is_ok": 0}
EXAMPLES = (
    posted(
        "a heartbeat is missing",
        BODY,
        signal(CREATE, "heartbeat-3", "Payments cron is DOWN", data={"type": "heartbeat"}),
    ),
    posted(
        "it beats again",
        BODY | {"is_ok": 1},
        signal(RESOLVE, "heartbeat-3", "Payments cron is DOWN", data={"type": "heartbeat"}),
    ),
)
