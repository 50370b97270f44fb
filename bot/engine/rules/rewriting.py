"""Changing one value of a YAML text, and nothing else of it: not its order, its comments or its quotes."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final, TypeAlias

import yaml

from bot.errors import TextChange

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_./:-]*[A-Za-z0-9]|[A-Za-z]|[0-9]+(?:ms|s|m|h|d)")
_WORDS: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_BLOCK_SCALARS: Final = frozenset({"|", ">"})

Plain: TypeAlias = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """Write another value, or a list of values, where one stands."""

    value: Plain | tuple[Plain, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InsteadOfKey:
    """Write another key where one stands."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Write a key and its value behind a value that stays, or that is changed, too."""

    key: str
    value: Plain
    instead: Plain = None


Rewrite: TypeAlias = Instead | InsteadOfKey | Beside


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a scalar begins and ends (characters from 0), and how a further key is written behind it."""

    start: int
    end: int
    separator: str
    is_block: bool


@dataclass(frozen=True, slots=True)
class Spans:
    """The scalars of a text by the line and column, from 1, at which they begin."""

    by_place: Mapping[tuple[int, int], _Span]

    def change(self, place: tuple[int, int], rewrite: Rewrite) -> TextChange | None:
        """The change that a rewriting makes at a place; None where it cannot be made without touching more."""
        span = self.by_place.get(place)
        if span is None or (span.is_block and not isinstance(rewrite, InsteadOfKey)):
            return None
        match rewrite:
            case Instead(value=value):
                said = written(value)
                return TextChange(to=said, start=span.start, end=span.end, text=said)
            case InsteadOfKey(key=key):
                return TextChange(to=key, start=span.start, end=span.end, text=_scalar(key))
            case Beside(key=key, value=value, instead=None) if span.separator:
                text = f"{span.separator}{key}: {written(value)}"
                return TextChange(to=f"{key}: {written(value)}", start=span.end, end=span.end, text=text)
            case Beside(key=key, value=value, instead=instead) if span.separator:
                text = f"{written(instead)}{span.separator}{key}: {written(value)}"
                shown = f"{written(instead)}, {key}: {written(value)}"
                return TextChange(to=shown, start=span.start, end=span.end, text=text)
            case Beside():
                return None


def changed(text: str, change: TextChange) -> str:
    """The text with a change that was made for it."""
    return f"{text[: change.start]}{change.text}{text[change.end :]}"


def written(value: Plain | tuple[Plain, ...]) -> str:
    """A value as YAML writes it on one line."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_scalar, value))}]"
    return _scalar(value)


def _scalar(value: Plain) -> str:
    if isinstance(value, str):
        is_plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        return value if is_plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def spans_of(text: str) -> Spans:
    """Find the scalars of a text that was read before."""
    begins = [0, *accumulate(len(each) + 1 for each in text.split("\n"))]
    found: dict[tuple[int, int], _Span] = {}
    levels: list[_Level] = []
    for event in iter(yaml.CSafeLoader(text).get_event, None):
        if isinstance(event, yaml.ScalarEvent):
            span = _span(event, begins, levels[-1] if levels else None)
            line, column = _place(event.start_mark)
            found[(line + 1, column + 1)] = span
        _follow(event, levels)
    return Spans(found)


class _Level:
    """A collection that is open: whether it is a mapping, stands in brackets, and where its keys begin."""

    __slots__ = ("awaits_key", "column", "is_flow", "is_mapping")

    def __init__(self, event: yaml.CollectionStartEvent) -> None:
        self.is_mapping = isinstance(event, yaml.MappingStartEvent)
        self.is_flow = bool(event.flow_style)
        self.awaits_key = self.is_mapping
        self.column = _place(event.start_mark)[1]


def _follow(event: yaml.Event, levels: list[_Level]) -> None:
    if isinstance(event, yaml.CollectionEndEvent):
        levels.pop()
    if not isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
        return
    if isinstance(event, yaml.CollectionStartEvent):
        levels.append(_Level(event))
    elif levels and levels[-1].is_mapping:
        levels[-1].awaits_key = not levels[-1].awaits_key


def _span(event: yaml.ScalarEvent, begins: list[int], level: _Level | None) -> _Span:
    separator = ""
    if level and level.is_mapping and not level.awaits_key:
        separator = ", " if level.is_flow else f"\n{' ' * level.column}"
    start, end = _place(event.start_mark), _place(event.end_mark)
    return _Span(
        start=begins[start[0]] + start[1],
        end=begins[end[0]] + end[1],
        separator=separator,
        is_block=event.style in _BLOCK_SCALARS,
    )


def _place(mark: Any) -> tuple[int, int]:
    """Line and column from 0, of a mark of either parser."""
    return (mark.line, mark.column) if mark else (0, 0)
