"""The paths that rules read, and whether there can be anything at their end."""

from collections.abc import Collection, Iterator, Mapping

from bot.engine.documents import SHAPE
from bot.engine.rules.reading import Reading, listed, nearest
from bot.engine.rules.yaml_tree import Where

ROUTER_ROOTS = tuple(SHAPE)
INTEGRATION_ROOTS = ("data", "integration")
NOTIFICATION_ROOTS = ("always", "alert", "integration")
"""What a person is paged about is the alert: the payload is not read again for it."""
_JOINING = frozenset({"$and", "$or", "$nor"})


def check_paths(reading: Reading, where: Where, match: Mapping[str, object], roots: Collection[str]) -> None:
    """Note every path of a match that leads nowhere in any document."""
    for place, path in paths_in(match):
        check_path(reading, (*where, *place), path, roots)


def check_path(reading: Reading, where: Where, path: str, roots: Collection[str]) -> None:
    """Note a path that leads nowhere in any document: its first key is no root, or the root has no such fact."""
    root, _, rest = path.partition(".")
    if root not in roots:
        mend = f"Paths start with {listed(each for each in roots if each != 'always')}."
        reading.wrong(where, f"There is nothing at the path {path!r:.80}.", _guess(path, roots) or mend)
        return
    facts, fact = SHAPE[root], rest.partition(".")[0]
    if facts and fact and fact not in facts:
        reading.wrong(where, f"{root} has no {fact!r:.80}.", nearest(fact, facts))


def paths_in(match: Mapping[str, object]) -> Iterator[tuple[Where, str]]:
    """The paths from the document's root that a match names, each with its place inside the match."""
    for key, value in match.items():
        if key in _JOINING and isinstance(value, list):
            for index, part in enumerate(value):
                if isinstance(part, Mapping):
                    yield from (((key, index, *place), path) for place, path in paths_in(part))
        elif key and not key.startswith("$"):
            yield (key,), key


def _guess(path: str, roots: Collection[str]) -> str:
    """`title` is meant as `alert.title`, if anything."""
    first = path.partition(".")[0]
    close = nearest(first, roots)
    if close.startswith("Did"):
        return close
    owner = next((root for root in roots if first in (SHAPE[root] or ())), None)
    return f"Did you mean {owner}.{path:.60}?" if owner else ""
