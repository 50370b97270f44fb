"""What a person wrote, as plain bounded JSON values: the form in which every query is read."""

import difflib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Final

from bot.errors import Problem
from bot.languages.values import number, number_text, to_text

DEEPEST: Final = 64
"""Mappings and lists inside one another in a query."""

MOST: Final = 100_000
"""Values in one query, counted as often as aliases repeat them."""

Where = tuple[str | int, ...]


class Plain:
    """Copies a query into JSON values, and says what cannot be one."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.left = MOST

    def copy(self, value: object, where: Where = ()) -> object:
        """The plain copy of `value`; what cannot be copied is reported and stands as None."""
        self.left -= 1
        if self.left < 0:
            self._refuse_size()
            return None
        if type(value) in _AS_THEY_ARE:
            return value
        if isinstance(value, (dict, Mapping)):
            return self._copy_object(value, where)
        if isinstance(value, (list, tuple)):
            return self._copy_list(value, where)
        return self._copy_scalar(value, where)

    def _refuse_size(self) -> None:
        if self.left == -1:
            self.problems.append(
                Problem(message=f"The query has more than {MOST:,} values.", mend="Split it into several rules.")
            )

    def _too_deep(self, where: Where) -> bool:
        if len(where) < DEEPEST:
            return False
        self.problems.append(
            Problem(message=f"The query is nested more than {DEEPEST} deep.", mend="Flatten it.", where=where)
        )
        return True

    def _copy_object(self, value: Mapping[object, object], where: Where) -> object:
        if self._too_deep(where):
            return None
        return {key: self.copy(item, (*where, key)) for key, item in _named(value)}

    def _copy_list(self, value: Iterable[object], where: Where) -> object:
        if self._too_deep(where):
            return None
        return [self.copy(item, (*where, index)) for index, item in enumerate(value)]

    def _copy_scalar(self, value: object, where: Where) -> object:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return str(value)
        if isinstance(value, (int, float)):
            return number(value)
        if isinstance(value, date):
            return _instant(value)
        kind = "a function" if callable(value) else f"a {type(value).__name__}"
        self.problems.append(
            Problem(message=f"A query cannot hold {kind}.", mend="Use text, numbers, lists and mappings.", where=where)
        )
        return None


def _named(value: Mapping[object, object]) -> Iterable[tuple[str, object]]:
    """Keys as JavaScript names them, in its order: indexes first, ascending, then the others as written."""
    named = {key if type(key) is str else _name(key): item for key, item in value.items()}
    if _DIGITS.isdisjoint([key[:1] for key in named]):
        return named.items()
    indexes = sorted((key for key in named if _is_index(key)), key=int)
    return [(key, named[key]) for key in (*indexes, *(key for key in named if not _is_index(key)))]


_AS_THEY_ARE: Final = frozenset({str, bool, type(None)})
_DIGITS: Final = frozenset("0123456789")


def _name(key: object) -> str:
    if isinstance(key, str):
        return str(key)
    if isinstance(key, (int, float)) and not isinstance(key, bool):
        return number_text(number(key))
    return to_text(key)


def _is_index(key: str) -> bool:
    return key.isascii() and key.isdigit() and (key == "0" or key[0] != "0") and int(key) < 2**32 - 1


def _instant(value: date) -> datetime:
    instant = value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def nearest(name: str, known: Iterable[str]) -> str:
    """A sentence that names what was probably meant, or nothing."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"Did you mean {close[0]}?" if close else ""


TEXT: Final = 120
"""Characters of a value that are shown."""


def render(value: object, room: int = TEXT) -> str:
    """`value` as a person would write it, cut to about `room` characters; bounded in time whatever the value."""
    shown = _shown(value, room, 4)
    return shown if len(shown) <= room else f"{shown[: room - 1]}…"


def _shown(value: object, room: int, depth: int) -> str:
    if isinstance(value, str):
        return value[: room + 1] if value else '""'
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return (
            "{…}" if not depth else _between("{}", (_pair(key, item, room, depth) for key, item in value.items()), room)
        )
    if isinstance(value, (list, tuple)):
        return "[…]" if not depth else _between("[]", (_shown(item, room, depth - 1) for item in value), room)
    return to_text(value)


def _pair(key: object, item: object, room: int, depth: int) -> str:
    return f"{_shown(key, room, 0)}: {_shown(item, room, depth - 1)}"


def _between(brackets: str, parts: Iterable[str], room: int) -> str:
    taken: list[str] = []
    for part in parts:
        taken.append(part)
        room -= len(part) + 2
        if room < 0:
            break
    return f"{brackets[0]}{', '.join(taken)}{brackets[1]}"
