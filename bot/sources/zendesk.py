"""Zendesk tickets, through a webhook and triggers."""

from collections.abc import Mapping

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.signals import ACKNOWLEDGE, CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Request

NAME = "zendesk"
TITLE = "Zendesk"
SETUP = """In Zendesk, Admin Center, Apps and integrations, Webhooks, create one: POST to {url}, JSON. Then add
triggers that notify it with `{"event_type": "create", "id": "{{ticket.id}}", "title": "{{ticket.title}}",
"description": "{{ticket.description}}", "priority": "{{ticket.priority}}", "link": "https://{{ticket.link}}"}`:
create when a ticket is created, acknowledge when it is assigned, resolve when it is solved."""
OPTIONS = (urgencies.OPTION,)
METHODS = ("POST",)
VERIFIED = "fields as PagerTree reads them; placeholders from support.zendesk.com"
PROBLEM = "one ticket"
APART = ("id",)
FIELDS = Fields(
    state="{event_type}",
    kinds={"create": CREATE, "acknowledge": ACKNOWLEDGE, "resolve": RESOLVE},
    key="{id}",
    title="{title}",
    description="{description}",
    urgency=("{priority}", "{urgency}"),
    urgencies={"normal": Urgency.MEDIUM},
    data={"url": ("{link}", "{url}"), "type": "{ticket_type}", "via": "{via}", "assignee": "{assignee_name}"},
)

problems = urgencies.problems
verify = UNSIGNED
read_ticket = FIELDS.reader()
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A ticket. Zendesk writes its links without a scheme."""
    data = reading.mapping(request)
    link = values.text(data, "link")
    whole = f"https://{link}" if link and "://" not in link else link
    return read_ticket.signals({**data, "link": whole}, options)


BODY = {
    "event_type": "create",
    "id": "35436",
    "title": "The shop is down",
    "description": "Nobody can pay",
    "priority": "Urgent",
    "link": "acme.zendesk.com/agent/tickets/35436",
}
DATA = {"url": "https://acme.zendesk.com/agent/tickets/35436"}
EXAMPLES = (
    posted(
        "a ticket is created",
        BODY,
        signal(CREATE, "35436", "The shop is down", "Nobody can pay", urgency=Urgency.CRITICAL, data=DATA),
    ),
    posted("it is assigned", {"event_type": "acknowledge", "id": 35436}, signal(ACKNOWLEDGE, "35436")),
    posted("it is solved", {"event_type": "resolve", "id": "35436"}, signal(RESOLVE, "35436")),
)
