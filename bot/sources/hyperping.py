"""Hyperping, an uptime monitor."""

from bot.payloads import reading
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option

NAME = "hyperping"
TITLE = "Hyperping"
SETUP = "In Hyperping, Integrations, connect Webhooks with the URL {url}."
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "documented sample: hyperping.com/docs/integrations/webhooks"
PROBLEM = "one monitor"
APART = ("check.monitorUuid",)
FIELDS = Fields(
    state="{event}",
    kinds={"check.down": CREATE, "check.up": RESOLVE},
    key=("{check.monitorUuid}", "{check.url}"),
    former="{check.url}",
    title=("{check.name} is DOWN", "{check.url} is DOWN"),
    where="{check.url}",
    description="{pings.0.location}: {pings.0.statusMessage} ({pings.0.status})",
    data={"url": "{check.url}", "status": "{check.status}"},
)

verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

URL = "https://api.acme.example/v1/"
CHECK = {"monitorUuid": "mon_e17f", "url": URL, "status": 502, "down": True, "date": 1556506024291, "downtime": 1}
PING = {"original": True, "location": "london", "status": 502, "statusMessage": "Bad Gateway"}
EXAMPLES = (
    posted(
        "a check fails",
        {"event": "check.down", "check": CHECK, "pings": [PING]},
        signal(CREATE, "mon_e17f", f"{URL} is DOWN", "london: Bad Gateway (502)", data={"url": URL, "status": "502"}),
    ),
    posted(
        "it works again",
        {"event": "check.up", "check": CHECK | {"status": 200, "down": False}},
        signal(RESOLVE, "mon_e17f", f"{URL} is DOWN", data={"url": URL, "status": "200"}, keys=(URL,)),
    ),
)
