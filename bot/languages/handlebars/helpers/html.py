"""HTML helpers, and those for code on other sites (gist, jsfiddle). They make markup, so print them with `{{{`."""

import re
from collections.abc import Iterable, Mapping
from posixpath import normpath
from posixpath import splitext as split_extension
from typing import Final

from bot.errors import TemplateFailed
from bot.languages.handlebars.entry import of_calls, of_values
from bot.languages.handlebars.helpers.javascript import items_of
from bot.languages.handlebars.runtime import HelperCall, HelperTable
from bot.languages.handlebars.values import SPACE, UNDEFINED, is_missing, property_of, text_of, truthy

_OUTER_QUOTES: Final = re.compile(r"^['\"]|['\"]\Z")
_REMOTE: Final = re.compile(r"^//|://")


def attributes(pairs: Mapping[str, object]) -> str:
    return " ".join(f'{name}="{_OUTER_QUOTES.sub("", text_of(value))}"' for name, value in pairs.items())


def tag(name: str, pairs: Mapping[str, object]) -> str:
    """html-tag 1: texts and true are attributes, anything else is left out."""
    shown = [
        f" {key}" if value is True else f' {key}="{value}"'
        for key, value in pairs.items()
        if value is True or isinstance(value, str)
    ]
    return f"<{name}{''.join(shown)}></{name}>"


def attr(call: HelperCall) -> object:
    shown = attributes(call.hash)
    return f" {shown}" if shown.strip(SPACE) else ""


def _listed(value: object) -> list[object]:
    if isinstance(value, list | tuple):
        return list(value)
    return [] if is_missing(value) else [value]


def css(call: HelperCall, sheets: object = UNDEFINED) -> object:
    chosen = _listed(call.hash["href"] if truthy(call.hash.get("href")) else sheets)
    assets = property_of(property_of(call.this, "options"), "assets")
    base = text_of(assets) if truthy(assets) else ""
    return "\n".join(_sheet(text_of(sheet), base) for sheet in chosen)


def _sheet(path: str, base: str) -> str:
    kind = "stylesheet/less" if split_extension(path)[1] == ".less" else "stylesheet"
    place = path if _REMOTE.search(path) else _joined(base, path)
    return f'<link type="text/css" rel="{kind}" href="{place}">'


def _joined(base: str, path: str) -> str:
    whole = "/".join(part for part in (base, path) if part)
    return re.sub("^//", "/", normpath(whole)) + ("/" if whole.endswith("/") and whole.strip("/") else "")


def js(call: HelperCall, scripts: object = UNDEFINED) -> object:
    if scripts is UNDEFINED:
        shown = attributes(call.hash)
        return f"<script{f' {shown}' if shown else ''}></script>"
    if isinstance(scripts, str):
        return f'<script src="{scripts}"></script>'
    return "\n".join(_script(text_of(script)) for script in _listed(scripts))


def _script(path: str) -> str:
    typed = {"type": "text/coffeescript"} if path.endswith(".coffee") else {}
    return tag("script", {**typed, "src": path})


def sanitize(call: HelperCall, text: object = UNDEFINED) -> object:
    """The text without tags; its letters are gone over one by one."""
    if not isinstance(text, str):
        return ""
    call.run.spend(len(text) >> 4)
    return _without_tags(text).strip(SPACE)


def _without_tags(text: str) -> str:
    """The text outside of tags, as striptags 3 finds them: a scan from left to right that knows quotes and comments.

    `<` before a space or a line's end is text.
    """
    kept: list[str] = []
    at = 0
    while (opening := text.find("<", at)) >= 0:
        kept.append(text[at:opening])
        if text[opening + 1 : opening + 2] in {" ", "\n"}:
            kept.append("< ")
            at = opening + 2
        else:
            at = _end_of_tag(text, opening)
    return "".join([*kept, text[at:]])


def _end_of_tag(text: str, opening: int) -> int:
    if text.startswith("<!--", opening):
        end = text.find("-->", opening + 4)
        return len(text) if end < 0 else end + 3
    depth, quote = 0, ""
    for at in range(opening + 1, len(text)):
        char = text[at]
        if char in "\"'":
            quote = "" if char == quote else quote or char
        elif not quote and char == "<":
            depth += 1
        elif not quote and char == ">":
            if not depth:
                return at + 1
            depth -= 1
    return len(text)


def _list(call: HelperCall, kind: str, items: Iterable[object]) -> str:
    shown = [f"<li>{item if isinstance(item, str) else call.fn(item)}</li>" for item in items]
    lines = "\n".join(shown)
    return f"<{kind} {attributes(call.hash)}>{lines}</{kind}>"


def unordered(call: HelperCall, items: object) -> object:
    return _list(call, "ul", items_of(items))


def ordered(call: HelperCall, items: object) -> object:
    return _list(call, "ol", items_of(items))


def thumbnail_image(context: object) -> object:
    size = property_of(context, "size")
    if is_missing(size):
        raise TemplateFailed("thumbnailImage: expected an object with id, alt, thumbnail and size.")
    image = {name: property_of(context, name) for name in ("alt",)}
    image |= {"src": property_of(context, "thumbnail")}
    image |= {name: property_of(size, name) for name in ("width", "height")}
    shown = f"<img {attributes(image | _classes(context, 'image'))}>\n"
    if truthy(full := property_of(context, "full")):
        link = {"href": full, "rel": "thumbnail"} | _classes(context, "link")
        shown = f"<a {attributes(link)}>\n{shown}</a>\n"
    if truthy(caption := property_of(context, "caption")):
        shown += f"<figcaption>{text_of(caption)}</figcaption>\n"
    figure = {"id": f"image-{text_of(property_of(context, 'id'))}"} | _classes(context, "figure")
    return f"<figure {attributes(figure)}>\n{shown}</figure>"


def _classes(context: object, part: str) -> dict[str, object]:
    names = property_of(property_of(context, "classes"), part)
    return {"class": " ".join(map(text_of, names))} if isinstance(names, list | tuple) else {}


def gist(identity: object) -> object:
    return tag("script", {"src": f"https://gist.github.com/{text_of(identity)}.js"})


def jsfiddle(call: HelperCall) -> object:
    pairs = dict(call.hash)
    if pairs.get("id", UNDEFINED) is UNDEFINED:
        call.refuse("expects an id.")
    page = f"http://jsfiddle.net/{text_of(pairs.pop('id'))}"
    skin = pairs.pop("skin", None) or "/presentation/"
    tabs = f"{text_of(pairs.pop('tabs', None) or 'result,js,html,css')}{text_of(skin)}"
    defaults = {"width": "100%", "height": "300"}
    for name, value in defaults.items():
        pairs[name] = pairs.get(name) or value
    pairs["src"] = f"{page}/embedded/{tabs}"
    for name, value in {"allowfullscreen": "allowfullscreen", "frameborder": "0"}.items():
        pairs[name] = pairs.get(name) or value
    return tag("iframe", pairs)


_VALUES: Final[HelperTable] = {"gist": gist, "thumbnailImage": thumbnail_image}

_CALLS: Final[HelperTable] = {
    "attr": attr,
    "css": css,
    "js": js,
    "jsfiddle": jsfiddle,
    "ol": ordered,
    "sanitize": sanitize,
    "ul": unordered,
}

HELPERS: Final = of_values(_VALUES) | of_calls(_CALLS)
