"""The first of many queries that a document matches."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.engine.matching.index import Index
from bot.engine.matching.predicate import Predicate, compile_query, holds
from bot.engine.matching.run import Run
from bot.errors import Invalid, Problem

UNKNOWN, FALSE, TRUE = 0, 1, 2


class FirstMatch:
    """Compiled queries in their order; immutable once made, and safe to share between threads."""

    __slots__ = ("_index", "predicates")

    def __init__(self, predicates: Sequence[Predicate]) -> None:
        self.predicates = tuple(predicates)
        self._index = Index([predicate.condition for predicate in predicates])

    def first(self, document: Mapping[str, object], now: datetime, start: int = 0) -> int | None:
        """The index of the first query from `start` on that the document matches at this instant."""
        run = Run(now)
        index = self._index
        candidates = index.candidates(document, Run(now))
        answers = bytearray(len(index.checks))
        for number in candidates[bisect_left(candidates, start) :]:
            for check in index.rules[number]:
                answer = answers[check]
                if not answer:
                    answer = answers[check] = 1 + holds(index.checks[check], document, run)
                if answer == FALSE:
                    break
            else:
                return number
        return None


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
