"""Configured objects: documents of which every version is kept."""

import threading
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, case, delete, func, insert, or_, select, update

from bot.engine.directory import PREFIXES, Configured, Directory, collect
from bot.engine.model import NO_KINDS, Actor, ChannelKinds
from bot.errors import NotFound, Undecodable
from bot.ports import ChangeFilter, Revision
from bot.store.rows import document, instant, micros, reading
from bot.store.schema import aliases, configuration, objects, revisions, turns
from bot.store.transaction import Transaction
from bot.store.unreadable_rows import legible

_KINDS = {model: kind for kind, model in PREFIXES.items()}
_READ = {kind: msgspec.json.Decoder(model).decode for kind, model in PREFIXES.items()}
_AUTHOR = msgspec.json.Decoder(Actor).decode


class DirectoryCache:
    """The directory as it was last read, for all transactions of a process."""

    def __init__(self, channel_kinds: ChannelKinds = NO_KINDS) -> None:
        self.channel_kinds = channel_kinds
        self._directory = Directory(version=-1)
        self._reading = threading.Lock()

    def directory(self, connection: Connection) -> Directory:
        """The configuration, read only when its version is another than the last time."""
        version = _version(connection)
        if self._directory.version == version:
            return self._directory
        with self._reading:
            if self._directory.version != version:
                self._directory = read_directory(connection, version, self.channel_kinds)
            return self._directory


def read_directory(connection: Connection, version: int, channel_kinds: ChannelKinds) -> Directory:
    """Read all objects. One that this version of the program cannot read is left out, and the log says so.

    Without it the others still page people; refusing all of them would page nobody.
    """
    rows = connection.execute(
        select(objects.c.id, objects.c.kind, objects.c.version, objects.c.body).order_by(objects.c.id)
    ).all()
    found = collect(legible(rows, lambda row: _read(objects.name, row.id, row)), version, channel_kinds)
    found = replace(found, versions={row.id: row.version for row in rows})
    return found.with_aliases((row.kind, row.alias, row.object_id) for row in connection.execute(select(aliases)))


def _read(table: str, row_id: str, row: Any) -> Configured:
    with reading(table, row_id):
        if row.kind not in _READ:
            raise Undecodable(table, row_id)
        found: Configured = _READ[row.kind](row.body)
        return found


def _version(connection: Connection) -> int:
    version: int = connection.execute(select(configuration.c.version)).scalar_one()
    return version


