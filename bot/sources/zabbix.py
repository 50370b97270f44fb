"""Zabbix, by a webhook media type."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.engine.model import Signal, Urgency
from bot.ports import Option, Request
from bot.sources import reading, values
from bot.sources.fields import Fields
from bot.sources.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

MAP_URGENCY = Option(name="map_urgency", default=False, label="The severity at Zabbix sets the urgency")

NAME = "zabbix"
TITLE = "Zabbix"
SETUP = """In Zabbix, Alerts, Media types, add a webhook with the script `var r = new HttpRequest();
r.addHeader("Content-Type: application/json"); r.post("{url}", value); if (r.getStatus() > 299) { throw r.getStatus(); }
return "OK";` and the parameters `event_value` {EVENT.VALUE}, `event_id` {EVENT.ID}, `trigger_id` {TRIGGER.ID}, `title`
{ALERT.SUBJECT}, `description` {ALERT.MESSAGE}, `event_nseverity` {EVENT.NSEVERITY}, `event_tags` {EVENT.TAGS},
`event_source` {EVENT.SOURCE}, `event_update_status` {EVENT.UPDATE.STATUS}, `event_update_action`
{EVENT.UPDATE.ACTION}, `zabbix_url` {$ZABBIX.URL}. Give it message templates for problems, recoveries and updates, add
it to a user's media, and let an action with operations for all three send to that user."""
OPTIONS = (MAP_URGENCY,)
METHODS = ("POST",)
VERIFIED = "real program in the tests: Zabbix 6.0, its webhook with this script"
KEYED_BY = "`trigger_id`, else `event_id`"
SEVERITIES = {
    "0": Urgency.SILENT,
    "1": Urgency.LOW,
    "2": Urgency.MEDIUM,
    "3": Urgency.MEDIUM,
    "4": Urgency.HIGH,
    "5": Urgency.CRITICAL,
}
FIELDS = Fields(
    state="{event_value}",
    kinds={"1": CREATE, "0": RESOLVE, "": CREATE},
    key=("{trigger_id}", "{event_id}"),
    title=("{title}", "{event_name}"),
    description="{description}",
    urgency="{event_nseverity}",
    urgencies=SEVERITIES,
    tags="event_tags",
    data={"event": "{event_id}"},
)

verify = UNSIGNED
document = reading.document

MACRO = re.compile(r"\{[$#A-Z][A-Z0-9_.$#:]*\}")
read_mapped = FIELDS.reader()
read_plain = replace(FIELDS, urgency=()).reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A problem, its acknowledgement or its recovery. Macros that Zabbix left as they are count as empty."""
    sent = reading.mapping(request)
    data = {key: value for key, value in sent.items() if not is_macro(value)}
    if sent and not data:
        return (signal(CREATE, title="Zabbix test", description="All fields came as macros: this was a test."),)
    reader = read_mapped if values.enabled(MAP_URGENCY, options) else read_plain
    acknowledged = values.text(data, "event_update_status") == "1" and says_acknowledged(data)
    return tuple(
        replace(found, kind=ACKNOWLEDGE if acknowledged and found.kind is CREATE else found.kind, data=links(data))
        for found in reader.signals(data)
    )


def is_macro(value: object) -> bool:
    """Whether a value is nothing but a macro's name, which stands where Zabbix had nothing to fill in."""
    return isinstance(value, str) and MACRO.fullmatch(value) is not None


def says_acknowledged(data: Mapping[str, object]) -> bool:
    """Whether an update acknowledges (and does not take that back)."""
    action = values.text(data, "event_update_action").lower()
    return "acknowledged" in action.replace("unacknowledged", "") and bool(values.text(data, "trigger_id", "event_id"))


def links(data: Mapping[str, object]) -> dict[str, object]:
    """The event and its page in Zabbix."""
    url, trigger, event = (values.text(data, name) for name in ("zabbix_url", "trigger_id", "event_id"))
    page = f"{url.rstrip('/')}/tr_events.php?triggerid={trigger}&eventid={event}" if url and trigger and event else url
    return {name: value for name, value in {"event": event, "url": page}.items() if value}


BODY = {
    "event_value": "1",
    "event_id": "2207",
    "trigger_id": "16046",
    "title": "Problem: /var is full on db1",
    "description": "Problem started at 20:01",
    "event_nseverity": "4",
    "event_tags": "Application:Filesystem,Scope:capacity",
    "event_source": "0",
    "event_update_status": "0",
    "event_update_action": "{EVENT.UPDATE.ACTION}",
    "zabbix_url": "https://zabbix.example",
}
TAGS = ("Application:Filesystem", "Scope:capacity")
TEXTS = ("16046", "Problem: /var is full on db1", "Problem started at 20:01")
DATA = {"event": "2207", "url": "https://zabbix.example/tr_events.php?triggerid=16046&eventid=2207"}
EXAMPLES = (
    posted("a problem", BODY, signal(CREATE, *TEXTS, tags=TAGS, data=DATA)),
    posted(
        "its severity sets the urgency",
        BODY,
        signal(CREATE, *TEXTS, urgency=Urgency.HIGH, tags=TAGS, data=DATA),
        options={"map_urgency": True},
    ),
    posted(
        "somebody acknowledges it at Zabbix",
        BODY | {"event_update_status": "1", "event_update_action": "acknowledged"},
        signal(ACKNOWLEDGE, *TEXTS, tags=TAGS, data=DATA),
    ),
    posted("it recovers", BODY | {"event_value": "0"}, signal(RESOLVE, *TEXTS, tags=TAGS, data=DATA)),
    posted(
        "as Zabbix 6.0 sends it, without an address of its own",
        {
            **BODY,
            "event_id": "1",
            "trigger_id": "23133",
            "title": "Problem: HTTP is down",
            "description": "Since 01:46:14",
            "event_tags": "scope:availability",
            "zabbix_url": "{$ZABBIX.URL}",
        },
        signal(
            CREATE,
            "23133",
            "Problem: HTTP is down",
            "Since 01:46:14",
            tags=("scope:availability",),
            data={"event": "1"},
        ),
    ),
    posted(
        "a test, in which macros stay as they are",
        {"event_value": "{EVENT.VALUE}", "trigger_id": "{TRIGGER.ID}", "title": "Test subject"},
        signal(CREATE, title="Test subject"),
    ),
)
