"""Alerta's alerts, as its clients send them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, signals, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Example, Option, Request

TOKEN = Option(name="token", label="API key, which the client sends as `Authorization: Key …`", secret=True)

NAME = "alerta"
TITLE = "Alerta"
SENDERS = (Sender("Alerta", "clients change their endpoint"),)
SETUP = """Give Alerta's clients {url} as their endpoint, as in `alerta --endpoint-url {url} send …`. With a token set
here, it is their API key, which they send as `Authorization: Key <token>`."""
OPTIONS = (TOKEN, urgencies.OPTION)
METHODS = ("POST", "GET")
SUFFIXES = frozenset({"alert", "config"})
VERIFIED = "real programs in the tests: Alerta's Python client and ElastAlert"
PROBLEM = "one event of a resource in an environment"
APART = ("resource", "environment")
KEYED_BY = "`environment`/`resource`/`event`, also those it correlates with"
FIELDS = Fields(
    state=("{status}", "{severity}"),
    kinds={
        **dict.fromkeys(("security", "critical", "major", "minor", "warning"), CREATE),
        **dict.fromkeys(("informational", "indeterminate", "unknown", "debug", "trace", "open"), CREATE),
        **dict.fromkeys(("normal", "ok", "cleared", "closed", "expired"), RESOLVE),
        **dict.fromkeys(("ack", "assign"), ACKNOWLEDGE),
        **dict.fromkeys(("shelved", "blackout")),
    },
    key=("{environment}/{resource}/{event}", "{resource}/{event}"),
    title=("{resource}: {event}", "{resource}", "{event}"),
    where=("{environment}", "{value}"),
    description="{text}",
    urgency="{severity}",
    urgencies={"security": Urgency.CRITICAL, "minor": Urgency.MEDIUM},
    tags="tags",
    data={
        "url": ("{attributes.moreInfo}", "{attributes.url}", "{href}"),
        "runbook_url": ("{attributes.runBookUrl}", "{attributes.runbook_url}", "{attributes.runbook}"),
        "value": "{value}",
        "service": "{service.0}",
        "group": "{group}",
        "origin": "{origin}",
        "customer": "{customer}",
    },
)

read_alert = FIELDS.reader()
event_kind, TAKES = read_alert.event_kind, FIELDS.takes
check_token = HeaderToken(TOKEN, "authorization", "Key ")


def asks_for_settings(request: Request) -> bool:
    """Whether a client asks for its server's settings, as the command line does first. Any JSON object will do."""
    return request.method == "GET" and request.path.endswith("/config")


problems = urgencies.problems


def verify(request: Request, options: Mapping[str, object], now: datetime) -> None:
    """`Key token` in header `authorization`"""
    if not asks_for_settings(request):
        check_token(request, options, now)


def document(request: Request) -> object:
    """The alert."""
    return {} if asks_for_settings(request) else reading.document(request)


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An alert; one that clears resolves also the events that it correlates with."""
    if asks_for_settings(request):
        return ()
    data = reading.mapping(request)
    scope = "/".join(values.kept((values.text(data, "environment"), values.text(data, "resource"))))
    keys = (f"{scope}/{event}" for event in values.words(data, "correlate"))
    found = (attributed(one, data) for one in read_alert.signals(data, options))
    return signals.also_keyed(tuple(found), keys)


def attributed(found: Signal, data: Mapping[str, object]) -> Signal:
    """A signal with the alert's attributes."""
    attributes = {name: value for name, value in values.scalars(data, "attributes").items() if value not in ("", None)}
    return replace(
        found, data={**found.data, **{name: value for name, value in attributes.items() if name not in found.data}}
    )


def answer(request: Request, log_id: str) -> tuple[int, dict[str, object]]:
    """What Alerta's server answers, which clients check: 201 for an alert, with an id."""
    if asks_for_settings(request):
        return 200, {}
    return 201, {"status": "ok", "id": log_id, "message": "accepted"}


BODY: dict[str, object] = {
    "id": None,
    "resource": "web01",
    "event": "HttpError",
    "environment": "Production",
    "severity": "critical",
    "correlate": [],
    "service": ["Checkout"],
    "group": None,
    "value": "12%",
    "text": "500s",
    "tags": [],
    "attributes": {"rack": "r7"},
    "origin": None,
    "createTime": "2026-11-21T19:46:53.180Z",
}
DATA = {"value": "12%", "service": "Checkout", "rack": "r7"}
TEXTS = ("Production/web01/HttpError", "web01: HttpError (Production, 12%)", "500s")
EXAMPLES = (
    posted("critical", BODY, signal(CREATE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA)),
    posted("normal", BODY | {"severity": "normal"}, signal(RESOLVE, *TEXTS, data=DATA)),
    posted(
        "another event clears it",
        BODY | {"event": "HttpOk", "severity": "ok", "correlate": ["HttpError", "HttpOk"]},
        signal(
            RESOLVE,
            "Production/web01/HttpOk",
            "web01: HttpOk (Production, 12%)",
            "500s",
            data=DATA,
            keys=("Production/web01/HttpError",),
        ),
    ),
    Example(
        name="a client asks for settings",
        request=Request(method="GET", path="/integrations/key/config", body=b""),
        signals=(),
    ),
)
