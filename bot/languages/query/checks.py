"""Conditions put to whole documents: the short way for plain paths, the walk for everything else."""

from collections.abc import Callable

from bot.languages.query.conditions import Condition, Differs, Fits, Nested, Within
from bot.languages.query.operations import CandidateTest
from bot.languages.query.paths import root
from bot.languages.regexp.budget import Budget, Exhausted
from bot.languages.values import MISSING, OBJECT_NAMES

Check = Callable[[object, Budget], bool]
"""Whether a document satisfies a condition; what a run cannot afford any more does not."""


def check(condition: Condition) -> Check:
    """The quickest way to ask a condition of a document."""
    match condition:
        case Nested(keys=keys, children=(Fits(test=test) | Within(test=test),)) if keys:
            return _plain(tuple(key.name for key in keys), test, _walk(condition))
        case Nested(keys=keys, children=(Differs(test=test),)) if keys:
            return _plain(tuple(key.name for key in keys), lambda value, run: not test(value, run), _walk(condition))
    return _walk(condition)


def _walk(condition: Condition) -> Check:
    def holds(document: object, run: Budget) -> bool:
        try:
            return condition.holds(root(document, run))
        except (Exhausted, RecursionError):
            run.steps = -1
            return False

    return holds


def _plain(names: tuple[str, ...], test: CandidateTest, walk: Check) -> Check:
    """A path through objects to a value that is no list."""
    if OBJECT_NAMES.intersection(names):
        return walk

    def holds(document: object, run: Budget) -> bool:
        value = document
        for name in names:
            if type(value) is not dict:
                return walk(document, run)
            value = value.get(name, MISSING)
        return walk(document, run) if isinstance(value, list) else test(value, run)

    return holds
