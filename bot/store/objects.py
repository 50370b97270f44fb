"""Configured objects: documents of which every version is kept."""

import threading
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from bot.engine.directory import PREFIXES, Configured, Directory, collect
from bot.engine.model import NO_KINDS, Actor, ChannelKinds
from bot.errors import NotFound, Undecodable
from bot.ports import Revision
from bot.store.rows import document, instant, micros, reading
from bot.store.schema import configuration, objects, revisions, turns
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
    return replace(found, versions={row.id: row.version for row in rows})


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

    def _raise_version(self) -> None:
        """Count the change. On PostgreSQL this also makes those who change the configuration wait for each other."""
        self._changed = True
        self._connection.execute(update(configuration).values(version=configuration.c.version + 1))

    def _check_handle(self, kind: str, body: Configured) -> None:
        taken = select(objects.c.id).where(objects.c.kind == kind, objects.c.handle == body.handle)
        other = self._connection.execute(taken.where(objects.c.id != body.id)).scalar()
        if other:
            raise self._refuse(f"the handle {body.handle} is taken by {other}")

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
