"""Write down what a version keeps in its database, and how it asks for it: `python -m tests.store.release 0.1.0`.

It is run once for each version, on the very code that is released, and makes `tests/store/released/VERSION.json`: the
schema, rows that the version wrote in a small story, and each statement that its tests of the store and the scenarios
sent. The next version is held to it (tests/store/test_two_steps.py), and the record of the one before is deleted.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, MetaData, inspect, select

from bot.store import open_store, upgrade
from bot.store.engines import address, connect
from tests import postgres_server
from tests.databases import Postgres
from tests.harness import World
from tests.store.packing import pack
from tests.store.story import tell

Json = dict[str, Any]

RELEASED = Path(__file__).with_name("released")
_ASKING = ["tests/store", "tests/scenarios"]
_TABLES_NOT_OURS = {"alembic_version"}


def main(version: str) -> None:
    """Make the record."""
    with TemporaryDirectory() as folder, postgres_server.shared(Path(folder)) as uri:
        urls = {"sqlite": f"sqlite:///{folder}/told.db", "postgresql": Postgres(uri, "release").create()}
        record = {
            "version": version,
            "revision": _revision(urls["sqlite"]),
            "tables": {name: _tables(url) for name, url in urls.items()},
            "rows": _told(urls["sqlite"]),
            "statements": _statements(Path(folder) / "statements.json"),
        }
    RELEASED.mkdir(exist_ok=True)
    (RELEASED / f"{version}.json").write_text(json.dumps(record, indent=0, sort_keys=True, ensure_ascii=False) + "\n")


def _statements(file: Path) -> Json:
    """What the tests of the store and the scenarios send."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.store.statements", "-m", "not real", *_ASKING]
    subprocess.run(command, env={**os.environ, "STATEMENTS": str(file)}, check=True)
    found: Json = json.loads(file.read_text())
    return found


def read(version: str) -> Json:
    """The record of a version."""
    record: Json = json.loads((RELEASED / f"{version}.json").read_text())
    return record


def describe(connection: Connection) -> Json:
    """Tables by name: each column's type, whether it may be null, whether it has a default, and the keys."""
    seen = inspect(connection)
    return {
        table: {
            "columns": {each["name"]: _column(each) for each in seen.get_columns(table)},
            "key": seen.get_pk_constraint(table)["constrained_columns"],
        }
        for table in sorted(seen.get_table_names())
        if table not in _TABLES_NOT_OURS
    }


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
