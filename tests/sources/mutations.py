"""Payloads that senders never send: their examples, bent in structure and in bytes.

Each is made from a number, by `random`: hypothesis draws the numbers, which takes a tenth of the time that drawing the
payloads themselves would.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from random import Random

import msgspec

from bot.errors import Unreadable
from bot.ports import Example, Request, Source

HOSTILE = (
    "",
    " ",
    "\x00",
    "{{constructor.constructor('return 1')()}}",
    "{url}",
    "{0.__class__}",
    "%s%n",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "<!channel>",
    "\u202e\ufeff\x00\x1b[31m",
    "a" * 30_000,
    "line\nline\r\n\tline",
    "\u2028\x85\x0b\x1c",
    "NaN",
    "-1",
    "९९९",
    "²",
    "1" * 5_000,
    "1e999",
    "2026-99-99T99:99:99Z",
    "https://[::1",
    "\ud800",
    "İ" * 40,
)
NUMBERS = (0, 1, -1, 2**31, 2**63, -(2**64), 10**300, 0.1, -0.0, 1e308, 5e-324)
CONTENT_TYPES = (
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/json; charset*=x''%ff",
    'text/plain; charset="zip"',
    "application/json; charset=idna",
    ";;;==\r\n",
)
_RANGES = ((0x00, 0x20), (0x20, 0x7F), (0x7F, 0x250), (0x600, 0x700), (0x2000, 0x2070), (0x1F300, 0x1F650))


def bent(source: Source, seed: int) -> Request:
    """The request of one of the source's examples, bent; the same for the same seed."""
    random = Random(seed)
    example: Example = random.choice(source.EXAMPLES)
    bend = random.choice((_structure, _structure, _structure, _body, _query, _header))
    return bend(random, source, example.request)


def _structure(random: Random, source: Source, request: Request) -> Request:
    """The same document with one to four of its values replaced, dropped, or put elsewhere, as JSON."""
    try:
        document = source.document(request)
    except Unreadable:
        document = {}
    places = paths(document)
    for _ in range(random.randint(1, 4)):
        document = changed(document, random.choice(places), lambda old: _another(random, old))
    return replace(request, body=encoded(document), headers={**request.headers, "content-type": "x/json"})


def _body(random: Random, _source: Source, request: Request) -> Request:
    """A body with bytes put in, taken out, or cut off."""
    body = request.body
    for _ in range(random.randint(1, 3)):
        place = random.randint(0, len(body))
        rest = b"" if random.random() < 0.1 else body[place + random.randint(0, 8) :]
        body = body[:place] + random.randbytes(random.randint(0, 8)) + rest
    return replace(request, body=body)


def _query(random: Random, _source: Source, request: Request) -> Request:
    """A query with some text put in."""
    place = random.randint(0, len(request.query))
    return replace(request, query=request.query[:place] + text(random) + request.query[place:])


def _header(random: Random, _source: Source, request: Request) -> Request:
    """Another content type, or other headers of the kind that there are."""
    name = random.choice(sorted({*request.headers, "content-type", "x-amz-sns-topic-arn"}))
    said = random.choice((*CONTENT_TYPES, text(random)))
    return replace(request, headers={**request.headers, name: said})


def _another(random: Random, old: object) -> object:
    """What stands in an old value's place: the old one in other clothes, or something else."""
    if random.random() < 0.3:
        return random.choice(([old], {"value": old}, str(old), [old, old], f"{old}{text(random)}"))
    return value(random)


def value(random: Random, depth: int = 0) -> object:
    """Any value that JSON can hold."""
    kind = random.randint(0, 7 if depth < 3 else 5)
    if kind < 2:
        return random.choice(HOSTILE)
    if kind == 6:
        return [value(random, depth + 1) for _ in range(random.randint(0, 3))]
    if kind == 7:
        return {text(random): value(random, depth + 1) for _ in range(random.randint(0, 3))}
    return random.choice((None, True, False, random.choice(NUMBERS), random.randint(-9, 99), text(random)))


def text(random: Random) -> str:
    """A short text in letters of any kind."""
    start, end = random.choice(_RANGES)
    return "".join(chr(random.randrange(start, end)) for _ in range(random.randint(0, 12)))


def paths(document: object, before: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a document."""
    children: list[tuple[str | int, object]] = []
    if isinstance(document, dict):
        children = list(document.items())
    if isinstance(document, list):
        children = list(enumerate(document))
    return [before, *(path for step, child in children for path in paths(child, (*before, step)))]


def changed(document: object, path: tuple[str | int, ...], change: Callable[[object], object]) -> object:
    """A document with another value at a place (unchanged where the place is gone)."""
    if not path:
        return change(document)
    step, rest = path[0], path[1:]
    if isinstance(document, dict) and step in document:
        return {**document, step: changed(document[step], rest, change)}
    if isinstance(document, list) and isinstance(step, int) and step < len(document):
        return [changed(child, rest, change) if place == step else child for place, child in enumerate(document)]
    return document


def encoded(document: object) -> bytes:
    """A document as JSON, also with half surrogate pairs in it."""
    try:
        return msgspec.json.encode(document)
    except (UnicodeEncodeError, OverflowError):
        return json.dumps(document).encode()
