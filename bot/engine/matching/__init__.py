"""The matching language: npm `sift` 17.1.4 with the clock operators `$day`, `$timeBetween` and `$now`."""

from bot.engine.matching.explanation import Failure
from bot.engine.matching.first_match import First, FirstMatch, Match, Undecided, compile_rules
from bot.engine.matching.predicate import Predicate, compile_query
from bot.engine.matching.run import Verdict

__all__ = [
    "Failure",
    "First",
    "FirstMatch",
    "Match",
    "Predicate",
    "Undecided",
    "Verdict",
    "compile_query",
    "compile_rules",
]
