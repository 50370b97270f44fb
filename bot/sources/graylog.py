"""Graylog, by its HTTP notification.

Format: Graylog2/graylog2-server, EventNotificationModelData and EventDto. A key stands for one event definition and
the key of the event (`Event key` or `Group by`): a definition without either has one alert. Graylog does not say
when it is over.
"""

from collections.abc import Mapping

from bot.engine.model import Signal, SignalKind, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Option, Request

TOKEN = Option(name="token", label="API secret of the notification, with pagertree-token as its API key", secret=True)
SERVER = Option(
    name="server",
    is_address=True,
    label="Address of Graylog's web interface, such as https://graylog.example, for links",
)

NAME = "graylog"
TITLE = "Graylog"
SENDERS = (Sender("Graylog", "does not say when it is over"),)
SETUP = """In Graylog, Alerts, Notifications, create an HTTP Notification with the URL {url} (allow it in the URL
whitelist), and add it to your event definitions. Let a definition group by what tells its problems apart, such as
source, or give it an event key: alerts with the same key count on one. Graylog does not say when it is over: set a
time after which alerts resolve by themselves. With a token set here, give the notification the API key
`pagertree-token`, sent as a header, and the token as its API secret."""
OPTIONS = (TOKEN, SERVER, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "the sender's source: Graylog2/graylog2-server, EventNotificationModelData and EventDto"
PROBLEM = "one event definition, and the key or group of the event"
APART = ("event_definition_id", "event.key", "stream.id")
TITLED_BY = "`event_definition_title` and `event.message`, with the key or group"
URGENCY_BY = "`event.priority` (1 low, 2 medium, 3 high, 4 critical)"
LINKED_BY = "the event's page behind the option `server`"
STATES: Mapping[str, SignalKind | None] = {"any event": CREATE}
KEYED_BY = "`event_definition_id` with `event.key` and `event.group_by_fields`; the stream and condition of Graylog 2"
PRIORITIES = {"1": Urgency.LOW, "2": Urgency.MEDIUM, "3": Urgency.HIGH, "4": Urgency.CRITICAL}
SHOWN = 5  # messages of the backlog

problems = urgencies.problems
verify = HeaderToken(TOKEN, "pagertree-token")
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An event of a definition, or an alert of Graylog 2."""
    data = reading.mapping(request)
    if "check_result" in data:
        return (old_alert(data),)
    title, which = values.text(data, "event_definition_title"), values.text(data, "event_definition_id")
    if not (title or which):
        reading.refuse("it has neither `event_definition_id` nor `event_definition_title`, which Graylog sends.")
    return (event(data, which or title, title, options),)


def event(data: Mapping[str, object], which: str, title: str, options: Mapping[str, object]) -> Signal:
    """The signal of an event."""
    server = values.setting(SERVER, options).rstrip("/")
    grouped = values.scalars(data, "event.group_by_fields")
    apart = values.kept((values.text(data, "event.key"), *(values.as_text(grouped[name]) for name in sorted(grouped))))
    message = values.text(data, "event.message")
    known = values.kept(("" if message.startswith(title) else title, message)) or (title or which,)
    where = "" if all(each in message for each in apart) else f" ({', '.join(apart)})"
    number = values.text(data, "event.id")
    return signal(
        CREATE,
        "/".join((which, *apart)),
        ": ".join(known) + where,
        described(data),
        urgency=urgencies.urgency_of(values.text(data, "event.priority"), options, PRIORITIES),
        data={
            "url": f"{server}/alerts/{number}/replay-search" if server and number else "",
            "definition": title,
            "time": values.text(data, "event.timestamp"),
            **grouped,
            "fields": values.scalars(data, "event.fields"),
            "event": number,
        },
    )


def described(data: Mapping[str, object]) -> str:
    """What the definition says of itself, what to do, and the first messages."""
    remedy = values.text(data, "remediation_steps")
    messages = (values.text(each, "message") for each in values.items(data, "backlog")[:SHOWN])
    return "\n\n".join(
        values.kept(
            (
                values.text(data, "event_definition_description"),
                f"What to do: {remedy}" if remedy and remedy != "<unknown>" else "",
                "\n".join(values.kept(messages)),
            )
        )
    )


def old_alert(data: Mapping[str, object]) -> Signal:
    """An alert of Graylog 2, by its HTTP alarm callback."""
    stream = values.text(data, "stream.title")
    condition = values.text(data, "check_result.triggered_condition.id", "check_result.triggered_condition.title")
    which = values.text(data, "stream.id") or stream or reading.refuse("`stream` is missing, which Graylog sends.")
    return signal(
        CREATE,
        "/".join(values.kept((which, condition))),
        ": ".join(values.kept((stream, values.text(data, "check_result.triggered_condition.title")))) or which,
        values.text(data, "check_result.result_description"),
        data={"stream": stream, "time": values.text(data, "check_result.triggered_at")},
    )


BODY = {
    "event_definition_id": "5dd2c4ae2ab79c0001c4cb08",
    "event_definition_type": "aggregation-v1",
    "event_definition_title": "Too many errors",
    "event_definition_description": "More than 100 errors in 5 minutes",
    "remediation_steps": "Look at the deploys first.",
    "job_definition_id": "5dd2c4ae2ab79c0001c4cb0a",
    "event": {
        "id": "01DF119QKMPCR5VWBXS8783799",
        "timestamp": "2026-11-21T19:05:12.000Z",
        "message": "Too many errors: web1 - count()=131.0",
        "source": "graylog",
        "key": "web1",
        "priority": 3,
        "alert": True,
        "fields": {"source": "web1"},
        "group_by_fields": {"source": "web1"},
    },
    "backlog": [{"message": "GET /cart 500", "source": "web1"}],
}
TEXT = "More than 100 errors in 5 minutes\n\nWhat to do: Look at the deploys first.\n\nGET /cart 500"
DATA = {
    "definition": "Too many errors",
    "time": "2026-11-21T19:05:12.000Z",
    "source": "web1",
    "fields": {"source": "web1"},
    "event": "01DF119QKMPCR5VWBXS8783799",
}
OTHER = {"id": "01DF11AA", "message": "Too many errors", "priority": 2, "key": "web2", "fields": {}}
EXAMPLES = (
    posted(
        "an event of a group",
        BODY,
        signal(
            CREATE,
            "5dd2c4ae2ab79c0001c4cb08/web1",
            "Too many errors: web1 - count()=131.0",
            TEXT,
            urgency=Urgency.HIGH,
            data=DATA,
        ),
    ),
    posted(
        "another event of the definition, with the address of the web interface",
        {
            "event_definition_id": "5dd2c4ae2ab79c0001c4cb08",
            "event_definition_title": "Too many errors",
            "event": OTHER,
        },
        signal(
            CREATE,
            "5dd2c4ae2ab79c0001c4cb08/web2",
            "Too many errors (web2)",
            urgency=Urgency.MEDIUM,
            data={
                "url": "https://graylog.example/alerts/01DF11AA/replay-search",
                "definition": "Too many errors",
                "event": "01DF11AA",
            },
        ),
        options={"server": "https://graylog.example"},
    ),
    posted(
        "Graylog 2",
        {
            "check_result": {
                "result_description": "Stream had 11 messages in the last 1 minutes",
                "triggered_condition": {"id": "984d04d5", "title": "more than 10"},
            },
            "stream": {"id": "53984d8630042acb39c79f84", "title": "Errors"},
        },
        signal(
            CREATE,
            "53984d8630042acb39c79f84/984d04d5",
            "Errors: more than 10",
            "Stream had 11 messages in the last 1 minutes",
            data={"stream": "Errors"},
        ),
    ),
)
