"""UptimeRobot, an uptime monitor that tells everything in a query."""

from collections.abc import Mapping
from dataclasses import replace

from bot.engine.model import Signal
from bot.payloads import reading, values
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, fetched, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option, Request

NAME = "uptime_robot"
TITLE = "UptimeRobot"
SETUP = """In UptimeRobot, Integrations, add a webhook with the URL `{url}?` and enable "Send as a query string"."""
SUFFIXES = frozenset({"g"})  # how PagerTree has its addresses end
METHODS = ("GET", "POST")
OPTIONS: tuple[Option, ...] = ()
VERIFIED = "published variables (Grafana OnCall's documentation and others)"
TITLED_BY = "`monitorFriendlyName`, its state, `alertDetails` and `monitorURL`"
PROBLEM = "one monitor; each expiry is a problem by itself"
APART = ("monitorID",)
KEYED_BY = "`monitorID`; with `groupSeconds` in the address the time rounded to it"
FIELDS = Fields(
    state=("{alertTypeFriendlyName}", "{alertType}"),
    kinds={
        **dict.fromkeys(("down", "1"), CREATE),
        **dict.fromkeys(("up", "2"), RESOLVE),
        **dict.fromkeys(("started", "paused")),
    },
    key="{monitorID}",
    title=(
        "{monitorFriendlyName} is {now}: {alertDetails}",
        "{monitorFriendlyName} is {now}",
        "{monitorURL} is {now}",
    ),
    where="{monitorURL}",
    description="{alertDetails}",
    data={"url": "{monitorURL}", "time": "{alertDateTime}"},
)

EXPIRY = Fields(
    key="{monitorID}-{alertTypeFriendlyName}",
    title=("{monitorFriendlyName}: {alertTypeFriendlyName}", "{monitorURL}: {alertTypeFriendlyName}"),
    where=("{alertDetails}", "{monitorURL}"),
    description="{alertDetails}",
    data={"url": "{monitorURL}", "time": "{alertDateTime}"},
)

verify = UNSIGNED
document = reading.document

read_state, read_expiry = FIELDS.reader(), EXPIRY.reader()
event_kind, TAKES = read_state.event_kind, FIELDS.takes


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """A monitor's state; an expiry has a key of its own, because being up does not mend it."""
    data = reading.mapping(request)
    if "expiry" in values.text(data, "alertTypeFriendlyName").lower():
        return read_expiry.signals(data)
    up = FIELDS.kinds.get(values.text(data, "alertTypeFriendlyName", "alertType").lower()) is RESOLVE
    data = {**data, "now": "UP" if up else "DOWN"}
    grouped = period(data)
    return tuple(replace(one, dedup_key=grouped or one.dedup_key) for one in read_state.signals(data))


def period(data: Mapping[str, object]) -> str:
    """The start of the time span that an alert falls into, "" when none is asked for."""
    seconds, at = (whole(values.text(data, name)) for name in ("groupSeconds", "alertDateTime"))
    return str(at // seconds * seconds) if seconds and at else ""


def whole(digits: str) -> int:
    """A whole number of up to 18 digits, 0 for anything else."""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else 0


DOWN = (
    "monitorID=777749809&monitorURL=https%3A%2F%2Fshop.example&monitorFriendlyName=Shop&alertType=1"
    "&alertTypeFriendlyName=Down&alertDetails=Connection+Timeout&alertDuration=&alertDateTime=1792609925"
)
UP = DOWN.replace("alertType=1", "alertType=2").replace("=Down", "=Up").replace("Connection+Timeout", "HTTP+200")
DATA = {"url": "https://shop.example", "time": "1792609925"}
EXAMPLES = (
    fetched(
        "down",
        DOWN,
        signal(CREATE, "777749809", "Shop is DOWN: Connection Timeout (shop.example)", "Connection Timeout", data=DATA),
    ),
    fetched("up", UP, signal(RESOLVE, "777749809", "Shop is UP: HTTP 200 (shop.example)", "HTTP 200", data=DATA)),
    fetched(
        "grouped by five minutes",
        DOWN + "&groupSeconds=300",
        signal(
            CREATE, "1792609800", "Shop is DOWN: Connection Timeout (shop.example)", "Connection Timeout", data=DATA
        ),
    ),
    posted(
        "a certificate expires, sent as a form",
        "monitorID=777749809&monitorFriendlyName=Shop&alertTypeFriendlyName=SSL+expiry&alertDetails=7+days+left",
        signal(CREATE, "777749809-SSL expiry", "Shop: SSL expiry (7 days left)", "7 days left"),
    ),
)
