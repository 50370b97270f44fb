"""Every change of the configuration: who, when, what, and what was there before."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime

from bot.engine.directory import PREFIXES, Configured, Directory, name_of
from bot.engine.model import SYSTEM, User
from bot.ports import ChangeFilter, Ports, Revision, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One change. `fields` are the names of what became different; empty when the object was made or deleted."""

    object_id: str
    version: int
    at: datetime
    by: str
    kind: type[Configured]
    name: str
    did: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOfChanges:
    """One page of changes, and how many there are on all pages together."""

    changes: tuple[Changed, ...]
    total: int


def changes(ports: Ports, text: str, skip: int, limit: int) -> PageOfChanges:
    """Changes, newest first, behind the first `skip`; with a text, those of whose author, object or kind it is part."""
    with ports.store.begin() as uow:
        directory = uow.directory()
        wanted = replace(_wanted(uow, directory, text.casefold()), skipped=skip, limit=limit)
        found = tuple(_changed(uow, each, directory) for each in uow.changes(wanted))
        return PageOfChanges(changes=found, total=uow.count_changes(wanted))


def _wanted(uow: UnitOfWork, directory: Directory, text: str) -> ChangeFilter:
    """The objects, kinds and authors that a text names, whatever is configured now or was deleted."""
    if not text:
        return ChangeFilter()
    known = (*(each for kind in PREFIXES.values() for each in directory.all(kind)), *uow.deleted())
    people = (each for each in known if isinstance(each, User) and text in each.name.casefold())
    system = [SYSTEM.id] if text in name_of(SYSTEM, directory).casefold() else []
    return ChangeFilter(
        is_narrowed=True,
        object_ids=frozenset(each.id for each in known if text in f"{each.name} {each.handle} {each.id}".casefold()),
        kinds=frozenset(prefix for prefix, kind in PREFIXES.items() if text in kind.__name__.casefold()),
        author_ids=frozenset([*system, *(each.id for each in people)]),
    )


def _changed(uow: UnitOfWork, revision: Revision, directory: Directory) -> Changed:
    before = _before(uow, revision)
    known = revision.body or before
    return Changed(
        object_id=revision.object_id,
        version=revision.version,
        at=revision.at,
        by=name_of(revision.author, directory),
        kind=_kind(revision),
        name=known.name if known else revision.object_id,
        did="deleted" if revision.body is None else "changed" if before else "made",
        fields=tuple(_different(before, revision.body)) if before and revision.body else (),
    )


def _kind(revision: Revision) -> type[Configured]:
    return PREFIXES[revision.object_id.partition("_")[0]]


def _before(uow: UnitOfWork, revision: Revision) -> Configured | None:
    """The version before."""
    found = uow.revision(revision.object_id, revision.version - 1)
    return found.body if found else None


def _different(before: Configured, after: Configured) -> Iterator[str]:
    yield from (each.name for each in fields(after) if getattr(before, each.name, None) != getattr(after, each.name))
