"""YAML as plain values with the place of each, read from the parser's events: nothing is built that a tag asks for.

Scalars follow the YAML 1.2 core schema (`yes` and `09:00` are text), with timestamps added, as js-yaml reads them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

import yaml
from yaml.reader import ReaderError

from bot.errors import Invalid, Problem

Where: TypeAlias = tuple[str | int, ...]

LONGEST_TEXT = 2_000_000  # characters
DEEPEST = 64  # levels
MOST_VALUES = 250_000
_MOST_PROBLEMS = 100

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_BASED = re.compile(r"0o[0-7]{1,300}|0x[0-9a-fA-F]{1,300}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[-+]\d\d:\d\d)?)?")
_PLAIN_TAGS = frozenset({None, "!", "tag:yaml.org,2002:str"})


@dataclass(slots=True)
class Tree:
    """A document's value and where each part of it stands (line and column from 1)."""

    value: object = None
    places: dict[Where, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Where, tuple[int, int]] = field(default_factory=dict)
    written: dict[Where, str] = field(default_factory=dict)
    """Timestamps as they were written: whether they name an offset is lost in the value."""

    def place(self, where: Where) -> tuple[int, int]:
        """Find the place of a path, or of the nearest part around it."""
        while where and where not in self.places:
            where = where[:-1]
        return self.places.get(where, (1, 1))


def read_yaml(text: str) -> Tree:
    """Read one document, or raise `Invalid` with the line and column of what cannot be read."""
    if len(text) > LONGEST_TEXT:
        said = f"The text has {len(text)} characters; the most is {LONGEST_TEXT}."
        raise Invalid([Problem(message=said, mend="Split it into several.", line=1, column=1)])
    try:
        return _Builder().build(yaml.parse(text, Loader=yaml.CSafeLoader))
    except UnicodeEncodeError as error:
        raise Invalid([_strange(text, error.start)]) from None
    except yaml.YAMLError as error:
        raise Invalid([_syntax_problem(error, text)]) from None


@dataclass(slots=True)
class _Level:
    """A collection that is being read: a list, or a mapping with the key that waits for its value."""

    value: list[object] | dict[str, object]
    where: Where
    key: str | None = None
    keys: dict[str, int] = field(default_factory=dict)


class _Builder:
    def __init__(self) -> None:
        self._tree = Tree()
        self._levels: list[_Level] = []
        self._problems: list[Problem] = []
        self._count = 0

    def build(self, events: Iterator[yaml.Event]) -> Tree:
        for event in events:
            self._count += 1
            if self._count > MOST_VALUES:
                raise Invalid([_at(event, f"There are more than {MOST_VALUES} values.", "Split the rules.")])
            self._take(event)
        if self._problems:
            raise Invalid(self._problems)
        return self._tree

    def _note(self, problem: Problem) -> None:
        self._problems.append(problem)
        if len(self._problems) >= _MOST_PROBLEMS:
            raise Invalid(self._problems)

    def _take(self, event: yaml.Event) -> None:
        match event:
            case yaml.ScalarEvent():
                self._refuse_tag(event, event.tag)
                self._scalar(event)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._refuse_tag(event, event.tag)
                self._open(event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                self._levels.pop()
            case yaml.AliasEvent():
                raise Invalid([_at(event, f"The alias *{event.anchor:.80} is not taken.", "Write the value out.")])
            case yaml.DocumentStartEvent() if self._tree.places:
                raise Invalid([_at(event, "There is a second document.", "Keep one, without a line of ---.")])
            case _:
                pass

    def _refuse_tag(self, event: yaml.Event, tag: str | None) -> None:
        if tag not in _PLAIN_TAGS:
            written = str(tag).replace("tag:yaml.org,2002:", "!!")[:80]
            self._note(_at(event, f"The tag {written} is not taken.", "Write a plain value without a tag."))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        level = self._levels[-1] if self._levels else None
        if level and isinstance(level.value, dict) and level.key is None:
            self._begin_key(level, event)
            return
        value = _scalar_value(event)
        where = self._put(event, value)
        if isinstance(value, datetime):
            self._tree.written[where] = event.value

    def _begin_key(self, level: _Level, event: yaml.ScalarEvent) -> None:
        line = _place(event)[0]
        if event.value in level.keys:
            first = level.keys[event.value]
            self._note(_at(event, f"The key {event.value!r:.80} stands twice, first in line {first}.", "Keep one."))
        level.keys.setdefault(event.value, line)
        self._tree.keys[*level.where, event.value] = _place(event)
        level.key = event.value

    def _open(self, event: yaml.Event) -> None:
        if len(self._levels) >= DEEPEST:
            raise Invalid([_at(event, f"Values are nested more than {DEEPEST} levels deep.", "Make it flatter.")])
        value: list[object] | dict[str, object] = [] if isinstance(event, yaml.SequenceStartEvent) else {}
        level = self._levels[-1] if self._levels else None
        if level and isinstance(level.value, dict) and level.key is None:
            raise Invalid([_at(event, "A key has to be text.", "Quote it, or put a value before the colon.")])
        self._levels.append(_Level(value=value, where=self._put(event, value)))

    def _put(self, event: yaml.Event, value: object) -> Where:
        place = _place(event)
        if not self._levels:
            self._tree.value = value
            self._tree.places[()] = place
            return ()
        level = self._levels[-1]
        where = (*level.where, _attach(level, value))
        self._tree.places[where] = place
        return where


def _attach(level: _Level, value: object) -> str | int:
    if isinstance(level.value, list):
        level.value.append(value)
        return len(level.value) - 1
    key, level.key = level.key or "", None
    level.value[key] = value
    return key


def _scalar_value(event: yaml.ScalarEvent) -> object:
    text = event.value
    if not event.implicit[0] or event.tag is not None:
        return text
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    return _number(text) if text[0] in "0123456789+-." else text


def _number(text: str) -> object:
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    return _timestamp(text) if _TIMESTAMP.fullmatch(text) else text


def _timestamp(text: str) -> object:
    try:
        instant = datetime.fromisoformat(text.replace("t", "T"))
    except ValueError:
        return text
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _syntax_problem(error: yaml.YAMLError, text: str) -> Problem:
    if isinstance(error, ReaderError):
        return _strange(text, len(text.encode()[: error.position].decode(errors="ignore")))
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = " ".join(filter(None, (getattr(error, "context", None), getattr(error, "problem", None)))) or str(error)
    mend = "Check the indentation, and quote text that holds : # { } [ ] , & * or starts with @ or %."
    if mark is None:
        return Problem(message=f"This is not YAML: {said}.", mend=mend, line=1, column=1)
    return Problem(message=f"This is not YAML: {said}.", mend=mend, line=mark.line + 1, column=mark.column + 1)


def _strange(text: str, position: int) -> Problem:
    """A character that YAML does not take."""
    before = text[:position]
    said = f"This is not YAML: it holds the character U+{ord(text[position]):04X}."
    mend = 'Remove it, or write it in double quotes as "\\xNN" or "\\uNNNN".'
    return Problem(message=said, mend=mend, line=before.count("\n") + 1, column=position - before.rfind("\n"))


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _at(event: yaml.Event, message: str, mend: str) -> Problem:
    line, column = _place(event)
    return Problem(message=message, mend=mend, line=line, column=column)
