"""The matching language: npm `sift` 17.1.4 with the clock operators `$day`, `$timeBetween` and `$now`."""

from bot.languages.query.explanation import Failure
from bot.languages.query.first_match import First, FirstMatch, Match, Undecided, compile_rules
from bot.languages.query.predicate import Predicate, compile_query
from bot.languages.regexp.budget import ConditionResult

__all__ = [
    "ConditionResult",
    "Failure",
    "First",
    "FirstMatch",
    "Match",
    "Predicate",
    "Undecided",
    "compile_query",
    "compile_rules",
]
