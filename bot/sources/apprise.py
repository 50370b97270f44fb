"""Apprise, by its json:// notification."""

from collections.abc import Mapping

from bot.engine.model import Signal, SignalKind
from bot.payloads import headlines, reading, urgencies, values
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option, Request

BY_TITLE = Option(
    name="dedup_by_title", default=False, label="The title is the dedup key: `success` resolves what has the same title"
)

NAME = "apprise"
TITLE = "Apprise"
SENDERS = (Sender("Apprise", "by `json://` or `jsons://`"),)
SETUP = """With Apprise, notify {url}, writing `json://` for `http://`, or `jsons://` for `https://`. The types
failure, warning and info make alerts."""
OPTIONS = (BY_TITLE, urgencies.OPTION)
METHODS = ("POST",)
VERIFIED = "real program in the tests: Apprise"
PROBLEM = "each notification by itself; with `dedup_by_title` one title"
APART = ("title",)
TITLED_BY = "`title` and the first line of `message`"
URGENCY_BY = "`type` info, warning"
STATES: Mapping[str, SignalKind | None] = {
    "failure, warning, info": CREATE,
    "success": None,
    "success, with `dedup_by_title`": RESOLVE,
}
KEYED_BY = "none; with `dedup_by_title` the `title`"
MAX_SAID = 120  # characters of a message in a title

problems = urgencies.problems
verify = UNSIGNED
document = reading.document
TAKES = ("failure", "warning", "info")


def event_kind(request: Request) -> str:
    """The type of a notification. Raises `Unreadable`."""
    return values.text(reading.mapping(request), "type").lower()


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A notification. A success can only resolve where titles are keys."""
    data = reading.mapping(request)
    title, message = values.text(data, "title"), values.text(data, "message", "body")
    if not (title or message):
        reading.refuse("it has neither `title` nor `message`, which Apprise sends.")
    by_title = values.enabled(BY_TITLE, options)
    kind = values.text(data, "type").lower()
    if kind == "success" and not (by_title and title):
        return ()
    return (
        signal(
            RESOLVE if kind == "success" else CREATE,
            title if by_title else "",
            ": ".join(values.kept((title, headlines.first_line(headlines.laid_out(message))[:MAX_SAID]))),
            message,
            urgency=urgencies.urgency_of(kind, options),
        ),
    )


BODY = {"version": "1.0", "title": "InstanceDown", "message": "checkout down", "attachments": [], "type": "failure"}
TITLED = {"dedup_by_title": True}
EXAMPLES = (
    posted("a failure", BODY, signal(CREATE, title="InstanceDown: checkout down", description="checkout down")),
    posted("a success", BODY | {"type": "success"}),
    posted(
        "a failure, titles being keys",
        BODY,
        signal(CREATE, "InstanceDown", "InstanceDown: checkout down", "checkout down"),
        options=TITLED,
    ),
    posted(
        "a success, titles being keys",
        BODY | {"type": "success", "message": "checkout up"},
        signal(RESOLVE, "InstanceDown", "InstanceDown: checkout up", "checkout up"),
        options=TITLED,
    ),
)
