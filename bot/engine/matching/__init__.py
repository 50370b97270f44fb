"""The matching language: npm `sift` 17.1.4 with the clock operators `$day`, `$timeBetween` and `$now`."""

from bot.engine.matching.explanation import Failure
from bot.engine.matching.first_match import FirstMatch, compile_rules
from bot.engine.matching.predicate import Predicate, compile_query

__all__ = ["Failure", "FirstMatch", "Predicate", "compile_query", "compile_rules"]
