"""Splunk, by the webhook action of alerts.

Format: help.splunk.com, Use a webhook alert action. Splunk sends the first row of the search's result, or each row
by itself where the alert triggers for each result, and nothing when it is over. A key stands for one saved search
and the fields that tell its rows apart.
"""

from collections.abc import Mapping
from itertools import islice

from bot.engine.model import Signal, SignalKind, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option, Request

KEY_FIELDS = Option(
    name="key_fields", default="host", label="Fields of the result that tell problems apart, such as host, service"
)
STATE = Option(
    name="state_field",
    default="alert_state",
    label="Field of the result that says ok or resolved when it is over, where the search makes one",
)

NAME = "splunk"
TITLE = "Splunk"
SENDERS = (Sender("Splunk", "by the webhook action; does not say when it is over"),)
SETUP = """In Splunk, save the search as an alert, add the trigger action Webhook and give it the URL {url}. (Since
Splunk 9 an admin first allows the URL under Settings, Server settings, Webhook allow list.) Choose Trigger for each
result where the rows are different problems, and name the fields that tell them apart here. Splunk does not say
when it is over: let the search make a field `alert_state` that is `ok` then, or set a time after which alerts
resolve by themselves. A field `severity` or `urgency` of the result counts."""
OPTIONS = (KEY_FIELDS, STATE, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "documented sample: help.splunk.com, Use a webhook alert action"
PROBLEM = "one saved search, and one row of its result by the fields that are configured"
APART = ("app", "search_name", "result.host")
TITLED_BY = "`search_name` with those fields"
URGENCY_BY = "`urgency`, `severity` or `priority` of the result"
LINKED_BY = "`results_link`"
STATES: Mapping[str, SignalKind | None] = {
    "triggered": CREATE,
    "`alert_state` of the result is ok, resolved, …": RESOLVE,
}
KEYED_BY = "`app`/`search_name`, with the fields of `result` that `key_fields` names; `sid` of a search without a name"
MOST = 200  # fields of a row that are shown
OVER = frozenset({"ok", "resolved", "recovered", "clear", "cleared", "normal", "closed"})

problems = urgencies.problems
verify = UNSIGNED
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A row of a saved search's result."""
    data = reading.mapping(request)
    search, sid = values.text(data, "search_name"), values.text(data, "sid")
    if not (search or sid):
        reading.refuse("it has neither `search_name` nor `sid`, which Splunk sends.")
    apart = told_apart(data, options)
    named = search or "A search of Splunk"
    shown = {name: value for name, value in values.scalars(data, "result").items() if not name.startswith("_")}
    return (
        signal(
            kind(data, options),
            "/".join(values.kept((values.text(data, "app"), search or sid, *apart))),
            f"{named}: {', '.join(apart)}" if apart else named,
            described(data),
            urgency=urgency(data, options),
            data={
                "url": values.text(data, "results_link"),
                "search": search,
                "app": values.text(data, "app"),
                "owner": values.text(data, "owner"),
                **dict(islice(shown.items(), MOST)),
            },
        ),
    )


def told_apart(data: Mapping[str, object], options: Mapping[str, object]) -> tuple[str, ...]:
    """What the configured fields of the row hold."""
    names = values.words({"names": options.get(KEY_FIELDS.name, KEY_FIELDS.default)}, "names")
    row = values.mapping(data, "result")
    return values.kept(words(row, name) for name in names)


def words(row: Mapping[str, object], name: str) -> str:
    """A field of the row as text; one that has several values gives all of them."""
    return ", ".join(values.words(row, name, separator="\n"))


def kind(data: Mapping[str, object], options: Mapping[str, object]) -> SignalKind:
    """Whether the row says that it is over; anything else is a problem."""
    said = values.text(values.mapping(data, "result"), values.setting(STATE, options) or STATE.name)
    return RESOLVE if said.lower() in OVER else CREATE


def urgency(data: Mapping[str, object], options: Mapping[str, object]) -> Urgency | None:
    """What the row says of its severity, where it does."""
    row = values.mapping(data, "result")
    said = (values.text(row, name) for name in ("urgency", "severity", "alert_severity", "priority"))
    return urgencies.first_urgency(said, options)


def described(data: Mapping[str, object]) -> str:
    """The row in lines, the raw event first."""
    row = dict(islice(values.mapping(data, "result").items(), MOST))
    raw = values.text(row, "_raw", "message")
    lines = (f"{name}: {words(row, name)}" for name in row if not name.startswith("_"))
    return "\n".join(values.kept((raw, *(each for each in lines if not each.endswith(": ")))))


BODY = {
    "result": {"sourcetype": "mongod", "count": "8", "host": "db1", "severity": "high"},
    "sid": "scheduler_admin_search_W2_at_14232356_132",
    "results_link": "https://splunk.example:8000/app/search/@go?sid=scheduler_admin_search_W2_at_14232356_132",
    "search_name": "Mongo errors",
    "owner": "admin",
    "app": "search",
}
ROW = {"sourcetype": "mongod", "count": "8", "host": "db1", "severity": "high"}
DATA = {"url": BODY["results_link"], "search": "Mongo errors", "app": "search", "owner": "admin", **ROW}
TEXT = "sourcetype: mongod\ncount: 8\nhost: db1\nseverity: high"
EXAMPLES = (
    posted(
        "an alert triggers",
        BODY,
        signal(CREATE, "search/Mongo errors/db1", "Mongo errors: db1", TEXT, urgency=Urgency.HIGH, data=DATA),
    ),
    posted(
        "the search says that it is over",
        BODY | {"result": ROW | {"alert_state": "ok"}},
        signal(
            RESOLVE,
            "search/Mongo errors/db1",
            "Mongo errors: db1",
            f"{TEXT}\nalert_state: ok",
            urgency=Urgency.HIGH,
            data=DATA | {"alert_state": "ok"},
        ),
    ),
    posted(
        "rows that two fields tell apart",
        BODY,
        signal(
            CREATE,
            "search/Mongo errors/db1/mongod",
            "Mongo errors: db1, mongod",
            TEXT,
            urgency=Urgency.HIGH,
            data=DATA,
        ),
        options={"key_fields": "host, sourcetype"},
    ),
    posted(
        "a search without a name",
        {"sid": "1423", "search_name": None, "app": "search", "result": {"count": "8"}},
        signal(CREATE, "search/1423", "A search of Splunk", "count: 8", data={"app": "search", "count": "8"}),
    ),
)
