"""The matching language: npm `sift` 17.1.4 with the clock operators `$day`, `$timeBetween` and `$now`."""

from bot.languages.query.explanation import Failure
from bot.languages.query.first_match import FirstMatch, compile_rules
from bot.languages.query.predicate import Predicate, compile_query

__all__ = ["Failure", "FirstMatch", "Predicate", "compile_query", "compile_rules"]
