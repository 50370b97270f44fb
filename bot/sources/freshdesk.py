"""Freshdesk tickets."""

from bot.engine.model import Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED

NAME = "freshdesk"
TITLE = "Freshdesk"
SETUP = """In Freshdesk, Admin, Automations, make a rule (say, on new tickets of priority urgent and on status changes)
with the action Trigger webhook: POST to {url}, JSON, simple, and the contents ticket id, subject,
description, URL, status, priority."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "fields as PagerTree reads them; statuses from developers.freshdesk.com"
PROBLEM = "one ticket"
APART = ("freshdesk_webhook.ticket_id",)
FIELDS = Fields(
    state=("{freshdesk_webhook.ticket_status}", "{ticket_status}"),
    kinds={
        **dict.fromkeys(("2", "open"), CREATE),
        **dict.fromkeys(("3", "pending"), ACKNOWLEDGE),
        **dict.fromkeys(("4", "5", "resolved", "closed"), RESOLVE),
        **dict.fromkeys(("6", "7", "waiting on customer", "waiting on third party")),
    },
    key=("{freshdesk_webhook.ticket_id}", "{freshdesk_webhook.ticket_public_url}", "{ticket_id}"),
    title=("{freshdesk_webhook.ticket_subject}", "{ticket_subject}"),
    description=("{freshdesk_webhook.ticket_description}", "{ticket_description}"),
    urgency=("{freshdesk_webhook.ticket_priority}", "{ticket_priority}"),
    urgencies={
        **values.URGENCIES,
        "1": Urgency.LOW,
        "2": Urgency.MEDIUM,
        "3": Urgency.HIGH,
        "4": Urgency.CRITICAL,
        "urgent": Urgency.CRITICAL,
    },
    data={"url": ("{freshdesk_webhook.ticket_url}", "{ticket_url}", "{freshdesk_webhook.ticket_public_url}")},
)

problems = urgencies.problems
verify = UNSIGNED
read = FIELDS.reader()
event_kind, TAKES = read.event_kind, FIELDS.takes
document = reading.document

TICKET = {
    "ticket_id": 4711,
    "ticket_subject": "Checkout is down",
    "ticket_description": "Customers cannot pay",
    "ticket_url": "https://acme.freshdesk.com/helpdesk/tickets/4711",
    "ticket_status": "Open",
    "ticket_priority": "Urgent",
}
DATA = {"url": "https://acme.freshdesk.com/helpdesk/tickets/4711"}
TEXTS = ("4711", "Checkout is down", "Customers cannot pay")
EXAMPLES = (
    posted(
        "a ticket opens", {"freshdesk_webhook": TICKET}, signal(CREATE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA)
    ),
    posted(
        "somebody works on it",
        {"freshdesk_webhook": TICKET | {"ticket_status": 3}},
        signal(ACKNOWLEDGE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA),
    ),
    posted(
        "it is closed",
        {"freshdesk_webhook": TICKET | {"ticket_status": "Closed"}},
        signal(RESOLVE, *TEXTS, urgency=Urgency.CRITICAL, data=DATA),
    ),
)
