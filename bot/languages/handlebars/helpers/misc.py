"""Miscellaneous helpers: blocks with data of their own, options, types, and words in languages (i18n)."""

from typing import Final

from bot.languages.handlebars.entry import of_blocks, of_calls, of_values
from bot.languages.handlebars.helpers.javascript import get_value, is_text, kind_of, options_of
from bot.languages.handlebars.runtime import HelperCall, HelperTable, new_frame
from bot.languages.handlebars.values import UNDEFINED, property_of, text_of


def frame(call: HelperCall, context: object = UNDEFINED) -> object:
    """The block with the hash arguments as `@` data; with an object, its fields are `@` data too."""
    parent = call.scope.data if not isinstance(context, dict) else new_frame(call.scope.data, context)
    return call.fn(call.this, new_frame(parent, call.hash))


def option(call: HelperCall, path: object, values: object = UNDEFINED) -> object:
    return get_value(options_of(call.this, values, call.hash, call.name), path)


def noop(call: HelperCall) -> object:
    return call.fn(call.this)


def with_hash(call: HelperCall) -> object:
    return call.fn(call.hash) if call.hash else call.inverse(call.this)


def type_of(value: object = None) -> str:
    return kind_of(value)


def translate(call: HelperCall, path: object, values: object = UNDEFINED) -> object:
    """The text at `path` in the table of the language that `language` or `lang` names."""
    this = call.this if isinstance(call.this, dict) else {}
    context = {**this, **options_of(call.this, values, call.hash, call.name)}
    language = context.get("language") or context.get("lang")
    if not is_text(path) or not is_text(language):
        call.refuse("expected a key and a language as texts.")
    table = property_of(context, language)
    if table is UNDEFINED:
        call.refuse(f"cannot find the language {text_of(language)!r}.")
    found = get_value(table, path)
    if found is UNDEFINED:
        call.refuse(f"cannot find {text_of(path)!r} in the language {text_of(language)!r}.")
    return found


_VALUES: Final[HelperTable] = {"typeOf": type_of}

_CALLS: Final[HelperTable] = {"i18n": translate, "option": option}

_BLOCKS: Final[HelperTable] = {"frame": frame, "noop": noop, "withHash": with_hash}

HELPERS: Final = of_values(_VALUES) | of_calls(_CALLS) | of_blocks(_BLOCKS)
