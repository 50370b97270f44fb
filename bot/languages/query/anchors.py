"""What a document must hold for a condition to hold: the handle by which an index finds the condition."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from bot.languages.query.comparisons import scalar_key
from bot.languages.query.conditions import (
    All,
    Condition,
    Differs,
    Either,
    Exists,
    Fits,
    Nested,
    OnClock,
    Opposite,
    Sized,
    SomeElement,
    Within,
)
from bot.languages.query.paths import Segment
from bot.languages.regexp import Factors

Keys = tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """Values, one of which is among those that `keys` leads to whenever the condition holds.

    With `text`, they are texts in lower case, one of which is part of a text there. `exact` says that the condition
    holds whenever the anchor does, too.
    """

    keys: Keys
    values: frozenset[object]
    text: bool
    exact: bool


def conjuncts(condition: Condition) -> Iterator[Condition]:
    """The conditions that must all hold, each about one path as far as can be."""
    match condition:
        case Nested(keys=keys, children=children) if len(children) > 1:
            for inner in children:
                yield from conjuncts(Nested(keys, (inner,)))
        case Nested(keys=(), children=(All(name="$and") as inner,)):
            yield from conjuncts(inner)
        case All(name="" | "$and", children=children):
            for inner in children:
                yield from conjuncts(inner)
        case _:
            yield condition


def anchors(condition: Condition) -> list[tuple[Anchor, ...]]:
    """The ways to find one conjunct; each is a tuple of anchors of which one must hold."""
    match condition:
        case Nested(keys=(), children=(Either(wanted=True, children=members),)):
            return _of_members(members)
        case Nested(keys=keys, children=(inner,)) if keys:
            return [(anchor,) for anchor in _of_leaf(keys, inner)]
        case _:
            return []


def _of_members(members: tuple[Condition, ...]) -> list[tuple[Anchor, ...]]:
    """An anchor of the first conjunct of each member that has one; without one for every member, none at all."""
    found = [_first_way(member) for member in members]
    known = [way for way in found if way is not None]
    return [tuple(_loose(anchor) for way in known for anchor in way)] if len(known) == len(found) else []


def _first_way(member: Condition) -> tuple[Anchor, ...] | None:
    ways = (way for conjunct in conjuncts(member) for way in anchors(conjunct))
    return next(ways, None)


def _loose(anchor: Anchor) -> Anchor:
    return Anchor(anchor.keys, anchor.values, anchor.text, exact=False)


def _of_leaf(keys: Keys, condition: Condition) -> list[Anchor]:
    match condition:
        case Fits(name="$eq", operand=operand):
            return _of_values(keys, [operand], exact=True)
        case Within(operand=list(items)):
            return _of_values(keys, items, exact=True)
        case Fits(name="$regex", factors=factors):
            return _of_pattern(keys, factors)
        case All(name="$all", children=members):
            wanted = (_wanted(member) for member in members)
            return [found for value in wanted for found in _of_values(keys, [value], exact=False)]
        case _:
            return []


def _wanted(member: Condition) -> object:
    match member:
        case Nested(keys=(), children=(Fits(name="$eq", operand=operand),)):
            return operand
        case _:
            return None


def _of_values(keys: Keys, items: list[object], *, exact: bool) -> list[Anchor]:
    values = frozenset(key for key in map(scalar_key, items) if key is not None)
    whole = bool(values) and all(scalar_key(item) is not None for item in items)
    return [Anchor(keys, values, text=False, exact=exact)] if whole else []


def _of_pattern(keys: Keys, factors: tuple[Factors, ...]) -> list[Anchor]:
    return [Anchor(keys, texts, text=True, exact=False) for texts in factors]


def identity(condition: Condition) -> str:
    """A text that two conditions share only when they mean the same."""
    match condition:
        case Nested(path=path, children=children):
            return f"{path}:[{','.join(map(identity, children))}]"
        case All(name=name, children=children) | Either(name=name, children=children):
            return f"{name}({','.join(map(identity, children))})"
        case Fits() | Differs() | Within() | Sized() | Exists() | OnClock() | Opposite() | SomeElement():
            return f"{condition.name} {json.dumps(condition.operand, default=repr)}"
        case _:
            return repr(condition)
