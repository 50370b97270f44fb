"""A query that can be put to documents."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.errors import Invalid, Problem
from bot.languages.query.checks import Check, ask, check
from bot.languages.query.compiler import QueryCompiler
from bot.languages.query.conditions import Condition
from bot.languages.query.explanation import Failure, failure
from bot.languages.query.plain import Plain, render
from bot.languages.regexp.budget import TOO_MANY, Budget, ConditionResult, Exhausted


@dataclass(frozen=True, slots=True)
class Predicate:
    """A compiled query: immutable, and safe to share between threads.

    `paths` are the document paths that it reads, `always` says that it provably matches every document, and `doubts`
    are parts that sift accepts and that can hardly be meant (`$size: "2"`).
    """

    condition: Condition = field(repr=False)
    check: Check = field(repr=False, compare=False)
    paths: tuple[str, ...]
    always: bool
    doubts: tuple[Problem, ...] = ()

    def ask(self, document: Mapping[str, object], now: datetime) -> ConditionResult:
        """Whether the document matches at this instant; never raises on JSON values, and is bounded.

        UNKNOWN where a bound was met and the answer hangs on it: neither a match nor its opposite may follow from that.
        """
        return ask(self.check, document, Budget(now))

    def test(self, document: Mapping[str, object], now: datetime) -> bool:
        """Whether the document surely matches at this instant."""
        return self.ask(document, now) is ConditionResult.TRUE

    def explain(self, document: Mapping[str, object], now: datetime) -> Failure | None:
        """The first condition that failed or could not be decided, or None when the document surely matches."""
        run = Budget(now)
        answer = ask(self.check, document, run)
        if answer is ConditionResult.TRUE:
            return None
        reason = run.gave_up[-1] if answer is ConditionResult.UNKNOWN else ""
        try:
            found = failure(self.condition, document, run)
        except (Exhausted, RecursionError):
            found = None
        if found is None:
            return Failure(path="", condition=reason or TOO_MANY, seen="too much")
        return replace(found, condition=f"{found.condition} ({reason})") if reason else found


def compile_query(query: object) -> Predicate:
    """Compile a query in sift's language.

    Raises Invalid with every problem found; the `where` of each is the path of keys and indexes inside the query.
    """
    compiler = QueryCompiler()
    plain = Plain(compiler.problems).copy(query)
    if compiler.problems:
        raise Invalid(compiler.problems)
    if not isinstance(plain, dict):
        raise Invalid([Problem(message=f"A match is a mapping, not {render(plain, 40)}.", mend="Write {path: value}.")])
    condition = compiler.query(plain, ())
    if compiler.problems:
        raise Invalid(compiler.problems)
    return Predicate(condition, check(condition), tuple(compiler.paths), condition.always(), tuple(compiler.doubts))
