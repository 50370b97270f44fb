"""PagerDuty's Events APIs v2 and v1: senders change their host, and the routing or service key is the ingest key.

Format: developer.pagerduty.com/docs/events-api-v2/trigger-events and …/send-change-events.
"""

from collections.abc import Mapping

import msgspec

from bot.engine.model import Signal, SignalKind, Urgency
from bot.payloads import headlines, pagerduty_v1, reading, urgencies, values
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Example, Request

ENQUEUE, CHANGE = "/v2/enqueue", "/v2/change/enqueue"
GENERATED = "pagertree-dedup-key"
"""The header in which the door notes the dedup key that it gave to a sender who sent none."""

NAME = "pagerduty"
TITLE = "PagerDuty events"
SENDERS = (Sender("PagerDuty's clients, versions 1 and 2", "only the host is changed"),)
SETUP = """For senders that can notify PagerDuty: have them send to this bot instead of events.pagerduty.com, and use
the last part of {url} as the routing key (integration key, or service key of version 1). In Alertmanager, under
pagerduty_configs, set url to the bot's address with /v2/enqueue behind it; with client libraries, the base address."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "real programs in the tests: pdpyras, pagerduty, pygerduty (version 1) and Alertmanager"
PROBLEM = "one deduplication key"
APART = ("dedup_key",)
TITLED_BY = "`payload.summary`, with `payload.source`"
URGENCY_BY = "`payload.severity`"
LINKED_BY = "`client_url`, `links`"
RUNBOOK_BY = "`links` and `custom_details` whose name or text says so"
KEYED_BY = "`dedup_key`, generated and answered where none is sent"
KINDS = {"trigger": CREATE, "acknowledge": ACKNOWLEDGE, "resolve": RESOLVE}
STATES: Mapping[str, SignalKind | None] = {**KINDS, "a change event": None}
SENT_BY = frozenset({"alertmanager", "prometheus", "grafana", "monitoring", "unknown", "n/a"})
"""What senders put in the place of what is affected."""
SAID = ("source", "component", "group", "class", "timestamp")

problems = urgencies.problems
verify = UNSIGNED
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An event as a signal; a change event asks for nobody."""
    event = reading.mapping(request)
    if request.path.endswith(CHANGE):
        return ()
    if request.path == pagerduty_v1.CREATE_EVENT:
        event = pagerduty_v1.as_v2(event)
    said = values.text(event, "event_action").lower()
    kind = KINDS.get(said) or reading.refuse("'event_action' must be one of trigger, acknowledge, resolve.")
    key = values.text(event, "dedup_key")
    if kind is not CREATE:
        return (signal(kind, key or reading.refuse(f"'dedup_key' is missing: it says what to {said}.")),)
    return (trigger(event, key or request.headers.get(GENERATED, ""), options),)


TAKES = tuple(KINDS)


def event_kind(request: Request) -> str:
    """The action of an event, or that it is a change. Raises `Unreadable`."""
    return "change" if request.path.endswith(CHANGE) else values.text(reading.mapping(request), "event_action").lower()


def trigger(event: Mapping[str, object], key: str, options: Mapping[str, object]) -> Signal:
    """A new alert."""
    details = values.find(event, "payload.custom_details")
    return signal(
        CREATE,
        key,
        titled(values.text(event, "payload.summary"), values.text(event, "payload.source"), event),
        told(details),
        urgency=urgencies.urgency_of(values.text(event, "payload.severity"), options),
        data={
            "client_url": values.text(event, "client_url"),
            **{name: values.text(event, f"payload.{name}") for name in SAID},
            "client": values.text(event, "client"),
            "custom_details": details,
            "links": values.items(event, "links"),
            "images": values.items(event, "images"),
        },
    )


def titled(summary: str, source: str, event: Mapping[str, object]) -> str:
    """The summary with what is affected, if it does not name that. Some senders put their own name or a page there."""
    host, own = source.partition(".")[0].lower(), {values.text(event, "client").lower(), *SENT_BY}
    if not host or host in summary.lower() or "://" in source or " " in source or source.lower() in own:
        return summary
    return headlines.placed(summary, (source,))


