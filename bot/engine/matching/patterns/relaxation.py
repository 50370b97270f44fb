"""A pattern made wider, so that RE2 can rule a match out."""

from typing import Final

from bot.engine.matching.patterns.charsets import LAST_POINT
from bot.engine.matching.patterns.syntax import (
    NOTHING,
    Back,
    Boundary,
    Capture,
    Choice,
    Edge,
    Letter,
    Look,
    Node,
    Repeat,
    Sequence,
)

ANYTHING: Final = Repeat(Letter(((0, LAST_POINT),)), 0, None, lazy=False)


def relaxed(node: Node) -> Node:
    """`node` without what only narrows it: a place is not asked about, and a reference stands for any text."""
    match node:
        case Sequence(parts=parts):
            return Sequence(tuple(map(relaxed, parts)))
        case Choice(options=options):
            return Choice(tuple(map(relaxed, options)))
        case Repeat(part=part):
            return Repeat(relaxed(part), node.least, node.most, node.lazy)
        case Capture(part=part):
            return relaxed(part)
        case Look() | Boundary():
            return NOTHING
        case Edge(lines=lines):
            return NOTHING if lines else node
        case Back():
            return ANYTHING
        case _:
            return node
