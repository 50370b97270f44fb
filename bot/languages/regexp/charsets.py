"""Sets of characters as sorted, disjoint ranges of code points (UTF-16 units where the pattern has no flag u or v)."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Final

import regex

from bot.languages.values import SPACE

Ranges = tuple[tuple[int, int], ...]

LAST_UNIT: Final = 0xFFFF
LAST_POINT: Final = 0x10FFFF


def normal(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Sorted, merged ranges."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(ranges: Ranges, last: int) -> Ranges:
    """Every character up to `last` that is not in `ranges`."""
    gaps: list[tuple[int, int]] = []
    start = 0
    for low, high in ranges:
        if low > start:
            gaps.append((start, low - 1))
        start = high + 1
    return (*gaps, (start, last)) if start <= last else tuple(gaps)


def intersection(left: Ranges, right: Ranges) -> Ranges:
    """The characters of both."""
    return complement(normal([*complement(left, LAST_POINT), *complement(right, LAST_POINT)]), LAST_POINT)


def difference(left: Ranges, right: Ranges) -> Ranges:
    """The characters of `left` that are not in `right`."""
    return intersection(left, complement(right, LAST_POINT))


def contains(ranges: Ranges, point: int) -> bool:
    """Whether `point` is in the set."""
    index = bisect_right(ranges, (point, LAST_POINT + 1)) - 1
    return index >= 0 and ranges[index][1] >= point


def letters(text: str) -> Ranges:
    """The set of the characters of `text`."""
    return normal((ord(letter), ord(letter)) for letter in text)


DIGITS: Final[Ranges] = ((0x30, 0x39),)
WORD: Final[Ranges] = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
FOLDED_WORD: Final[Ranges] = (*WORD, (0x17F, 0x17F), (0x212A, 0x212A))
LINE_ENDS: Final[Ranges] = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
SPACES: Final[Ranges] = normal([*letters(SPACE.replace("\u2000-\u200a", "")), (0x2000, 0x200A)])


def fold(ranges: Ranges, unicode: bool) -> Ranges:
    """`ranges` with every character that JavaScript's flag i takes for one of them."""
    if not unicode and ranges and ranges[-1][1] < 0x80:
        return _fold_ascii(ranges)
    alike = _alike(unicode)
    found = [group for group in alike if any(contains(ranges, point) for point in group)]
    return normal([*ranges, *((point, point) for group in found for point in group)])


def _fold_ascii(ranges: Ranges) -> Ranges:
    upper = ((low, high) for low, high in intersection(ranges, ((0x41, 0x5A),)))
    lower = ((low, high) for low, high in intersection(ranges, ((0x61, 0x7A),)))
    return normal(
        [*ranges, *((low + 32, high + 32) for low, high in upper), *((low - 32, high - 32) for low, high in lower)]
    )


_CASED: Final = regex.compile(r"[\p{Changes_When_Casemapped}\p{Changes_When_Casefolded}]")


@cache
def _alike(unicode: bool) -> tuple[tuple[int, ...], ...]:
    """The groups of characters that differ in case only. ECMA-262, Canonicalize."""
    groups: defaultdict[int, list[int]] = defaultdict(list)
    canonical = _folded if unicode else _uppercased
    for letter in _CASED.findall("".join(map(chr, range((LAST_POINT if unicode else LAST_UNIT) + 1)))):
        groups[canonical(ord(letter))].append(ord(letter))
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def _uppercased(unit: int) -> int:
    upper = chr(unit).upper()
    if len(upper) != 1 or ord(upper) > LAST_UNIT or (unit >= 0x80 > ord(upper)):
        return unit
    return ord(upper)


def _folded(point: int) -> int:
    """Simple case folding; where the full folding is longer, Unicode's simple one is the lower case."""
    letter = chr(point)
    for folded in (letter.casefold(), letter.lower()):
        if len(folded) == 1:
            return ord(folded)
    return point
