"""Freshservice tickets: the format of Freshdesk."""

from bot.engine.model import Urgency
from bot.payloads import reading, urgencies
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.sources import freshdesk

NAME = "freshservice"
TITLE = "Freshservice"
SETUP = """In Freshservice, Admin, Workflow Automator, make a workflow (say, on new incidents and on status changes)
with the action Trigger webhook: POST to {url}, JSON, simple, and the contents ticket id, subject,
description, URL, status, priority."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "fields as PagerTree reads them; statuses from api.freshservice.com"
PROBLEM = "one ticket"
KEYED_BY = "`freshdesk_webhook.ticket_id`"
APART = ("freshdesk_webhook.ticket_id",)
FIELDS = freshdesk.FIELDS

problems = urgencies.problems
verify = UNSIGNED
document = reading.document

read = freshdesk.read
event_kind, TAKES = freshdesk.event_kind, freshdesk.TAKES
TICKET = {
    "ticket_id": "INC-12",
    "ticket_subject": "Mail is slow",
    "ticket_description": "Since 9 o'clock",
    "ticket_status": "2",
    "ticket_priority": "2",
}
TEXTS = ("INC-12", "Mail is slow", "Since 9 o'clock")
EXAMPLES = (
    posted("an incident opens", {"freshdesk_webhook": TICKET}, signal(CREATE, *TEXTS, urgency=Urgency.MEDIUM)),
    posted(
        "it is resolved",
        {"freshdesk_webhook": TICKET | {"ticket_status": "4"}},
        signal(RESOLVE, *TEXTS, urgency=Urgency.MEDIUM),
    ),
)
