"""Datadog, by a webhook with a payload of our own."""

from collections.abc import Mapping
from dataclasses import replace

import re2

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option, Request

RETRIGGERED = Option(
    name="support_retriggered_event", default=False, label="A re-triggered event resolves the alert and makes a new one"
)

NAME = "datadog"
TITLE = "Datadog"
SENDERS = (Sender("Datadog", "its own notification for PagerDuty and Opsgenie cannot be sent elsewhere"),)
SETUP = """In Datadog, Integrations, Webhooks, add one with the URL {url} and the payload `{"ALERT_ID": "$ALERT_ID",
"ALERT_TITLE": "$ALERT_TITLE", "ALERT_STATUS": "$ALERT_STATUS", "ALERT_TRANSITION": "$ALERT_TRANSITION",
"ALERT_CYCLE_KEY": "$ALERT_CYCLE_KEY", "ALERT_SCOPE": "$ALERT_SCOPE", "ALERT_PRIORITY": "$ALERT_PRIORITY",
"AGGREG_KEY": "$AGGREG_KEY", "EVENT_TYPE": "$EVENT_TYPE", "EVENT_TITLE": "$EVENT_TITLE", "LINK": "$LINK",
"PRIORITY": "$PRIORITY", "TAGS": "$TAGS"}`. Then mention `@webhook-<name>` in your monitors."""
OPTIONS = (RETRIGGERED, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "documented variables: docs.datadoghq.com/integrations/webhooks, as DataDog/documentation has them"
PROBLEM = "one monitor on one group of its scope (a host, a service …), from its trigger to its recovery"
APART = ("ALERT_CYCLE_KEY",)
FIELDS = Fields(
    state="{ALERT_TRANSITION}",
    kinds={
        **dict.fromkeys(("triggered", "warn", "no data", "renotify"), CREATE),
        **dict.fromkeys(("re-triggered", "re-warn", "re-no data"), CREATE),
        **dict.fromkeys(("recovered", "warn recovered", "no data recovered"), RESOLVE),
        **dict.fromkeys(("muted", "unmuted", "snoozed")),
    },
    key=("{ALERT_CYCLE_KEY}", "{AGGREG_KEY}", "{ALERT_ID}/{ALERT_SCOPE}", "{ALERT_ID}"),
    former=("{AGGREG_KEY}", "{ALERT_ID}"),
    title=("{ALERT_TITLE}{how}", "{ALERT_TITLE}", "{EVENT_TITLE}", "{title}"),
    where=("{ALERT_SCOPE}", "{HOSTNAME}"),
    description=("{ALERT_STATUS}", "{EVENT_MSG}", "{body}"),
    urgency=(
        "{ALERT_PRIORITY}",
        "{priority}",
        "{titled}",
        "{ALERT_TYPE}",
        "{alert_type}",
        "{ALERT_TRANSITION}",
        "{PRIORITY}",
    ),
    tags="TAGS",
    data={
        "url": ("{LINK}", "{link}", "{url}"),
        "scope": "{ALERT_SCOPE}",
        "metric": "{ALERT_METRIC}",
        "priority": ("{ALERT_PRIORITY}", "{PRIORITY}"),
        "event_type": ("{EVENT_TYPE}", "{event_type}"),
        "snapshot": "{SNAPSHOT}",
    },
)
DEFAULT_STATE = re2.compile(r"(?i)\s{0,9}(?:\[(?:TEST|P\d)\]\s{0,9}){0,3}\[([A-Za-z -]{2,30}?)(?: on [^\]]{0,500})?\]")
DEFAULT_PRIORITY = re2.compile(r"(?:\[TEST\]\s{0,9})?\[(P\d)\]")
HOW = {"no data": ": no data", "re-no data": ": no data", "warn": ": warning", "re-warn": ": warning"}
"""What a title has to add: that the monitor says something else than its name."""
VARIABLES = {
    name.replace("_", "").lower(): name
    for name in (
        "ALERT_TRANSITION", "ALERT_CYCLE_KEY", "ALERT_ID", "ALERT_SCOPE", "ALERT_TITLE", "ALERT_STATUS",
        "ALERT_PRIORITY", "ALERT_TYPE", "ALERT_METRIC", "AGGREG_KEY", "EVENT_TITLE", "EVENT_MSG", "EVENT_TYPE",
        "HOSTNAME", "LINK", "TAGS", "SNAPSHOT",
    )
}  # fmt: skip
"""Datadog's variables, which people's own payloads name as they like: `alert_transition`, `alertTransition`."""
KEYS = ("ALERT_CYCLE_KEY", "AGGREG_KEY", "ALERT_ID")
MARKDOWN = "%%%"

problems = urgencies.problems
verify = UNSIGNED
document = reading.document

read_event = FIELDS.reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A monitor's transition. An event that is triggered again counts on, or starts over where that is set."""
    data = whole(reading.mapping(request))
    said = values.text(data, "ALERT_TRANSITION").lower()
    if FIELDS.kinds.get(said) is RESOLVE and not values.text(data, *KEYS):
        return ()
    found = read_event.signals(data, options)
    if said == "re-triggered" and values.enabled(RETRIGGERED, options):
        return tuple(replace(one, kind=RESOLVE) for one in found if one.dedup_key) + found
    return found


TAKES = FIELDS.takes


def event_kind(request: Request) -> str:
    """The transition. Raises `Unreadable`."""
    return values.text(whole(reading.mapping(request)), "ALERT_TRANSITION").lower()


def whole(data: dict[str, object]) -> dict[str, object]:
    """An event with its transition; Datadog's default payload says it in the title only, and has no key.

    Marks of Markdown around a text are left out.
    """
    data = {VARIABLES.get(name.replace("_", "").lower(), name): value for name, value in data.items()}
    title = values.text(data, "ALERT_TITLE", "EVENT_TITLE", "title")[:1_000]
    found, priority = DEFAULT_STATE.match(title), DEFAULT_PRIORITY.match(title)
    state = values.text(data, "ALERT_TRANSITION") or (found[1] if found else "")
    texts = {name: values.text(data, name).replace(MARKDOWN, "").strip() for name in ("body", "EVENT_MSG")}
    said = {"ALERT_TRANSITION": state, "how": HOW.get(state.lower(), ""), "titled": priority[1] if priority else ""}
    return {**data, **{name: text for name, text in texts.items() if text}, **said}


BODY = {
    "ALERT_ID": "1234",
    "ALERT_TITLE": "CPU is high on web1",
    "ALERT_STATUS": "system.load.1 over host:web1 was > 0 at least once during the last 1m",
    "ALERT_TRANSITION": "Triggered",
    "ALERT_CYCLE_KEY": "55001",
    "ALERT_SCOPE": "host:web1",
    "ALERT_PRIORITY": "P2",
    "AGGREG_KEY": "9bd4ac313a4d1e8fae2482df7b77628",
    "EVENT_TYPE": "query_alert_monitor",
    "EVENT_TITLE": "[Triggered] CPU is high on web1",
    "LINK": "https://app.datadoghq.com/event/event?id=1",
    "PRIORITY": "normal",
    "TAGS": "monitor, host:web1",
}
TEXTS = (
    "55001",
    "CPU is high on web1 (host:web1)",
    "system.load.1 over host:web1 was > 0 at least once during the last 1m",
)
DATA = {
    "url": "https://app.datadoghq.com/event/event?id=1",
    "scope": "host:web1",
    "priority": "P2",
    "event_type": "query_alert_monitor",
}
FORMER = ("9bd4ac313a4d1e8fae2482df7b77628", "1234")
TAGS = ("monitor", "host:web1")
AGAIN = BODY | {"ALERT_TRANSITION": "Re-Triggered"}
EXAMPLES = (
    posted("triggered", BODY, signal(CREATE, *TEXTS, urgency=Urgency.HIGH, tags=TAGS, data=DATA)),
    posted(
        "recovered",
        BODY | {"ALERT_TRANSITION": "Recovered"},
        signal(RESOLVE, *TEXTS, urgency=Urgency.HIGH, tags=TAGS, data=DATA, keys=FORMER),
    ),
    posted(
        "triggered again, which starts over",
        AGAIN,
        signal(RESOLVE, *TEXTS, urgency=Urgency.HIGH, tags=TAGS, data=DATA),
        signal(CREATE, *TEXTS, urgency=Urgency.HIGH, tags=TAGS, data=DATA),
        options={"support_retriggered_event": True},
    ),
    posted(
        "the default payload, which has no key",
        {
            "title": "[Triggered on {host:db1}] Disk is full",
            "body": "%%%\nNow 97 %\n%%%",
            "event_type": "query_alert_monitor",
        },
        signal(
            CREATE,
            title="[Triggered on {host:db1}] Disk is full",
            description="Now 97 %",
            data={"event_type": "query_alert_monitor"},
        ),
    ),
    posted("the default payload of a recovery", {"title": "[Recovered on {host:db1}] Disk is full", "body": "ok"}),
)
