"""Opsgenie's Alert API: senders made for Opsgenie change their host, and the API key is the ingest key.

Format: docs.opsgenie.com/docs/alert-api. Alerts are named by their alias; what Opsgenie calls the id of an alert is
here its alias too, or, where it has none, the id of the alert that was made.
"""

from collections.abc import Mapping
from urllib.parse import unquote

import msgspec
import re2

from bot.engine.model import Signal, SignalKind, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Example, Request

ALERTS = "/v2/alerts"
_NAMED = re2.compile(r"/v2/alerts/(?P<alias>[^/]+)(?:/(?P<action>[a-z]{1,30})(?:/[^/]+)?)?")

NAME = "opsgenie"
TITLE = "Opsgenie alerts"
SENDERS = (
    Sender("Opsgenie's clients", "only the host is changed"),
    Sender("TrueNAS", "its alert service OpsGenie takes an address", also=("email",)),
)
SETUP = """For senders that can notify Opsgenie: have them send to this bot instead of api.opsgenie.com, and use the
last part of {url} as the API key. In Alertmanager, set opsgenie_api_url to the bot's address; with client libraries,
set the host."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST", "PUT", "DELETE")
VERIFIED = "real programs in the tests: opsgenie-sdk, Alertmanager and ElastAlert"
PROBLEM = "one alias; an alert without one is by itself"
KEYED_BY = "`alias`"
APART = ("alias",)
TITLED_BY = "`message`"
URGENCY_BY = "`priority` P1–P5"
LINKED_BY = "links in `details`"
RUNBOOK_BY = "`details` whose name says so"
STATES: Mapping[str, SignalKind | None] = {
    "create": CREATE,
    "close, delete": RESOLVE,
    "acknowledge": ACKNOWLEDGE,
    "other actions that Opsgenie has": None,
}
ACTIONS: Mapping[str, SignalKind] = {"close": RESOLVE, "acknowledge": ACKNOWLEDGE}
NOTED = frozenset({
    "message", "description", "priority", "notes", "tags", "details", "unacknowledge", "snooze", "escalate", "assign",
    "responders", "actions", "attachments", "teams",
})  # fmt: skip
"""What is logged and changes nothing: how an alert reads and who has it is decided here."""

problems = urgencies.problems
verify = UNSIGNED


def document(request: Request) -> object:
    """The body; most actions need none."""
    return reading.document(request) if request.body.strip() else {"path": request.path}


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A new alert, or an action on one that is there."""
    if not request.path.startswith(f"{ALERTS}/"):
        return (created(reading.mapping(request), options),)
    named = _NAMED.fullmatch(request.path)
    if named is None:
        reading.refuse("there is no such action on an alert.")
    return acted(request.method, unquoted(named["alias"]), named["action"] or "")


TAKES = ("create", *ACTIONS, "delete")


def event_kind(request: Request) -> str:
    """The action on an alert."""
    named = _NAMED.fullmatch(request.path)
    return (named["action"] if named else "") or "create"


def unquoted(identifier: str) -> str:
    """An alias or id as it stood in an address, as text."""
    return unquote(identifier).replace("\0", "")


def acted(method: str, alias: str, action: str) -> tuple[Signal, ...]:
    """An action on an alert."""
    if method == "DELETE" and not action:
        return (signal(RESOLVE, alias),)
    if action in ACTIONS:
        return (signal(ACTIONS[action], alias),)
    return () if action in NOTED else reading.refuse(f"there is no action {action[:40]!r} on an alert.")


def created(alert: Mapping[str, object], options: Mapping[str, object]) -> Signal:
    """A new alert."""
    if not (values.text(alert, "message") or values.text(alert, "alias")):
        reading.refuse("`message` is missing, which says what is wrong.")
    return signal(
        CREATE,
        values.text(alert, "alias"),
        values.text(alert, "message"),
        values.text(alert, "description"),
        urgency=urgencies.urgency_of(values.text(alert, "priority"), options),
        tags=values.words(alert, "tags"),
        data={
            **values.mapping(alert, "details"),
            "entity": values.text(alert, "entity"),
            "source": values.text(alert, "source"),
            "user": values.text(alert, "user"),
            "note": values.text(alert, "note"),
            "responders": values.items(alert, "responders"),
        },
    )


def sent(
    name: str, path: str, body: object, *signals: Signal, method: str = "POST", query: str = "identifierType=alias"
) -> Example:
    """An example of a call."""
    headers = {"content-type": "application/json", "authorization": "••••••"}
    request = Request(method=method, path=path, query=query, body=msgspec.json.encode(body), headers=headers)
    return Example(name=name, request=request, signals=signals)


EXAMPLES = (
    sent(
        "the SDK creates",
        ALERTS,
        {
            "source": "me",
            "message": "DB down",
            "alias": "db 1",
            "description": "d",
            "responders": [{"name": "sre", "type": "team"}],
            "tags": ["a"],
            "details": {"k": "v"},
            "entity": "db1",
            "priority": "P1",
        },
        signal(
            CREATE,
            "db 1",
            "DB down",
            "d",
            urgency=Urgency.CRITICAL,
            tags=("a",),
            data={"k": "v", "entity": "db1", "source": "me", "responders": [{"name": "sre", "type": "team"}]},
        ),
        query="",
    ),
    sent("somebody has it", f"{ALERTS}/db%201/acknowledge", {"user": "u", "note": "n"}, signal(ACKNOWLEDGE, "db 1")),
    sent("Alertmanager renames", f"{ALERTS}/db%201/message", {"message": "DB is down"}, method="PUT"),
    sent("it is over", f"{ALERTS}/db%201/close", {"source": "Alertmanager"}, signal(RESOLVE, "db 1")),
    sent("it is deleted", f"{ALERTS}/db%201", {}, signal(RESOLVE, "db 1"), method="DELETE"),
)
