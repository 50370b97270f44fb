"""Logging helpers. A rendering writes no log, so they print nothing; `_inspect` shows a value as JSON."""

from typing import Final

from bot.languages.handlebars.entry import of_calls, of_values
from bot.languages.handlebars.helpers.objects import json_text
from bot.languages.handlebars.runtime import HelperCall, HelperTable
from bot.languages.handlebars.values import UNDEFINED, text_of

_SILENT = ("log", "ok", "success", "info", "warning", "warn", "error", "danger", "bold", "_debug")


def nothing(*_values: object) -> object:
    return UNDEFINED


def inspect(call: HelperCall, value: object = UNDEFINED) -> object:
    shown = "undefined" if value is UNDEFINED else json_text(call.run, value, "  ")
    match text_of(call.hash.get("type") or "html").removeprefix("."):
        case "md":
            return f"\n```json\n{shown}\n```\n"
        case "html":
            return f'<div class="highlight highlight-json">\n<pre><code>\n{shown}</code></pre></div>'
        case _:
            return shown


_VALUES: Final[HelperTable] = dict.fromkeys(_SILENT, nothing)

_CALLS: Final[HelperTable] = {"_inspect": inspect}

HELPERS: Final = of_values(_VALUES) | of_calls(_CALLS)
