"""YAML as plain values with the place of each, read from the parser's events: nothing is built that a tag asks for.

Scalars follow the YAML 1.2 core schema (`yes` and `09:00` are text), with timestamps added, as js-yaml reads them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeAlias

import yaml
from yaml.reader import ReaderError

from bot.errors import Invalid, Problem

Where: TypeAlias = tuple[str | int, ...]

LONGEST_TEXT = 2_000_000  # characters
DEEPEST = 64  # levels
MOST_VALUES = 250_000
_MOST_PROBLEMS = 100
_COLUMN = LONGEST_TEXT.bit_length()
_KEY = 2 * _COLUMN
"""Bits of a packed place: those of a column, and those of the whole."""

_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_TELLING = frozenset({"", *"~nNtTfF0123456789+-."})
"""How plain text begins that may be something else than text."""
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_BASED = re.compile(r"0o[0-7]{1,300}|0x[0-9a-fA-F]{1,300}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[-+]\d\d:\d\d)?)?")
_QUOTED = re.compile(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"|#[^\n]*", re.DOTALL)
_FLOW = re.compile(r"[\[\]{}]")
_PLAIN_TAGS = frozenset({None, "!", "tag:yaml.org,2002:str"})


Places: TypeAlias = dict[str | int, int]
"""Where the parts of one collection stand, packed: see `_pack`. A dict of numbers costs the garbage collector
nothing, and with an object for each place it took half the time of reading."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A document's value and where each part of it stands (line and column from 1)."""

    documents: list[object]
    places: dict[int, Places]
    """By the `id` of each collection of `documents`, which keeps them alive."""
    written: dict[Where, str]
    """Timestamps as they were written: whether they name an offset is lost in the value."""

    @property
    def value(self) -> object:
        """The document, or None when there is none."""
        return self.documents[0] if self.documents else None

    def place(self, where: Where) -> tuple[int, int]:
        """Find the place of a path, or of the nearest part around it."""
        return _unpack(self._find(where))

    def key_place(self, where: Where) -> tuple[int, int]:
        """Find the place of the key that a path ends with."""
        return _unpack(self._find(where) >> _KEY)

    def _find(self, where: Where) -> int:
        value: Any = self.documents
        found = 0
        for step in (0, *where):
            places = self.places.get(id(value), {})
            if step not in places:
                break
            found, value = places[step], value[step]
        return found


def read_yaml(text: str) -> Tree:
    """Read one document, or raise `Invalid` with the line and column of what cannot be read."""
    if len(text) > LONGEST_TEXT:
        said = f"The text has {len(text)} characters; the most is {LONGEST_TEXT}."
        raise Invalid([Problem(message=said, mend="Split it into several.", line=1, column=1)])
    try:
        return _Builder().build(iter(yaml.CSafeLoader(text).get_event, None))
    except UnicodeEncodeError as error:
        raise Invalid([_strange(text, error.start)]) from None
    except yaml.YAMLError as error:
        raise Invalid([_syntax_problem(error, text)]) from None


class _Items:
    """A list that is being read."""

    __slots__ = ("places", "value")

    def __init__(self) -> None:
        self.value: list[object] = []
        self.places: Places = {}

    def put(self, value: object, place: int) -> None:
        self.places[len(self.value)] = place << _KEY | place
        self.value.append(value)

    def last(self) -> str | int:
        return len(self.value) - 1


class _OpenMapping:
    """A mapping that is being read, with the key that waits for its value."""

    __slots__ = ("awaits_key", "key", "key_place", "places", "value")

    def __init__(self) -> None:
        self.value: dict[str, object] = {}
        self.places: Places = {}
        self.key = ""
        self.key_place = 0
        self.awaits_key = True

    def put(self, value: object, place: int) -> None:
        self.places[self.key] = self.key_place << _KEY | place
        self.value[self.key] = value
        self.awaits_key = True

    def last(self) -> str | int:
        return self.key


