"""Why a document does not satisfy a condition."""

from dataclasses import dataclass, replace
from typing import Final

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
from bot.languages.query.paths import Candidate, Segment, Walk, path_text, root
from bot.languages.query.plain import render
from bot.languages.regexp.budget import Budget
from bot.languages.values import MISSING

MOST_SEEN: Final = 20
"""Values of one path that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The first condition that failed: its path in the document, itself as written, and the value found there."""

    path: str
    condition: str
    seen: str


def failure(condition: Condition, document: object, run: Budget) -> Failure | None:
    """The first failing part of `condition`, or None when all of it holds. May raise Exhausted."""
    return _failure(condition, root(document, run))


def _failure(condition: Condition, at: Candidate) -> Failure | None:
    if condition.holds(at):
        return None
    match condition:
        case All(children=children):
            return next((failed for inner in children if (failed := _failure(inner, at))), None)
        case Nested(keys=keys, children=children):
            return _nested_failure(keys, children, at)
        case Either(wanted=True, children=children):
            return _none_fitted(children, at)
        case Either(children=children):
            return _one_matched(children, at)
        case OnClock(seen=seen):
            return Failure(path="", condition=describe(condition), seen=seen(at.run))
        case _:
            return Failure(path="", condition=describe(condition), seen=render(_shown([at.value])))


def _nested_failure(keys: tuple[Segment, ...], children: tuple[Condition, ...], at: Candidate) -> Failure | None:
    for inner in children:
        if Nested(keys, (inner,)).holds(at):
            continue
        if isinstance(inner, OnClock) or not keys:
            return _failure(inner, at)
        path = path_text(key.name for key in keys)
        return Failure(path=path, condition=describe(inner), seen=_seen(keys, at))
    return None


def _none_fitted(children: tuple[Condition, ...], at: Candidate) -> Failure | None:
    first = _failure(children[0], at)
    if first is None:
        return None
    return replace(first, condition=f"$or: none of {len(children)} fits; the first: {first.condition}")


def _one_matched(children: tuple[Condition, ...], at: Candidate) -> Failure | None:
    for inner in children:
        if inner.holds(at):
            return Failure(path=_path(inner), condition=f"$nor: {describe(inner)} matches", seen=_seen_by(inner, at))
    return None


def _path(condition: Condition) -> str:
    return condition.path if isinstance(condition, Nested) else ""


def _seen_by(condition: Condition, at: Candidate) -> str:
    return _seen(condition.keys if isinstance(condition, Nested) else (), at)


def _seen(keys: tuple[Segment, ...], at: Candidate) -> str:
    """What the path leads to; a list is shown whole, not element by element."""
    found: list[object] = []

    def take(candidate: Candidate) -> bool:
        if not isinstance(candidate.key, int):
            found.append(candidate.value)
        return len(found) < MOST_SEEN

    Walk(keys, take, at.run).start(at)
    return render(_shown(found))


def _shown(found: list[object]) -> object:
    present = [item for item in found if item is not MISSING]
    if not present:
        return "missing"
    return present[0] if len(present) == 1 else present


def describe(condition: Condition) -> str:
    """A condition as its author would recognise it."""
    match condition:
        case Nested(children=children):
            inner = ", ".join(map(describe, children))
            return f"{condition.path} {inner}".strip()
        case All(name=name, children=children) | Either(name=name, children=children):
            return render(f"{name} {', '.join(map(describe, children))}".strip())
        case Fits() | Differs() | Within() | Sized() | Exists() | OnClock() | Opposite() | SomeElement():
            return f"{condition.name} {render(condition.operand)}"
        case _:
            return ""
