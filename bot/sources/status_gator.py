"""StatusGator, which watches the status pages of others."""

from collections.abc import Mapping

from bot.engine.model import Signal, Urgency
from bot.payloads import reading, urgencies, values
from bot.payloads.fields import Fields
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option, Request

ON_WARN = Option(name="create_on_warn", default=True, label="Warnings make alerts")
ON_MAINTENANCE = Option(name="create_on_maintenance", default=True, label="Maintenance makes alerts")

NAME = "status_gator"
TITLE = "StatusGator"
SETUP = "In StatusGator, Integrations, Advanced, add a webhook with the URL {url} (schema 3.0)."
OPTIONS = (ON_WARN, ON_MAINTENANCE, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "documented sample: support.statusgator.com, Webhook version 3.0 (and the older schema)"
PROBLEM = "one monitored service"
APART = ("monitor.id",)
KEYED_BY = "`monitor.id`; in the older schema `slug`"
FIELDS = Fields(
    state=("{status}", "{current_status}", "{type}"),
    kinds={"down": CREATE, "warn": CREATE, "maintenance": CREATE, "earlywarningsignal": CREATE, "up": RESOLVE},
    key=("{monitor.id}", "{slug}", "{service_name}"),
    title=(
        "{monitor.display_name}: {message}",
        "{monitor.display_name}: {summary}",
        "{service_name}: {message}",
        "{monitor.display_name} is {status}",
        "{service_name} is {current_status}",
    ),
    description="{details}",
    urgency=("{severity}", "{status}", "{current_status}"),
    data={
        "status": ("{status}", "{current_status}"),
        "board": "{board.name}",
        "url": ("{service.status_page_url}", "{status_page_url}"),
    },
)

problems = urgencies.problems
verify = UNSIGNED
document = reading.document

WARNINGS = frozenset({"warn", "earlywarningsignal"})
read_status = FIELDS.reader()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A change of status; warnings and maintenance make alerts unless they are turned off."""
    data = reading.mapping(request)
    status = values.text(data, "status", "current_status", "type").lower()
    if status in WARNINGS and not values.enabled(ON_WARN, options):
        return ()
    if status == "maintenance" and not values.enabled(ON_MAINTENANCE, options):
        return ()
    return read_status.signals(data, options)


TAKES = FIELDS.takes


def event_kind(request: Request) -> str:
    """The status. Raises `Unreadable`."""
    return values.text(reading.mapping(request), "status", "current_status", "type").lower()


BODY = {
    "type": "StatusChange",
    "recorded_at": "2026-07-17T02:20:45Z",
    "service": {"id": "OUQJ", "name": "OpenAI", "status_page_url": "https://status.openai.com"},
    "monitor": {"id": "UIMPLWZg9D", "type": "ServiceMonitor", "display_name": "OpenAI"},
    "board": {"id": "Pwg0", "name": "Demo"},
    "status": "down",
    "previous_status": "up",
    "message": "Elevated error rate",
    "details": "We are working on it.",
}
DATA = {"board": "Demo", "url": "https://status.openai.com"}
TEXTS = ("UIMPLWZg9D", "OpenAI: Elevated error rate", "We are working on it.")
EXAMPLES = (
    posted("down", BODY, signal(CREATE, *TEXTS, data={"status": "down", **DATA})),
    posted("up", BODY | {"status": "up"}, signal(RESOLVE, *TEXTS, data={"status": "up", **DATA})),
    posted("a warning that is turned off", BODY | {"status": "warn"}, options={"create_on_warn": False}),
    posted(
        "the older schema",
        {"current_status": "warn", "last_status": "up", "service_name": "Heroku", "slug": "heroku", "message": "Slow"},
        signal(CREATE, "heroku", "Heroku: Slow", urgency=Urgency.MEDIUM, data={"status": "warn"}),
    ),
)
