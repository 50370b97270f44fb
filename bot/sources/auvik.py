"""Auvik network management."""

from bot.engine.model import Urgency
from bot.ports import Option
from bot.sources import reading
from bot.sources.fields import Fields
from bot.sources.signals import CREATE, RESOLVE, posted, signal
from bot.sources.signatures import UNSIGNED

NAME = "auvik"
TITLE = "Auvik"
SETUP = (
    "In Auvik, Manage Alerts, add a notification channel of type Webhook with the URL {url} and use it in your alerts."
)
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "documented sample: support.auvik.com, How do I interpret webhook notifications"
FIELDS = Fields(
    state=("{alertStatus}", "{alertStatusString}"),
    kinds={"0": CREATE, "triggered": CREATE, "1": RESOLVE, "cleared": RESOLVE},
    key="{correlationId}",
    title=("{alertName}", "{subject}"),
    description="{alertDescription}",
    urgency="{alertSeverity}",
    urgencies={"1": Urgency.CRITICAL, "2": Urgency.HIGH, "3": Urgency.MEDIUM, "4": Urgency.LOW},
    data={"url": "{link}", "entity": "{entityName}", "company": "{companyName}"},
)

verify = UNSIGNED
read = FIELDS.reader()
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
TEXTS = ("MTI3Mzg5NDYx", "Firewall is offline", "This device is not reachable")
EXAMPLES = (
    posted("triggered", BODY, signal(CREATE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA)),
    posted(
        "cleared",
        BODY | {"alertStatus": 1, "alertStatusString": "Cleared"},
        signal(RESOLVE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA),
    ),
)