class _Builder:
    """Takes events one by one; the outermost level is a list of documents."""

    def __init__(self) -> None:
        self._documents = _Items()
        self._level: _Items | _OpenMapping = self._documents
        self._levels: list[_Items | _OpenMapping] = [self._level]
        self._places = {id(self._documents.value): self._documents.places}
        self._problems: list[Problem] = []
        self._written: dict[Where, str] = {}

    def build(self, events: Iterator[yaml.Event]) -> Tree:
        takers = self._takers()
        for event in islice(events, MOST_VALUES):
            takers[type(event)](event)
        for event in events:
            raise Invalid([_at(event, f"There are more than {MOST_VALUES} values.", "Split the rules.")])
        if self._problems:
            raise Invalid(self._problems)
        return Tree(self._documents.value, self._places, self._written)

    def _takers(self) -> dict[type[yaml.Event], Callable[[Any], None]]:
        return {
            yaml.StreamStartEvent: _pass,
            yaml.DocumentStartEvent: self._start,
            yaml.ScalarEvent: self._scalar,
            yaml.SequenceStartEvent: self._open,
            yaml.MappingStartEvent: self._open,
            yaml.SequenceEndEvent: self._close,
            yaml.MappingEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentEndEvent: _pass,
            yaml.StreamEndEvent: _pass,
        }

    def _note(self, problem: Problem) -> None:
        self._problems.append(problem)
        if len(self._problems) >= _MOST_PROBLEMS:
            raise Invalid(self._problems)

    def _start(self, event: yaml.DocumentStartEvent) -> None:
        if self._level.value:
            raise Invalid([_at(event, "There is a second document.", "Keep one, without a line of ---.")])

    def _refuse_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.tag not in _PLAIN_TAGS:
            written = str(event.tag).replace("tag:yaml.org,2002:", "!!")[:80]
            self._note(_at(event, f"The tag {written} is not taken.", "Write a plain value without a tag."))

    def _alias(self, event: yaml.AliasEvent) -> None:
        mend = f"Write out here what &{event.anchor:.80} stands for."
        self._note(_at(event, f"The alias *{event.anchor:.80} is not taken.", mend))
        if isinstance(self._level, _OpenMapping) and self._level.awaits_key:
            raise Invalid(self._problems)
        self._level.put(None, _pack(event))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if event.tag is not None:
            self._refuse_tag(event)
        level, text = self._level, event.value
        if isinstance(level, _OpenMapping) and level.awaits_key:
            if text in level.value:
                self._note_duplicate(level, event)
            if text == "<<" and event.implicit[0]:
                self._note(_at(event, "The merge key << is not taken.", "Write the keys out that it would add."))
            level.key, level.key_place, level.awaits_key = text, _pack(event), False
        elif text[:1] in _TELLING and event.implicit[0] and event.tag is None:
            self._plain(level, event)
        else:
            level.put(text, _pack(event))

    def _plain(self, level: _Items | _OpenMapping, event: yaml.ScalarEvent) -> None:
        value = _plain_value(event.value)
        level.put(value, _pack(event))
        if isinstance(value, datetime):
            self._written[tuple(each.last() for each in self._levels[1:])] = event.value

    def _note_duplicate(self, level: _OpenMapping, event: yaml.ScalarEvent) -> None:
        first = _unpack(level.places[event.value] >> _KEY)[0]
        self._note(_at(event, f"The key {event.value!r:.80} stands twice, first in line {first}.", "Keep one."))

    def _open(self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent) -> None:
        if event.tag is not None:
            self._refuse_tag(event)
        if len(self._levels) > DEEPEST:
            raise Invalid([_too_deep(*_unpack(_pack(event)))])
        if isinstance(self._level, _OpenMapping) and self._level.awaits_key:
            raise Invalid([_at(event, "A key has to be text.", "Quote it, or put a value before the colon.")])
        inner = _Items() if isinstance(event, yaml.SequenceStartEvent) else _OpenMapping()
        self._level.put(inner.value, _pack(event))
        self._places[id(inner.value)] = inner.places
        self._levels.append(inner)
        self._level = inner

    def _close(self, _event: yaml.Event) -> None:
        self._levels.pop()
        self._level = self._levels[-1]


def _pass(_event: yaml.Event) -> None:
    """What frames the document says nothing about it."""


def _plain_value(text: str) -> object:
    """What text without quotes stands for."""
    if text in _WORDS:
        return _WORDS[text]
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
    if mark is not None and (deep := _deep_flow(text[: _index(mark, text)])) is not None:
        return _too_deep(text.count("\n", 0, deep) + 1, deep - text.rfind("\n", 0, deep))
    said = " ".join(filter(None, (getattr(error, "context", None), getattr(error, "problem", None)))) or str(error)
    mend = "Check the indentation, and quote text that holds : # { } [ ] , & * or starts with @ or %."
    if mark is None:
        return Problem(message=f"This is not YAML: {said}.", mend=mend, line=1, column=1)
    return Problem(message=f"This is not YAML: {said}.", mend=mend, line=mark.line + 1, column=mark.column + 1)


def _index(mark: yaml.Mark, text: str) -> int:
    """Where a mark stands in the text. The parser's own index counts other characters in some versions."""
    lines = text.split("\n", mark.line)
    return len(text) - len(lines[-1]) + int(mark.column)


def _deep_flow(read: str) -> int | None:
    """Where the brackets before a mistake open more levels than we take, or None.

    The parser reads up to a thousand brackets ahead before it hands out the first, and some of its versions stop there
    with a mistake of their own: it is ours, and is said in our words whatever the version does.
    """
    depth = 0
    for bracket in _FLOW.finditer(_QUOTED.sub(lambda quoted: " " * len(quoted[0]), read)):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > DEEPEST:
            return bracket.start()
    return None


def _too_deep(line: int, column: int) -> Problem:
    said = f"Values are nested more than {DEEPEST} levels deep."
    return Problem(message=said, mend="Make it flatter.", line=line, column=column)


def _strange(text: str, position: int) -> Problem:
    """A character that YAML does not take."""
    before = text[:position]
    said = f"This is not YAML: it holds the character U+{ord(text[position]):04X}."
    mend = 'Remove it, or write it in double quotes as "\\xNN" or "\\uNNNN".'
    return Problem(message=said, mend=mend, line=before.count("\n") + 1, column=position - before.rfind("\n"))


def _pack(event: yaml.Event) -> int:
    """Line and column in one number; no text is long enough for a column to spill over."""
    mark = event.start_mark
    return mark.line << _COLUMN | mark.column if mark else 0


def _unpack(place: int) -> tuple[int, int]:
    """The line and column from 1 in the lower half of a number; the upper half is the place of a key."""
    place &= (1 << _KEY) - 1
    return (place >> _COLUMN) + 1, (place & (1 << _COLUMN) - 1) + 1


def _at(event: yaml.Event, message: str, mend: str) -> Problem:
    line, column = _unpack(_pack(event))
    return Problem(message=message, mend=mend, line=line, column=column)
