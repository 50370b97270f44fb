"""Regular expressions and globs, run by RE2: in time proportional to the text, whatever the pattern."""

from functools import lru_cache
from typing import Final

import re2

from bot.errors import TemplateFailed
from bot.languages.handlebars.entry import of_calls, of_values
from bot.languages.handlebars.helpers.globs import braces_aware_split, glob_to_regex
from bot.languages.handlebars.helpers.javascript import is_text, items_of, kind_of, options_of
from bot.languages.handlebars.runtime import HelperCall, HelperTable
from bot.languages.handlebars.values import UNDEFINED, TemplatePattern, is_list, text_of

_LONGEST: Final = 500
_MEMORY: Final = 2 << 20


def to_regex(call: HelperCall, source: object, values: object = UNDEFINED) -> object:
    flags = options_of({}, values, call.hash, call.name).get("flags", "")
    found = TemplatePattern(source=text_of(source) or "(?:)", flags=text_of(flags))
    _compiled(found.source, found.flags)
    return found


def test(text: object, pattern: object) -> object:
    if not is_text(text):
        return False
    if not isinstance(pattern, TemplatePattern):
        raise TemplateFailed(f"test: expected (toRegex …), not {kind_of(pattern)}.")
    return _finds(pattern, text_of(text))


def _finds(pattern: TemplatePattern, text: str) -> bool:
    compiled = _compiled(pattern.source, pattern.flags)
    return compiled.search(text.encode("utf-8", "replace")) is not None


@lru_cache(maxsize=256)
def _compiled(source: str, flags: str) -> "re2._Regexp[bytes]":
    if len(source) > _LONGEST:
        raise TemplateFailed(f"a pattern of more than {_LONGEST} characters.")
    if set(flags) - set("gimsuy") or len(set(flags)) < len(flags):
        raise TemplateFailed(f"{flags!r} are no flags of a regular expression.")
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    options.case_sensitive = "i" not in flags
    options.dot_nl = "s" in flags
    multiline = "(?m)" if "m" in flags else ""
    try:
        return re2.compile((multiline + source).encode("utf-8", "replace"), options)
    except re2.error as error:
        raise TemplateFailed(f"the pattern /{source}/ cannot be used: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    detail = error.args[0] if error.args else ""
    return detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)


def match(call: HelperCall, paths: object, patterns: object, values: object = UNDEFINED) -> object:
    """The paths that fit one of the globs, and none of those that start with `!`."""
    options = options_of(call.this, values, call.hash, call.name)
    texts = [text_of(path) for path in (items_of(paths) if is_list(paths) else (paths,))]
    globs = _globs(patterns)
    call.run.spend((len(texts) + 10) * len(globs) * 10)
    wanted = [_pattern(glob, options) for glob in globs if glob[:1] != "!"]
    unwanted = [_pattern(glob[1:], options) for glob in globs if glob[:1] == "!"]
    chosen = dict.fromkeys(text for glob in wanted for text in texts if _finds(glob, text))
    left = chosen if wanted or len(globs) > 1 else dict.fromkeys(texts)
    return [text for text in left if not any(_finds(glob, text) for glob in unwanted)]


def is_match(call: HelperCall, path: object, patterns: object, values: object = UNDEFINED) -> object:
    options = options_of(call.this, values, call.hash, call.name)
    globs = [text_of(glob) for glob in items_of(patterns)] if is_list(patterns) else [text_of(patterns)]
    call.run.spend(100 * len(globs))
    text = text_of(path)
    return any(_finds(_pattern(glob.removeprefix("!"), options), text) != (glob[:1] == "!") for glob in globs)


def _globs(patterns: object) -> list[str]:
    if isinstance(patterns, str):
        return braces_aware_split(patterns)
    return [text_of(glob) for glob in items_of(patterns)]


def _pattern(glob: str, options: dict[str, object]) -> TemplatePattern:
    source = glob_to_regex(glob, dot=bool(options.get("dot")))
    flags = "si" if options.get("nocase") else "s"
    return TemplatePattern(source=source, flags=flags)


def regex_match(call: HelperCall, text: object, pattern: object, flags: object = UNDEFINED) -> object:
    """What JavaScript's `text.match(pattern)` finds first: the whole and each group, in a list; nothing is null."""
    if not is_text(text):
        return None
    compiled = (
        _compiled(pattern.source, pattern.flags)
        if isinstance(pattern, TemplatePattern)
        else _compiled(text_of(pattern), "" if flags is UNDEFINED else text_of(flags))
    )
    said = text_of(text)
    call.run.spend(10 + len(said) // 16)
    found = compiled.search(said.encode("utf-8", "replace"))
    return [_decoded(each) for each in (found[0], *found.groups())] if found else None


def _decoded(group: bytes | None) -> object:
    return UNDEFINED if group is None else group.decode("utf-8", "replace")


_CALLS: Final[HelperTable] = {
    "isMatch": is_match,
    "match": match,
    "mm": match,
    "regexMatch": regex_match,
    "toRegex": to_regex,
}

_VALUES: Final[HelperTable] = {"test": test}

HELPERS: Final = of_values(_VALUES) | of_calls(_CALLS)
