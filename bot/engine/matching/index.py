"""Finding the rules that a document can match, without trying the others."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.engine.matching.anchors import Anchor, Keys, anchors, conjuncts, identity
from bot.engine.matching.comparisons import scalar_key
from bot.engine.matching.conditions import Condition
from bot.engine.matching.paths import Key, Walk
from bot.engine.matching.run import Exhausted, Run
from bot.engine.matching.values import MISSING

GRAM: Final = 3
"""Characters of the pieces by which texts are looked up."""

Way = tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One query: the numbers of its conditions; `way` is how it is found, empty when it always has to be tried."""

    checks: tuple[int, ...]
    way: Way


@dataclass(slots=True)
class Shelf:
    """The rules that are found by what one path leads to."""

    keys: Keys
    by_value: dict[object, list[int]] = field(default_factory=dict)
    by_gram: dict[str, list[int]] = field(default_factory=dict)

    def file(self, rule: int, anchor: Anchor, rarity: Counter[object]) -> None:
        """Put a rule where its anchor will find it."""
        if not anchor.text:
            for value in anchor.values:
                self.by_value.setdefault(value, []).append(rule)
            return
        for gram in {rarest(str(text), rarity) for text in anchor.values}:
            self.by_gram.setdefault(gram, []).append(rule)

    def find(self, document: object, run: Run, found: list[int]) -> None:
        """Add the rules that what the document holds here can match."""
        for value in scalars(document, self.keys, run):
            filed = self.by_value.get(value)
            if filed is not None:
                found.extend(filed)
            if self.by_gram and isinstance(value, str):
                for gram in grams(value.lower()) & self.by_gram.keys():
                    found.extend(self.by_gram[gram])


def scalars(document: object, keys: Keys, run: Run) -> Iterable[object]:
    """The keys of all scalars that a path leads to."""
    value = document
    for key in keys:
        if not isinstance(value, dict):
            return _walked(document, keys, run)
        value = value.get(key.name, MISSING)
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list):
        return _elements(value) or _walked(document, keys, run)
    found = scalar_key(value)
    return () if found is None else (found,)


def _elements(items: list[object]) -> set[object] | None:
    """The elements of a list of texts; None when there are others."""
    return set(items) if items and all(isinstance(item, str) for item in items) else None


def _walked(document: object, keys: Keys, run: Run) -> set[object]:
    found: set[object] = set()

    def take(item: object, _key: Key, _owner: object, _leaf: bool) -> bool:
        key = scalar_key(item)
        if key is not None:
            found.add(key)
        return True

    try:
        Walk(keys, take, run).enter(document, 0, None, None, True)
    except Exhausted:
        return found
    return found


def grams(text: str) -> set[str]:
    """Every piece of GRAM characters of a text."""
    return {text[at : at + GRAM] for at in range(len(text) - GRAM + 1)}


def rarest(text: str, rarity: Counter[object]) -> str:
    """The piece of a text that the fewest rules ask for."""
    return min(sorted(grams(text)), key=lambda gram: rarity[gram])


class Index:
    """All rules: their conditions, each kept once, and shelves by path."""

    __slots__ = ("checks", "rules", "shelves", "untold")

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self.checks: list[Condition] = []
        known: dict[str, int] = {}
        parts = [list(conjuncts(condition)) for condition in conditions]
        ways = [[(way, part) for part in rule for way in anchors(part)] for rule in parts]
        rarity = _rarity(way for rule in ways for way, _ in rule)
        self.rules: list[tuple[int, ...]] = []
        self.shelves: list[Shelf] = []
        self.untold: list[int] = []
        shelves: dict[tuple[str, ...], Shelf] = {}
        for number, (rule, found) in enumerate(zip(parts, ways, strict=True)):
            way, told = min(found, key=lambda one: _crowd(one[0], rarity), default=((), None))
            spared = told if len(way) == 1 and way[0].exact else None
            self.rules.append(tuple(self._check(part, known) for part in rule if part is not spared))
            self._file(number, way, shelves, rarity)
        self.shelves = list(shelves.values())

    def _check(self, condition: Condition, known: dict[str, int]) -> int:
        name = identity(condition)
        if name not in known:
            known[name] = len(self.checks)
            self.checks.append(condition)
        return known[name]

    def _file(
        self, number: int, way: Way, shelves: dict[tuple[str, ...], Shelf], rarity: Counter[object]
    ) -> None:
        if not way:
            self.untold.append(number)
        for anchor in way:
            path = tuple(key.name for key in anchor.keys)
            shelves.setdefault(path, Shelf(anchor.keys)).file(number, anchor, rarity)

    def candidates(self, document: object, run: Run) -> list[int]:
        """The rules that the document can match, in their order."""
        found = list(self.untold)
        for shelf in self.shelves:
            shelf.find(document, run, found)
        return sorted(set(found))


def _handles(anchor: Anchor) -> Iterable[object]:
    if anchor.text:
        return {gram for text in anchor.values for gram in grams(str(text))}
    path = ".".join(key.name for key in anchor.keys)
    return [(path, value) for value in anchor.values]


def _rarity(ways: Iterable[Way]) -> Counter[object]:
    return Counter(handle for way in ways for anchor in way for handle in _handles(anchor))


def _crowd(way: Way, rarity: Counter[object]) -> int:
    """How many rules are found together with one that is found this way."""
    return sum(_crowd_of(anchor, rarity) for anchor in way)


def _crowd_of(anchor: Anchor, rarity: Counter[object]) -> int:
    if anchor.text:
        return sum(2 * rarity[rarest(str(text), rarity)] for text in anchor.values)
    return sum(rarity[handle] for handle in _handles(anchor))
