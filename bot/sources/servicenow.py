"""ServiceNow: incidents by a business rule, and alerts of Event Management by another, with bodies of our own.

Fields: the tables `incident` and `em_alert` of ServiceNow. A key stands for one record by its number.
"""

from collections.abc import Mapping

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.senders import Sender
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import HeaderToken
from bot.ports import Option, Request

TOKEN = Option(name="token", label="Token that the rule puts into the header pagertree-token", secret=True)

NAME = "servicenow"
TITLE = "ServiceNow"
SENDERS = (Sender("ServiceNow", "by a business rule on incidents or on alerts of Event Management"),)
SETUP = """In ServiceNow, System Definition, Business Rules, add one on Incident: Advanced, async, on insert and
update, with the condition `current.state.changes() || current.priority.changes() || current.isNewRecord()` and
`var sent = {}, raw = ['number','state','priority','short_description','description','category','impact'];`
`raw.forEach(function(name) { sent[name] = current.getValue(name); });`
`['cmdb_ci','assignment_group'].forEach(function(name) { sent[name] = current.getDisplayValue(name); });`
`sent.link = gs.getProperty('glide.servlet.uri') + current.getLink(true);`
`var call = new sn_ws.RESTMessageV2(); call.setEndpoint('{url}'); call.setHttpMethod('post');`
`call.setRequestHeader('content-type', 'application/json'); call.setRequestBody(JSON.stringify(sent)); call.execute();`
For Event Management the same on em_alert, with number, state, severity, description, node, resource, metric_name."""
OPTIONS = (TOKEN, urgencies.OPTION)
METHODS = ("POST", "PUT")
VERIFIED = "by memory of the documented states of ServiceNow's tables incident and em_alert; the script is ours"
PROBLEM = "one incident, or one alert of Event Management"
APART = ("number",)
FIELDS = Fields(
    state="{said}",
    kinds={
        **dict.fromkeys(("", "1", "new", "open", "reopen", "reopened", "flapping"), CREATE),
        **dict.fromkeys(("2", "in progress", "3", "on hold", "awaiting"), ACKNOWLEDGE),
        **dict.fromkeys(("6", "resolved", "7", "closed", "8", "canceled", "cancelled"), RESOLVE),
        **dict.fromkeys(("4", "5")),
    },
    key=("{number}", "{sys_id}", "{message_key}"),
    title=(
        "{number} {short_description} ({cmdb_ci})",
        "{number} {short_description}",
        "{description} ({node} {resource})",
        "{description} ({node})",
        "{description}",
        "{number}",
    ),
    description=("{description}", "{short_description}", "{additional_info}"),
    urgency=("{severity}", "{priority}"),
    urgencies={
        "1": Urgency.CRITICAL,
        "2": Urgency.HIGH,
        "3": Urgency.MEDIUM,
        **dict.fromkeys(("4", "5", "planning"), Urgency.LOW),
        "moderate": Urgency.MEDIUM,
    },
    data={
        "url": ("{link}", "{url}"),
        "service": ("{business_service}", "{cmdb_ci}"),
        "node": "{node}",
        "resource": "{resource}",
        "metric": "{metric_name}",
        "assignment_group": "{assignment_group}",
        "caller": "{caller_id}",
        "category": "{category}",
        "impact": "{impact}",
    },
)

problems = urgencies.problems
verify = HeaderToken(TOKEN, "pagertree-token")
document = reading.document
read_record = FIELDS.reader()
TAKES = FIELDS.takes


def event_kind(request: Request) -> str:
    """The state of a record. Raises `Unreadable`."""
    return values.text(reading.mapping(request), "state").lower()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A record of either table. An alert of severity 0 is clear, whatever its state."""
    data = reading.mapping(request)
    state, severity = values.text(data, "state").lower(), values.text(data, "severity").lower()
    said = "resolved" if severity in {"0", "clear"} else state
    priority = values.text(data, "priority").partition(" - ")
    return read_record.signals(
        {
            **data,
            "said": said,
            "priority": priority[2] or priority[0],
            "severity": severity.partition(" - ")[0],
        },
        options,
    )


BODY = {
    "number": "INC0010023",
    "state": "1",
    "priority": "1",
    "short_description": "Checkout does not answer",
    "description": "Customers see 502 since 02:10",
    "cmdb_ci": "checkout-prod",
    "assignment_group": "Shop",
    "caller_id": "Abel Tuter",
    "category": "software",
    "link": "https://shop.service-now.com/incident.do?sys_id=57af7aec",
}
TEXTS = ("INC0010023", "INC0010023 Checkout does not answer (checkout-prod)", "Customers see 502 since 02:10")
DATA = {
    "url": BODY["link"],
    "service": "checkout-prod",
    "assignment_group": "Shop",
    "caller": "Abel Tuter",
    "category": "software",
}
ALERT = {
    "number": "Alert0010009",
    "state": "Open",
    "severity": "1",
    "node": "db1",
    "resource": "disk C:",
    "metric_name": "Free space",
    "description": "2% are free",
    "message_key": "SCOM_db1_C",
}
ABOUT = {"node": "db1", "resource": "disk C:", "metric": "Free space"}
EXAMPLES = (
    posted("an incident", BODY, signal(CREATE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA)),
    posted(
        "somebody works on it",
        BODY | {"state": "2"},
        signal(ACKNOWLEDGE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA),
    ),
    posted("it is resolved", BODY | {"state": "6"}, signal(RESOLVE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA)),
    posted(
        "an alert of Event Management",
        ALERT,
        signal(
            CREATE,
            "Alert0010009",
            "2% are free (db1 disk C:)",
            "2% are free",
            urgency=Urgency.CRITICAL,
            data=ABOUT,
        ),
    ),
    posted(
        "the alert is clear",
        ALERT | {"severity": "0"},
        signal(RESOLVE, "Alert0010009", "2% are free (db1 disk C:)", "2% are free", data=ABOUT),
    ),
)
