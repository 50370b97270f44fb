"""Every change of the configuration: who, when, what, and what was there before."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime

from bot.engine.directory import PREFIXES, Configured, Directory, name_of
from bot.ports import Ports, Revision, UnitOfWork

MOST_SEARCHED = 1_000
"""Changes that one search looks through, newest first."""


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


def changes(ports: Ports, text: str, skip: int, limit: int) -> tuple[Changed, ...]:
    """Changes, newest first, behind the first `skip`; with a text, those of whose author, object or kind it is part."""
    with ports.store.begin() as uow:
        directory = uow.directory()
        latest = uow.revisions(limit=MOST_SEARCHED if text else skip + limit)
        told = [(each, _named(each, directory)) for each in latest]
        wanted = [(each, name) for each, name in told if text.casefold() in f"{name} {each.object_id}".casefold()]
        return tuple(_changed(uow, each, directory) for each, _ in wanted[skip : skip + limit])


def _named(revision: Revision, directory: Directory) -> str:
    """What a search finds a change by."""
    body = revision.body
    what = f"{body.name} {body.handle}" if body else ""
    return f"{what} {_kind(revision).__name__} {name_of(revision.author, directory)}"


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
    """The version before; it is among the newest ones of its object, unless there were very many since."""
    if revision.version == 1:
        return None
    latest = uow.revisions(revision.object_id, limit=1)
    since = latest[0].version - revision.version if latest else 0
    found = uow.revisions(revision.object_id, limit=min(since + 2, MOST_SEARCHED))
    return next((each.body for each in found if each.version == revision.version - 1), None)


def _different(before: Configured, after: Configured) -> Iterator[str]:
    yield from (each.name for each in fields(after) if getattr(before, each.name, None) != getattr(after, each.name))
