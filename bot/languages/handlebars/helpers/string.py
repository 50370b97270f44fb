"""String helpers. Letters are Unicode's and lengths count characters, where JavaScript knows ASCII and UTF-16 units."""

import re
from collections.abc import Callable
from typing import Final

from bot.languages.handlebars.entry import of_blocks, of_calls, of_values
from bot.languages.handlebars.helpers.javascript import is_numeric, is_text, options_of, to_integer
from bot.languages.handlebars.runtime import HelperCall, HelperTable
from bot.languages.handlebars.values import SPACE, UNDEFINED, less, text_of, to_number

_WORD: Final = re.compile(rf"\w[^{SPACE}]*")
_SENTENCE: Final = re.compile(rf"[^{SPACE}][^.?!]*[.?!]*")
_LETTER: Final = re.compile(r"[^\W_]")
_BETWEEN: Final = re.compile(r"[\W_]+([^\W_])")
_SPACERS: Final = re.compile(r"[- _]+")


def append(text: object = UNDEFINED, suffix: object = UNDEFINED) -> object:
    return text + suffix if isinstance(text, str) and isinstance(suffix, str) else text


def prepend(text: object = UNDEFINED, prefix: object = UNDEFINED) -> object:
    return prefix + text if isinstance(text, str) and isinstance(prefix, str) else text


def capitalize(text: object = UNDEFINED) -> str:
    return text[:1].upper() + text[1:] if isinstance(text, str) else ""


def capitalize_all(text: object = UNDEFINED) -> str:
    return _WORD.sub(lambda word: capitalize(word[0]), text) if isinstance(text, str) else ""


def chop(text: object = UNDEFINED) -> str:
    """Without what is neither letter nor digit at both ends."""
    if not isinstance(text, str) or not (start := _LETTER.search(text)):
        return ""
    backwards = _LETTER.search(text[::-1])
    return text[start.start() : len(text) - (backwards.start() if backwards else 0)]


def _change_case(text: object, change: Callable[[str], str]) -> str:
    if not isinstance(text, str):
        return ""
    if len(text) == 1:
        return text.lower()
    return _BETWEEN.sub(lambda found: change(found[1]), chop(text).lower())


def _cased(change: Callable[[str], str]) -> Callable[[object], str]:
    def convert(text: object = UNDEFINED) -> str:
        return _change_case(text, change)

    return convert


def pascalcase(text: object = UNDEFINED) -> str:
    return capitalize(_change_case(text, str.upper))


def titleize(text: object = UNDEFINED) -> str:
    if not isinstance(text, str):
        return ""
    return " ".join(map(capitalize, _SPACERS.sub(" ", text).split(" ")))


def sentence(text: object = UNDEFINED) -> str:
    if not isinstance(text, str):
        return ""
    return _SENTENCE.sub(lambda found: found[0][:1].upper() + found[0][1:].lower(), text)


def hyphenate(text: object = UNDEFINED) -> str:
    return text.replace(" ", "-") if isinstance(text, str) else ""


def is_string(value: object = UNDEFINED) -> bool:
    return isinstance(value, str)


def occurrences(text: object = UNDEFINED, part: object = UNDEFINED) -> object:
    if not isinstance(text, str) or not text:
        return ""
    wanted = text_of(part)
    return text.count(wanted) if wanted else 0


def remove(text: object = UNDEFINED, part: object = UNDEFINED) -> object:
    return replaced(text, part, "")


def remove_first(text: object = UNDEFINED, part: object = UNDEFINED) -> object:
    return replaced(text, part, "", 1)


def replaced(text: object, part: object, by: object, count: int = -1) -> object:
    if not isinstance(text, str) or not text:
        return ""
    if not isinstance(part, str) or not part:
        return text
    return text.replace(part, by if isinstance(by, str) else "", count)


def replace(call: HelperCall, text: object = UNDEFINED, part: object = UNDEFINED, by: object = UNDEFINED) -> object:
    _allow_replacing(call, text, part, by)
    return replaced(text, part, by)


def replace_first(text: object = UNDEFINED, part: object = UNDEFINED, by: object = UNDEFINED) -> object:
    return replaced(text, part, by, 1)


def plusify(text: object = UNDEFINED, part: object = UNDEFINED) -> object:
    return replaced(text, part if is_text(part) else " ", "+")


def _allow_replacing(call: HelperCall, text: object, part: object, by: object) -> None:
    if isinstance(text, str) and isinstance(part, str) and isinstance(by, str) and part:
        call.run.allow_text(len(text) + text.count(part) * len(by))


def reverse(text: object = UNDEFINED) -> str:
    return text[::-1] if isinstance(text, str) else ""


