"""Beszel, by a Shoutrrr address of the service `generic` with its JSON template.

Format: henrygd/beszel, internal/alerts. Beszel sends a title and a message, and no more: what is wrong, where, and
whether it is over is read from the words of the title. A key stands for what the title names besides those words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.engine.model import Signal, SignalKind
from bot.payloads import reading, values
from bot.payloads.senders import Sender
from bot.payloads.signals import CREATE, RESOLVE, posted, signal
from bot.payloads.signatures import UNSIGNED
from bot.ports import Option, Request

NAME = "beszel"
TITLE = "Beszel"
SENDERS = (Sender("Beszel", "by a `generic+https://` address of Shoutrrr"),)
SETUP = """In Beszel, Settings, Notifications, add a webhook (Shoutrrr) address: {url} with `generic+` before it and
`?template=json` behind it, so `generic+https://…?template=json` (older versions: `generic://` instead of
`generic+https://`). Press Test: an alert comes that only people resolve. Then switch alerts on for each system."""
OPTIONS: tuple[Option, ...] = ()
METHODS = ("POST",)
VERIFIED = "the sender's source: henrygd/beszel, internal/alerts"
PROBLEM = "what a title names: a measure of a system, its connection, a disk"
APART = ("title",)
TITLED_BY = "`title`"
LINKED_BY = "the address at the end of `message`"
STATES: Mapping[str, SignalKind | None] = {
    "above (a battery: below) threshold; down; SMART failed; anything else": CREATE,
    "below (a battery: above) threshold; up": RESOLVE,
    "another title that ends in a green mark": None,
}
KEYED_BY = "the words of `title` that say what and where: `web1 CPU`, `Connection to web1`, `SMART on web1: sda`"


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleFacts:
    """What a title says: of what it is, and whether that is a problem or over; None where it is neither."""

    key: str
    kind: SignalKind | None


THRESHOLD = re.compile(r"(?P<what>.{1,300}) (?P<side>above|below) threshold")
CONNECTION = re.compile(r"Connection to (?P<system>.{1,300}) is (?P<state>up|down)")
SMART = re.compile(r"SMART (?P<state>\w{1,30}) on (?P<what>.{1,300})")
BAD, GOOD = "\U0001f534\U0001f6a8❌", "✅\U0001f7e2"
FALLING = ("battery",)
"""What is a problem below its threshold, and well above it."""
LONGEST_LINK = 1_000  # characters, at the end of a message
LINK = re.compile(r"https?://\S{1,2000}\Z")

verify = UNSIGNED
document = reading.document


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """A title and a message."""
    data = reading.mapping(request)
    title, message = values.text(data, "title"), values.text(data, "message", "body")
    if not (title or message):
        reading.refuse("it has neither `title` nor `message`: add `?template=json` to the Shoutrrr address.")
    said = understood(title.rstrip(f"{BAD}{GOOD} \ufe0f"), title)
    if said.kind is None:
        return ()
    link = LINK.search(message, max(0, len(message) - LONGEST_LINK))
    return (
        signal(
            said.kind,
            said.key,
            title or message,
            message[: link.start()].strip() if link else message,
            data={"url": link.group() if link else ""},
        ),
    )


TAKES = ("measures", "connections", "disks")


def event_kind(request: Request) -> str:
    """The title, by which Beszel tells its events apart. Raises `Unreadable`."""
    return values.text(reading.mapping(request), "title")


def understood(words: str, title: str) -> TitleFacts:
    """What a title says. One that says that something is well, nobody knows what, asks for nobody."""
    if found := THRESHOLD.fullmatch(words):
        falls = found["what"].lower().endswith(FALLING)
        return TitleFacts(key=found["what"], kind=CREATE if (found["side"] == "below") is falls else RESOLVE)
    if found := CONNECTION.fullmatch(words):
        return TitleFacts(key=f"Connection to {found['system']}", kind=RESOLVE if found["state"] == "up" else CREATE)
    if found := SMART.fullmatch(words):
        well = found["state"].lower() in {"passed", "ok", "recovered"}
        return TitleFacts(key=f"SMART on {found['what']}", kind=RESOLVE if well else CREATE)
    return TitleFacts(key="", kind=None if title[-3:].strip(" \ufe0f")[-1:] in set(GOOD) else CREATE)


BODY = {
    "title": "web1 CPU above threshold",
    "message": "CPU averaged 93.12% for the previous 10 minutes.\n\nhttps://beszel.example/system/abc123",
}
DATA = {"url": "https://beszel.example/system/abc123"}
TEXT = "CPU averaged 93.12% for the previous 10 minutes."
DOWN = {"title": "Connection to web2 is down \U0001f534", "message": "Connection to web2 is down"}
EXAMPLES = (
    posted("above the threshold", BODY, signal(CREATE, "web1 CPU", "web1 CPU above threshold", TEXT, data=DATA)),
    posted(
        "below it again",
        BODY | {"title": "web1 CPU below threshold"},
        signal(RESOLVE, "web1 CPU", "web1 CPU below threshold", TEXT, data=DATA),
    ),
    posted(
        "a battery is low",
        {"title": "ups1 battery below threshold", "message": "Battery averaged 12.00%"},
        signal(CREATE, "ups1 battery", "ups1 battery below threshold", "Battery averaged 12.00%"),
    ),
    posted(
        "a system is down",
        DOWN,
        signal(CREATE, "Connection to web2", "Connection to web2 is down \U0001f534", "Connection to web2 is down"),
    ),
    posted(
        "the system is up",
        {"title": "Connection to web2 is up ✅", "message": "Connection to web2 is up"},
        signal(RESOLVE, "Connection to web2", "Connection to web2 is up ✅", "Connection to web2 is up"),
    ),
    posted(
        "a disk fails",
        {"title": "SMART failed on web1: sda \U0001f534", "message": "Disk sda SMART status changed to FAILED"},
        signal(
            CREATE,
            "SMART on web1: sda",
            "SMART failed on web1: sda \U0001f534",
            "Disk sda SMART status changed to FAILED",
        ),
    ),
    posted(
        "a test",
        {"title": "Test Alert", "message": "This is a notification from Beszel."},
        signal(CREATE, title="Test Alert", description="This is a notification from Beszel."),
    ),
)
