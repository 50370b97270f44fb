"""Auvik network management."""

from bot.engine.model import Urgency
from bot.payloads import reading, urgencies
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED

NAME = "auvik"
TITLE = "Auvik"
SETUP = (
    "In Auvik, Manage Alerts, add a notification channel of type Webhook with the URL {url} and use it in your alerts."
)
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "documented sample: support.auvik.com, How do I interpret webhook notifications"
PROBLEM = "one occurrence of an alert on an entity"
APART = ("correlationId",)
FIELDS = Fields(
    state=("{alertStatus}", "{alertStatusString}"),
    kinds={
        **dict.fromkeys(("0", "triggered"), CREATE),
        **dict.fromkeys(("1", "cleared"), RESOLVE),
        **dict.fromkeys(("dismissed", "paused")),
    },
    key="{correlationId}",
    title=("{alertName}", "{subject}"),
    where=("{entityName}", "{companyName}"),
    description="{alertDescription}",
    urgency=("{alertSeverity}", "{alertSeverityString}"),
    urgencies={"1": Urgency.CRITICAL, "2": Urgency.HIGH, "3": Urgency.MEDIUM, "4": Urgency.LOW},
    data={"url": "{link}", "entity": "{entityName}", "kind": "{entityType}", "company": "{companyName}"},
)

problems = urgencies.problems
verify = UNSIGNED
read = FIELDS.reader()
event_kind, TAKES = read.event_kind, FIELDS.takes
document = reading.document

BODY = {
    "entityId": "MTI3Mzg5NDYxMjM5NzQ=",
    "subject": "You have a new alert!",
    "alertStatusString": "Triggered",
    "alertName": "Firewall is offline",
    "entityName": "fw-1",
    "companyName": "acme",
    "alertSeverity": 1,
    "alertSeverityString": "Emergency",
    "alertStatus": 0,
    "alertDescription": "This device is not reachable",
    "correlationId": "MTI3Mzg5NDYx",
    "link": "https://acme.my.auvik.com/#alert/1",
    "date": "2026-01-22T20:21:00.000Z",
}
DATA = {"url": "https://acme.my.auvik.com/#alert/1", "entity": "fw-1", "company": "acme"}
TEXTS = ("MTI3Mzg5NDYx", "Firewall is offline (fw-1, acme)", "This device is not reachable")
EXAMPLES = (
    posted("triggered", BODY, signal(CREATE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA)),
    posted(
        "cleared",
        BODY | {"alertStatus": 1, "alertStatusString": "Cleared"},
        signal(RESOLVE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA),
    ),
)
