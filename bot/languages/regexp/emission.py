"""Writing a syntax tree for RE2, and for the `regex` package where RE2 cannot express it.

Halves of surrogate pairs stand in private characters (see `SHIFT`), because UTF-8 cannot hold them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.languages.regexp.charsets import LAST_POINT, LINE_ENDS, WORD, Ranges
from bot.languages.regexp.syntax import (
    Alternatives,
    Back,
    Boundary,
    Capture,
    Edge,
    Look,
    Node,
    OneOf,
    Repeat,
    Sequence,
    Untranslatable,
)

SHIFT: Final = 0xF0000
"""Half of a surrogate pair is matched as this plus its value: a private character that no text means."""

MOST_COUNTED: Final = 65_535
"""Counts above this are without end where they are an upper bound, and refused where they are a lower one."""

HEAVIEST: Final = 20_000
"""Characters of a pattern after all counts are written out, where RE2 cannot express it."""


class Inexpressible(Exception):
    """RE2 has no such construct."""


def shifted(ranges: Ranges) -> Ranges:
    """`ranges` with the halves of surrogate pairs moved to where texts hold them."""
    moved: list[tuple[int, int]] = []
    for low, high in ranges:
        parts = ((low, min(high, 0xD7FF)), (max(low, 0xD800), min(high, 0xDFFF)), (max(low, 0xE000), high))
        for place, (first, last) in enumerate(parts):
            if first <= last:
                by = SHIFT if place == 1 else 0
                moved.append((first + by, last + by))
    return tuple(moved)


def _class(ranges: Ranges, point: Callable[[int], str]) -> str:
    return "".join(point(low) if low == high else f"{point(low)}-{point(high)}" for low, high in shifted(ranges))


@dataclass(frozen=True, slots=True)
class ForRe2:
    """RE2's syntax; captures and laziness are left out, as only whether it matches is asked."""

    def write(self, node: Node) -> str:
        """The pattern; raises Inexpressible."""
        match node:
            case OneOf(ranges=ranges):
                return f"[{_class(ranges, _re2_point)}]" if ranges else rf"[^\x{{0}}-\x{{{LAST_POINT:x}}}]"
            case Sequence(parts=parts):
                return "".join(map(self.write, parts))
            case Alternatives(options=options):
                return f"(?:{'|'.join(map(self.write, options))})"
            case Repeat(part=part, least=least, most=most):
                return f"(?:{self.write(part)}){_counts(least, most)}"
            case Capture(part=part):
                return f"(?:{self.write(part)})"
            case _:
                return self._write_place(node)

    def _write_place(self, node: Node) -> str:
        match node:
            case Edge(end=end, lines=lines):
                return ("(?m:$)" if end else "(?m:^)") if lines else (r"\z" if end else r"\A")
            case Boundary(negative=False, word=word) if word == WORD:
                return r"\b"  # its \B also matches between the bytes of one character
            case _:
                raise Inexpressible


@dataclass(frozen=True, slots=True)
class ForBacktracking:
    """The `regex` package's syntax; `ignore_case` concerns references to groups only, letters are folded already."""

    ignore_case: bool

    def write(self, node: Node) -> str:
        """The pattern."""
        match node:
            case OneOf(ranges=ranges):
                return f"[{_class(ranges, _python_point)}]" if ranges else "(?!)"
            case Sequence(parts=parts):
                return "".join(map(self.write, parts))
            case Alternatives(options=options):
                return f"(?:{'|'.join(map(self.write, options))})"
            case Repeat(part=part, least=least, most=most, lazy=lazy):
                return f"(?:{self.write(part)}){_counts(least, most)}{'?' if lazy else ''}"
            case Capture(part=part):
                return f"({self.write(part)})"
            case _:
                return self._write_place(node)

    def _write_place(self, node: Node) -> str:
        match node:
            case Back(number=number):
                said = rf"(?i:\{number})" if self.ignore_case else rf"(?:\{number})"
                return f"(?({number}){said}|)"
            case Look(behind=behind, negative=negative, part=part):
                return f"(?{'<' if behind else ''}{'!' if negative else '='}{self.write(part)})"
            case Edge(end=end, lines=lines):
                return _line_edge(end) if lines else (r"\Z" if end else r"\A")
            case Boundary(negative=negative, word=word):
                return _boundary(f"[{_class(word, _python_point)}]", negative)
            case _:
                raise Inexpressible


def _line_edge(end: bool) -> str:
    ends = f"[{_class(LINE_ENDS, _python_point)}]"
    return rf"(?:\Z|(?={ends}))" if end else rf"(?:\A|(?<={ends}))"


def _boundary(word: str, negative: bool) -> str:
    if negative:
        return f"(?:(?<={word})(?={word})|(?<!{word})(?!{word}))"
    return f"(?:(?<={word})(?!{word})|(?<!{word})(?={word}))"


def _counts(least: int, most: int | None) -> str:
    if least > MOST_COUNTED:
        raise Untranslatable(f"The regular expression repeats more than {MOST_COUNTED:,} times.", "Use + or *.")
    if most is None or most > MOST_COUNTED:
        return {0: "*", 1: "+"}.get(least, f"{{{least},}}")
    return f"{{{least},{most}}}"


def _re2_point(point: int) -> str:
    letter = chr(point)
    return letter if letter.isascii() and letter.isalnum() else rf"\x{{{point:x}}}"


def _python_point(point: int) -> str:
    letter = chr(point)
    return letter if letter.isascii() and letter.isalnum() else rf"\U{point:08x}"


def weight(node: Node) -> int:
    """Characters of the pattern after all counts are written out."""
    match node:
        case Sequence(parts=parts) | Alternatives(options=parts):
            return sum(map(weight, parts)) + 1
        case Repeat(part=part, least=least, most=most):
            return weight(part) * max(least, 1 if most is None or most > MOST_COUNTED else most, 1)
        case Capture(part=part) | Look(part=part):
            return weight(part) + 1
        case _:
            return 1
