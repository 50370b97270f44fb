"""The paths that rules read, and whether there can be anything at their end."""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from bot.engine.documents import OLD_FACTS, SHAPE, UNDERSTOOD
from bot.engine.rules.reading import Reading, listed, nearest
from bot.engine.rules.yaml_tree import Where
from bot.languages.handlebars import Template
from bot.languages.query.compiler import has_operators
from bot.languages.query.paths import keys_of, path_text

ROUTER_ROOTS = tuple(SHAPE)
INTEGRATION_ROOTS = ("data", "integration")
NOTIFICATION_ROOTS = ("always", "alert", "integration")
"""What a person is paged about is the alert: the payload is not read again for it."""
ELSEWHERE: Final[Mapping[tuple[str, str], str]] = {
    ("log", "text"): "data.message",
    ("log", "message"): "data.message",
    ("alert", "source"): "integration.handle",
    ("alert", "meta"): "alert.additional_data",
    ("integration", "integration_type"): "integration.type",
}
"""Facts that stand somewhere else here, and are something else than what others give that name."""
_JOINING = frozenset({"$and", "$or", "$nor"})
_INSIDE = frozenset({*_JOINING, "$not", "$elemMatch", "$all"})
"""Operators whose operands are queries, with paths of their own."""


def check_paths(reading: Reading, where: Where, match: Mapping[str, object], roots: Collection[str]) -> None:
    """Note every path of a match that leads nowhere in any document, at its root and below groups."""
    for place, path in paths_at_root(match):
        check_path(reading, (*where, *place), path, roots)


def check_inner_paths(reading: Reading, where: Where, match: Mapping[str, object], roots: Collection[str]) -> None:
    """Note the others, too. That is asked only when something is saved: what was saved before goes on being read."""
    known = set(paths_at_root(match))
    for place, path in (each for each in paths_in(match) if each not in known):
        check_path(reading, (*where, *place), path, roots)


def check_template(reading: Reading, where: Where, words: object, roots: Collection[str]) -> None:
    """Note every path of a template that leads nowhere in any document, below a root that has a fixed shape."""
    for keys in words.paths if isinstance(words, Template) else ():
        if keys[0] in roots:
            check_path(reading, where, path_text(keys), roots)


def check_path(reading: Reading, where: Where, path: str, roots: Collection[str]) -> None:
    """Note a path that leads nowhere in any document: its first key is no root, or the root has no such fact."""
    root, *rest = keys_of(path)
    if root not in roots:
        mend = f"Paths start with {listed(each for each in roots if each != 'always')}."
        reading.wrong(where, f"There is nothing at the path {path!r:.80}.", _guess(path, roots) or mend)
        return
    facts, fact = SHAPE[root], rest[0] if rest else ""
    if facts and fact and fact not in facts and (root, fact) not in UNDERSTOOD:
        here = ELSEWHERE.get((root, fact))
        mend = f"Here it is called {here}." if here else nearest(fact, facts)
        reading.wrong(where, f"{root} has no {fact!r:.80}.", mend)


def name_here(path: str) -> str:
    """The path of an old name by today's name; empty for a path that has no old name in it."""
    keys = keys_of(path)
    here = OLD_FACTS.get((keys[0], keys[1])) if len(keys) > 1 else None
    return path_text((*keys_of(here), *keys[2:])) if here else ""


def paths_at_root(match: Mapping[str, object]) -> Iterator[tuple[Where, str]]:
    """Those among them that stand at its root, or below `$and`, `$or` and `$nor` only."""
    return (each for each in paths_in(match) if all(isinstance(key, int) or key in _JOINING for key in each[0][:-1]))


def paths_in(match: Mapping[str, object]) -> Iterator[tuple[Where, str]]:
    """The paths from the document's root that a match names anywhere, each with its place inside the match."""
    yield from _paths_in(match, "")


def _paths_in(query: object, prefix: str) -> Iterator[tuple[Where, str]]:
    if not isinstance(query, Mapping):
        return
    for key, value in query.items():
        if key in _INSIDE:
            for place, part in _members(value):
                yield from (((key, *place, *inner), path) for inner, path in _paths_in(part, prefix))
        elif isinstance(key, str) and key and not key.startswith("$"):
            path = f"{prefix}.{key}" if prefix else key
            yield (key,), path
            if has_operators(value):
                yield from (((key, *inner), found) for inner, found in _paths_in(value, path))


def _members(value: object) -> Iterator[tuple[Where, object]]:
    if isinstance(value, list):
        yield from (((index,), part) for index, part in enumerate(value))
    else:
        yield (), value


def _guess(path: str, roots: Collection[str]) -> str:
    """`title` is meant as `alert.title`, if anything."""
    first = path.partition(".")[0]
    close = nearest(first, roots)
    if close.startswith("Did"):
        return close
    owner = next((root for root in roots if first in (SHAPE[root] or ())), None)
    return f"Did you mean {owner}.{path:.60}?" if owner else ""
