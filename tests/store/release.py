"""Write down what a version keeps in its database, and how it asks for it: `python -m tests.store.release 0.1.0`.

It is run once for each version, on the very code that is released, and makes `tests/store/released/VERSION.json`: the
schema, rows that the version wrote in a small story, and each statement that its tests of the store and the scenarios
sent. The next version is held to it (tests/store/test_two_steps.py), and the record of the one before is deleted.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Inspector, MetaData, inspect, select

from bot.store import open_store, upgrade
from bot.store.engines import address, connect
from tests import postgres_server
from tests.databases import Postgres
from tests.harness import World
from tests.store.packing import pack
from tests.store.statements import gather
from tests.store.story import tell

Json = dict[str, Any]

RELEASED = Path(__file__).with_name("released")
_TABLES_NOT_OURS = {"alembic_version"}
_OF_ONE_DATABASE = "alert_words"  # the index of texts, and what FTS5 makes for it


def main(version: str) -> None:
    """Make the record."""
    with TemporaryDirectory() as folder, postgres_server.shared(Path(folder)) as uri:
        urls = {"sqlite": f"sqlite:///{folder}/told.db", "postgresql": Postgres(uri, "release").create()}
        record = {
            "version": version,
            "revision": _revision(urls["sqlite"]),
            "tables": {name: _tables(url) for name, url in urls.items()},
            "rows": _told(urls["sqlite"]),
            "statements": _statements(Path(folder) / "statements"),
        }
    RELEASED.mkdir(exist_ok=True)
    (RELEASED / f"{version}.json").write_text(json.dumps(record, indent=0, sort_keys=True, ensure_ascii=False) + "\n")


def _statements(folder: Path) -> Json:
    """What the tests of the store and the scenarios send."""
    folder.mkdir()
    command = [sys.executable, "-m", "pytest", "-q", "-n", "3", "--dist", "loadgroup", "-p", "tests.store.statements"]
    chosen = ["-m", "not real", "tests/store", "tests/scenarios"]
    subprocess.run([*command, *chosen], env={**os.environ, "STATEMENTS": str(folder)}, check=True)
    return gather(folder)


def read(version: str) -> Json:
    """The record of a version."""
    record: Json = json.loads((RELEASED / f"{version}.json").read_text())
    return record


def describe(connection: Connection) -> Json:
    """Tables by name: columns with their type, whether they may be null and have a default; keys; what bounds rows."""
    seen = inspect(connection)
    return {
        table: {
            "columns": {each["name"]: _column(each) for each in seen.get_columns(table)},
            "key": seen.get_pk_constraint(table)["constrained_columns"],
            "bounds": sorted({*_unique(seen, table), *_foreign(seen, table), *_checks(seen, table)}),
        }
        for table in sorted(seen.get_table_names())
        if table not in _TABLES_NOT_OURS and not table.startswith(_OF_ONE_DATABASE)
    }


def _unique(seen: Inspector, table: str) -> Iterator[str]:
    named: list[Any] = [each["column_names"] for each in seen.get_unique_constraints(table)]
    indexed: list[Any] = [each["column_names"] for each in seen.get_indexes(table) if each["unique"]]
    for columns in (*named, *indexed):
        yield f"unique {', '.join(map(str, columns))}"


def _foreign(seen: Inspector, table: str) -> Iterator[str]:
    for each in seen.get_foreign_keys(table):
        yield f"foreign {', '.join(each['constrained_columns'])}"


def _checks(seen: Inspector, table: str) -> Iterator[str]:
    for each in seen.get_check_constraints(table):
        yield f"check {each['sqltext']}"


def _column(found: Mapping[str, Any]) -> Json:
    counts = bool(found.get("identity")) or found.get("autoincrement") is True
    has_default = found["default"] is not None or counts
    return {"type": str(found["type"]), "nullable": found["nullable"], "has_default": has_default}


def _tables(url: str) -> Json:
    upgrade(url)
    engine = connect(address(url))
    with engine.connect() as connection:
        described = describe(connection)
    engine.dispose()
    return described


def _revision(url: str) -> str:
    upgrade(url)
    engine = connect(address(url))
    with engine.connect() as connection:
        revision: str = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    engine.dispose()
    return revision


def _told(url: str) -> Json:
    with open_store(url) as store:
        tell(World(store))
    engine = connect(address(url))
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        rows = {
            table.name: [pack(dict(row)) for row in connection.execute(select(table)).mappings()]
            for table in metadata.sorted_tables
            if table.name not in _TABLES_NOT_OURS
        }
    engine.dispose()
    return rows


if __name__ == "__main__":
    main(sys.argv[1])
