"""Reading a regular expression as JavaScript does, with its web legacy (ECMA-262, 22.2.1 and annex B.1.2)."""

import re
from collections.abc import Iterator
from typing import Final

from bot.languages.regexp.charsets import FOLDED_WORD, LAST_POINT, LAST_UNIT, LINE_ENDS, WORD, Ranges, complement, fold
from bot.languages.regexp.classes import ClassReader
from bot.languages.regexp.escapes import Escapes, failed
from bot.languages.regexp.syntax import (
    NOTHING,
    Alternatives,
    Back,
    Boundary,
    Capture,
    Edge,
    Flags,
    Look,
    Node,
    OneOf,
    Repeat,
    Sequence,
    Untranslatable,
)

DEEPEST_GROUP: Final = 50
"""Groups inside groups."""

_QUANTIFIER: Final = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_NAME: Final = re.compile(r"<([^>]*)>")


def parse(source: str, flags: Flags) -> Node:
    """The tree of a pattern; raises Untranslatable where JavaScript would throw a SyntaxError."""
    parser = PatternParser(source if flags.unicode else split_pairs(source), flags)
    return parser.whole()


def split_pairs(text: str) -> str:
    """Characters beyond U+FFFF as the two halves that JavaScript sees without the flag u."""
    if text.isascii():
        return text
    return re.sub("[\U00010000-\U0010ffff]", lambda found: _halves(found[0]), text)


def _halves(letter: str) -> str:
    units = letter.encode("utf-16-be")
    return chr(int.from_bytes(units[:2], "big")) + chr(int.from_bytes(units[2:], "big"))


class PatternParser:
    """A recursive descent over one pattern."""

    def __init__(self, source: str, flags: Flags) -> None:
        self.flags = flags
        self.groups, self.names = _groups(source, flags.sets)
        self.escapes = Escapes(source, flags, self.groups, bool(self.names))
        self.opened = self.depth = self.behind = 0
        self.open: set[int] = set()

    def whole(self) -> Node:
        """The whole pattern."""
        tree = self._choice()
        if not self.escapes.at_end():
            raise failed("has a ) too many")
        return tree

    def _choice(self) -> Node:
        options = [self._sequence()]
        while self.escapes.take("|"):
            options.append(self._sequence())
        return options[0] if len(options) == 1 else Alternatives(tuple(options))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while not self.escapes.at_end() and self.escapes.peek() not in "|)":
            parts.append(self._term())
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts)) if parts else NOTHING

    def _term(self) -> Node:
        edge = self._edge()
        if edge is not None:
            return edge
        part, repeatable = self._atom()
        return self._repeated(part, repeatable)

    def _edge(self) -> Node | None:
        if self.escapes.peek() not in "^$\\":
            return None
        for sign, end in (("^", False), ("$", True)):
            if self.escapes.take(sign):
                return self._alone(Edge(end, self.flags.multiline))
        for sign, negative in (("\\b", False), ("\\B", True)):
            if self.escapes.take(sign):
                return self._alone(Boundary(negative, self._word()))
        return None

    def _alone(self, part: Node) -> Node:
        if self.escapes.peek() in ("*", "+", "?") or _QUANTIFIER.match(self.escapes.source, self.escapes.at):
            raise failed("repeats what has no width")
        return part

    def _word(self) -> Ranges:
        return FOLDED_WORD if self.flags.ignore_case and self.flags.unicode else WORD

    def _atom(self) -> tuple[Node, bool]:
        """An atom, and whether a quantifier may follow it."""
        letter = self.escapes.peek()
        if letter == "(":
            return self._group()
        if letter == "[":
            return OneOf(ClassReader(self.escapes, self.flags).read()), True
        if letter == ".":
            self.escapes.skip(1)
            return OneOf(((0, self._last()),) if self.flags.dot_all else complement(LINE_ENDS, self._last())), True
        if letter == "\\":
            return self._escape(), True
        self._refuse_bare(letter)
        self.escapes.skip(1)
        return self._letter(ord(letter)), True

    def _refuse_bare(self, letter: str) -> None:
        nothing = letter in "*+?" or bool(_QUANTIFIER.match(self.escapes.source, self.escapes.at))
        if nothing or (self.flags.unicode and letter in "{}]"):
            raise failed(f"has a {letter} with nothing before it to repeat" if nothing else f"has a bare {letter}")

    def _last(self) -> int:
        return LAST_POINT if self.flags.unicode else LAST_UNIT

    def _letter(self, point: int) -> Node:
        ranges: Ranges = ((point, point),)
        return OneOf(fold(ranges, self.flags.unicode) if self.flags.ignore_case else ranges)

    def _escape(self) -> Node:
        found = self.escapes.read()
        if isinstance(found, int):
            return self._letter(found)
        if isinstance(found, str):
            return self._back(self._named(found))
        return self._back(found.number) if isinstance(found, Back) else OneOf(found)

    def _back(self, number: int) -> Node:
        """A group still open, or opening later, has captured nothing: JavaScript forgets at each turn."""
        unknown = number in self.open or (number > self.opened and not self.behind)
        return NOTHING if unknown else Back(number)

    def _named(self, name: str) -> int:
        if name not in self.names:
            raise failed(f"refers to a group {name[:40]} that it does not have")
        return self.names[name]

    def _group(self) -> tuple[Node, bool]:
        self.depth += 1
        if self.depth > DEEPEST_GROUP:
            raise failed(f"nests groups more than {DEEPEST_GROUP} deep")
        self.escapes.skip(1)
        part, repeatable = self._group_of_its_kind()
        if not self.escapes.take(")"):
            raise failed("leaves a ( open")
        self.depth -= 1
        return part, repeatable

    def _group_of_its_kind(self) -> tuple[Node, bool]:
        for sign, behind, negative in _LOOKS:
            if self.escapes.take(sign):
                return self._look(behind, negative), not behind and not self.flags.unicode
        if self.escapes.take("?:"):
            return self._choice(), True
        if self.escapes.take("?<"):
            self.escapes.skip(self.escapes.source.index(">", self.escapes.at) + 1 - self.escapes.at)
        elif self.escapes.peek() == "?":
            raise Untranslatable("The regular expression has a group that JavaScript does not know.", _INLINE)
        return self._capture(), True

    def _look(self, behind: bool, negative: bool) -> Node:
        self.behind += behind
        part = self._choice()
        self.behind -= behind
        return Look(behind, negative, part)

    def _capture(self) -> Node:
        self.opened += 1
        number = self.opened
        self.open.add(number)
        part = self._choice()
        self.open.discard(number)
        return Capture(number, part)

    def _repeated(self, part: Node, repeatable: bool) -> Node:
        bounds = self._bounds()
        if bounds is None:
            return part
        if not repeatable:
            raise failed("repeats what has no width")
        return Repeat(part, *bounds, lazy=self.escapes.take("?"))

    def _bounds(self) -> tuple[int, int | None] | None:
        if self.escapes.peek() not in "*+?{":
            return None
        for sign, least, most in (("*", 0, None), ("+", 1, None), ("?", 0, 1)):
            if self.escapes.take(sign):
                return least, most
        counted = _QUANTIFIER.match(self.escapes.source, self.escapes.at)
        if counted is None:
            if self.flags.unicode and self.escapes.peek() == "{":
                raise failed("has a { that counts nothing")
            return None
        self.escapes.skip(len(counted[0]))
        return _counts(counted)


