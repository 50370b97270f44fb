"""How a live call is taken: the settings of its integration, and the teams that a caller can choose from."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta

from bot.engine.directory import Directory
from bot.engine.model import Integration, Receiver, ReceiverKind
from bot.engine.paging.phones import normal
from bot.engine.rules.actions import Assign
from bot.engine.rules.routers import read_router
from bot.errors import Invalid

MOST_CHOICES = 9
"""A caller chooses with one digit, and nobody listens to a longer list."""
ROUNDS = 3
"""How often the menu is read before the caller is sent off."""
_SHORTEST_WAIT, _LONGEST_WAIT, _LONGEST_PAUSE = 30, 3_600, 300


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
        return timedelta(seconds=min(_LONGEST_WAIT, max(_SHORTEST_WAIT, self.max_wait)))

    @property
    def pause(self) -> timedelta:
        """How long after the acknowledgement its author is dialled."""
        return timedelta(seconds=min(_LONGEST_PAUSE, max(0, self.dial_pause)))

    def bans(self, number: str) -> bool:
        """Whether calls from a number are rejected."""
        entries = (each.strip() for each in self.banned.split(","))
        return any(_matches(number, each) for each in entries if each)


def manner(options: Mapping[str, object]) -> Manner:
    """The settings of an integration; one that is missing or of another kind is left as it is by default."""
    given = {each.name: _read(options.get(each.name), each.default) for each in fields(Manner)}
    return Manner(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def choices(integration: Integration, directory: Directory) -> tuple[Receiver, ...]:
    """Whom a caller can choose: the destinations, in place of a router those that it assigns to, in their order."""
    found = tuple(dict.fromkeys(each for given in integration.destinations for each in _behind(given, directory)))
    return found[:MOST_CHOICES]


def _behind(receiver: Receiver, directory: Directory) -> tuple[Receiver, ...]:
    router = directory.routers.get(receiver.id) if receiver.kind is ReceiverKind.ROUTER else None
    if router is None:
        return () if receiver.kind is ReceiverKind.ROUTER else (receiver,)
    try:
        rules = read_router(router.yaml).rules if router.enabled else ()
    except Invalid:
        rules = ()
    assigns = (action for rule in rules for action in rule.actions if isinstance(action, Assign))
    named = (directory.receiver(text) for action in assigns for text in action.receivers)
    found = tuple(each for each in named if each and each.kind is not ReceiverKind.ROUTER)
    default = router.default_destination
    return found or ((default,) if default and default.kind is not ReceiverKind.ROUTER else ())


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
