"""Rules of other products, written anew as a router: exactly, or not at all and said so."""

from bot.engine.translation.recognition import translate
from bot.engine.translation.written import Translation

__all__ = ["Translation", "translate"]
