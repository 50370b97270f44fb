"""The helpers that templates can call, by name: those of handlebars itself and of npm handlebars-helpers 0.10."""

from typing import Final

from bot.engine.templates import builtins
from bot.engine.templates.library.entry import Helper, of_blocks, of_values

HELPERS: Final[dict[str, Helper]] = {
    **of_values({"lookup": builtins.lookup}),
    **of_blocks({"if": builtins.if_, "unless": builtins.unless, "each": builtins.each, "with": builtins.with_}),
}

__all__ = ["HELPERS", "Helper"]
