"""What a word of a command names."""

import difflib
from typing import TypeVar, cast

from bot.engine.directory import Configured, Directory
from bot.engine.model import Receiver, User
from bot.errors import NotFound
from bot.handlers.grammar import Word, WordKind
from bot.handlers.table import NAME

C = TypeVar("C", bound=Configured)


def pick(directory: Directory, kind: type[C], word: Word) -> C:
    """Find an object by handle, typed handle or id, or a user by mention. Raises `NotFound` with the nearest."""
    noun, shelf = kind.__name__.lower(), cast("type[Configured]", kind)
    reference = word.text.removeprefix(f"{noun}:")
    mentioned = word.kind is WordKind.PERSON and kind is User
    found = directory.user_in_slack(word.text) if mentioned else directory.get(shelf, reference)
    if isinstance(found, kind):
        return found
    if word.kind is WordKind.PERSON:
        raise NotFound("This person has never used the bot. They are known once they type /pagertree.")
    near = difflib.get_close_matches(reference.lower(), [each.handle for each in directory.all(shelf)], 1)
    hint = f"Did you mean {near[0]}?" if near else f"{NAME} {noun} list shows what there is."
    raise NotFound(f"There is no {noun} “{reference[:60]}”. {hint}")


def search(directory: Directory, kind: type[C], text: str) -> tuple[C, ...]:
    """The objects of a kind by name, those that have the text in their name or handle."""
    found = directory.all(cast("type[Configured]", kind))
    return tuple(each for each in found if isinstance(each, kind) and text in f"{each.name} {each.handle}".lower())


def say_receivers(directory: Directory, receivers: tuple[Receiver, ...]) -> str:
    """Name receivers as people type them, not escaped."""
    return ", ".join(directory.name(each) for each in receivers) or "nobody"
