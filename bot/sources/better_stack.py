"""Better Stack: incidents of Uptime, and errors, by its outgoing webhooks.

Formats: betterstack.com/docs, Outgoing webhooks (Uptime, and Errors). A key stands for one incident, or one error.
"""

from collections.abc import Mapping

from bot.engine.model import Signal, SignalKind
from bot.payloads import reading, values
from bot.payloads.attached import attach
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option, Request

NAME = "better_stack"
TITLE = "Better Stack"
SENDERS = (Sender("Better Stack", "Uptime and Errors"),)
SETUP = """In Better Stack, Uptime, Integrations, Exporting data, Outgoing webhooks, add one of the type Incident
with the URL {url}. For errors: Errors, Outgoing webhooks, add an Error webhook with the same URL, for all its
events."""
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "documented samples: betterstack.com/docs, Outgoing webhooks of Uptime and of Errors"
PROBLEM = "one incident, or one error"
APART = ("data.id",)
TITLED_BY = "the name and the cause; the application and the error"
LINKED_BY = "`origin_url`, `response_url` or `url`; `error_url`"
STATES: Mapping[str, SignalKind | None] = {
    "started, reopened; new_error, threshold, spike, reoccurred, unresolved": CREATE,
    "acknowledged": ACKNOWLEDGE,
    "resolved; ignored": RESOLVE,
    "commented; news of monitors, releases and people": None,
}
KEYED_BY = "`data.type`/`data.id`"
INCIDENTS = Fields(
    state="{said}",
    kinds={
        **dict.fromkeys(("started", "reopened", "unconfirmed", "confirmed", "validating", "escalated"), CREATE),
        **dict.fromkeys(("resolved", "auto_resolved", "deleted"), RESOLVE),
        **dict.fromkeys(("acknowledged", "acked"), ACKNOWLEDGE),
        **dict.fromkeys(("commented", "updated", "recovering")),
    },
    key="incident/{data.id}",
    title=("{data.attributes.name}: {data.attributes.cause}", "{data.attributes.name}", "{data.attributes.cause}"),
    description=("{data.attributes.cause}\n{data.attributes.response_content}", "{data.attributes.cause}"),
    data={
        "url": ("{data.attributes.origin_url}", "{data.attributes.response_url}", "{data.attributes.url}"),
        "monitored": "{data.attributes.url}",
        "screenshot": "{data.attributes.screenshot_url}",
        "team": "{data.attributes.team_name}",
        "since": "{data.attributes.started_at}",
        "monitor": "{data.relationships.monitor.data.id}",
    },
)
ERRORS = Fields(
    state="{data.attributes.event}",
    kinds={
        **dict.fromkeys(("new_error", "threshold", "spike", "reoccurred", "unresolved"), CREATE),
        **dict.fromkeys(("resolved", "ignored"), RESOLVE),
    },
    key="error/{data.id}",
    title=(
        "{data.attributes.application_name}: {data.attributes.error_type}: {data.attributes.error_message}",
        "{data.attributes.application_name}: {data.attributes.error_type}",
        "{data.attributes.error_type}",
    ),
    description="{data.attributes.error_message}",
    data={
        "url": "{data.attributes.error_url}",
        "application": "{data.attributes.application_name}",
        "where": "{data.attributes.call_site_function}",
    },
)

verify = UNSIGNED
document = reading.document
read_incident, read_error = INCIDENTS.reader(), ERRORS.reader()


TAKES = ("error", "incident")


def event_kind(request: Request) -> str:
    """The kind of what an event is about. Raises `Unreadable`."""
    return values.text(reading.mapping(request), "data.type").lower()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An incident or an error; what happens to monitors, releases and people on call there is logged."""
    data, kind = reading.mapping(request), event_kind(request)
    if not kind:
        reading.refuse("`data.type` is missing, which Better Stack sends.")
    if kind == "error":
        return read_error.signals(data, options)
    if kind != "incident":
        return ()
    found = read_incident.signals({**data, "said": happened(data)}, options)
    return attach(found, {"metadata": values.mapping(data, "data.attributes.metadata")})


def happened(data: Mapping[str, object]) -> str:
    """What happened to an incident: as it is said, else by the times that it has."""
    said = values.text(data, "event", "data.attributes.status").lower()
    if said:
        return said
    times = {"resolved": "data.attributes.resolved_at", "acknowledged": "data.attributes.acknowledged_at"}
    return next((state for state, path in times.items() if values.text(data, path)), "started")


INCIDENT = {
    "id": "1",
    "type": "incident",
    "attributes": {
        "name": "shop.example homepage",
        "url": "https://shop.example",
        "http_method": "get",
        "cause": "Status 500",
        "started_at": "2026-11-21T10:51:28.151Z",
        "acknowledged_at": None,
        "resolved_at": None,
        "team_name": "Shop",
        "screenshot_url": None,
        "metadata": {"env": "prod"},
    },
    "relationships": {"monitor": {"data": {"id": "4", "type": "monitor"}}},
}
TEXTS = ("incident/1", "shop.example homepage: Status 500", "Status 500")
DATA = {
    "url": "https://shop.example",
    "monitored": "https://shop.example",
    "team": "Shop",
    "since": "2026-11-21T10:51:28.151Z",
    "monitor": "4",
    "metadata": {"env": "prod"},
}
ERROR = {
    "id": "a1b2",
    "type": "error",
    "attributes": {
        "event": "new_error",
        "application_name": "Backend API",
        "error_url": "https://errors.betterstack.com/team/12345/errors/a1b2?s=4821",
        "error_type": "ActiveRecord::RecordNotFound",
        "error_message": "Couldn't find User with 'id'=999",
        "call_site_function": "UsersController#show",
    },
}
EXAMPLES = (
    posted("an incident starts", {"event": "started", "data": INCIDENT}, signal(CREATE, *TEXTS, data=DATA)),
    posted("somebody has it", {"event": "acknowledged", "data": INCIDENT}, signal(ACKNOWLEDGE, *TEXTS, data=DATA)),
    posted("it is resolved", {"event": "resolved", "data": INCIDENT}, signal(RESOLVE, *TEXTS, data=DATA)),
    posted(
        "a new error",
        {"data": ERROR},
        signal(
            CREATE,
            "error/a1b2",
            "Backend API: ActiveRecord::RecordNotFound: Couldn't find User with 'id'=999",
            "Couldn't find User with 'id'=999",
            data={
                "url": "https://errors.betterstack.com/team/12345/errors/a1b2?s=4821",
                "application": "Backend API",
                "where": "UsersController#show",
            },
        ),
    ),
    posted("a monitor is made", {"event": "created", "data": {"id": "4", "type": "monitor", "attributes": {}}}),
)
