"""Collection helpers: over lists and objects alike."""

from typing import Final

from bot.languages.handlebars.entry import of_blocks, of_calls
from bot.languages.handlebars.helpers.array import for_each
from bot.languages.handlebars.helpers.javascript import own_entries
from bot.languages.handlebars.runtime import HelperCall, HelperTable
from bot.languages.handlebars.values import is_missing


def iterate(call: HelperCall, collection: object) -> object:
    if isinstance(collection, list | tuple):
        return for_each(call, collection)
    if not isinstance(collection, dict):
        return call.inverse(call.this)
    return for_own(call, collection)


def for_own(call: HelperCall, *values: object) -> object:
    """The block for every key, with `@key` and the hash arguments as `@` data."""
    if not values:
        return call.inverse(call.this)
    if isinstance(values[0], str):
        call.run.spend(len(values[0]))
    entries = own_entries(values[0])
    frame, texts = call.frame(call.hash), []
    for key, value in entries:
        frame["key"] = key
        texts.append(call.fn(value, frame))
    return "".join(texts)


def is_empty(call: HelperCall, *values: object) -> object:
    empty = not values or is_missing(values[0]) or (isinstance(values[0], dict | list | tuple) and not values[0])
    return call.choose(empty)


_CALLS: Final[HelperTable] = {"isEmpty": is_empty}

_BLOCKS: Final[HelperTable] = {"forIn": for_own, "forOwn": for_own, "iterate": iterate}

HELPERS: Final = of_calls(_CALLS) | of_blocks(_BLOCKS)
