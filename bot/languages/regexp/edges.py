"""Looks at the ends of a pattern, written as patterns that do not look: exact where only whether it matches is asked.

`^(?!a)(?=b)c` matches where `^c` and `^b` do and `^a` does not; `a(?=b)` where `ab` does; `a(?!b)` where `a` is
followed by the end or by what does not begin with `b`. The same from the other side for looks behind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

from bot.languages.regexp.charsets import LAST_POINT, LAST_UNIT, Ranges, complement, contains, normal
from bot.languages.regexp.syntax import Alternatives, Capture, Edge, Look, Node, OneOf, Repeat, Sequence

MOST_WORDS: Final = 64
"""Texts that a negative look may stand for."""

LONGEST_WORD: Final = 40
MOST_BRANCHES: Final = 300

START: Final = Edge(end=False, lines=False)
END: Final = Edge(end=True, lines=False)
Word: TypeAlias = tuple[Ranges | None, ...]
"""Sets of characters one after the other, away from where the look stands; None is the end of the text there."""


@dataclass(frozen=True, slots=True)
class Term:
    """A pattern that has to match, or with `wanted` false has not to."""

    tree: Node
    wanted: bool = True


def alternatives(tree: Node, unicode: bool) -> tuple[tuple[Term, ...], ...]:
    """The terms of each alternative of a pattern without references to groups: of one, all have to hold."""
    match tree:
        case Capture(part=part):
            return alternatives(part, unicode)
        case Alternatives(options=options):
            return tuple(terms for option in options for terms in alternatives(option, unicode))
        case _:
            return (tuple(_terms(list(_flat(tree)), LAST_POINT if unicode else LAST_UNIT)),)


def _flat(node: Node) -> Iterator[Node]:
    match node:
        case Sequence(parts=parts):
            for part in parts:
                yield from _flat(part)
        case Capture(part=part):
            yield from _flat(part)
        case _:
            yield node


def _terms(parts: list[Node], last: int) -> Iterator[Term]:
    if parts[:1] == [START]:
        while isinstance(look := parts[1] if len(parts) > 1 else None, Look) and not look.behind:
            yield Term(Sequence((START, look.part)), not look.negative)
            del parts[1]
    if parts[-1:] == [END]:
        while isinstance(look := parts[-2] if len(parts) > 1 else None, Look) and look.behind:
            yield Term(Sequence((look.part, END)), not look.negative)
            del parts[-2]
    if parts and isinstance(look := parts[-1], Look) and not look.behind:
        parts[-1] = _without(look, last)
    if parts and isinstance(look := parts[0], Look) and look.behind:
        parts[0] = _without(look, last)
    yield Term(Sequence(tuple(parts)))


def _without(look: Look, last: int) -> Node:
    """What stands for a look at the end of the pattern that it looks beyond."""
    if not look.negative:
        return look.part
    found = words(look.part, look.behind)
    if not found or len(found) > MOST_WORDS:
        return look
    return Avoiding(look.behind, last).write(found) or look


def words(node: Node, behind: bool) -> list[Word] | None:
    """The texts that a node stands for, read away from the look; None when they are too many, or without end."""
    match node:
        case OneOf(ranges=ranges):
            return [(ranges,)]
        case Capture(part=part):
            return words(part, behind)
        case Alternatives(options=options):
            return _bounded(word for option in options for word in words(option, behind) or [_TOO_LONG])
        case Sequence(parts=parts):
            return _joined(parts[::-1] if behind else parts, behind)
        case Repeat(part=part, least=least, most=most) if most is not None and most <= LONGEST_WORD:
            counted = (_joined((part,) * count, behind) or [_TOO_LONG] for count in range(least, most + 1))
            return _bounded(word for some in counted for word in some)
        case Edge(end=end, lines=False) if end is not behind:
            return [(None,)]
        case _:
            return None


_TOO_LONG: Final[Word] = ((),) * (LONGEST_WORD + 1)


def _joined(parts: tuple[Node, ...], behind: bool) -> list[Word] | None:
    found: list[Word] | None = [()]
    for part in parts:
        following = words(part, behind)
        if found is None or following is None:
            return None
        found = _bounded(before + after for before in found for after in following)
    return found


def _bounded(some: Iterator[Word]) -> list[Word] | None:
    found: list[Word] = []
    for word in some:
        if len(found) >= MOST_WORDS or len(word) > LONGEST_WORD:
            return None
        found.append(word)
    return found


class Avoiding:
    """Writes what may follow a place (or with `behind`, stand before it) where none of some words does."""

    def __init__(self, behind: bool, last: int) -> None:
        self.behind, self.last = behind, last
        self.branches = 0

    def write(self, avoided: list[Word]) -> Node | None:
        """The pattern; None when it would be too large."""
        found = self._write(avoided)
        return None if self.branches > MOST_BRANCHES else found

    def _write(self, avoided: list[Word]) -> Node:
        """A choice without options matches nothing: the words have come to their end."""
        if () in avoided or self.branches > MOST_BRANCHES:
            return NEVER
        options: list[Node] = [] if any(map(_at_end, avoided)) else [self._edge()]
        for ranges, following in _split([word for word in avoided if word[0] is not None], self.last):
            self.branches += 1
            rest = self._write(following) if following else Sequence(())
            if rest != NEVER:
                pair = (OneOf(ranges), rest)
                options.append(Sequence(pair[::-1] if self.behind else pair))
        return Alternatives(tuple(options)) if options else NEVER

    def _edge(self) -> Node:
        return START if self.behind else END


NEVER: Final = OneOf(())


def _at_end(word: Word) -> bool:
    return all(part is None for part in word)


def _split(avoided: list[Word], last: int) -> Iterator[tuple[Ranges, list[Word]]]:
    """All characters by the words that they go on with; those without any come first."""
    heads = [word[0] or () for word in avoided]
    yield complement(normal(each for head in heads for each in head), last), []
    borders = sorted({edge for head in heads for low, high in head for edge in (low, high + 1)})
    groups: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for low, following in pairwise(borders):
        inside = tuple(number for number, head in enumerate(heads) if contains(head, low))
        if inside:
            groups.setdefault(inside, []).append((low, following - 1))
    for inside, ranges in groups.items():
        yield normal(ranges), [avoided[number][1:] for number in inside]
