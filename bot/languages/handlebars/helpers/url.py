"""URL helpers, and the parts of paths in a file system or a URL. Nothing is looked up anywhere."""

import posixpath
import re
from typing import Final
from urllib.parse import quote, unquote, urljoin

from bot.errors import TemplateFailed
from bot.languages.handlebars.entry import of_values
from bot.languages.handlebars.helpers.javascript import is_text, kind_of, to_integer
from bot.languages.handlebars.runtime import HelperTable
from bot.languages.handlebars.values import UNDEFINED, text_of

_UNRESERVED: Final = "!'()*-._~"
_URL: Final = re.compile(
    r"(?P<protocol>[a-zA-Z][a-zA-Z0-9+.-]*:)?(?P<slashes>//)?(?P<rest>[^?#]*)(?P<search>\?[^#]*)?(?P<hash>#.*)?",
    re.DOTALL,
)
_WITH_HOST: Final = ("http:", "https:", "ftp:", "gopher:", "file:", "ws:", "wss:")
_BROKEN_ESCAPE: Final = re.compile(r"%(?![0-9a-fA-F]{2})")
_SLASHES: Final = re.compile(r"[\\/]+")


def encode(text: object = UNDEFINED) -> object:
    if not is_text(text):
        return UNDEFINED
    try:
        return quote(text_of(text), safe=_UNRESERVED)
    except UnicodeEncodeError:
        raise TemplateFailed("encodeURI: the text holds half of a character.") from None


def decode(text: object = UNDEFINED) -> object:
    if not isinstance(text, str) or not text:
        return UNDEFINED
    try:
        if _BROKEN_ESCAPE.search(text):
            raise TemplateFailed("decodeURI: a % is not followed by two digits.")
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise TemplateFailed("decodeURI: the bytes are no UTF-8.") from None


def resolve_url(base: object, href: object) -> object:
    try:
        return urljoin(text_of(base), text_of(href))
    except ValueError:
        raise TemplateFailed("urlResolve: this is no URL.") from None


def parse_url(text: object) -> object:
    """The parts that Node's `url.parse` names; null for those that are not there."""
    if not isinstance(text, str):
        raise TemplateFailed(f"urlParse: expected a text, not {kind_of(text)}.")
    match = _URL.fullmatch(text.strip())
    if match is None:
        raise TemplateFailed("urlParse: this is no URL.")
    protocol = match["protocol"].lower() if match["protocol"] else None
    slashed = bool(match["slashes"])
    host_known = protocol is not None and protocol != "javascript:" and (slashed or protocol not in _WITH_HOST)
    authority, pathname = _split_rest(match["rest"], has_host=host_known)
    if slashed and not host_known:
        pathname = f"//{pathname}"
    place = _host(authority) if host_known else dict.fromkeys(("auth", "host", "port", "hostname"))
    if host_known and protocol in _WITH_HOST:
        pathname = pathname or "/"
    return _parts(protocol, place, pathname or None, match["search"], match["hash"], slashes=slashed and host_known)


def _split_rest(rest: str, *, has_host: bool) -> tuple[str, str]:
    if not has_host:
        return "", rest
    authority, slash, path = rest.partition("/")
    return authority, slash + path


def _host(authority: str) -> dict[str, str | None]:
    auth, at, host = authority.rpartition("@")
    hostname, colon, port = host.rpartition(":")
    numbered = bool(colon) and port.isdigit()
    host = host.lower()
    hostname = hostname.lower() if numbered else host.removesuffix(":")
    found = {"auth": unquote(auth) if at else None, "host": f"{hostname}:{port}" if numbered else hostname}
    return {**found, "port": port if numbered else None, "hostname": hostname}


def _parts(
    protocol: str | None,
    place: dict[str, str | None],
    pathname: str | None,
    search: str | None,
    fragment: str | None,
    *,
    slashes: bool,
) -> dict[str, object]:
    path = (pathname or "") + (search or "") if pathname or search else None
    at = f"{place['auth']}@" if place["auth"] else ""
    start = (protocol or "") + ("//" if slashes else "") + at + (place["host"] or "")
    return {
        "protocol": protocol,
        "slashes": True if slashes else None,
        **place,
        "hash": fragment,
        "search": search,
        "query": search[1:] if search else None,
        "pathname": pathname,
        "path": path,
        "href": start + (path or "") + (fragment or ""),
    }


def strip_query(text: object = UNDEFINED) -> object:
    return text_of(text).split("?")[0] if is_text(text) else UNDEFINED


def strip_protocol(text: object = UNDEFINED) -> object:
    if not is_text(text):
        return UNDEFINED
    parts = parse_url(text)
    if not isinstance(parts, dict):
        return UNDEFINED
    return text_of(parts["href"]).removeprefix(parts["protocol"] or "")


def _path(value: object, what: str = "a path") -> str:
    if not isinstance(value, str):
        raise TemplateFailed(f"expected {what} as a text, not {kind_of(value)}.")
    return value


def basename(path: object) -> object:
    return posixpath.basename(_path(path).rstrip("/"))


def dirname(path: object) -> object:
    text = _path(path)
    kept = text.rstrip("/")
    if not kept:
        return "/" if text else "."
    folder, slash, _ = kept.rpartition("/")
    return folder or slash or "."


def extname(path: object) -> object:
    return posixpath.splitext(text_of(basename(path)))[1]


def stem(path: object) -> object:
    return posixpath.splitext(text_of(basename(path)))[0]


def segments(path: object, start: object = UNDEFINED, end: object = UNDEFINED) -> object:
    found = _SLASHES.split(_path(path))
    return "/".join(found[to_integer(start) : None if end is UNDEFINED else to_integer(end)])


def relative(start: object, path: object) -> object:
    """The way from one path to another; a last part with a dot in it counts as a file, and its folder is meant."""
    origin, goal = _SLASHES.sub("/", _path(start)), _SLASHES.sub("/", _path(path))
    if not origin.endswith("/") and "." in origin.rpartition("/")[2]:
        origin = text_of(dirname(origin))
    found = posixpath.relpath(posixpath.join("/", goal), posixpath.join("/", origin))
    if found == ".":
        return "."
    return f"{found}/" if goal == f"{found}/" else found


_VALUES: Final[HelperTable] = {
    "basename": basename,
    "decodeURI": decode,
    "dirname": dirname,
    "encodeURI": encode,
    "escape": encode,
    "extname": extname,
    "relative": relative,
    "segments": segments,
    "stem": stem,
    "stripProtocol": strip_protocol,
    "stripQuerystring": strip_query,
    "urlParse": parse_url,
    "urlResolve": resolve_url,
    "url_decode": decode,
    "url_encode": encode,
}

HELPERS: Final = of_values(_VALUES)
