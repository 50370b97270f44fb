"""Conditions put to whole documents: the short way for plain paths, the walk for everything else."""

from collections.abc import Callable

from bot.languages.query.conditions import Condition, Differs, Fits, Nested, Within
from bot.languages.query.operations import CandidateTest
from bot.languages.query.paths import root
from bot.languages.regexp.budget import TOO_MANY, Budget, ConditionResult, Exhausted
from bot.languages.values import MISSING, OBJECT_NAMES

Check = Callable[[object, Budget], bool]
"""Whether a document satisfies a condition; what cannot be said counts as the run says."""


def ask(check: Check, document: object, run: Budget) -> ConditionResult:
    """The answer to a condition in Kleene's logic: asked once as if all that cannot be said spoke against it.

    Where something could not be said, and it mattered, it is asked again as if all of that spoke for it.
    """
    if check(document, run):
        run.gave_up.clear()
        return ConditionResult.TRUE
    if not run.gave_up:
        return ConditionResult.FALSE
    reasons, run.hopeful = run.gave_up.copy(), True
    possible = check(document, run)
    run.hopeful = False
    run.gave_up[:] = reasons if possible else []
    return ConditionResult.UNKNOWN if possible else ConditionResult.FALSE


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
            return run.give_up(TOO_MANY)

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
