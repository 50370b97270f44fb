"""JavaScript's regular expressions: read, translated, and matched within bounds of time."""

from bot.languages.regexp.factors import Factors
from bot.languages.regexp.pattern import Pattern, compile_pattern
from bot.languages.regexp.syntax import Untranslatable

__all__ = ["Factors", "Pattern", "Untranslatable", "compile_pattern"]
