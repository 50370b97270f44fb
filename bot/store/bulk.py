"""One statement carried out for many rows, at the least cost that each database allows.

A statement is written once, over fields by name. For SQLite the fields become parameters, and the driver runs the
prepared statement row by row, in C. For PostgreSQL they become columns of a record set that is sent as one JSON text,
so that any number of rows is one statement and one round trip.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Protocol, TypeAlias

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Dialect, Table, bindparam, column, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import Insert as AnyInsert
from sqlalchemy.sql import Update
from sqlalchemy.types import TypeEngine

from bot.store.rows import Row

Insert: TypeAlias = sqlite.Insert | postgresql.Insert
Statement: TypeAlias = AnyInsert | Update
Types: TypeAlias = Mapping[str, TypeEngine[Any]]


class RowFields(Protocol):
    """The rows' fields, as a statement sees them."""

    def __getitem__(self, name: str) -> ColumnElement[Any]:
        """The value of a field."""
        ...

    def insert(self, table: Table) -> Insert:
        """Insert the rows, whole."""
        ...


class _Parameters:
    def __init__(self, types: Types) -> None:
        self._fields = {name: bindparam(name, type_=kind) for name, kind in types.items()}

    def __getitem__(self, name: str) -> ColumnElement[Any]:
        return self._fields[name]

    def insert(self, table: Table) -> Insert:
        return sqlite.insert(table).values(self._fields)


class _Recordset:
    def __init__(self, types: Types) -> None:
        columns = [column(name, kind) for name, kind in types.items()]
        rows = func.json_to_recordset(bindparam("rows", type_=postgresql.JSON)).table_valued(*columns)
        self._columns = rows.render_derived(name="row", with_types=True).c

    def __getitem__(self, name: str) -> ColumnElement[Any]:
        return self._columns[name]

    def insert(self, table: Table) -> Insert:
        return postgresql.insert(table).from_select(list(self._columns.keys()), select(*self._columns))


class Bulk:
    """A statement over fields. Constants in it have to be literals (`schema.word`)."""

    def __init__(
        self, fields: Sequence[Column[Any]], build: Callable[[RowFields], Statement], **more: Column[Any]
    ) -> None:
        named = {each.name: each.type for each in fields} | {name: each.type for name, each in more.items()}
        self._types = named
        self._build = build
        self._for_sqlite: tuple[str, Callable[[Row], tuple[Any, ...]]] | None = None
        self._for_postgresql: str | None = None

    def run(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Carry the statement out for the rows; returns how many rows of the table it changed."""
        if not rows:
            return 0
        on_sqlite = connection.dialect.name == "sqlite"
        return self._run_sqlite(connection, rows) if on_sqlite else self._run_postgresql(connection, rows)

    def _run_sqlite(self, connection: Connection, rows: Sequence[Row]) -> int:
        sql, pick = self._for_sqlite or self._compile_sqlite(connection.dialect)
        return connection.exec_driver_sql(sql, [pick(row) for row in rows]).rowcount

    def _compile_sqlite(self, dialect: Dialect) -> tuple[str, Callable[[Row], tuple[Any, ...]]]:
        compiled: Any = self._build(_Parameters(self._types)).compile(dialect=dialect)
        self._for_sqlite = (str(compiled), itemgetter(*compiled.positiontup))
        return self._for_sqlite

    def _run_postgresql(self, connection: Connection, rows: Sequence[Row]) -> int:
        sql = self._for_postgresql or self._compile_postgresql(connection.dialect)
        return connection.exec_driver_sql(sql, {"rows": msgspec.json.encode(rows).decode()}).rowcount

    def _compile_postgresql(self, dialect: Dialect) -> str:
        self._for_postgresql = str(self._build(_Recordset(self._types)).compile(dialect=dialect))
        return self._for_postgresql
