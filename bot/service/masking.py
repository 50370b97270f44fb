"""What is secret in what was sent, by its name, and the mask in its place: when it is kept and when it is shown."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote_plus, unquote_plus

MASK = "••••••"
_BODY_MASK = b"******"  # in a body whose charset may be any: the same bytes in all of them

_NAMES = re.compile(
    r"auth(?!or(?!i[sz]))|cookie|token|secret|passw|passphrase|pwd|credential|bearer|jwt|signature"
    r"|(?:api|private|access|signing|shared|encryption)[-_. ]?key",
    re.IGNORECASE,
)
"""Parts of names that secrets have. `author` and `authority` have the first one, and are none."""
_IN_QUERIES = frozenset({"key", "sig", "pass"})
"""Whole names that are secrets in an address. In a document they are something else: an issue's `key`."""

_NAMED = re.compile(r"(?<![\w.-])(?P<name>[\w.-]++)[\"']?+\s*+[=:]\s*+")
_VALUE = re.compile(r"\"[^\"]*+\"?|(?:(?:basic|bearer|digest|token)\s++)?+[^\s&,;\"]++", re.IGNORECASE)
_PARAMETER = re.compile(r"[^&]+")
_OLD_PARAMETER = re.compile(r"[^;]+")  # HTML 4 lets a semicolon part parameters
_SHORTEST = 8  # characters of a secret that is looked for
_LONGEST_KNOWN = 100  # characters of a name that is remembered
_DEEPEST = 60


def is_secret(name: str) -> bool:
    """Whether what has this name (a header, a parameter, a key of a document) is a secret."""
    return _is_known_secret(name) if len(name) <= _LONGEST_KNOWN else _NAMES.search(name) is not None


def mask_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers as they may be kept and shown. Proxies put addresses with their parameters into headers."""
    return {name: _header(name, value) for name, value in headers.items()}


def _header(name: str, value: str) -> str:
    if is_secret(name):
        return MASK
    return mask_text(value) if "=" in value else value


def mask_query(query: str) -> str:
    """The query of an address, with the value of every secret parameter masked."""
    return _PARAMETER.sub(lambda found: _parameter(found[0]), query)


def mask_text(text: str) -> str:
    """A text without the values of what is called a secret in it: `token=…`, `"password": …`."""
    parts, done = [], 0
    for found in _NAMED.finditer(text):
        if found.start() < done or not is_secret(found["name"]):
            continue
        if value := _VALUE.match(text, found.end()):
            parts += [text[done : value.start()], MASK]
            done = value.end()
    return "".join((*parts, text[done:]))


def mask_body(body: bytes) -> str:
    """A body as it may be shown: JSON indented, and without the secrets that have a name in it."""
    try:
        return json.dumps(_masked(json.loads(body), _DEEPEST), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return mask_text(body.decode(errors="replace"))


def is_findable(secret: str) -> bool:
    """Whether a secret is long enough to be looked for: any text may have one that is shorter."""
    return len(secret) >= _SHORTEST


def without(body: bytes, secret: str) -> bytes:
    """A body without a secret whose value is known, as it is or as a form has it. A very short one stays."""
    if not is_findable(secret):
        return body
    for written in {secret, quote_plus(secret)}:
        body = body.replace(written.encode("utf-8", "replace"), _BODY_MASK)
    return body


@lru_cache(maxsize=1024)
def _is_known_secret(name: str) -> bool:
    return _NAMES.search(name) is not None


def _parameter(written: str) -> str:
    if _names_secret(written):
        return _hidden(written)
    return _OLD_PARAMETER.sub(lambda found: _hidden(found[0]), written)


def _names_secret(parameter: str) -> bool:
    name, sign, _ = parameter.partition("=")
    read = unquote_plus(name)
    return bool(sign) and (is_secret(read) or read.lower() in _IN_QUERIES)


def _hidden(parameter: str) -> str:
    return f"{parameter.partition('=')[0]}={MASK}" if _names_secret(parameter) else parameter


def _masked(node: object, deepest: int) -> object:
    if deepest == 0:
        return "…"
    if isinstance(node, Mapping):
        return {key: MASK if _hides(key, value) else _masked(value, deepest - 1) for key, value in node.items()}
    return [_masked(each, deepest - 1) for each in node] if isinstance(node, list) else node


def _hides(key: object, value: object) -> bool:
    """A secret is a text or a number: what is called `tokens` and holds a mapping is looked into."""
    return isinstance(value, str | int | float) and not isinstance(value, bool) and is_secret(str(key))
