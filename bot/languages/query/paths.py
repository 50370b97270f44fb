"""Paths into a document, and sift's walk along them.

Source: `walkKeyPathValues` in src/core.ts of sift 17.1.4.
"""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from bot.languages.regexp.budget import Budget, Exhausted
from bot.languages.values import (
    ARRAY_NAMES,
    DEEPEST_LIST,
    MISSING,
    code_unit,
    code_units,
    inherited,
    own,
    to_number,
)

LONGEST: Final = 64
"""Keys in one path."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One key of a path. `numeric` keys do not enter the elements of a list; `index` is the element they name."""

    name: str
    numeric: bool
    index: int | None


def segment(name: str) -> Segment:
    """Read one key; only canonical indexes (`7`, not `07`) name an element."""
    canonical = name.isascii() and name.isdigit() and (name == "0" or name[0] != "0") and len(name) < 10
    return Segment(name, not math.isnan(to_number(name)), int(name) if canonical else None)


_QUOTED: Final = re.compile(r"""\[(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\]""")
"""A key in brackets and quotes, as in `data.labels["service.name"]`: sift has no way to write it."""


def keys_of(path: str) -> tuple[str, ...]:
    """The keys of a path: split at every full stop, but for keys in brackets and quotes, which may hold any sign."""
    found: list[str] = []
    at = 0
    for quoted in _QUOTED.finditer(path):
        found += _between(path[at : quoted.start()])
        found.append(re.sub(r"\\(.)", r"\1", quoted[1] if quoted[1] is not None else quoted[2]))
        at = quoted.end()
    return (*found, *_between(path[at:])) if found else tuple(path.split("."))


def _between(part: str) -> list[str]:
    """The keys before or behind one in brackets: the full stop beside it belongs to neither."""
    return part.removeprefix(".").removesuffix(".").split(".") if part else []


def path_text(keys: Iterable[str]) -> str:
    """Keys as a path, the other way round: those with a full stop or a bracket come in brackets and quotes."""
    return "".join(map(_written, keys)).removeprefix(".")


def _written(key: str) -> str:
    if "." not in key and "[" not in key:
        return f".{key}"
    quoted = re.sub(r'(["\\])', r"\\\1", key)
    return f'["{quoted}"]'


@lru_cache(4096)
def split(path: str) -> tuple[Segment, ...]:
    """The keys of a path, read."""
    return tuple(map(segment, keys_of(path)))


Key = Segment | int | None
"""What a candidate hangs on in its owner: a key, the index of an element, or nothing at the root."""


class Candidate(NamedTuple):
    """A value that a walk came to. `ends` says that the path ended there, and did not break off at a null before."""

    value: object
    key: Key
    owner: object
    ends: bool
    run: Budget


def root(value: object, run: Budget) -> Candidate:
    """A value that hangs on nothing: a whole document, or what the clock shows."""
    return Candidate(value, None, None, True, run)


Offer = Callable[[Candidate], bool]
"""Takes a candidate; says whether to walk on."""


def child(item: object, key: Segment) -> object:
    """`item[key]` of JavaScript."""
    if isinstance(item, dict):
        return own(item, key.name)
    if isinstance(item, list):
        return _element(item, key)
    if isinstance(item, str):
        return _letter(item, key)
    return inherited(item, key.name)


def _element(item: list[object], key: Segment) -> object:
    if key.index is not None:
        return item[key.index] if key.index < len(item) else MISSING
    return len(item) if key.name == "length" else inherited(item, key.name)


def _letter(item: str, key: Segment) -> object:
    if key.index is not None:
        return code_unit(item, key.index)
    return code_units(item) if key.name == "length" else inherited(item, key.name)


def has_own(owner: object, key: Key) -> bool:
    """`Object.prototype.hasOwnProperty.call(owner, key)`."""
    if isinstance(key, int):
        return True
    if key is None:
        return False
    if isinstance(owner, dict):
        return key.name in owner
    if not isinstance(owner, (list, str)):
        return False
    length = len(owner) if isinstance(owner, list) else code_units(owner)
    return key.name == "length" if key.index is None else key.index < length


def hangs_on_no_element(at: Candidate) -> bool:
    """Whether an array answered for a key that it does not have itself: then there is nothing to compare."""
    return isinstance(at.owner, list) and not has_own(at.owner, at.key)


def is_missing_property(at: Candidate) -> bool:
    """sift's `isMissingArrayProperty`: a name that an array does not know. Missing indexes are not among them."""
    if not isinstance(at.owner, list) or not isinstance(at.key, Segment):
        return False
    return not at.key.numeric and not has_own(at.owner, at.key) and at.key.name not in ARRAY_NAMES


@dataclass(frozen=True, slots=True)
class Walk:
    """One walk along `keys`, which hands every candidate to `offer` until that has heard enough."""

    keys: tuple[Segment, ...]
    offer: Offer
    run: Budget

    def start(self, at: Candidate) -> None:
        """Walk from a candidate. The elements of a list come before the list itself."""
        self._enter(at.value, 0, at.key, at.owner, at.ends)

    def _enter(self, value: object, depth: int, key: Key, owner: object, ends: bool) -> bool:
        while True:
            if isinstance(value, list) and not self._elements(value, depth, ends):
                return False
            if depth == len(self.keys) or value is None or value is MISSING:
                self.run.step()
                ends = depth == len(self.keys) and (depth > 0 or ends)
                return self.offer(Candidate(value, key, owner, ends, self.run))
            owner, key = value, self.keys[depth]
            value, depth = child(value, key), depth + 1

    def _elements(self, items: list[object], depth: int, ends: bool) -> bool:
        if not self._enters(items, depth):
            return True
        if self.run.lists >= DEEPEST_LIST:
            raise Exhausted
        self.run.lists += 1
        try:
            for index, element in enumerate(items):
                if not self._enter(element, depth, index, items, ends):
                    return False
        finally:
            self.run.lists -= 1
        return True

    def _enters(self, items: list[object], depth: int) -> bool:
        if depth == len(self.keys):
            return True
        following = self.keys[depth]
        return not following.numeric and not has_own(items, following)
