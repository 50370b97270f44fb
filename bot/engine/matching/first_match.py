"""The first of many queries that a document matches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.matching.predicate import Predicate, compile_query, holds
from bot.engine.matching.run import Run
from bot.errors import Invalid, Problem


@dataclass(frozen=True, slots=True)
class FirstMatch:
    """Compiled queries in their order."""

    predicates: tuple[Predicate, ...]

    def first(self, document: Mapping[str, object], now: datetime, start: int = 0) -> int | None:
        """The index of the first query from `start` on that the document matches at this instant."""
        run = Run(now)
        for index in range(start, len(self.predicates)):
            if holds(self.predicates[index].condition, document, run):
                return index
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
    return FirstMatch(tuple(predicates))


def _within(index: int, problem: Problem) -> Problem:
    return Problem(message=problem.message, mend=problem.mend, where=(index, *problem.where))
