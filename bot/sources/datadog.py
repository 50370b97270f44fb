"""Datadog, by a webhook with a payload of our own."""

from collections.abc import Mapping
from dataclasses import replace

from bot.engine.model import Signal
from bot.ports import Option, Request
from bot.sources import reading, signals, values
from bot.sources.fields import Fields
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

RETRIGGERED = Option(
    name="support_retriggered_event", default=False, label="A re-triggered event resolves the alert and makes a new one"
)

NAME = "datadog"
TITLE = "Datadog"
SETUP = """In Datadog, Integrations, Webhooks, add one with the URL {url} and the payload `{"ALERT_ID": "$ALERT_ID",
"ALERT_TITLE": "$ALERT_TITLE", "ALERT_STATUS": "$ALERT_STATUS", "ALERT_TRANSITION": "$ALERT_TRANSITION",
"AGGREG_KEY": "$AGGREG_KEY", "EVENT_TYPE": "$EVENT_TYPE", "EVENT_TITLE": "$EVENT_TITLE", "LINK": "$LINK",
"PRIORITY": "$PRIORITY", "TAGS": "$TAGS"}`. Then mention `@webhook-<name>` in your monitors."""
OPTIONS = (RETRIGGERED,)
METHODS = ("POST",)
VERIFIED = "documented variables: docs.datadoghq.com/integrations/webhooks"
KEYED_BY = "`ALERT_ID`, also `AGGREG_KEY`"
FIELDS = Fields(
    state="{ALERT_TRANSITION}",
    kinds={
        **dict.fromkeys(("triggered", "warn", "no data", "renotify"), CREATE),
        **dict.fromkeys(("re-triggered", "re-warn", "re-no data"), CREATE),
        "recovered": RESOLVE,
    },
    key="{ALERT_ID}",
    title=("{ALERT_TITLE}", "{EVENT_TITLE}", "{title}"),
    description=("{ALERT_STATUS}", "{body}"),
    tags="TAGS",
    data={"url": "{LINK}", "priority": "{PRIORITY}", "event_type": ("{EVENT_TYPE}", "{event_type}")},
)

verify = UNSIGNED
document = reading.document

read_event = FIELDS.reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A monitor's transition. An event that is triggered again counts on, or starts over where that is set."""
    data = reading.mapping(request)
    found = signals.also_keyed(read_event.signals(data), [values.text(data, "AGGREG_KEY")])
    again = values.text(data, "ALERT_TRANSITION").lower() == "re-triggered"
    if again and values.enabled(RETRIGGERED, options):
        return tuple(replace(one, kind=RESOLVE) for one in found if one.dedup_key) + found
    return found


BODY = {
    "ALERT_ID": "1234",
    "ALERT_TITLE": "CPU is high on web1",
    "ALERT_STATUS": "system.load.1 over host:web1 was > 0 at least once during the last 1m",
    "ALERT_TRANSITION": "Triggered",
    "AGGREG_KEY": "9bd4ac313a4d1e8fae2482df7b77628",
    "EVENT_TYPE": "query_alert_monitor",
    "EVENT_TITLE": "[Triggered] CPU is high on web1",
    "LINK": "https://app.datadoghq.com/event/event?id=1",
    "PRIORITY": "normal",
    "TAGS": "monitor, host:web1",
}
TEXTS = ("1234", "CPU is high on web1", "system.load.1 over host:web1 was > 0 at least once during the last 1m")
DATA = {
    "url": "https://app.datadoghq.com/event/event?id=1",
    "priority": "normal",
    "event_type": "query_alert_monitor",
}
KEYS = ("9bd4ac313a4d1e8fae2482df7b77628",)
TAGS = ("monitor", "host:web1")
AGAIN = BODY | {"ALERT_TRANSITION": "Re-Triggered"}
EXAMPLES = (
    posted("triggered", BODY, signal(CREATE, *TEXTS, tags=TAGS, data=DATA, keys=KEYS)),
    posted(
        "recovered",
        BODY | {"ALERT_TRANSITION": "Recovered"},
        signal(RESOLVE, *TEXTS, tags=TAGS, data=DATA, keys=KEYS),
    ),
    posted(
        "triggered again, which starts over",
        AGAIN,
        signal(RESOLVE, *TEXTS, tags=TAGS, data=DATA, keys=KEYS),
        signal(CREATE, *TEXTS, tags=TAGS, data=DATA, keys=KEYS),
        options={"support_retriggered_event": True},
    ),
)
