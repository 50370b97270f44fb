"""The plain webhook: JSON of our own shape, for scripts and for whatever can be told what to send."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from bot.engine.model import Incident, Severity, Signal, SignalKind, Urgency
from bot.errors import Problem, Unreadable
from bot.payloads import headlines, reading, urgencies, values
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Option, Request

TOKEN = Option(name="token", label="Token that the sender puts into the header pagertree-token", secret=True)
CAPTURE = Option(name="capture_additional_data", default=False, label="Keep all other keys as additional data")
WRAPPER = Option(name="wrapper_key", label="JMESPath to the object, or list of objects, inside the body")

NAME = "webhook"
TITLE = "Webhook"
SENDERS = (Sender("Scripts", "JSON of our own shape"),)
SETUP = """Post JSON to {url} with the header `content-type: application/json`:
`{"event_type": "create", "id": "disk-db1", "title": "Disk full on db1", "urgency": "high", "tags": ["db"]}`
The same `id` with `"event_type": "acknowledge"` or `"resolve"` acknowledges or resolves it.
If a token is set, send it in the header `pagertree-token`."""
OPTIONS = (TOKEN, CAPTURE, WRAPPER, urgencies.OPTION)
METHODS = ("POST",)
PROBLEM = "one id of the sender's; an event without one is by itself"
KEYED_BY = "`id`, also `dedup_keys`"
APART = ("id",)
TITLED_BY = "`title`, else the first line of `description`, else what its other fields say"
URGENCY_BY = "`urgency`, else `severity`, `priority`, `level`"
LINKED_BY = "an address in `meta`"
RUNBOOK_BY = "an entry of `meta` whose name says so, or the description"
VERIFIED = "PagerTree's documented format"
KINDS = {
    "create": CREATE,
    **dict.fromkeys(("acknowledge", "acknowledged", "ack"), ACKNOWLEDGE),
    **dict.fromkeys(("resolve", "resolved"), RESOLVE),
}
STATES: Mapping[str, SignalKind | None] = {**KINDS, "none, or another": CREATE}
NAMES = frozenset({"event_type", "id", "title", "description", "urgency", "tags", "meta", "dedup_keys"})
SEVERITIES = ("urgency", "severity", "priority", "level")
INCIDENT = ("incident", "incident_severity", "incident_message")
MAX_EVENTS = 5_000
LISTED = re.compile(r"([A-Za-z_]\w{0,80}|@)(?:\[\*?\])?")
"""A JMESPath to a list that a body can be parted by: a field of it, or all of it."""
LESS = "Send fewer events at once."


class EventFacts(msgspec.Struct):
    """What has to be known of an event before it is read."""

    event_type: str = ""


EVENT = msgspec.json.Decoder(EventFacts)


def problems(options: Mapping[str, object]) -> Iterator[Problem]:
    """What is wrong with the path to the object, with which no payload could be read, and with the urgencies."""
    yield from urgencies.problems(options)
    expression = values.setting(WRAPPER, options)
    try:
        compiled(expression) if expression else None
    except (JMESPathError, ValueError, RecursionError) as error:
        said = f"The JMESPath cannot be read: {' '.join(str(error).split())[:200]}"
        yield Problem(where=(WRAPPER.name,), message=said, mend="Write it like alert or events[].alert.")


verify = HeaderToken(TOKEN, "pagertree-token")
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """One signal per event. An event type that is missing or unknown creates: somebody looks."""
    expression = values.setting(WRAPPER, options)
    events = unwrapped(reading.document(request), expression) if expression else [reading.mapping(request)]
    if len(events) > MAX_EVENTS:
        reading.refuse(f"it holds {len(events)} events, at most {MAX_EVENTS} can come at once.")
    return tuple(event_signal(event, options, keep_all=values.enabled(CAPTURE, options)) for event in events)


def precheck(request: Request, options: Mapping[str, object]) -> None:
    """Refuse what `read` would, without reading what is plainly a create: the ingest asks this before it answers."""
    if values.setting(WRAPPER, options) or not plainly_creates(request):
        read(request, options)


def plainly_creates(request: Request) -> bool:
    """Whether a body is strict JSON of an object that says `create`, so that nothing else in it can be refused."""
    if "multipart" in request.headers.get("content-type", "").lower() or reading.may_be_too_deep(request.body):
        return False
    try:
        return EVENT.decode(request.body).event_type == CREATE
    except (msgspec.MsgspecError, UnicodeError):
        return False


def batch(options: Mapping[str, object]) -> str:
    """The list of events in a body, where the wrapper names one."""
    found = LISTED.fullmatch(values.setting(WRAPPER, options))
    return found[1] if found else ""


def unwrapped(content: object, expression: str) -> list[dict[str, object]]:
    """The objects that the wrapper's JMESPath finds, at least one. Raises `Unreadable`."""
    try:
        found = compiled(expression).search(content)
    except (JMESPathError, ValueError, TypeError, ArithmeticError, RecursionError):
        raise Unreadable(f"The option wrapper_key `{expression}` cannot be applied to this payload.") from None
    events = [event for event in (found if isinstance(found, list) else [found]) if isinstance(event, dict)]
    return events or reading.refuse(f"the option wrapper_key `{expression}` finds no object in it.")


