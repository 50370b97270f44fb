"""Markdown to HTML, by markdown-it, the successor of the remarkable that handlebars-helpers uses."""

from functools import lru_cache
from typing import Final

from markdown_it import MarkdownIt

from bot.languages.handlebars.entry import of_calls
from bot.languages.handlebars.runtime import HelperCall, HelperTable
from bot.languages.handlebars.values import UNDEFINED

_LONGEST: Final = 20_000


def markdown(call: HelperCall, text: object = UNDEFINED) -> object:
    source = text if isinstance(text, str) else call.fn(call.this) if call.is_block else ""
    if len(source) > _LONGEST:
        call.refuse(f"the text has more than {_LONGEST:,} characters.")
    call.run.spend(len(source))
    return _renderer().render(source)


@lru_cache(maxsize=1)
def _renderer() -> MarkdownIt:
    return MarkdownIt("js-default", {"html": True, "breaks": True})


_CALLS: Final[HelperTable] = {"markdown": markdown}

HELPERS: Final = of_calls(_CALLS)
