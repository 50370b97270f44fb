"""The files: `{"asked for by": a test module, "shown": {case: what is shown}}`, the cases in an order of their own."""

import difflib
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FIRST = ("empty", "normal", "longest", "hostile")
_BY, _SHOWN = "asked for by", "shown"
_DIFF = 60  # lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A file's content; `by` is "" for a file that says nothing of the kind."""

    by: str
    shown: Mapping[str, object]


def path_of(folder: Path, view: str) -> Path:
    """Where a view is kept."""
    return folder / f"{view}.json"


def views(folder: Path) -> Iterator[str]:
    """Every view that has a file."""
    return (path.stem for path in sorted(folder.glob("*.json")))


def read(folder: Path, view: str) -> Kept:
    """A view's file; a file of another shape, or none, has no cases."""
    path = path_of(folder, view)
    found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    shown = found.get(_SHOWN) if isinstance(found, dict) else None
    return Kept(by=str(found[_BY]), shown=shown) if isinstance(shown, dict) else Kept(by="", shown={})


def write(folder: Path, view: str, kept: Kept) -> None:
    """Write a view's file, or delete it if it has no cases left. A reader finds the old or the new one whole."""
    path = path_of(folder, view)
    if not kept.shown:
        path.unlink(missing_ok=True)
        return
    new = path.with_suffix(".new")
    new.write_text(as_text({_BY: kept.by, _SHOWN: {case: kept.shown[case] for case in ordered(kept.shown)}}), "utf-8")
    new.replace(path)


def ordered(cases: Mapping[str, object]) -> list[str]:
    """The usual cases first, whoever wrote them when."""
    return sorted(cases, key=lambda case: (FIRST.index(case) if case in FIRST else len(FIRST), case))


def as_text(shown: object) -> str:
    """JSON to read."""
    return json.dumps(shown, indent=2, ensure_ascii=False) + "\n"


def difference(kept: object, shown: object) -> str:
    """The lines that differ, the first of them if there are many; "" if none does."""
    was, now = as_text(kept).splitlines(), as_text(shown).splitlines()
    found = list(difflib.unified_diff(was, now, "kept", "shown", n=2, lineterm=""))
    more = [f"… and {len(found) - _DIFF} more lines"] if len(found) > _DIFF else []
    return "\n".join([*found[:_DIFF], *more])


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder against the other processes that write to it."""
    folder.mkdir(parents=True, exist_ok=True)
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
