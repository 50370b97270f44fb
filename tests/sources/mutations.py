"""Payloads that senders never send: their examples, bent in structure and in bytes."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
from hypothesis import strategies as st

from bot.errors import Unreadable
from bot.ports import Example, Request, Source

HOSTILE = (
    "",
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
    "NaN",
    "-1",
    "९९९",
    "²",
    "1" * 5_000,
    "2026-99-99T99:99:99Z",
    "https://[::1",
)
SCALARS: st.SearchStrategy[object] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**300, max_value=10**301),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(HOSTILE),
)
VALUES: st.SearchStrategy[object] = st.recursive(
    SCALARS,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3),
    max_leaves=6,
)


def bent(source: Source) -> st.SearchStrategy[tuple[Example, Request]]:
    """An example of the source and its request, bent one to four times."""
    return st.sampled_from(list(source.EXAMPLES)).flatmap(
        lambda example: st.tuples(st.just(example), requests(source, example))
    )


def requests(source: Source, example: Example) -> st.SearchStrategy[Request]:
    """The example's request with another body, or query, or headers."""
    return st.one_of(
        structures(source, example.request),
        cuts(example.request.body).map(lambda body: replace(example.request, body=body)),
        texts(example.request.query).map(lambda query: replace(example.request, query=query)),
        headers(example.request),
    )


def structures(source: Source, request: Request) -> st.SearchStrategy[Request]:
    """The same document with some of its values replaced, dropped, or put elsewhere, as JSON."""
    try:
        document = source.document(request)
    except Unreadable:
        document = {}
    places = list(paths(document))

    def build(changes: list[tuple[tuple[str | int, ...], object]]) -> Request:
        bent_document = document
        for path, value in changes:
            bent_document = changed(bent_document, path, value)
        return replace(request, body=encoded(bent_document), headers={**request.headers, "content-type": "x/json"})

    return st.lists(st.tuples(st.sampled_from(places), VALUES), min_size=1, max_size=4).map(build)


def paths(document: object, before: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a document."""
    children: list[tuple[str | int, object]] = []
    if isinstance(document, dict):
        children = list(document.items())
    if isinstance(document, list):
        children = list(enumerate(document))
    return [before, *(path for step, child in children for path in paths(child, (*before, step)))]


def changed(document: object, path: tuple[str | int, ...], value: object) -> object:
    """A document with another value at a place (unchanged where the place is gone)."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(document, dict) and step in document:
        return {**document, step: changed(document[step], rest, value)}
    if isinstance(document, list) and isinstance(step, int) and step < len(document):
        return [changed(child, rest, value) if place == step else child for place, child in enumerate(document)]
    return document


def encoded(document: object) -> bytes:
    """A document as JSON, also with half surrogate pairs in it."""
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:
        return repr(document).encode("utf-8", "replace")


def cuts(body: bytes) -> st.SearchStrategy[bytes]:
    """A body with bytes put in, taken out, or cut off."""
    place = st.integers(min_value=0, max_value=len(body))
    return st.tuples(place, st.integers(min_value=0, max_value=8), st.binary(max_size=8)).map(
        lambda cut: body[: cut[0]] + cut[2] + body[cut[0] + cut[1] :]
    )


def texts(query: str) -> st.SearchStrategy[str]:
    """A query with some text put in."""
    put: Callable[[tuple[int, str]], str] = lambda cut: query[: cut[0]] + cut[1] + query[cut[0] :]  # noqa: E731
    return st.tuples(st.integers(min_value=0, max_value=len(query)), st.text(max_size=10)).map(put)


def headers(request: Request) -> st.SearchStrategy[Request]:
    """A request with another content type, or other headers of the kind that it has."""
    names = sorted({*request.headers, "content-type", "x-amz-sns-topic-arn"})
    kinds = st.sampled_from(
        (
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "application/x-www-form-urlencoded; charset=utf-16",
            "application/json; charset*=x''%ff",
            'text/plain; charset="zip"',
            "application/json; charset=idna",
            ";;;==\r\n",
        )
    )
    return st.tuples(st.sampled_from(names), kinds | st.text(max_size=20)).map(
        lambda header: replace(request, headers={**request.headers, header[0]: header[1]})
    )
