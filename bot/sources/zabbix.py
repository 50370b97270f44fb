"""Zabbix, by a webhook media type."""

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option, Request

MAP_URGENCY = Option(name="map_urgency", default=True, label="The severity at Zabbix sets the urgency")

NAME = "zabbix"
TITLE = "Zabbix"
SENDERS = (Sender("Zabbix", "by a media type"),)
SETUP = """In Zabbix, Alerts, Media types, add a webhook with the script `var r = new HttpRequest();
r.addHeader("Content-Type: application/json"); r.post("{url}", value); if (r.getStatus() > 299) { throw r.getStatus(); }
return "OK";` and the parameters `event_value` {EVENT.VALUE}, `event_id` {EVENT.ID}, `trigger_id` {TRIGGER.ID}, `title`
{ALERT.SUBJECT}, `description` {ALERT.MESSAGE}, `event_nseverity` {EVENT.NSEVERITY}, `event_tags` {EVENT.TAGS},
`event_source` {EVENT.SOURCE}, `event_update_status` {EVENT.UPDATE.STATUS}, `event_update_action`
{EVENT.UPDATE.ACTION}, `host` {HOST.NAME}, `runbook_url` {TRIGGER.URL}, `zabbix_url` {$ZABBIX.URL}. Give it message
templates for problems, recoveries and updates, add it to a user's media, and let an action with operations for all
three send to that user."""
OPTIONS = (MAP_URGENCY, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "real program in the tests: Zabbix 6.0, its webhook with this script"
PROBLEM = "one problem event, which its recovery names too: a trigger may have several at once"
APART = ("event_id",)
SEVERITIES = {
    "1": Urgency.LOW,
    "2": Urgency.MEDIUM,
    "3": Urgency.MEDIUM,
    "4": Urgency.HIGH,
    "5": Urgency.CRITICAL,
}
FIELDS = Fields(
    state="{asked}",
    kinds={
        **dict.fromkeys(("problem", "changed severity", "unacknowledged", "unsuppressed", ""), CREATE),
        "acknowledged": ACKNOWLEDGE,
        **dict.fromkeys(("recovery", "closed"), RESOLVE),
        **dict.fromkeys(("commented", "suppressed", "changed rank")),
    },
    key=("{event_id}", "{trigger_id}"),
    former="{trigger_id}",
    title=("{title}", "{event_name}"),
    where=("{host}", "{stated_host}", "{named_host}"),
    description="{description}",
    urgency=("{event_nseverity}", "{event_severity}", "{severity}"),
    urgencies=SEVERITIES,
    tags="event_tags",
    data={"event": "{event_id}"},
)
HOSTS = ("host_name", "hostname", "host.name", "HOST.NAME")
"""What people's own media types call the host."""
TITLED_BY = "`title`, else `event_name`, and `host`, the line `Host:` of the message, or `host_name`"
URGENCY_BY = "`event_nseverity` 1–5 (0, not classified, is the integration's); not with `map_urgency` off"
LINKED_BY = "`zabbix_url` with trigger and event"
RUNBOOK_BY = "`runbook_url`"
UPDATES = ("closed", "unacknowledged", "acknowledged", "unsuppressed", "changed severity", "suppressed", "commented")
"""What an update of a problem says that was done, the weightiest first; several may stand in one."""

verify = UNSIGNED
document = reading.document

problems = urgencies.problems
HOST = re.compile(r"^\s{0,9}(?:Host|Hostname|Host name):\s{0,9}(\S[^\n]{0,200})$", re.MULTILINE | re.IGNORECASE)
UNKNOWN = "*UNKNOWN*"
MACRO = re.compile(r"\{[$#A-Z][A-Z0-9_.$#:]{0,200}\}")
read_mapped = FIELDS.reader()
read_plain = replace(FIELDS, urgency=()).reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A problem, an update of it, or its recovery. Macros that Zabbix could not fill in count as empty."""
    sent = reading.mapping(request)
    data = {key: value for key, value in sent.items() if not is_macro(value)}
    if sent and not data:
        return (signal(CREATE, title="Zabbix test", description="All fields came as macros: this was a test."),)
    reader = read_mapped if values.enabled(MAP_URGENCY, options) else read_plain
    known = bool(values.text(data, "event_id", "trigger_id"))
    over = values.text(data, "event_value") == "0"
    said = {"asked": asked(data) if known or over else "", "stated_host": stated_host(data)}
    said["named_host"] = "" if said["stated_host"] else values.text(data, *HOSTS)
    found = reader.signals({**data, **said}, options)
    return tuple(replace(one, data={**one.data, **links(data)}) for one in found)


TAKES = FIELDS.takes


def event_kind(request: Request) -> str:
    """What a message is about. Raises `Unreadable`."""
    return asked(reading.mapping(request))


def asked(data: Mapping[str, object]) -> str:
    """What a message is about: a problem, its recovery, or what was done to it."""
    if values.text(data, "event_value") == "0":
        return "recovery"
    if values.text(data, "event_update_status") != "1":
        return "problem"
    action = values.text(data, "event_update_action").lower()
    return next((done for done in UPDATES if done in action), action)


def stated_host(data: Mapping[str, object]) -> str:
    """The host that Zabbix' usual message names in a line of its own."""
    found = HOST.search(values.text(data, "description")[:4_000])
    return found[1].strip() if found else ""


def is_macro(value: object) -> bool:
    """Whether a value is nothing but a macro's name, which stands where Zabbix had nothing to fill in."""
    return isinstance(value, str) and (value == UNKNOWN or MACRO.fullmatch(value) is not None)


def links(data: Mapping[str, object]) -> dict[str, object]:
    """The event and its page in Zabbix."""
    url, trigger, event = (values.text(data, name) for name in ("zabbix_url", "trigger_id", "event_id"))
    page = f"{url.rstrip('/')}/tr_events.php?triggerid={trigger}&eventid={event}" if url and trigger and event else url
    guide, trigger = values.text(data, "runbook_url", "trigger_url"), trigger if event else ""
    told = {"url": page, "event": event, "trigger": trigger, "host": values.text(data, "host"), "runbook_url": guide}
    return {name: value for name, value in told.items() if value}


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
TEXTS = ("2207", "Problem: /var is full on db1", "Problem started at 20:01")
DATA = {
    "url": "https://zabbix.example/tr_events.php?triggerid=16046&eventid=2207",
    "event": "2207",
    "trigger": "16046",
}
MILD = {"map_urgency": False}
EXAMPLES = (
    posted("a problem", BODY, signal(CREATE, *TEXTS, urgency=Urgency.HIGH, tags=TAGS, data=DATA)),
    posted(
        "a problem whose severity does not count",
        BODY,
        signal(CREATE, *TEXTS, tags=TAGS, data=DATA),
        options=MILD,
    ),
    posted(
        "somebody acknowledges it at Zabbix",
        BODY | {"event_update_status": "1", "event_update_action": "acknowledged"},
        signal(ACKNOWLEDGE, *TEXTS, urgency=Urgency.HIGH, tags=TAGS, data=DATA, keys=("16046",)),
    ),
    posted("somebody comments on it", BODY | {"event_update_status": "1", "event_update_action": "commented"}),
    posted(
        "another event of the same trigger, on a host that the message names",
        BODY | {"event_id": "2208", "description": "Host: db2\nSeverity: High"},
        signal(
            CREATE,
            "2208",
            "Problem: /var is full on db1 (db2)",
            "Host: db2\nSeverity: High",
            urgency=Urgency.HIGH,
            tags=TAGS,
            data={
                "url": "https://zabbix.example/tr_events.php?triggerid=16046&eventid=2208",
                "event": "2208",
                "trigger": "16046",
            },
        ),
    ),
    posted(
        "it recovers",
        BODY | {"event_value": "0"},
        signal(RESOLVE, *TEXTS, urgency=Urgency.HIGH, tags=TAGS, data=DATA, keys=("16046",)),
    ),
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
            "1",
            "Problem: HTTP is down",
            "Since 01:46:14",
            urgency=Urgency.HIGH,
            tags=("scope:availability",),
            data={"event": "1", "trigger": "23133"},
        ),
    ),
    posted(
        "a test, in which macros stay as they are",
        {"event_value": "{EVENT.VALUE}", "trigger_id": "{TRIGGER.ID}", "title": "Test subject"},
        signal(CREATE, title="Test subject"),
    ),
)
