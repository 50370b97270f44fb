"""Site24x7, by its webhook integration."""

from bot.engine.model import Urgency
from bot.payloads import reading, urgencies
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED

NAME = "site24x7"
TITLE = "Site24x7"
SETUP = """In Site24x7, Admin, Third-Party Integrations, add Webhooks: POST to {url}, content type JSON, all incident
parameters, for Down, Trouble, Critical and Up."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "documented fields: site24x7.com/help/admin/third-party-integration/webhooks.html"
PROBLEM = "one monitor"
APART = ("MONITOR_ID",)
FIELDS = Fields(
    state="{STATUS}",
    kinds={
        **dict.fromkeys(("down", "trouble", "critical"), CREATE),
        **dict.fromkeys(("up", "deleted"), RESOLVE),
        **dict.fromkeys(("maintenance", "suspended", "discovery")),
    },
    key=("{MONITOR_ID}", "{MONITORNAME}"),
    title=("{MONITORNAME} is {STATUS}", "{MONITORURL} is {STATUS}"),
    where="{MONITORURL}",
    description=("{INCIDENT_REASON}\n{INCIDENT_DETAILS}", "{INCIDENT_REASON}", "{INCIDENT_DETAILS}"),
    urgency="{STATUS}",
    urgencies={"down": Urgency.CRITICAL, "critical": Urgency.CRITICAL, "trouble": Urgency.MEDIUM},
    tags="TAGS",
    data={
        "url": "{MONITOR_DASHBOARD_LINK}",
        "monitor": "{MONITORURL}",
        "type": "{MONITORTYPE}",
        "group": "{MONITOR_GROUPNAME}",
        "locations": "{FAILED_LOCATIONS}",
        "analysis": "{RCA_LINK}",
    },
)

problems = urgencies.problems
verify = UNSIGNED
read = FIELDS.reader()
event_kind, TAKES = read.event_kind, FIELDS.takes
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
    posted("it is under maintenance", BODY | {"STATUS": "MAINTENANCE"}),
    posted(
        "down",
        BODY,
        signal(
            CREATE,
            "123456000007534017",
            "Shop is DOWN (shop.example)",
            "Host Unavailable",
            urgency=Urgency.CRITICAL,
            data=DATA,
        ),
    ),
    posted(
        "up",
        BODY | {"STATUS": "UP", "INCIDENT_REASON": ""},
        signal(RESOLVE, "123456000007534017", "Shop is UP (shop.example)", data=DATA),
    ),
)
