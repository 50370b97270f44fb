"""The index that finds texts in alerts, filled beside the work: a page never waits for it, or fails with it.

It holds every three characters of a text that follow each other, so that any part of a word is found, in any script: by
FTS5 on SQLite (https://www.sqlite.org/fts5.html#the_trigram_tokenizer), by arrays and GIN on PostgreSQL, which needs no
extension. An alert that is not in it yet, or whose text changed since, is marked in its row, and looked through.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Table,
    Text,
    and_,
    cast,
    column,
    delete,
    insert,
    literal,
    select,
    table,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY

from bot.store.schema import UNINDEXED, alerts
from bot.store.searched_text import trigrams

_MOST = 64  # groups of three that are looked up; a longer text is compared anyway

_words = Table(  # PostgreSQL's; `schema.metadata` holds what both databases have
    "alert_words",
    MetaData(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("trigrams", ARRAY(Text), nullable=False),
)
_found = table("alert_words", column("rowid"), column("search"))  # SQLite's


def holding(words: Sequence[str], connection: Connection) -> ColumnElement[bool]:
    """Whether an alert's text holds each of the words, which are in small letters."""
    held = [alerts.c.search.contains(each, autoescape=True) for each in words]
    groups = tuple(dict.fromkeys(group for each in words for group in trigrams(each)))[:_MOST]
    if groups and is_there(connection):
        return and_(alerts.c.number.in_(_at_hand(groups, connection)), *held)
    return and_(*held)


def _at_hand(groups: Sequence[str], connection: Connection) -> Any:
    """The numbers of the alerts that hold the groups of three, and of those that are not in the index."""
    beside = select(alerts.c.number).where(UNINDEXED)
    if connection.dialect.name == "postgresql":
        wanted = cast(literal(list(groups), ARRAY(Text)), ARRAY(Text))
        return select(_words.c.number).where(_words.c.trigrams.contains(wanted)).union_all(beside)
    wanted_here = " AND ".join('"' + each.replace('"', '""') + '"' for each in groups)
    match = text("alert_words MATCH :groups").bindparams(groups=wanted_here)
    return select(_found.c.rowid).where(match).union_all(beside)


def is_there(connection: Connection) -> bool:
    """Whether the index could be made: a SQLite without FTS5 has none, and looks through all texts."""
    if connection.dialect.name == "postgresql":
        return True
    found = text("SELECT 1 FROM sqlite_master WHERE name = 'alert_words'")
    return connection.execute(found).scalar() is not None


def put_texts(connection: Connection, texts: Sequence[tuple[int, str]]) -> None:
    """Put alerts' texts into the index, by number, in place of what is there of them."""
    if connection.dialect.name == "postgresql":
        _put_arrays(connection, texts)
        return
    connection.execute(delete(_found).where(_found.c.rowid.in_([number for number, _ in texts])))
    rows = [{"rowid": number, "search": held} for number, held in texts]
    connection.execute(insert(_found), rows)


def _put_arrays(connection: Connection, texts: Sequence[tuple[int, str]]) -> None:
    rows = [{"number": number, "trigrams": list(trigrams(held))} for number, held in texts]
    put = postgresql.insert(_words)
    put = put.on_conflict_do_update(index_elements=["number"], set_={"trigrams": put.excluded.trigrams})
    connection.execute(put, rows)
