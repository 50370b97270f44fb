"""Text that a pattern cannot match without."""

from typing import Final

from bot.engine.matching.patterns.literals import folded_letter
from bot.engine.matching.patterns.syntax import Boundary, Capture, Choice, Edge, Look, Node, Repeat, Sequence

SHORTEST: Final = 3
"""Characters of a text that is worth looking for."""

MOST: Final = 32
"""Alternatives that are worth looking for."""

Factors = frozenset[str]


def factors(tree: Node) -> Factors | None:
    """Texts in lower case, one of which is in the lower case of every text that `tree` matches; None if none is known."""
    match tree:
        case Sequence(parts=parts):
            return _best(_runs(parts))
        case Capture(part=part):
            return factors(part)
        case Repeat(part=part, least=least):
            return factors(part) if least else None
        case Choice(options=options):
            return _either([factors(option) for option in options])
    return None


def _either(found: list[Factors | None]) -> Factors | None:
    known = [one for one in found if one is not None]
    every = frozenset().union(*known)
    return every if len(known) == len(found) and len(every) <= MOST else None


def _best(found: list[Factors]) -> Factors | None:
    """The alternatives whose shortest text is longest: the least likely to be there by chance."""
    return max(found, key=lambda one: (min(map(len, one)), -len(one)), default=None)


def _runs(parts: tuple[Node, ...]) -> list[Factors]:
    """The plain texts between what is not plain, and what the other parts require by themselves."""
    found: list[Factors] = []
    run = ""
    for part in parts:
        if isinstance(part, (Edge, Boundary, Look)):
            continue
        letter = folded_letter(part)
        if letter is not None and letter[0].isascii():
            run += letter[0].lower()
            continue
        found += [one for one in (_worth(run), factors(part)) if one is not None]
        run = ""
    return [*found, *(one for one in (_worth(run),) if one is not None)]


def _worth(run: str) -> Factors | None:
    return frozenset([run]) if len(run) >= SHORTEST else None
