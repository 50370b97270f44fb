"""Splunk On-Call's REST endpoint (once VictorOps): senders made for it change their host.

Its API key is the ingest key.

Format: help.splunk.com, Splunk On-Call, REST endpoint integration guide. A key stands for what the sender names by
`entity_id`.
"""

from collections.abc import Mapping

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.attached import attach
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Example, Request

ROUTE = "pagertree-routing-key"
"""The header in which the door notes the routing key that stood in the address."""

NAME = "victorops"
TITLE = "Splunk On-Call (VictorOps) events"
SENDERS = (Sender("Splunk On-Call's clients (VictorOps)", "only the host is changed"),)
SETUP = """For senders that can notify Splunk On-Call: have them send to this bot instead of alert.victorops.com,
and use the last part of {url} as the API key; the routing key is kept as the field routing_key. In Alertmanager,
under victorops_configs, set api_url to this bot's address with /integrations/generic/20131114/alert/ behind it."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "real program in the tests: Alertmanager 0.25; documented fields: help.splunk.com, Splunk On-Call"
PROBLEM = "what the sender names by `entity_id`"
APART = ("entity_id",)
LINKED_BY = "`vo_annotate.u.…`"
RUNBOOK_BY = "`vo_annotate.u.…` whose name says so"
FIELDS = Fields(
    state="{message_type}",
    kinds={
        **dict.fromkeys(("critical", "warning"), CREATE),
        **dict.fromkeys(("recovery", "ok", "resolved"), RESOLVE),
        **dict.fromkeys(("acknowledgement", "ack"), ACKNOWLEDGE),
        "info": None,
    },
    key="{entity_id}",
    title=(
        "{entity_display_name}",
        "{host_name}: {service_description}",
        "{entity_id}: {state_message}",
        "{entity_id}",
        "{state_message}",
    ),
    description="{state_message}",
    urgency="{message_type}",
    urgencies={"critical": Urgency.CRITICAL, "warning": Urgency.MEDIUM},
)
KNOWN = frozenset({"message_type", "entity_id", "entity_display_name", "state_message", "state_start_time"})
ANNOTATION = "vo_annotate."
LINK = f"{ANNOTATION}u."

problems = urgencies.problems
verify = UNSIGNED
document = reading.document
read_event = FIELDS.reader()
event_kind, TAKES = read_event.event_kind, FIELDS.takes


def answer(request: Request, log_id: str) -> tuple[int, dict[str, object]]:
    """What Splunk On-Call answers: clients look for `result`."""
    entity = values.text(reading.mapping(request), "entity_id")
    return 200, {"result": "success", "entity_id": entity or log_id}


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """An event; one that is only information is logged."""
    event = reading.mapping(request)
    links = {name.removeprefix(LINK): values.text(event, name) for name in event if name.startswith(LINK)}
    others = {name: event[name] for name in values.scalars({"top": event}, "top") if is_other(name)}
    return attach(
        read_event.signals(event, options),
        {**links, "routing_key": request.headers.get(ROUTE, ""), **others},
    )


def is_other(name: str) -> bool:
    """Whether a field is one of the sender's own, and no link."""
    return name not in KNOWN and not name.startswith(LINK)


BODY = {
    "message_type": "CRITICAL",
    "entity_id": "disk space/db01.mycompany.com",
    "entity_display_name": "Critically Low Disk Space on DB01",
    "state_message": "The disk is really really full.",
    "monitoring_tool": "cron",
    "vo_annotate.u.Runbook": "https://wiki.example/disks",
}
DATA = {"Runbook": "https://wiki.example/disks", "monitoring_tool": "cron"}
TEXTS = ("disk space/db01.mycompany.com", "Critically Low Disk Space on DB01", "The disk is really really full.")
EXAMPLES: tuple[Example, ...] = (
    posted("critical", BODY, signal(CREATE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA)),
    posted(
        "Alertmanager fires, with a routing key",
        {
            "message_type": "CRITICAL",
            "entity_id": "6a4e",
            "entity_display_name": "[FIRING:1] InstanceDown",
            "state_message": "",
            "monitoring_tool": "Alertmanager",
        },
        signal(
            CREATE,
            "6a4e",
            "[FIRING:1] InstanceDown",
            urgency=Urgency.CRITICAL,
            data={"routing_key": "shop", "monitoring_tool": "Alertmanager"},
        ),
        headers={ROUTE: "shop"},
    ),
    posted(
        "somebody has it",
        BODY | {"message_type": "ACKNOWLEDGEMENT"},
        signal(ACKNOWLEDGE, *TEXTS, data=DATA),
    ),
    posted("it is over", BODY | {"message_type": "RECOVERY"}, signal(RESOLVE, *TEXTS, data=DATA)),
    posted("information", BODY | {"message_type": "INFO"}),
)
