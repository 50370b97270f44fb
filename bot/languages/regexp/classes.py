"""Character classes: `[a-z]`, with the set notation of the flag v."""

from typing import Final

from bot.languages.regexp.charsets import (
    LAST_POINT,
    LAST_UNIT,
    Ranges,
    complement,
    difference,
    fold,
    intersection,
    normal,
)
from bot.languages.regexp.escapes import Escapes, failed
from bot.languages.regexp.syntax import Flags, Untranslatable

_DOUBLED: Final = (
    "&&",
    "!!",
    "##",
    "$$",
    "%%",
    "**",
    "++",
    ",,",
    "..",
    "::",
    ";;",
    "<<",
    "==",
    ">>",
    "??",
    "@@",
    "^^",
    "``",
    "~~",
)
_BARE: Final = "()[]{}/-|"
DEEPEST_CLASS: Final = 20


class ClassReader:
    """Reads one class at the cursor."""

    def __init__(self, escapes: Escapes, flags: Flags, depth: int = 0) -> None:
        self.escapes, self.flags, self.depth = escapes, flags, depth
        if depth > DEEPEST_CLASS:
            raise failed(f"nests classes more than {DEEPEST_CLASS} deep")

    def read(self) -> Ranges:
        """The set, with its complement taken and its case folded."""
        self.escapes.skip(1)
        negative = self.escapes.take("^")
        ranges = self._set_expression() if self.flags.sets else self._ranges()
        if self.flags.ignore_case:
            ranges = fold(ranges, self.flags.unicode)
        return complement(ranges, LAST_POINT if self.flags.unicode else LAST_UNIT) if negative else ranges

    def _ranges(self) -> Ranges:
        found: list[tuple[int, int]] = []
        while not self._closed():
            low = self._atom()
            if not self._is_range():
                found += _as_ranges(low)
                continue
            self.escapes.skip(1)
            found += self._range(low, self._atom())
        return normal(found)

    def _closed(self) -> bool:
        if self.escapes.at_end():
            raise failed("leaves a [ open")
        return self.escapes.take("]")

    def _is_range(self) -> bool:
        return self.escapes.peek() == "-" and not self.escapes.source.startswith("-]", self.escapes.at)

    def _atom(self) -> int | Ranges:
        if self.escapes.at_end():
            raise failed("leaves a [ open")
        if self.escapes.peek() == "\\":
            return self.escapes.read_in_class()
        letter = self.escapes.peek()
        self.escapes.skip(1)
        return ord(letter)

    def _range(self, low: int | Ranges, high: int | Ranges) -> Ranges:
        if isinstance(low, int) and isinstance(high, int):
            if low > high:
                raise failed("has a range that runs backwards")
            return ((low, high),)
        if self.flags.unicode:
            raise failed("has a range that does not end in a character")
        return (*_as_ranges(low), (0x2D, 0x2D), *_as_ranges(high))

    def _set_expression(self) -> Ranges:
        if self._closed():
            return ()
        found = self._operand_or_range()
        for sign, combine in (("&&", intersection), ("--", difference)):
            if self.escapes.source.startswith(sign, self.escapes.at):
                while self.escapes.take(sign):
                    found = combine(found, _as_ranges(self._operand()))
                if not self._closed():
                    raise failed("mixes set operations in one class")
                return found
        while not self._closed():
            found = normal([*found, *self._operand_or_range()])
        return found

    def _operand_or_range(self) -> Ranges:
        low = self._operand()
        if not self._is_range() or self.escapes.source.startswith("--", self.escapes.at):
            return _as_ranges(low)
        self.escapes.skip(1)
        return self._range(low, self._operand())

    def _operand(self) -> int | Ranges:
        if self.escapes.peek() == "[":
            return ClassReader(self.escapes, self.flags, self.depth + 1).read()
        if self.escapes.source.startswith("\\q{", self.escapes.at):
            raise Untranslatable("The regular expression uses \\q{ }, which has no equal here.", "Use (?:a|b).")
        doubled = self.escapes.source[self.escapes.at : self.escapes.at + 2]
        if self.escapes.peek() in _BARE or doubled in _DOUBLED:
            raise failed(f"has a bare {doubled} in a class")
        return self._folded(self._atom())

    def _folded(self, atom: int | Ranges) -> int | Ranges:
        return atom if isinstance(atom, int) or not self.flags.ignore_case else fold(atom, unicode=True)


def _as_ranges(atom: int | Ranges) -> Ranges:
    return ((atom, atom),) if isinstance(atom, int) else atom
