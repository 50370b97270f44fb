"""The helpers that are part of handlebars itself: if, unless, each, with, lookup."""

from typing import Final

from bot.languages.handlebars.entry import of_blocks, of_values
from bot.languages.handlebars.runtime import HelperCall, HelperTable
from bot.languages.handlebars.values import UNDEFINED, is_missing, keys_of, property_of, truthy


def block_of_field(call: HelperCall, value: object) -> object:
    """`{{#field}}`: a list repeats the block, true keeps the context, any other value becomes it."""
    if value is True:
        return call.fn(call.this)
    if value is False or is_missing(value):
        return call.inverse(call.this)
    if isinstance(value, list | tuple):
        return each(call, value) if value else call.inverse(call.this)
    return call.fn(value)


def _is_empty(value: object) -> bool:
    if isinstance(value, list | tuple):
        return not value
    return not truthy(value) and (isinstance(value, bool) or value != 0)


def if_(call: HelperCall, value: object) -> object:
    holds = (truthy(value) or truthy(call.hash.get("includeZero"))) and not _is_empty(value)
    return call.fn(call.this) if holds else call.inverse(call.this)


def unless(call: HelperCall, value: object) -> object:
    holds = (truthy(value) or truthy(call.hash.get("includeZero"))) and not _is_empty(value)
    return call.inverse(call.this) if holds else call.fn(call.this)


def with_(call: HelperCall, value: object) -> object:
    return call.inverse(call.this) if _is_empty(value) else call.fn(value, call.scope.data, (value,))


def each(call: HelperCall, value: object) -> object:
    if isinstance(value, list | tuple):
        pairs: list[tuple[object, object]] = list(enumerate(value))
    elif isinstance(value, dict):
        pairs = [(key, value[key]) for key in keys_of(value)]
    else:
        pairs = []
    call.run.spend(len(pairs))
    frame, last, texts = call.frame({}), len(pairs) - 1, []
    for index, (key, item) in enumerate(pairs):
        frame.update(key=key, index=index, first=index == 0, last=index == last)
        texts.append(call.fn(item, frame, (item, key)))
    return "".join(texts) if pairs else call.inverse(call.this)


def lookup(value: object, name: object = UNDEFINED) -> object:
    return property_of(value, name) if truthy(value) else value


_VALUES: Final[HelperTable] = {"lookup": lookup}

_BLOCKS: Final[HelperTable] = {"each": each, "if": if_, "unless": unless, "with": with_}

HELPERS: Final = of_values(_VALUES) | of_blocks(_BLOCKS)
