"""A query that can be put to documents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import Invalid, Problem
from bot.languages.query.checks import Check, check
from bot.languages.query.compiler import QueryCompiler
from bot.languages.query.conditions import Condition
from bot.languages.query.explanation import Failure, failure
from bot.languages.query.plain import Plain, render
from bot.languages.regexp.budget import Budget, Exhausted


@dataclass(frozen=True, slots=True)
class Predicate:
    """A compiled query: immutable, and safe to share between threads.

    `paths` are the document paths that it reads, `always` says that it provably matches every document, and `doubts`
    are parts that sift accepts and that can hardly be meant (`$size: "2"`).
    """

    condition: Condition = field(repr=False)
    ask: Check = field(repr=False, compare=False)
    paths: tuple[str, ...]
    always: bool
    doubts: tuple[Problem, ...] = ()

    def test(self, document: Mapping[str, object], now: datetime) -> bool:
        """Whether the document matches at this instant; never raises on JSON values, and is bounded in time."""
        return self.ask(document, Budget(now))

    def explain(self, document: Mapping[str, object], now: datetime) -> Failure | None:
        """The first condition that failed, or None when the document matches."""
        run = Budget(now)
        try:
            found = failure(self.condition, document, run)
        except (Exhausted, RecursionError):
            return Failure(path="", condition="gave up", seen="more values, or deeper ones, than a rule may look at")
        if found is None or not run.gave_up:
            return found
        return Failure(path=found.path, condition=f"{found.condition} ({run.gave_up[-1]})", seen=found.seen)


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
