"""Finding the rules that a document can match, without trying the others."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.languages.query.anchors import Anchor, Keys, anchors, conjuncts, identity
from bot.languages.query.checks import Check, check
from bot.languages.query.comparisons import scalar_key
from bot.languages.query.conditions import Condition
from bot.languages.query.paths import Candidate, Walk, path_text, root
from bot.languages.regexp.budget import Budget, Exhausted
from bot.languages.values import MISSING

GRAM: Final = 3
"""Characters of the pieces by which texts are looked up."""

Way = tuple[Anchor, ...]


@dataclass(slots=True)
class RulesByPath:
    """The rules that are found by what one path leads to; by piece of text, together with the text they need."""

    keys: Keys
    by_value: dict[object, list[int]] = field(default_factory=dict)
    by_gram: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def file(self, rule: int, anchor: Anchor, rarity: Counter[object]) -> None:
        """Put a rule where its anchor will find it."""
        for value in anchor.values:
            if anchor.text:
                text = str(value)
                self.by_gram.setdefault(rarest(text, rarity), []).append((text, rule))
            else:
                self.by_value.setdefault(value, []).append(rule)

    def find(self, document: object, run: Budget, found: list[int]) -> None:
        """Add the rules that what the document holds here can match."""
        value = document
        for key in self.keys:
            if type(value) is not dict:
                break
            value = value.get(key.name)
        else:
            if type(value) is str:
                self._find_text(value, found)
                return
        for item in scalars(document, self.keys, run):
            self._find_scalar(item, found)

    def _find_scalar(self, value: object, found: list[int]) -> None:
        if isinstance(value, str):
            self._find_text(value, found)
        else:
            found += self.by_value.get(value, ())

    def _find_text(self, text: str, found: list[int]) -> None:
        found += self.by_value.get(text, ())
        if self.by_gram:
            lower = text.lower()
            for gram in held(lower, self.by_gram):
                found += [rule for needed, rule in self.by_gram[gram] if needed in lower]


def scalars(document: object, keys: Keys, run: Budget) -> Iterable[object]:
    """The keys of all scalars that a path leads to."""
    value = document
    for key in keys:
        if not isinstance(value, dict):
            return _walked(document, keys, run)
        value = value.get(key.name, MISSING)
    if isinstance(value, list):
        return _elements(value) or _walked(document, keys, run)
    found = scalar_key(value)
    return () if found is None else (found,)


def _elements(items: list[object]) -> set[object] | None:
    """The elements of a list of texts; None when there are others."""
    return set(items) if items and all(isinstance(item, str) for item in items) else None


def _walked(document: object, keys: Keys, run: Budget) -> set[object]:
    found: set[object] = set()

    def take(at: Candidate) -> bool:
        key = scalar_key(at.value)
        if key is not None:
            found.add(key)
        return True

    run.allow()
    Walk(keys, take, run).start(root(document, run))
    return found


def grams(text: str) -> set[str]:
    """Every piece of GRAM characters of a text."""
    return {text[at : at + GRAM] for at in range(len(text) - GRAM + 1)}


CHUNK: Final = 4096
"""Characters of a text that are cut up at once."""


def held(text: str, wanted: Mapping[str, object]) -> set[str]:
    """The wanted pieces that a text holds; cut up bit by bit, so that a long text takes little memory."""
    if len(text) <= CHUNK:
        return grams(text) & wanted.keys()
    found: set[str] = set()
    for at in range(0, len(text), CHUNK):
        found |= grams(text[at : at + CHUNK + GRAM - 1]) & wanted.keys()
    return found


def rarest(text: str, rarity: Counter[object]) -> str:
    """The piece of a text that the fewest rules ask for."""
    return min(sorted(grams(text)), key=lambda gram: rarity[gram])


class Index:
    """All rules: their conditions, each kept once, shelves by path, and the rules that no shelf finds.

    `rules[n]` are the numbers of the conditions that are left to ask once rule n was found. `untold` are rules by one
    of their conditions, the one that most of them share.
    """

    __slots__ = ("checks", "rules", "shelves", "untold")

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self.checks: list[Check] = []
        self.rules: list[tuple[int, ...]] = []
        parts = [list(conjuncts(condition)) for condition in conditions]
        ways = [[(way, part) for part in rule for way in anchors(part)] for rule in parts]
        rarity = _rarity(way for rule in ways for way, _ in rule)
        shelving = Shelving(rarity)
        numbers = Numbers(self.checks)
        for number, (rule, found) in enumerate(zip(parts, ways, strict=True)):
            way, told = min(found, key=lambda one: _crowd(one[0], rarity), default=((), None))
            spared = told if len(way) == 1 and way[0].exact else None
            self.rules.append(tuple(numbers.of(part) for part in rule if part is not spared))
            shelving.file(number, way)
        self.shelves = list(shelving.shelves.values())
        self.untold = _by_shared_check(shelving.untold, self.rules)

    def candidates(self, document: object, run: Budget) -> list[int] | None:
        """The rules that a shelf finds for the document, in no order, and some of them twice.

        None when the document has more to look at than an evaluation may: then no rule is known to be spared.
        """
        found: list[int] = []
        try:
            for shelf in self.shelves:
                shelf.find(document, run, found)
        except (Exhausted, RecursionError):
            return None
        return found


class Numbers:
    """Numbers conditions, the same for those that mean the same."""

    __slots__ = ("checks", "known")

    def __init__(self, checks: list[Check]) -> None:
        self.checks = checks
        self.known: dict[str, int] = {}

    def of(self, condition: Condition) -> int:
        """The number of a condition, a new one for a new condition."""
        name = identity(condition)
        if name not in self.known:
            self.known[name] = len(self.checks)
            self.checks.append(check(condition))
        return self.known[name]


class Shelving:
    """Files rules where they will be found."""

    __slots__ = ("rarity", "shelves", "untold")

    def __init__(self, rarity: Counter[object]) -> None:
        self.rarity = rarity
        self.shelves: dict[tuple[str, ...], RulesByPath] = {}
        self.untold: list[int] = []

    def file(self, number: int, way: Way) -> None:
        """File one rule under all its anchors; without any it has to be tried always."""
        if not way:
            self.untold.append(number)
        for anchor in way:
            path = tuple(key.name for key in anchor.keys)
            self.shelves.setdefault(path, RulesByPath(anchor.keys)).file(number, anchor, self.rarity)


ALWAYS: Final = -1
"""Stands for the check of rules that have none."""


def _by_shared_check(untold: list[int], rules: Sequence[tuple[int, ...]]) -> list[tuple[int, list[int]]]:
    shared = Counter(check for number in untold for check in rules[number])
    grouped: defaultdict[int, list[int]] = defaultdict(list)
    for number in untold:
        grouped[max(rules[number], key=lambda one: (shared[one], -one), default=ALWAYS)].append(number)
    return list(grouped.items())


def _handles(anchor: Anchor) -> Iterable[object]:
    if anchor.text:
        return {gram for text in anchor.values for gram in grams(str(text))}
    path = path_text(key.name for key in anchor.keys)
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
