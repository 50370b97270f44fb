"""The first of many queries that a document matches."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.errors import Invalid, Problem
from bot.languages.query.checks import ask
from bot.languages.query.index import ALWAYS, Index
from bot.languages.query.predicate import Predicate, compile_query
from bot.languages.regexp.budget import Budget, ConditionResult


@dataclass(frozen=True, slots=True)
class Match:
    """The first query that the document matches, by its index."""

    index: int


@dataclass(frozen=True, slots=True)
class Undecided:
    """The query by its index that could not be decided, before any that matches; and why."""

    index: int
    reason: str


First: TypeAlias = Match | Undecided | None
"""What decides: nothing where the document surely matches none of the queries."""


class FirstMatch:
    """Compiled queries in their order; immutable once made, and safe to share between threads."""

    __slots__ = ("_index", "_matches", "predicates")

    def __init__(self, predicates: Sequence[Predicate]) -> None:
        self.predicates = tuple(predicates)
        self._matches = tuple(map(Match, range(len(self.predicates))))
        self._index = Index([predicate.condition for predicate in predicates])

    def first(self, document: Mapping[str, object], now: datetime, start: int = 0) -> First:
        """The first query from `start` on that the document matches, or may match, at this instant."""
        run = Budget(now)
        found = self._index.candidates(document, run)
        if found is None:
            return self._one_by_one(document, run, start)
        inquiry = Inquiry(self._index, document, run)
        for check, rules in self._index.untold:
            if check == ALWAYS or inquiry.ask(check) != FALSE:
                found += rules
        ordered = sorted(set(found))
        for rule in ordered[bisect_left(ordered, start) :]:
            answer = inquiry.verdict(rule)
            if answer != FALSE:
                return self._matches[rule] if answer == TRUE else Undecided(rule, inquiry.reason(rule))
        return None

    def _one_by_one(self, document: Mapping[str, object], run: Budget, start: int) -> First:
        """The same where the document holds more than the index may look at: then it spares no rule."""
        for rule in range(start, len(self.predicates)):
            answer = ask(self.predicates[rule].check, document, run)
            if answer != FALSE:
                return Match(rule) if answer == TRUE else Undecided(rule, run.gave_up[-1])
        return None


class Inquiry:
    """One document put to the conditions of all rules, each asked once at most."""

    __slots__ = ("answers", "document", "index", "reasons", "run")

    def __init__(self, index: Index, document: Mapping[str, object], run: Budget) -> None:
        self.index, self.document, self.run = index, document, run
        self.answers = bytearray(len(index.checks))
        self.reasons: dict[int, str] = {}

    def verdict(self, rule: int) -> int:
        """Whether the conditions hold that are left to ask of a rule: one that fails outweighs what cannot be said."""
        answers, verdict = self.answers, TRUE
        for check in self.index.rules[rule]:
            answer = answers[check] or self._ask(check)
            if answer == FALSE:
                return FALSE
            if answer == UNKNOWN:
                verdict = UNKNOWN
        return verdict

    def ask(self, check: int) -> int:
        """Whether one condition holds."""
        return self.answers[check] or self._ask(check)

    def reason(self, rule: int) -> str:
        """Why a rule could not be decided."""
        return next(self.reasons[check] for check in self.index.rules[rule] if check in self.reasons)

    def _ask(self, check: int) -> int:
        holds, run = self.index.checks[check](self.document, self.run), self.run
        if run.gave_up and not holds:
            answer = self._reconsider(check)
        else:
            answer = TRUE if holds else FALSE
            run.gave_up.clear()
        self.answers[check] = answer
        return answer

    def _reconsider(self, check: int) -> int:
        run = self.run
        run.gave_up.clear()
        answer = ask(self.index.checks[check], self.document, run)
        if answer is ConditionResult.UNKNOWN:
            self.reasons[check] = run.gave_up[-1]
            run.gave_up.clear()
        return answer


FALSE, TRUE, UNKNOWN = map(int, (ConditionResult.FALSE, ConditionResult.TRUE, ConditionResult.UNKNOWN))


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
