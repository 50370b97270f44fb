"""What a word of a command names."""

import difflib
from collections.abc import Mapping, Sequence
from typing import TypeVar, cast

from bot.engine.directory import Configured, Directory, receiver_of
from bot.engine.model import NotificationRule, Receiver, ReceiverKind, Router, Team, User
from bot.engine.schedules import Schedule
from bot.errors import NotFound
from bot.handlers.grammar import Word, WordKind
from bot.handlers.people import recognise
from bot.handlers.table import NAME
from bot.handlers.visit import Visit

C = TypeVar("C", bound=Configured)

_MOST_NAMED = 10


def pick(directory: Directory, kind: type[C], word: Word) -> C:
    """Find an object by handle, typed handle or id, or a user by mention. Raises `NotFound` with the nearest."""
    noun, shelf = noun_of(kind), cast("type[Configured]", kind)
    reference = word.text.removeprefix(f"{noun}:")
    mentioned = word.kind is WordKind.PERSON and kind is User
    found = directory.user_in_slack(word.text) if mentioned else directory.get(shelf, reference)
    if isinstance(found, kind):
        return found
    if word.kind is WordKind.PERSON:
        raise NotFound("This person has never used the bot. They are known once they type /pagertree.")
    if named := _called(directory, kind, reference):
        return named
    near = _nearest(reference.lower(), [each.handle for each in directory.all(shelf)])
    hint = f"Did you mean {near[0]}?" if near else f"{NAME} {noun} list shows what there is."
    raise NotFound(f"There is no {noun} “{reference[:60]}”. {hint}")


def _called(directory: Directory, kind: type[C], name: str) -> C | None:
    """The object that has a name, whatever its handle. Raises `NotFound` with the handles where several have it."""
    found = [each for each in search(directory, kind, name) if each.name.casefold() == name.strip().casefold()]
    if len(found) > 1:
        handles = ", ".join(sorted(each.handle for each in found)[:_MOST_NAMED])
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        raise NotFound(f"There are {len(found)} called “{name[:60]}”: name one by its handle, {handles}{more}.")
    return found[0] if found else None


def _nearest(typed: str, handles: Sequence[str]) -> Sequence[str]:
    """The handle that was probably meant: spelled alike, else the shortest that holds what was typed."""
    holding = sorted((each for each in handles if typed and typed in each), key=len)
    return difflib.get_close_matches(typed, handles, 1) or holding[:1]


def noun_of(kind: type) -> str:
    """What people call a kind of object, and type."""
    return _NOUNS.get(kind, kind.__name__.lower())


_NOUNS: Mapping[type, str] = {NotificationRule: "rule"}


def receiver_named(visit: Visit, word: Word) -> Receiver:
    """Find who is named: `team:payments`, `@jane`, or a handle that one team or person has. Raises `NotFound`."""
    if word.kind is WordKind.PERSON:
        return Receiver(kind=ReceiverKind.USER, id=recognised(visit, word).id)
    directory, typed = visit.directory(), word.text.lower()
    if found := directory.receiver(word.text):
        return found
    plain = (directory.get(kind, typed) for kind in (Team, Schedule, Router, User))
    if named := next((receiver_of(each) for each in plain if each), None):
        return named
    known = [directory.name(to) for kind in (Team, User) for each in directory.all(kind) if (to := receiver_of(each))]
    near = difflib.get_close_matches(typed, known, 1, 0.4)
    hint = f"Did you mean {near[0]}?" if near else "Name a person as @jane or a team as team:payments."
    raise NotFound(f"There is nobody called “{word.text[:60]}”. {hint}")


def recognised(visit: Visit, word: Word) -> User:
    """The user of a mention, linked on first use. Raises `Refused` for those who cannot be paged."""
    return recognise(visit.ports, visit.slack, word.text, visit.workspace, visit.met)


def search(directory: Directory, kind: type[C], text: str) -> tuple[C, ...]:
    """The objects of a kind by name, those that have every word of the text in their name, handle or id."""
    found, words = directory.all(cast("type[Configured]", kind)), text.casefold().split()
    return tuple(each for each in found if isinstance(each, kind) and all(word in _words(each) for word in words))


def _words(found: Configured) -> str:
    return f"{found.name} {noun_of(type(found))}:{found.handle} {found.id}".casefold()


def say_receivers(directory: Directory, receivers: tuple[Receiver, ...]) -> str:
    """Name receivers as people type them, not escaped."""
    return ", ".join(directory.name(each) for each in receivers) or "nobody"