class Objects(Transaction):
    """The part of a unit of work that keeps the configuration."""

    def __init__(self, connection: Connection, shelf: DirectoryCache) -> None:
        super().__init__(connection)
        self._shelf = shelf
        self._changed = False

    def directory(self) -> Directory:
        """The configuration as of this transaction (cached until its version changes)."""
        if self._changed:  # a version that may be rolled back is nobody else's
            return self._with_turns(
                read_directory(self._connection, _version(self._connection), self._shelf.channel_kinds)
            )
        return self._with_turns(self._shelf.directory(self._connection))

    def _with_turns(self, directory: Directory) -> Directory:
        """The turns change with alerts, not with the configuration: they are read where a policy needs them."""
        if not directory.has_turns():
            return directory
        return replace(directory, turns={row.receiver_id: row.taken for row in self._all(select(turns))})

    def put(self, body: Configured, author: Actor, at: datetime, *, seen: int | None = None) -> int:
        """Save an object as a new version and return its number.

        `seen` is the version that the author edited (None: create). Raises `Conflict` when it is not the latest, or
        when another object of the kind has the handle.
        """
        self._raise_version()
        kind = _KINDS[type(body)]
        current = self.version_of(body.id)
        if current != (seen or 0):
            raise self._refuse(f"{body.id} is at version {current}, not {seen or 0}: somebody else changed it")
        self._check_handle(kind, body)
        self._keep_handle(kind, body)
        version = self._record(body.id, kind, author, at, body)
        values = {"kind": kind, "handle": body.handle, "version": version, "body": document(body)}
        change = update(objects).where(objects.c.id == body.id) if current else insert(objects)
        self._connection.execute(change.values(id=body.id, **values))
        return version

    def delete(self, object_id: str, author: Actor, at: datetime) -> None:
        """Delete an object; its versions stay. Raises `NotFound`."""
        self._raise_version()
        gone = delete(objects).where(objects.c.id == object_id).returning(objects.c.kind)
        kind = self._connection.execute(gone).scalar()
        if kind is None:
            raise NotFound(f"{object_id} does not exist")
        self._record(object_id, kind, author, at, None)

    def version_of(self, object_id: str) -> int:
        """The latest version of an object, 0 when there is none."""
        return self._connection.execute(select(objects.c.version).where(objects.c.id == object_id)).scalar() or 0

    def revisions(self, object_id: str = "", *, limit: int = 20) -> tuple[Revision, ...]:
        """Versions of an object, or all changes when no id is given, newest first."""
        wanted = select(revisions).order_by(revisions.c.seq.desc()).limit(limit)
        if object_id:
            wanted = wanted.where(revisions.c.object_id == object_id)
        return tuple(legible(self._all(wanted), _read_revision))

    def revision(self, object_id: str, version: int) -> Revision | None:
        """One version of an object."""
        wanted = select(revisions).where(revisions.c.object_id == object_id, revisions.c.version == version)
        return next(iter(legible(self._all(wanted), _read_revision)), None)

    def changes(self, wanted: ChangeFilter) -> tuple[Revision, ...]:
        """One page of all changes that are wanted, newest first."""
        found = select(revisions).where(*self._narrowed(wanted)).order_by(revisions.c.seq.desc())
        return tuple(legible(self._all(found.limit(wanted.limit).offset(wanted.skipped)), _read_revision))

    def count_changes(self, wanted: ChangeFilter) -> int:
        """How many changes are wanted on all pages together."""
        counted = select(func.count()).select_from(revisions).where(*self._narrowed(wanted))
        return self._connection.execute(counted).scalar_one()

    def deleted(self) -> tuple[Configured, ...]:
        """What was deleted, each as it was last."""
        gone = revisions.c.object_id.not_in(select(objects.c.id))
        last = select(func.max(revisions.c.seq)).where(gone, revisions.c.body.is_not(None))
        found = self._all(select(revisions).where(revisions.c.seq.in_(last.group_by(revisions.c.object_id))))
        return tuple(each.body for each in legible(found, _read_revision) if each.body)

    def _narrowed(self, wanted: ChangeFilter) -> list[ColumnElement[bool]]:
        if not wanted.is_narrowed:
            return []
        any_of = (
            revisions.c.object_id.in_(wanted.object_ids),
            revisions.c.kind.in_(wanted.kinds),
            self._author_id.in_(wanted.author_ids),
        )
        made_at = [revisions.c.at == micros(wanted.at)] if wanted.at else []
        return [or_(*any_of), *made_at]

    @property
    def _author_id(self) -> ColumnElement[str]:
        """The id in a document of an author, told by the database; null in one that is damaged."""
        if self._on_postgresql:
            return func.substring(revisions.c.author, '"id":"([^"]*)"')
        return case((func.json_valid(revisions.c.author) == 1, func.json_extract(revisions.c.author, "$.id")))

    def _raise_version(self) -> None:
        """Count the change. On PostgreSQL this also makes those who change the configuration wait for each other."""
        self._changed = True
        self._connection.execute(update(configuration).values(version=configuration.c.version + 1))

    def _check_handle(self, kind: str, body: Configured) -> None:
        taken = select(objects.c.id).where(objects.c.kind == kind, objects.c.handle == body.handle)
        other = self._connection.execute(taken.where(objects.c.id != body.id)).scalar()
        if other:
            raise self._refuse(f"the handle {body.handle} is taken by {other}")
        named = select(aliases.c.object_id).where(aliases.c.kind == kind, aliases.c.alias == body.handle)
        former = self._connection.execute(named.where(aliases.c.object_id != body.id)).scalar()
        if former and self.version_of(former):
            raise self._refuse(f"the handle {body.handle} was that of {former}, and still names it")

    def _keep_handle(self, kind: str, body: Configured) -> None:
        """Keep the handle that an object had as an alias of it; one that it has anew is no alias any more."""
        had = self._connection.execute(select(objects.c.handle).where(objects.c.id == body.id)).scalar()
        if had is None or had == body.handle:
            return
        gone = aliases.c.alias.in_([had, body.handle])
        self._connection.execute(delete(aliases).where(aliases.c.kind == kind, gone))
        self._connection.execute(insert(aliases).values(kind=kind, alias=had, object_id=body.id))

    def _record(self, object_id: str, kind: str, author: Actor, at: datetime, body: Configured | None) -> int:
        latest = select(func.max(revisions.c.version)).where(revisions.c.object_id == object_id)
        version = (self._connection.execute(latest).scalar() or 0) + 1
        values = {
            "object_id": object_id,
            "kind": kind,
            "version": version,
            "at": micros(at),
            "author": document(author),
            "body": document(body) if body else None,
        }
        self._connection.execute(insert(revisions).values(values))
        return version


def _read_revision(row: Any) -> Revision:
    return Revision(
        object_id=row.object_id,
        version=row.version,
        at=instant(row.at),
        author=_AUTHOR(row.author),
        body=_read(revisions.name, f"{row.object_id} v{row.version}", row) if row.body is not None else None,
    )
