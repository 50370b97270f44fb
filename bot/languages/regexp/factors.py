"""Text that a pattern cannot match without."""

from collections.abc import Iterable
from typing import Final

from bot.languages.regexp.literals import folded_letter
from bot.languages.regexp.syntax import Alternatives, Boundary, Capture, Edge, Look, Node, Repeat, Sequence

SHORTEST: Final = 3
"""Characters of a text that is worth looking for."""

MOST: Final = 32
"""Alternatives that are worth looking for."""

Factors = frozenset[str]


def factors(tree: Node) -> list[Factors]:
    """What `tree` requires: of each set, one text is in the lower case of every text that it matches."""
    match tree:
        case Sequence(parts=parts):
            return _runs(parts)
        case Capture(part=part):
            return factors(part)
        case Repeat(part=part, least=least):
            return factors(part) if least else []
        case Alternatives(options=options):
            return _either([_longest(factors(option)) for option in options])
        case _:
            return []


def _either(found: list[Factors | None]) -> list[Factors]:
    known = [one for one in found if one is not None]
    every = frozenset().union(*known)
    return [every] if len(known) == len(found) and len(every) <= MOST else []


def _longest(found: list[Factors]) -> Factors | None:
    """The alternatives whose shortest text is longest: the least likely to be there by chance."""
    return max(found, key=lambda one: (min(map(len, one)), -len(one)), default=None)


def _runs(parts: tuple[Node, ...]) -> list[Factors]:
    """The plain texts between what is not plain, and what the other parts require by themselves."""
    found: list[Factors] = []
    run = ""
    for part in parts:
        letter = folded_letter(part)
        if letter is not None and letter[0].isascii():
            run += letter[0].lower()
        elif not isinstance(part, (Edge, Boundary, Look)):
            found += [*_worth(run), *factors(part)]
            run = ""
    return [*found, *_worth(run)]


def _worth(run: str) -> list[Factors]:
    return [frozenset([run])] if len(run) >= SHORTEST else []


def needed(required: Iterable[Factors]) -> str:
    """The longest text that the lower case of every match contains; empty when none is known."""
    return max((text for one in required if len(one) == 1 for text in one), key=len, default="")
