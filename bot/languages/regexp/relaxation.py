"""A pattern made wider, so that RE2 can rule a match out."""

from typing import Final

from bot.languages.regexp.charsets import LAST_POINT
from bot.languages.regexp.syntax import (
    NOTHING,
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
)

ANYTHING: Final = Repeat(OneOf(((0, LAST_POINT),)), 0, None, lazy=False)


def relaxed(node: Node) -> Node:
    """`node` without what only narrows it: a place is not asked about, and a reference stands for any text."""
    match node:
        case Sequence(parts=parts):
            return Sequence(tuple(map(relaxed, parts)))
        case Alternatives(options=options):
            return Alternatives(tuple(map(relaxed, options)))
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
