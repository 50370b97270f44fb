"""Markdown to HTML, by markdown-it, the successor of the remarkable that handlebars-helpers uses."""

import re
from functools import lru_cache
from typing import Final

from markdown_it import MarkdownIt

from bot.languages.handlebars.entry import of_calls
from bot.languages.handlebars.runtime import HelperCall, HelperTable
from bot.languages.handlebars.values import UNDEFINED

_LONGEST: Final = 20_000
_DEEPEST: Final = 20
"""Lists, quotes and brackets within each other; beyond, they are text."""
_SIGNS: Final = re.compile(r"[^\w .,:;'\"/-]|[_-]{2}")
_STEPS_OF_A_SIGN: Final = 12
"""A sign that Markdown may have a meaning for takes as long as so many steps."""


def markdown(call: HelperCall, text: object = UNDEFINED) -> object:
    source = text if isinstance(text, str) else call.fn(call.this) if call.is_block else ""
    if len(source) > _LONGEST:
        call.refuse(f"the text has more than {_LONGEST:,} characters.")
    call.run.spend((len(source) >> 3) + _STEPS_OF_A_SIGN * len(_SIGNS.findall(source)))
    return _renderer().render(source)


@lru_cache(maxsize=1)
def _renderer() -> MarkdownIt:
    return MarkdownIt("js-default", {"html": True, "breaks": True, "maxNesting": _DEEPEST})


_CALLS: Final[HelperTable] = {"markdown": markdown}

HELPERS: Final = of_calls(_CALLS)
