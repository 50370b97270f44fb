"""HetrixTools: uptime, blacklists and resource usage."""

from collections.abc import Mapping
from dataclasses import replace

from bot.engine.model import Signal
from bot.ports import Option, Request
from bot.sources import reading, values
from bot.sources.fields import Fields
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import HeaderToken

TOKEN = Option(name="authentication_token", label="Token that HetrixTools sends as Bearer", secret=True)

NAME = "hetrix_tools"
TITLE = "HetrixTools"
SETUP = """In HetrixTools, Contact Lists, set the webhook URL {url}. If you set an authentication token there, set the
same as authentication_token here."""
OPTIONS = (TOKEN,)
METHODS = ("POST",)
VERIFIED = "documented sample: docs.hetrixtools.com/webhook-notifications (uptime)"
KEYED_BY = "`monitor_id`; none for blacklists"
UPTIME = Fields(
    state="{monitor_status}",
    kinds={"offline": CREATE, "online": RESOLVE},
    key="{monitor_id}",
    title="{monitor_name} is {monitor_status}",
    data={"target": "{monitor_target}", "type": "{monitor_type}", "category": "{monitor_category}"},
)
USAGE = Fields(
    key="{monitor_id}",
    title=("{monitor_name}: {resource_usage.resource_type} usage", "{monitor_name}: resource usage"),
    description=(
        "Now {resource_usage.current_usage}, on average {resource_usage.average_usage}",
        "Now {resource_usage.current_usage}",
    ),
)

document = reading.document

read_uptime, read_usage = UPTIME.reader(), USAGE.reader()
verify = HeaderToken(TOKEN, "authorization", "Bearer ")


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """A monitor's state; resource usage and blacklists (a list) only create."""
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


def blacklisted(content: list[object]) -> tuple[Signal, ...]:
    """All that is newly on a blacklist, as one alert."""
    found = [f"{values.text(entry, 'monitor')} ({values.text(entry, 'blacklisted_now')})" for entry in content]
    if not any(values.text(entry, "monitor") for entry in content):
        reading.refuse("its list has no object with a `monitor`.")
    return (signal(CREATE, title="Blacklist alert", description="\n".join(found)),)


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
    posted("a monitor is offline", BODY, signal(CREATE, KEY, "Shop is offline", ERRORS, data=DATA)),
    posted(
        "it is online",
        BODY | {"monitor_status": "online", "monitor_errors": False},
        signal(RESOLVE, KEY, "Shop is online", data=DATA),
    ),
    posted(
        "resource usage",
        USAGE_BODY,
        signal(CREATE, "11aa", "db1: cpu usage", "Now 97, on average 95"),
    ),
    posted(
        "blacklists",
        [{"monitor": "192.0.2.1", "blacklisted_now": 2}],
        signal(CREATE, title="Blacklist alert", description="192.0.2.1 (2)"),
    ),
)
