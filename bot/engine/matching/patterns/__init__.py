"""JavaScript's regular expressions: read, translated, and matched within bounds of time."""

from bot.engine.matching.patterns.factors import Factors
from bot.engine.matching.patterns.pattern import Pattern, compile_pattern
from bot.engine.matching.patterns.syntax import Untranslatable

__all__ = ["Factors", "Pattern", "Untranslatable", "compile_pattern"]
