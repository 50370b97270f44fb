"""The cursor over a pattern, and what follows a backslash."""

import re
from typing import Final

from bot.languages.regexp.charsets import (
    DIGITS,
    FOLDED_WORD,
    LAST_POINT,
    LAST_UNIT,
    SPACES,
    WORD,
    Ranges,
    complement,
    fold,
)
from bot.languages.regexp.properties import property_ranges
from bot.languages.regexp.syntax import Back, Flags, Untranslatable

_CONTROLS: Final = {"f": 0x0C, "n": 0x0A, "r": 0x0D, "t": 0x09, "v": 0x0B}
_OCTAL: Final = re.compile(r"[0-3][0-7]{0,2}|[4-7][0-7]?")
_HEX2: Final = re.compile(r"x([0-9a-fA-F]{2})")
_HEX4: Final = re.compile(r"u([0-9a-fA-F]{4})")
_POINT: Final = re.compile(r"u\{([0-9a-fA-F]+)\}")
_PAIR: Final = re.compile(r"u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_PROPERTY: Final = re.compile(r"[pP]\{([A-Za-z0-9_=]*)\}")
_NAME: Final = re.compile(r"k<([^>]*)>")

Escaped = int | str | Ranges | Back
"""A character, the name of a group, a set of characters, or a numbered group."""


def failed(what: str) -> Untranslatable:
    """The error that says what the regular expression does wrong."""
    return Untranslatable(f"The regular expression {what}.", "Escape a sign that is meant literally with \\.")


class Escapes:
    """A place in a pattern, moved on by what is read."""

    def __init__(self, source: str, flags: Flags, groups: int, has_names: bool) -> None:
        self.source, self.flags = source, flags
        self.groups, self.has_names = groups, has_names
        self.at = 0
        self.in_class = False

    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self.at >= len(self.source)

    def peek(self) -> str:
        """The next character, or an empty text."""
        return self.source[self.at : self.at + 1]

    def skip(self, count: int) -> None:
        """Move on."""
        self.at += count

    def take(self, text: str) -> bool:
        """Move on past `text` if it comes next."""
        if not self.source.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Move on past what `pattern` matches here."""
        found = pattern.match(self.source, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def read(self) -> Escaped:
        """What the backslash here stands for, outside a class."""
        self.skip(1)
        letter = self.peek()
        if letter in "123456789" and letter:
            number = self._back_reference()
            if number is not None:
                return Back(number)
        if letter == "k" and (self.flags.unicode or self.has_names):
            name = self.match(_NAME)
            if name is None:
                raise failed("has a \\k without a name")
            return name[1]
        return self._set_or_letter()

    def read_in_class(self) -> int | Ranges:
        """What the backslash here stands for, inside a class."""
        self.skip(1)
        if self.take("b"):
            return 0x08
        if self.flags.unicode and self.take("-"):
            return 0x2D
        if not self.flags.unicode and self.peek() == "c" and re.match(r"c[0-9_]", self.source[self.at : self.at + 2]):
            self.skip(2)
            return ord(self.source[self.at - 1]) % 32
        self.in_class = True
        found = self._set_or_letter()
        self.in_class = False
        return found

    def _back_reference(self) -> int | None:
        digits = re.compile(r"[0-9]+").match(self.source, self.at)
        number = int(digits[0][:9]) if digits else 0
        if digits is not None and number <= self.groups:
            self.at = digits.end()
            return number
        if self.flags.unicode:
            raise failed(f"refers to a group {number} that it does not have")
        return None

    def _set_or_letter(self) -> int | Ranges:
        letter = self.peek()
        if not letter:
            raise failed("ends in a backslash")
        if letter in "dDsSwW":
            self.skip(1)
            return self._class(letter)
        if letter in "pP" and self.flags.unicode:
            return self._property(letter)
        return self._point(letter)

    def _last(self) -> int:
        return LAST_POINT if self.flags.unicode else LAST_UNIT

    def _class(self, letter: str) -> Ranges:
        word = FOLDED_WORD if self.flags.unicode and self.flags.ignore_case else WORD
        ranges = {"d": DIGITS, "s": SPACES, "w": word}[letter.lower()]
        return complement(ranges, self._last()) if letter.isupper() else ranges

    def _property(self, letter: str) -> Ranges:
        named = self.match(_PROPERTY)
        if named is None:
            raise failed(f"has a \\{letter} without a property in braces")
        ranges = property_ranges(named[1])
        if self.flags.ignore_case and (self.flags.sets or letter == "p"):
            ranges = fold(ranges, unicode=True)
        ranges = ranges if letter == "p" else complement(ranges, LAST_POINT)
        return fold(ranges, unicode=True) if self.flags.ignore_case else ranges

    def _point(self, letter: str) -> int:
        if letter in _CONTROLS:
            self.skip(1)
            return _CONTROLS[letter]
        if letter == "c":
            return self._control()
        if letter == "0" or (letter in "1234567" and not self.flags.unicode):
            return self._octal()
        if letter in "xu":
            return self._hexadecimal(letter)
        if self.flags.unicode and letter not in "^$\\.*+?()[]{}|/" and not self._punctuates(letter):
            raise failed(f"escapes {letter}, which means nothing with the flag u")
        if letter == "k" and self.has_names:
            raise failed("has a \\k without a name")
        self.skip(1)
        return ord(letter)

    def _punctuates(self, letter: str) -> bool:
        return self.in_class and self.flags.sets and letter in "&-!#%,:;<=>@`~"

    def _control(self) -> int:
        following = self.source[self.at + 1 : self.at + 2]
        if following.isascii() and following.isalpha():
            self.skip(2)
            return ord(following) % 32
        if self.flags.unicode:
            raise failed("has a \\c without a letter")
        return 0x5C  # the backslash itself; the c is read next

    def _octal(self) -> int:
        if self.flags.unicode:
            if self.source[self.at + 1 : self.at + 2].isdigit():
                raise failed("has an octal escape, which the flag u forbids")
            self.skip(1)
            return 0
        digits = self.match(_OCTAL)
        return int(digits[0], 8) if digits else 0

    def _hexadecimal(self, letter: str) -> int:
        if self.flags.unicode:
            pair = self.match(_PAIR)
            if pair:
                return 0x10000 + ((int(pair[1], 16) - 0xD800) << 10) + int(pair[2], 16) - 0xDC00
            point = self.match(_POINT)
            if point:
                return self._code_point(point[1])
        digits = self.match(_HEX2 if letter == "x" else _HEX4)
        if digits:
            return int(digits[1], 16)
        if self.flags.unicode:
            raise failed(f"has a \\{letter} without its digits")
        self.skip(1)
        return ord(letter)

    def _code_point(self, digits: str) -> int:
        point = int(digits.lstrip("0")[:8] or "0", 16)
        if point > LAST_POINT:
            raise failed("names a character beyond \\u{10FFFF}")
        return point