def split(text: object = UNDEFINED, separator: object = UNDEFINED) -> object:
    if not isinstance(text, str) or not text:
        return ""
    return text.split(separator if isinstance(separator, str) and separator else ",")


def trim(text: object = UNDEFINED) -> str:
    return text.strip(SPACE) if isinstance(text, str) else ""


def trim_left(text: object = UNDEFINED) -> object:
    return text.lstrip(SPACE) if isinstance(text, str) else UNDEFINED


def trim_right(text: object = UNDEFINED) -> object:
    return text.rstrip(SPACE) if isinstance(text, str) else UNDEFINED


def truncate(text: object = UNDEFINED, limit: object = UNDEFINED, suffix: object = UNDEFINED) -> object:
    if not isinstance(text, str) or not text:
        return UNDEFINED
    ending = suffix if isinstance(suffix, str) else ""
    if not less(limit, len(text)):
        return text
    return text[: to_integer(to_number(limit) - len(ending))] + ending


def ellipsis(text: object = UNDEFINED, limit: object = UNDEFINED) -> object:
    if not isinstance(text, str) or not text:
        return UNDEFINED
    if less(limit, len(text)) or limit is UNDEFINED:
        return text_of(truncate(text, limit)) + "…"
    return text


def truncate_words(text: object = UNDEFINED, count: object = UNDEFINED, suffix: object = UNDEFINED) -> object:
    """The first words, with the suffix where some were left out."""
    if not is_text(text) or not is_numeric(count):
        return UNDEFINED
    words = re.split(r"[ \t]", text_of(text))
    kept = words[: max(to_integer(count), 0)]
    ending = suffix if isinstance(suffix, str) else "…"
    return " ".join(kept).strip(SPACE) + (ending if len(kept) < len(words) else "")


def center(call: HelperCall, text: object = UNDEFINED, spaces: object = UNDEFINED) -> object:
    if not isinstance(text, str) or not text:
        return ""
    count = max(-to_integer(-to_number(spaces) // 1), 0) if is_numeric(spaces) else 0
    call.run.allow_text(len(text) + 12 * count)
    return f"{'&nbsp;' * count}{text}{'&nbsp;' * count}"


def lowercase(call: HelperCall, *values: object) -> object:
    return _whole_text(call, values).lower()


def uppercase(call: HelperCall, *values: object) -> object:
    return _whole_text(call, values).upper()


def _whole_text(call: HelperCall, values: tuple[object, ...]) -> str:
    if not values and call.is_block:
        return call.fn(call.this)
    return values[0] if values and isinstance(values[0], str) else ""


def starts_with(call: HelperCall, prefix: object, text: object = UNDEFINED) -> object:
    found = is_text(text) and text_of(text).startswith(text_of(prefix))
    if call.is_block:
        return call.fn(call.this) if found else call.inverse(call.this)
    return found or ""


def raw(call: HelperCall) -> object:
    """The block with a backslash before every `{{` that has none, to be rendered again later."""
    text = call.fn(UNDEFINED)
    if options_of(call.this, None, call.hash, call.name).get("escape") is False:
        return text
    pieces, at = list[str](), 0
    while (found := text.find("{{", at)) >= 0:
        escaped = found > 0 and text[found - 1] == "\\"
        end = found + (3 if escaped else 2)
        pieces.append(text[at:found] + ("" if escaped else "\\") + text[found:end])
        at = end
    return "".join([*pieces, text[at:]])


_VALUES: Final[HelperTable] = {
    "append": append,
    "camelcase": _cased(str.upper),
    "capitalize": capitalize,
    "capitalizeAll": capitalize_all,
    "chop": chop,
    "dashcase": _cased("-{}".format),
    "dotcase": _cased(".{}".format),
    "ellipsis": ellipsis,
    "hyphenate": hyphenate,
    "isString": is_string,
    "occurrences": occurrences,
    "pascalcase": pascalcase,
    "pathcase": _cased("/{}".format),
    "plusify": plusify,
    "prepend": prepend,
    "remove": remove,
    "removeFirst": remove_first,
    "replaceFirst": replace_first,
    "reverse": reverse,
    "sentence": sentence,
    "snakecase": _cased("_{}".format),
    "split": split,
    "titleize": titleize,
    "trim": trim,
    "trimLeft": trim_left,
    "trimRight": trim_right,
    "truncate": truncate,
    "truncateWords": truncate_words,
}

_CALLS: Final[HelperTable] = {
    "center": center,
    "downcase": lowercase,
    "lowercase": lowercase,
    "replace": replace,
    "startsWith": starts_with,
    "upcase": uppercase,
    "uppercase": uppercase,
}

_BLOCKS: Final[HelperTable] = {"raw": raw}

HELPERS: Final = of_values(_VALUES) | of_calls(_CALLS) | of_blocks(_BLOCKS)
