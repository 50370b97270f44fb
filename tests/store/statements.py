"""A pytest plugin that keeps each kind of statement that was sent, with parameters: `-p tests.store.statements`.

Each process of the run writes its own as JSON into the folder that the environment variable `STATEMENTS` names.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, TextClause, event

from tests.store.packing import pack

Json = dict[str, Any]

_ASKED = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b")
_NOT_OURS = re.compile(r"alembic_version|pg_|sqlite_master|information_schema|FROM sqlite_|current_schema")
_MANY = re.compile(r"((?:[?]|%\(\w+\)s)(?:::\w+)?)(?:, (?:[?]|%\(\w+\)s)(?:::\w+)?)+|(?<=\)), \([^()]*\)")
_NUMBERED = re.compile(r"%\((\w+?)_*\d*\)s")

_seen: dict[str, dict[str, Json]] = {"sqlite": {}, "postgresql": {}}


def pytest_sessionstart() -> None:
    """Listen on every engine that is made from now on."""
    event.listen(Engine, "before_cursor_execute", _note)


def pytest_sessionfinish() -> None:
    """Write them down."""
    (Path(os.environ["STATEMENTS"]) / f"{os.getpid()}.json").write_text(json.dumps(_seen))


def gather(folder: Path) -> dict[str, list[Json]]:
    """What all processes wrote, in an order that stays: the shortest of each kind."""
    kept: dict[str, dict[str, Json]] = {name: {} for name in _seen}
    for file in sorted(folder.glob("*.json")):
        for name, seen in json.loads(file.read_text()).items():
            for kind, found in seen.items():
                kept[name][kind] = min(kept[name].get(kind, found), found, key=lambda each: len(each["sql"]))
    return {name: [seen[kind] for kind in sorted(seen)] for name, seen in kept.items()}


def _note(connection: Connection, _cursor: object, sql: str, given: Any, context: Any, _many: bool) -> None:
    if _is_written_out(context) or not _ASKED.match(sql) or _NOT_OURS.search(sql):
        return
    seen = _seen[connection.dialect.name]
    kind = _MANY.sub("…", _NUMBERED.sub(r"%(\1)s", sql))
    if kind not in seen or len(sql) < len(seen[kind]["sql"]):
        seen[kind] = {"sql": sql, "parameters": pack((given[0] if isinstance(given, list) else given) or ())}


def _is_written_out(context: Any) -> bool:
    """Whether it is SQL of a test: the store's own is put together."""
    return context.compiled is None or isinstance(context.compiled.statement, TextClause)
