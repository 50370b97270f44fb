"""Saving what a form holds: once, however often it is sent, and never over somebody else's change."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from bot.engine.directory import Configured, Directory, name_of
from bot.engine.durations import say_duration
from bot.errors import Conflict
from bot.handlers.filled import Filled
from bot.handlers.grammar import Word
from bot.handlers.lookup import pick
from bot.handlers.visit import Visit
from bot.service import manage

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

C = TypeVar("C", bound=Configured)
T = TypeVar("T", bound="DataclassInstance")

ID, SEEN = "id", "seen"  # the notes of a form: the object, and the version of it that was opened (0: it is new)


def open_object(visit: Visit, kind: type[C], word: Word) -> tuple[C, int]:
    """Find an object and its version. Raises `NotFound`."""
    with visit.ports.store.begin() as uow:
        found = pick(uow.directory(), kind, word)
        return found, uow.version_of(found.id)


def handle_of(directory: Directory, kind: type[Configured], object_id: str, name: str) -> str:
    """The handle of an object: the one that it has, or one made of its name."""
    known = directory.get(kind, object_id)
    return known.handle if known else manage.handle_for(directory, kind, name)


def edited(filled: Filled, known: T | None, read: T, places: Mapping[str, Sequence[str]]) -> T:
    """A known object with what was touched in its form; all that the form cannot show stays as it was.

    `places` names the inputs of each field. What is new is as it was `read`.
    """
    if known is None:
        return read
    changes = {name: getattr(read, name) for name, blocks in places.items() if filled.touched(*blocks)}
    return replace(known, **changes)


def save(visit: Visit, edited: Sequence[tuple[Configured, int]]) -> None:
    """Save objects, all or none, each with the version that was edited (0: it is new).

    What is as it was makes no version. Sending the same form again changes nothing. Raises `Invalid`, or `Conflict`
    with who was faster.
    """
    directory = visit.directory()
    edited = [(body, seen) for body, seen in edited if directory.get(type(body), body.id) != body]
    if not edited:
        return
    with visit.ports.store.begin() as uow:
        versions = {body.id: uow.version_of(body.id) for body, _ in edited}
    try:
        manage.change_all(visit.ports, [(body, _seen(seen, versions[body.id])) for body, seen in edited], visit.actor)
    except Conflict as conflict:
        directory = visit.directory()
        changed = [body for body, _ in edited if directory.get(type(body), body.id) != body]
        if changed:
            raise Conflict(_who_changed(visit, directory, changed[0], str(conflict))) from conflict


def _seen(noted: int, version: int) -> int:
    """A new object has an id of its own: where it is there already, the same form made it a moment ago."""
    return noted or min(version, 1)


def _who_changed(visit: Visit, directory: Directory, body: Configured, otherwise: str) -> str:
    with visit.ports.store.begin() as uow:
        latest = next(iter(uow.revisions(body.id, limit=1)), None)
    if latest is None:
        return otherwise
    ago = say_duration(max(visit.now - latest.at, timedelta(seconds=1)))
    did = "changed" if latest.body else "deleted"
    return (
        f"{name_of(latest.author, directory)} {did} “{body.name}” {ago} ago, after you opened it (version "
        f"{latest.version}). Nothing was overwritten: copy what you typed, close this and edit it again."
    )
