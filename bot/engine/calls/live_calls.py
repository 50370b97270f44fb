"""How a live call is taken: the settings of its integration, and the teams that a caller can choose from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from urllib.parse import urlsplit

from bot.engine.alerts.routing import Assignment, Routing
from bot.engine.model import Receiver, ReceiverKind
from bot.engine.paging.phones import normal
from bot.errors import Problem

MOST_CHOICES = 9
"""A caller chooses with one digit, and nobody listens to a longer list."""
ROUNDS = 3
"""How often the menu is read before a message is taken, or the first team called."""
SHORTEST_WAIT, LONGEST_WAIT, LONGEST_PAUSE = 30, 3_600, 300
"""Seconds."""
LONGEST_PROMPT = 1_000
_PROMPTS = (
    *("welcome", "menu", "waiting", "voicemail", "thanks", "goodbye"),
    *("unattended", "no_phone", "disabled", "maintenance"),
)
_UNNAMED = frozenset({"anonymous", "restricted", "unavailable", "unknown"})
"""What Twilio says in place of a number that the caller hides: twilio.com/docs/voice/twiml#request-parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How calls are taken. A prompt is a text to be read, or the address of a sound file to be played.

    `max_wait` and `dial_pause` are seconds; `banned` are numbers with commas between, `*` at the end for all that begin
    so; `mail_to` is who hears by mail of a recorded message, see `bot.engine.calls.voicemail`.
    """

    welcome: str = "Welcome. You have reached the people on call."
    menu: str = ""
    waiting: str = "Please hold. We are calling the person on call."
    music: str = ""
    voicemail: str = "Nobody can take your call now. Please leave a message of up to one minute after the tone."
    thanks: str = "Thank you. Your message has been recorded."
    goodbye: str = "Goodbye."
    unattended: str = "Nobody can take your call now."
    no_phone: str = "Somebody knows that you called, and has no phone at hand."
    disabled: str = "This number is out of use at the moment."
    maintenance: str = "There is maintenance at the moment, so nobody is called."
    force_menu: bool = False
    record: bool = True
    voicemail_only: bool = False
    resolve_on_hangup: bool = True
    max_wait: int = 300
    dial_pause: int = 0
    banned: str = ""
    mail_to: str = ""

    @property
    def longest_wait(self) -> timedelta:
        """How long a caller waits before voicemail or goodbye."""
        return timedelta(seconds=min(LONGEST_WAIT, max(SHORTEST_WAIT, self.max_wait)))

    @property
    def pause(self) -> timedelta:
        """How long after the acknowledgement its author is dialled."""
        return timedelta(seconds=min(LONGEST_PAUSE, max(0, self.dial_pause)))

    def bans(self, number: str) -> bool:
        """Whether calls from a number are rejected."""
        entries = (each.strip() for each in self.banned.split(","))
        return any(_matches(number, each) for each in entries if each)


def manner(options: Mapping[str, object]) -> Manner:
    """The settings of an integration; one that is missing or of another kind is left as it is by default."""
    given = {each.name: _read(options.get(each.name), each.default) for each in fields(Manner)}
    return Manner(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def choices(routing: Routing) -> tuple[Receiver, ...]:
    """Whom a caller can choose: those to whom the rules that match send the call, in their order.

    Behind what is delayed may stand a router, which nobody can be put through to.
    """
    return tuple(each for each in routing.direct if each.kind is not ReceiverKind.ROUTER)[:MOST_CHOICES]


def chosen(routing: Routing, receiver: Receiver) -> Routing:
    """Routing as the caller decided it: the one whom they chose is asked, at once, and all else stays as it is."""
    return replace(routing, assignments=(Assignment(receivers=(receiver,)),), aggregations=())


def problems(options: Mapping[str, object]) -> Iterator[Problem]:
    """What is wrong with prompts, sounds and banned numbers, each with the option's name in `where`."""
    for name in _PROMPTS:
        yield from _of_prompt(name, str(options.get(name) or "").strip())
    music = str(options.get("music") or "").strip()
    if music and not _is_sound(music):
        said = f"{music!r:.80} is no address of a sound file."
        yield Problem(where=("music",), message=said, mend="Write it whole, with https:// before it.")
    for entry in (each.strip() for each in str(options.get("banned") or "").split(",")):
        if entry and not _can_be_banned(entry):
            said = f"{entry!r:.80} is no number that calls can come from."
            yield Problem(where=("banned",), message=said, mend="Write +442071234567, or +44* for all that begin so.")


def _of_prompt(name: str, prompt: str) -> Iterator[Problem]:
    if len(prompt) > LONGEST_PROMPT:
        said = f"{name} has {len(prompt):,} characters; the most that is read is {LONGEST_PROMPT:,}."
        yield Problem(where=(name,), message=said, mend="Shorten it, or use a sound file.")
    if prompt.startswith(("https://", "http://")) and not _is_sound(prompt):
        said = f"{prompt!r:.80} is no address of a sound file."
        yield Problem(where=(name,), message=said, mend="Write it whole, with https:// before it and no spaces in it.")


def _is_sound(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme == "https" and bool(parts.hostname) and not text.split()[1:]
    except ValueError:
        return False


def _can_be_banned(entry: str) -> bool:
    begins = entry.removesuffix("*")
    if entry.endswith("*"):
        return begins.startswith("+") and begins[1:].isascii() and begins[1:].isdigit()
    return normal(entry) is not None or entry.lower() in _UNNAMED


def _read(value: object, default: object) -> str | int | bool | None:
    match default:
        case bool():
            said = str(value).strip().lower()
            return {"true": True, "yes": True, "on": True, "1": True}.get(said, None if value is None else False)
        case int():
            text = str(value).strip()
            return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
        case _:
            return str(value).strip() if isinstance(value, str) and value.strip() else None


def _matches(number: str, entry: str) -> bool:
    if entry.endswith("*"):
        return len(entry) > 1 and number.startswith(entry.removesuffix("*"))
    return normal(entry) == number or entry == number