_LOOKS: Final = (("?=", False, False), ("?!", False, True), ("?<=", True, False), ("?<!", True, True))
_INLINE: Final = "Put flags into $options, as in $options: i."


def _counts(counted: re.Match[str]) -> tuple[int, int | None]:
    least = _count(counted[1])
    if counted[2] is None:
        return least, least
    most = _count(counted[3]) if counted[3] else None
    if most is not None and most < least:
        raise failed("counts down in { }")
    return least, most


def _count(digits: str) -> int:
    return int(digits) if len(digits) < 10 else 10**9


def _groups(source: str, nested_classes: bool) -> tuple[int, dict[str, int]]:
    """How many groups capture, and the numbers of the named ones."""
    names: dict[str, int] = {}
    count = 0
    for at in _opening(source, nested_classes):
        count += 1
        name = _group_name(source, at)
        if name is not None and name in names:
            raise failed(f"has two groups named {name[:40]}")
        if name is not None:
            names[name] = count
    return count, names


def _opening(source: str, nested_classes: bool) -> Iterator[int]:
    """Where the capturing groups open: outside classes, and not after a backslash."""
    at = depth = 0
    while at < len(source):
        letter = source[at]
        if letter == "[":
            depth += 1 if nested_classes or not depth else 0
        elif letter == "]":
            depth = max(0, depth - 1)
        elif letter == "(" and not depth and _captures(source, at):
            yield at
        at += 2 if letter == "\\" else 1


def _captures(source: str, at: int) -> bool:
    following = source[at + 1 : at + 4]
    return not following.startswith("?") or (following.startswith("?<") and following[2:] not in ("=", "!"))


def _group_name(source: str, at: int) -> str | None:
    if not source.startswith("(?<", at):
        return None
    name = _NAME.match(source, at + 2)
    if name is None or not name[1].replace("$", "_").isidentifier():
        raise failed("has a group without a proper name")
    return name[1]