@lru_cache(maxsize=64)
def compiled(expression: str) -> ParsedResult:
    """A JMESPath, parsed once."""
    return jmespath.compile(expression)


def event_signal(event: Mapping[str, object], options: Mapping[str, object], *, keep_all: bool) -> Signal:
    """Read one event, whose keys may be written in any case."""
    data = {key.lower(): value for key, value in event.items()}
    said = values.text(data, "event_type").lower()
    kind = KINDS.get(said, CREATE)
    keys = values.words(data, "dedup_keys")
    meta = values.mapping(data, "meta")
    return signal(
        kind,
        identified(kind, values.text(data, "id"), keys),
        values.text(data, "title") or standing_in(kind, data, event),
        "\n\n".join(values.kept((values.text(data, "description"), doubt(said)))),
        urgency=urgencies.first_urgency((values.text(data, name) for name in SEVERITIES), options),
        tags=values.words(data, "tags"),
        incident=incident(meta),
        data={
            **({key: value for key, value in data.items() if key not in NAMES} if keep_all else {}),
            **{key: value for key, value in meta.items() if key not in INCIDENT},
        },
        keys=keys,
    )


def standing_in(kind: SignalKind, data: Mapping[str, object], event: Mapping[str, object]) -> str:
    """What the other fields of a new alert say, where neither title nor description does."""
    return headlines.about(event) if kind is CREATE and not values.text(data, "description") else ""


def identified(kind: SignalKind, key: str, keys: tuple[str, ...]) -> str:
    """The dedup key; only a create can do without. Raises `Unreadable`."""
    if key or kind is CREATE:
        return key
    return keys[0] if keys else reading.refuse(f"`id` is missing: it has to say which alert to {kind}.")


def doubt(said: str) -> str:
    """Why an unclear event type made an alert."""
    if said in KINDS:
        return ""
    problem = f"The event_type `{said[:50]}` is unknown" if said else "The payload has no event_type"
    return f"({problem}: taken as create. Send create, acknowledge or resolve.)"


def incident(meta: Mapping[str, object]) -> Incident | None:
    """The incident that `meta` flags."""
    if not values.truth(meta.get("incident")):
        return None
    return Incident(
        severity=values.severity(values.text(meta, "incident_severity")),
        message=values.text(meta, "incident_message")[:1_000],
    )


EXAMPLES = (
    posted(
        "disk full",
        {
            "event_type": "create",
            "id": "disk-db1",
            "title": "Disk full on db1",
            "description": "/var is 98 % full",
            "urgency": "high",
            "tags": ["db", "disk"],
            "meta": {"incident": True, "incident_severity": "SEV-2", "incident_message": "Orders fail", "rack": "r7"},
            "dedup_keys": ["db1"],
        },
        signal(
            CREATE,
            "disk-db1",
            "Disk full on db1",
            "/var is 98 % full",
            urgency=Urgency.HIGH,
            tags=("db", "disk"),
            incident=Incident(severity=Severity.SEV2, message="Orders fail"),
            data={"rack": "r7"},
            keys=("db1",),
        ),
    ),
    posted(
        "keys in any case, in a wrapper",
        {"alert": {"Event_Type": " Resolve ", "Id": "disk-db1"}},
        signal(RESOLVE, "disk-db1"),
        options={"wrapper_key": "alert"},
    ),
    posted(
        "a severity in the sender's words, a runbook, and what is nested",
        {
            "event_type": "create",
            "id": "disk-db2",
            "title": "Disk full on db2",
            "severity": "P2",
            "meta": {"runbook": "https://wiki.example/disk", "labels": {"rack": "r7"}},
        },
        signal(
            CREATE,
            "disk-db2",
            "Disk full on db2",
            urgency=Urgency.HIGH,
            data={"runbook": "https://wiki.example/disk", "labels": {"rack": "r7"}},
        ),
    ),
    posted("taken on", {"event_type": "acknowledge", "id": "disk-db1"}, signal(ACKNOWLEDGE, "disk-db1")),
    posted(
        "no event type",
        {"title": "Disk full", "host": "db1"},
        signal(
            CREATE,
            title="Disk full",
            description="(The payload has no event_type: taken as create. Send create, acknowledge or resolve.)",
            data={"host": "db1"},
        ),
        options={"capture_additional_data": True},
    ),
)
