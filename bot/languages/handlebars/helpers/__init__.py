"""The helpers that templates can call, by name: those of handlebars itself and of npm handlebars-helpers 0.10.

Every module holds plain tables from name to function: of values, of a Call and values, or for blocks only.
"""

from typing import Final

from bot.languages.handlebars import builtins
from bot.languages.handlebars.entry import Helper
from bot.languages.handlebars.helpers import (
    array,
    collection,
    comparison,
    date,
    html,
    inflection,
    logging,
    markdown,
    math,
    misc,
    number,
    objects,
    regex,
    string,
    url,
)

_MODULES: Final = (
    builtins,
    array,
    collection,
    comparison,
    date,
    html,
    inflection,
    logging,
    markdown,
    math,
    misc,
    number,
    objects,
    regex,
    string,
    url,
)

HELPERS: Final[dict[str, Helper]] = {name: helper for module in _MODULES for name, helper in module.HELPERS.items()}

_FILES: Final = "It reads files of the server."
_FOLDER: Final = "It shows where the server runs."
WITHHELD: Final = {
    "absolute": _FOLDER,
    "embed": _FILES,
    "md": _FILES,
    "read": _FILES,
    "readdir": _FILES,
    "resolve": _FOLDER,
}
"""The helpers of handlebars-helpers that are left out, and why."""

__all__ = ["HELPERS", "WITHHELD", "Helper"]
