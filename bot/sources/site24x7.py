"""Site24x7, by its webhook integration."""

from bot.ports import Option
from bot.sources import reading
from bot.sources.fields import Fields
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

NAME = "site24x7"
TITLE = "Site24x7"
SETUP = """In Site24x7, Admin, Third-Party Integrations, add Webhooks: POST to {url}, content type JSON, all incident
parameters, for Down, Trouble, Critical and Up."""
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "documented fields: site24x7.com/help/admin/third-party-integration/webhooks.html"
FIELDS = Fields(
    state="{STATUS}",
    kinds={"down": CREATE, "trouble": CREATE, "critical": CREATE, "up": RESOLVE},
    key=("{MONITOR_ID}", "{MONITORNAME}"),
    title="{MONITORNAME} is {STATUS}",
    description="{INCIDENT_REASON}",
    tags="TAGS",
    data={"url": "{MONITOR_DASHBOARD_LINK}", "monitor": "{MONITORURL}", "group": "{MONITOR_GROUPNAME}"},
)

verify = UNSIGNED
read = FIELDS.reader()
document = reading.document

BODY = {
    "MONITOR_ID": 123456000007534017,
    "MONITORNAME": "Shop",
    "MONITORURL": "https://shop.example",
    "MONITOR_DASHBOARD_LINK": "https://www.site24x7.com/app/client#/home/monitors/1",
    "STATUS": "DOWN",
    "INCIDENT_REASON": "Host Unavailable",
    "INCIDENT_TIME_ISO": "2026-07-23T18:43:17-0700",
}
DATA = {"url": "https://www.site24x7.com/app/client#/home/monitors/1", "monitor": "https://shop.example"}
EXAMPLES = (
    posted("down", BODY, signal(CREATE, "123456000007534017", "Shop is DOWN", "Host Unavailable", data=DATA)),
    posted(
        "up",
        BODY | {"STATUS": "UP", "INCIDENT_REASON": ""},
        signal(RESOLVE, "123456000007534017", "Shop is UP", data=DATA),
    ),
)