def told(details: object) -> str:
    """Custom details in lines, as people read them."""
    if isinstance(details, list):
        return "\n".join(filter(None, (values.as_text(each) or written(each) for each in details)))
    if not isinstance(details, dict):
        return values.as_text(details)
    lines = ((name, values.as_text(value) or written(value)) for name, value in details.items())
    return "\n".join(f"{name}: {said}" for name, said in lines if said)


def written(value: object) -> str:
    """A list or an object as JSON, "" when there is nothing in it."""
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list) and value else ""


def sent(name: str, body: object, *signals: Signal, path: str = ENQUEUE, generated: str = "") -> Example:
    """An example of an event."""
    headers = {"content-type": "application/json"} | ({GENERATED: generated} if generated else {})
    request = Request(method="POST", path=path, body=msgspec.json.encode(body), headers=headers)
    return Example(name=name, request=request, signals=signals)


KEY = "fcf4bfb6f4e9d672c99693307ef6157dd549108bca4b8702863c6c6397fbd0da"
EXAMPLES = (
    sent(
        "a client of the library triggers",
        {
            "event_action": "trigger",
            "payload": {
                "summary": "DB down",
                "source": "db1.example",
                "severity": "critical",
                "component": "db",
                "group": "prod",
                "class": "ping",
                "custom_details": {"a": 1},
            },
            "links": [{"href": "https://x.example", "text": "x"}],
            "routing_key": "••••••",
        },
        signal(
            CREATE,
            "01k9generated",
            "DB down (db1.example)",
            "a: 1",
            urgency=Urgency.CRITICAL,
            data={
                "source": "db1.example",
                "component": "db",
                "group": "prod",
                "class": "ping",
                "custom_details": {"a": 1},
                "links": [{"href": "https://x.example", "text": "x"}],
            },
        ),
        generated="01k9generated",
    ),
    sent(
        "Alertmanager fires",
        {
            "routing_key": "••••••",
            "dedup_key": KEY,
            "event_action": "trigger",
            "payload": {
                "summary": "[FIRING:1] InstanceDown checkout-api (lab critical)",
                "source": "Alertmanager",
                "severity": "critical",
                "custom_details": {
                    "firing": "Labels:\n - alertname = InstanceDown\n",
                    "num_firing": "1",
                    "resolved": "",
                },
            },
            "client": "Alertmanager",
            "client_url": "http://127.0.0.1:9193/#/alerts?receiver=pagerduty",
        },
        signal(
            CREATE,
            KEY,
            "[FIRING:1] InstanceDown checkout-api (lab critical)",
            "firing: Labels:\n - alertname = InstanceDown\nnum_firing: 1",
            urgency=Urgency.CRITICAL,
            data={
                "source": "Alertmanager",
                "client": "Alertmanager",
                "client_url": "http://127.0.0.1:9193/#/alerts?receiver=pagerduty",
                "custom_details": {
                    "firing": "Labels:\n - alertname = InstanceDown\n",
                    "num_firing": "1",
                    "resolved": "",
                },
            },
        ),
    ),
    sent(
        "somebody has it",
        {"event_action": "acknowledge", "dedup_key": KEY, "routing_key": "••••••"},
        signal(ACKNOWLEDGE, KEY),
    ),
    sent(
        "a client of version 1 triggers",
        {
            "service_key": "••••••",
            "event_type": "trigger",
            "incident_key": "srv01/HTTP",
            "description": "FAILURE for production/HTTP on machine srv01",
            "client": "Sample Monitoring Service",
            "client_url": "https://monitoring.example",
            "details": {"ping time": "1500ms"},
            "contexts": [{"type": "link", "href": "https://acme.pagerduty.com"}],
        },
        signal(
            CREATE,
            "srv01/HTTP",
            "FAILURE for production/HTTP on machine srv01",
            "ping time: 1500ms",
            data={
                "client": "Sample Monitoring Service",
                "client_url": "https://monitoring.example",
                "custom_details": {"ping time": "1500ms"},
                "links": [{"type": "link", "href": "https://acme.pagerduty.com"}],
            },
        ),
        path=pagerduty_v1.CREATE_EVENT,
    ),
    sent("it is over", {"event_action": "resolve", "dedup_key": KEY, "routing_key": "••••••"}, signal(RESOLVE, KEY)),
    sent(
        "a change",
        {"routing_key": "••••••", "payload": {"summary": "Deployed 1.2", "timestamp": "2026-01-12T16:30:42Z"}},
        path=CHANGE,
    ),
)
