"""Bodies as plain values."""

import json

import pytest

from bot.errors import Unreadable
from bot.payloads import reading
from bot.ports import Request


def sent(body: bytes, content_type: str = "application/json", query: str = "") -> Request:
    """A request with this body."""
    return Request(method="POST", path="/", body=body, query=query, headers={"content-type": content_type})


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b'{"a": 1}', "application/json", {"a": 1}),
        (b'{"a": 1}', "text/plain; charset=UTF-8", {"a": 1}),
        (b'{"a": 1}', "application/x-www-form-urlencoded", {"a": 1}),
        (b'{"a": 1}', "", {"a": 1}),
        (b'\xef\xbb\xbf{"a": "\xc3\xa9"}', "application/json", {"a": "é"}),
        ('{"a": "é"}'.encode("utf-16"), "application/json", {"a": "é"}),
        ('{"a": "é"}'.encode("latin-1"), "application/json", {"a": "é"}),
        ('{"a": "ж"}'.encode("windows-1251"), "application/json; charset=windows-1251", {"a": "ж"}),
        (b'{"a": "\xe9"}', "application/json; charset=no-such-charset", {"a": "é"}),
        (b'{"a": 1, "a": 2}', "application/json", {"a": 2}),
        (b'{"a": "one\ntwo\tthree"}', "application/json", {"a": "one\ntwo\tthree"}),
        (rb'{"a": "\ud83d\ude00 \ud83d"}', "application/json", {"a": "😀 ?"}),
        (rb'{"a\u0000": "x\u0000y"}', "application/json", {"a�": "x�y"}),
        (rb'{"a": "x\\u0000y"}', "application/json", {"a": r"x\u0000y"}),
        (b'{"a": 123456789012345678901234567890}', "application/json", {"a": 123456789012345678901234567890}),
        (b"a=1&b=&a=2&c=%C3%A9%00", "application/x-www-form-urlencoded", {"a": ["1", "2"], "b": "", "c": "é"}),
        (b"[]", "application/json", []),
    ],
)
def test_a_body_is_read(body: bytes, content_type: str, expected: object) -> None:
    assert reading.document(sent(body, content_type)) == expected


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no body"),
        (b" \n", "no body"),
        (b'{"a": }', "line 1, column 7"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b'{"a": 1e999}', "too large"),
        (b"[" * 65 + b"]" * 65, "deeper than 64"),
        (b"[" * 100_000, "nested|JSON"),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "deeper than 64"),
        (b"9" * 5_000, "JSON"),
        (b"{'a': 1}", "JSON"),
    ],
)
def test_what_is_no_document_is_refused_in_words(body: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        reading.document(sent(body))


def test_nesting_up_to_the_bound_is_read() -> None:
    body = b"[" * 64 + b"]" * 64
    assert reading.document(sent(body)) == json.loads(body)


@pytest.mark.parametrize(
    ("body", "words"), [(b"[1]", "a list"), (b"null", "null"), (b'"x"', "a text"), (b"7", "number")]
)
def test_an_object_is_asked_for(body: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        reading.mapping(sent(body))


def test_the_query_counts_where_there_is_no_body() -> None:
    request = Request(method="GET", path="/", query="a=1&b=x%20y")
    assert reading.mapping(request) == {"a": "1", "b": "x y"}


def test_too_many_fields_are_refused() -> None:
    body = "&".join(f"f{number}=1" for number in range(1_001)).encode()
    with pytest.raises(Unreadable, match="1000 fields"):
        reading.document(sent(body, "application/x-www-form-urlencoded"))


def test_a_multipart_form_is_read_without_its_files() -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nhelp \xc3\xa9\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.exe"\r\n\r\nMZ\r\n--b--\r\n'
    )
    assert reading.mapping(sent(body, "multipart/form-data; boundary=b")) == {"title": "help é", "file": ""}


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary=other"])
def test_a_multipart_form_without_its_boundary_is_refused(content_type: str) -> None:
    with pytest.raises(Unreadable, match="boundary"):
        reading.mapping(sent(b"--b\r\n\r\nx\r\n--b--", content_type))


def test_the_same_body_is_parsed_once_and_a_large_one_is_not_kept() -> None:
    small, large = b'{"a": [1, 2, 3]}', b'{"a": "' + b"x" * reading.REMEMBERED_BYTES + b'"}'
    assert reading.document(sent(small)) is reading.document(sent(small))
    assert reading.document(sent(large)) is not reading.document(sent(large))


def test_a_part_with_an_endless_header_is_left_out() -> None:
    endless = b"Content-Disposition: form-data; " + b'a*0="x";' * 1_000
    body = b"--b\r\n" + endless + b'\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--'
    assert reading.mapping(sent(body, "multipart/form-data; boundary=b")) == {"a": "1"}


def test_json_that_was_written_twice_is_read_twice() -> None:
    """As Uptime Kuma 2.2 sent what is down: louislam/uptime-kuma, issue 7211."""
    twice = json.dumps('{"heartbeat": {"status": 0}}').encode()
    assert reading.mapping(sent(twice)) == {"heartbeat": {"status": 0}}
    assert reading.document(sent(b'"a text"')) == "a text"
    with pytest.raises(Unreadable, match="not JSON"):
        reading.mapping(sent(b'"{half"'))
