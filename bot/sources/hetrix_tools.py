"""HetrixTools: uptime, blacklists and resource usage."""

from collections.abc import Mapping
from dataclasses import replace

from bot.engine.model import Signal
from bot.payloads import reading, values
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Option, Request

TOKEN = Option(name="authentication_token", label="Token that HetrixTools sends as Bearer", secret=True)

NAME = "hetrix_tools"
TITLE = "HetrixTools"
SETUP = """In HetrixTools, Contact Lists, set the webhook URL {url}. If you set an authentication token there, set the
same as authentication_token here."""
OPTIONS = (TOKEN,)
METHODS = ("POST",)
BATCH = "@"
LESS = "Split the blacklist monitors of the account among several contact lists."
VERIFIED = "documented sample: docs.hetrixtools.com/webhook-notifications (uptime)"
PROBLEM = "one monitor; resource usage of a kind is a problem by itself; none for blacklists"
KEYED_BY = "`monitor_id`; for usage also `resource_usage.resource_type`; none for blacklists"
APART = ("monitor_id", "resource_usage.resource_type")
TITLED_BY = "`monitor_name`, its state and `monitor_target`; the usage; what is on blacklists"
LINKED_BY = "`links.report_link` of blacklists"
UPTIME = Fields(
    state="{monitor_status}",
    kinds={"offline": CREATE, "online": RESOLVE, "maintenance": None, "paused": None},
    key="{monitor_id}",
    title=("{monitor_name} is {monitor_status}", "{monitor_target} is {monitor_status}"),
    where="{monitor_target}",
    data={"target": "{monitor_target}", "type": "{monitor_type}", "category": "{monitor_category}"},
)
USAGE = Fields(
    key=("{monitor_id}/{resource_usage.resource_type}", "{monitor_id}/usage"),
    title=(
        "{monitor_name}: {resource_usage.resource_type} usage is {resource_usage.current_usage} %",
        "{monitor_name}: {resource_usage.resource_type} usage",
        "{monitor_name}: resource usage",
    ),
    where="{monitor_target}",
    description=(
        "Now {resource_usage.current_usage}, on average {resource_usage.average_usage}",
        "Now {resource_usage.current_usage}",
    ),
)

STATES = {**UPTIME.kinds, "resource_usage": CREATE, "on more blacklists": CREATE, "delisted": None}
document = reading.document

read_uptime, read_usage = UPTIME.reader(), USAGE.reader()
verify = HeaderToken(TOKEN, "authorization", "Bearer ")


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """A monitor's state; resource usage and blacklists (a list) only create, and who is delisted asks for nobody."""
    content = reading.document(request)
    if isinstance(content, list):
        return blacklisted(content)
    data = reading.mapping(request)
    if "resource_usage" in data:
        return read_usage.signals(data)
    errors = "\n".join(f"{place}: {error}" for place, error in values.scalars(data, "monitor_errors").items())
    return tuple(
        replace(found, description=found.description or errors[:20_000]) for found in read_uptime.signals(data)
    )


TAKES = ("resource_usage", "listed", *UPTIME.takes)


def event_kind(request: Request) -> str:
    """A monitor's state, or that it is delisted. Raises `Unreadable`."""
    content = reading.document(request)
    return "delisted" if isinstance(content, list) else values.text(content, "monitor_status").lower()


def blacklisted(content: list[object]) -> tuple[Signal, ...]:
    """All that is newly on a blacklist, as one alert."""
    if not any(values.text(entry, "monitor") for entry in content):
        reading.refuse("its list has no object with a `monitor`.")
    listed = [entry for entry in content if is_listed(entry)]
    if not listed:
        return ()
    names = ", ".join(named(entry) for entry in listed[:3]) + (
        f" and {len(listed) - 3} more" if len(listed) > 3 else ""
    )
    title = f"On blacklists: {names}"
    reports = (values.text(entry, "links.report_link") for entry in listed)
    data: dict[str, object] = {"url": next((each for each in reports if each), ""), "monitors": names}
    return (signal(CREATE, title=title, description="\n".join(map(told, listed)), data=data),)


def is_listed(entry: object) -> bool:
    """Whether a monitor is on blacklists, and on no fewer than before. What does not say so counts as listed."""
    now, before = count(values.text(entry, "blacklisted_now")), count(values.text(entry, "blacklisted_before"))
    return now is None or (now > 0 and (before is None or now >= before))


def count(digits: str) -> int | None:
    """A count, None for anything else."""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 7 else None


def named(entry: object) -> str:
    """A monitor with its label."""
    label = values.text(entry, "label")
    return values.text(entry, "monitor") + (f" ({label})" if label else "")


def told(entry: object) -> str:
    """A monitor, on how many blacklists it is, and on which."""
    lists = ", ".join(values.kept(values.text(each, "rbl") for each in values.items(entry, "blacklisted_on")))
    return f"{named(entry)}: {values.text(entry, 'blacklisted_now') or 'on blacklists'}{f' ({lists})' if lists else ''}"


BODY = {
    "monitor_id": "0f3c8a9d0f3c8a9d0f3c8a9d0f3c8a9d",
    "monitor_name": "Shop",
    "monitor_target": "https://shop.example/",
    "monitor_type": "website",
    "monitor_category": "Web",
    "monitor_status": "offline",
    "timestamp": 1499666192,
    "monitor_errors": {"New York": "http code 403", "Dallas": "timeout"},
}
USAGE_BODY = {
    "monitor_id": "11aa",
    "monitor_name": "db1",
    "resource_usage": {"resource_type": "cpu", "current_usage": 97, "average_usage": 95, "average_minutes": 10},
}
DATA = {"target": "https://shop.example/", "type": "website", "category": "Web"}
KEY = "0f3c8a9d0f3c8a9d0f3c8a9d0f3c8a9d"
ERRORS = "New York: http code 403\nDallas: timeout"
EXAMPLES = (
    posted("a monitor is offline", BODY, signal(CREATE, KEY, "Shop is offline (shop.example)", ERRORS, data=DATA)),
    posted(
        "it is online",
        BODY | {"monitor_status": "online", "monitor_errors": False},
        signal(RESOLVE, KEY, "Shop is online (shop.example)", data=DATA),
    ),
    posted(
        "resource usage",
        USAGE_BODY,
        signal(CREATE, "11aa/cpu", "db1: cpu usage is 97 %", "Now 97, on average 95"),
    ),
    posted(
        "blacklists",
        [{"monitor": "192.0.2.1", "blacklisted_now": 2}],
        signal(CREATE, title="On blacklists: 192.0.2.1", description="192.0.2.1: 2", data={"monitors": "192.0.2.1"}),
    ),
    posted(
        "one is listed, with the report, another is delisted",
        [
            {
                "monitor": "192.0.2.1",
                "label": "mx1",
                "blacklisted_before": "1",
                "blacklisted_now": "2",
                "blacklisted_on": [{"rbl": "rbl.example"}, {"rbl": "zen.example"}],
                "links": {"report_link": "https://hetrixtools.com/report/blacklist/1/"},
            },
            {"monitor": "192.0.2.2", "label": "mx2", "blacklisted_before": "3", "blacklisted_now": "0"},
        ],
        signal(
            CREATE,
            title="On blacklists: 192.0.2.1 (mx1)",
            description="192.0.2.1 (mx1): 2 (rbl.example, zen.example)",
            data={"url": "https://hetrixtools.com/report/blacklist/1/", "monitors": "192.0.2.1 (mx1)"},
        ),
    ),
    posted("all are delisted", [{"monitor": "192.0.2.1", "blacklisted_before": "2", "blacklisted_now": "0"}]),
)
