"""Patterns that are plain text, with or without anchors: no engine is needed for them."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.languages.regexp.budget import Budget
from bot.languages.regexp.syntax import Alternatives, Capture, Edge, Flags, Node, OneOf, Sequence

TextSearch = Callable[[str, Budget], bool]


@dataclass(frozen=True, slots=True)
class PlainText:
    """Plain text, at the start, at the end, both or anywhere. `folded` is in lower case for any case."""

    text: str
    start: bool
    end: bool
    folded: bool


def literal_test(tree: Node, engine: TextSearch, flags: Flags) -> TextSearch:
    """A search by plain text where the tree is that; otherwise `engine`."""
    literals = [literal(option) for option in options(tree)]
    known = [found for found in literals if found is not None]
    if len(known) < len(literals) or len(known) > 8 or len({found.folded for found in known}) != 1 or flags.sticky:
        return engine
    tests = tuple(map(_contained, known))
    return _any_case(tests, engine) if known[0].folded else _exact(tests)


def options(tree: Node) -> tuple[Node, ...]:
    """The alternatives of a tree."""
    while isinstance(tree, Capture):
        tree = tree.part
    return tree.options if isinstance(tree, Alternatives) else (tree,)


def _exact(tests: tuple[Callable[[str], bool], ...]) -> TextSearch:
    if len(tests) == 1:
        only = tests[0]
        return lambda text, _: only(text)
    return lambda text, _: any(test(text) for test in tests)


def _any_case(tests: tuple[Callable[[str], bool], ...], engine: TextSearch) -> TextSearch:
    """Lower case answers for ASCII only: elsewhere JavaScript folds by rules of its own."""

    def search(text: str, run: Budget) -> bool:
        if not text.isascii():
            return engine(text, run)
        lower = text.lower()
        return any(test(lower) for test in tests)

    return search


def _contained(literal: PlainText) -> Callable[[str], bool]:
    wanted = literal.text
    if literal.start:
        return wanted.__eq__ if literal.end else lambda text: text.startswith(wanted)
    return (lambda text: text.endswith(wanted)) if literal.end else lambda text: wanted in text


def literal(tree: Node) -> PlainText | None:
    """The plain text that a tree stands for, or None."""
    parts = list(tree.parts) if isinstance(tree, Sequence) else [tree]
    start = bool(parts) and parts[0] == Edge(end=False, lines=False)
    end = len(parts) > start and parts[-1] == Edge(end=True, lines=False)
    letters = [folded_letter(part) for part in parts[start : len(parts) - end]]
    known = [found for found in letters if found is not None]
    if len(known) < len(letters):
        return None
    text, folded = "".join(found[0] for found in known), any(found[1] for found in known)
    if not text.isascii() or (folded and any(said.isalpha() and not any_case for said, any_case in known)):
        return None
    return PlainText(text.lower() if folded else text, start, end, folded)


def folded_letter(node: Node) -> tuple[str, bool] | None:
    """The one character that a node matches, and whether it does so in either case (then in lower case)."""
    if not isinstance(node, OneOf):
        return None
    ranges = node.ranges
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return chr(ranges[0][0]), False
    if len(ranges) == 2 and ranges[0][0] == ranges[0][1] == ranges[1][0] - 32 and ranges[1][0] == ranges[1][1]:
        return (chr(ranges[1][0]), True) if chr(ranges[0][0]).isalpha() else None
    return None
