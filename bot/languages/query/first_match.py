"""The first of many queries that a document matches."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.errors import Invalid, Problem
from bot.languages.query.index import ALWAYS, Index
from bot.languages.query.predicate import Predicate, compile_query
from bot.languages.regexp.budget import Budget

FALSE, TRUE = 1, 2
"""Answers of one evaluation; 0 is not asked yet."""


class FirstMatch:
    """Compiled queries in their order; immutable once made, and safe to share between threads."""

    __slots__ = ("_index", "predicates")

    def __init__(self, predicates: Sequence[Predicate]) -> None:
        self.predicates = tuple(predicates)
        self._index = Index([predicate.condition for predicate in predicates])

    def first(self, document: Mapping[str, object], now: datetime, start: int = 0) -> int | None:
        """The index of the first query from `start` on that the document matches at this instant.

        One evaluation for all queries: what a run may spend, it may spend once.
        """
        inquiry = Inquiry(self._index, document, Budget(now))
        found = self._index.candidates(document, Budget(now))
        for check, rules in self._index.untold:
            if check == ALWAYS or inquiry.holds(check):
                found += rules
        ordered = sorted(set(found))
        return next(filter(inquiry.matches, ordered[bisect_left(ordered, start) :]), None)


class Inquiry:
    """One document put to the conditions of all rules, each asked once at most."""

    __slots__ = ("answers", "document", "index", "run")

    def __init__(self, index: Index, document: Mapping[str, object], run: Budget) -> None:
        self.index, self.document, self.run = index, document, run
        self.answers = bytearray(len(index.checks))

    def matches(self, rule: int) -> bool:
        """Whether the conditions hold that are left to ask of a rule."""
        answers = self.answers
        return all((answers[check] or self._ask(check)) == TRUE for check in self.index.rules[rule])

    def holds(self, check: int) -> bool:
        """Whether one condition holds."""
        return (self.answers[check] or self._ask(check)) == TRUE

    def _ask(self, check: int) -> int:
        answer = self.answers[check] = TRUE if self.index.checks[check](self.document, self.run) else FALSE
        return answer


def compile_rules(queries: Sequence[object]) -> FirstMatch:
    """Compile all queries; raises Invalid with every problem, its `where` led by the index of the query."""
    predicates: list[Predicate] = []
    problems: list[Problem] = []
    for index, query in enumerate(queries):
        try:
            predicates.append(compile_query(query))
        except Invalid as invalid:
            problems += [_within(index, problem) for problem in invalid.problems]
    if problems:
        raise Invalid(problems)
    return FirstMatch(predicates)


def _within(index: int, problem: Problem) -> Problem:
    return Problem(message=problem.message, mend=problem.mend, where=(index, *problem.where))
