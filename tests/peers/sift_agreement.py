"""How often the matching language agrees with sift: `python -m tests.peers.sift_agreement --cases 80000`."""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.errors import Invalid, Problem
from bot.languages.query import compile_query
from tests.peers.node import ask, missing
from tests.peers.sift_cases import GROUPS, Case, Json, cases

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
AIMS = {"written": 1.0, "odd": 1.0, "quirks": 0.995, "patterns": 0.9995}
"""The least part of the cases of each group that has to agree; docs/matching.md gives the reasons for the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The outcome for one group; `differences` are the cases with both answers."""

    group: str
    count: int
    matched: int
    refused: int
    differences: tuple[tuple[Case, object, object], ...]

    @property
    def rate(self) -> float:
        return 1 - len(self.differences) / self.count


def revive(value: Json) -> Json:
    """Dates out of their JSON form."""
    if isinstance(value, list):
        return [revive(item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"$$date"}:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=value["$$date"])
    return {key: revive(item) for key, item in value.items()}


def our_answer(query: Json, document: Json) -> object:
    """True, False, "compile" where the query is refused, or "late" where sift would throw only when it matches."""
    try:
        predicate = compile_query(revive(query))
    except Invalid as invalid:
        return "late" if all(map(is_thrown_late, invalid.problems)) else "compile"
    return predicate.test(revive(document), NOW)


def is_thrown_late(problem: Problem) -> bool:
    """sift looks at an operand of `$type`, and makes text of an object, only when a value is there to compare."""
    return problem.where[-1:] == ("$type",) or "toString" in problem.message


def agree(theirs: object, ours: object) -> bool:
    """Refusing when saved covers what sift throws at when it compiles, and when it matches."""
    return ours in (theirs, "late") or (ours, theirs) == ("compile", "match")


def compare(group: str, count: int, seed: int) -> Agreement:
    """Put `count` generated cases to both."""
    asked = cases(group, count, seed)
    theirs = ask("sift.js", asked)
    ours = [our_answer(*case) for case in asked]
    different = [
        (case, there, here) for case, there, here in zip(asked, theirs, ours, strict=True) if not agree(there, here)
    ]
    return Agreement(
        group=group,
        count=count,
        matched=theirs.count(True),
        refused=theirs.count("compile"),
        differences=tuple(different),
    )


def main(arguments: Iterable[str] | None = None) -> int:
    """Print the agreement of each group and the first differences; 1 when an aim is missed."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--cases", type=int, default=80_000, help="cases in all, shared among the groups")
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--show", type=int, default=5, help="differences to print for each group")
    options = reader.parse_args(list(arguments) if arguments is not None else None)
    absent = missing("sift")
    if absent:
        print(f"cannot compare: {absent}")
        return 1
    found = [compare(group, options.cases // len(GROUPS), options.seed) for group in GROUPS]
    for agreement in found:
        show(agreement, options.show)
    return int(any(agreement.rate < AIMS[agreement.group] for agreement in found))


def show(agreement: Agreement, most: int) -> None:
    """One line, and the first differences."""
    print(
        f"{agreement.group:8} {agreement.rate:8.3%} of {agreement.count:,} cases agree "
        f"({agreement.matched:,} match, {agreement.refused:,} refused)"
    )
    for (query, document), theirs, ours in agreement.differences[:most]:
        print(f"  sift {theirs}, we {ours}: {query} on {document}")


if __name__ == "__main__":
    sys.exit(main())
