"""Texts made to keep a reader busy: the work that each makes grows no faster than the text, and a page still comes."""

import sys
from collections.abc import Callable

import pytest

from bot.payloads import mail, mime
from tests.attacks import texts

SIZE = 100_000  # bytes
MOST_GROWTH = 2.4  # of the work, for twice the text
SMALL = 20_000  # steps that say nothing of growth


def steps(run: Callable[[], object]) -> int:
    """Calls of functions that a reading makes, those written in C among them."""
    counted = [0]

    def count(_frame: object, event: str, _given: object) -> None:
        counted[0] += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(None)
    return counted[0]


@pytest.mark.parametrize("name", sorted(texts.attacks()))
def test_twice_the_text_is_at_most_twice_the_work(name: str) -> None:
    attack = texts.attacks()[name]
    attack(1_000)()
    once, twice = steps(attack(SIZE)), steps(attack(2 * SIZE))

    assert twice <= max(once * MOST_GROWTH, SMALL)


@pytest.mark.parametrize("name", sorted(texts.MAILS))
def test_a_hostile_message_still_makes_an_alert(name: str) -> None:
    read = texts.read_mail(texts.MAILS[name](1_000_000))

    assert (read.subject, read.sender) == ("disk full", ("monitor@example.org",))
    assert len(read.text) <= mail.MAX_MARKED * mail.MAX_TEXT


@pytest.mark.parametrize(
    "name",
    [
        "an open quote and semicolons in a header",
        "parameters that go on and on",
        "comments in comments in an address",
        "lines that look like a boundary",
        "many parts",
        "ampersands as HTML",
        "tags in tags as HTML",
    ],
)
def test_what_a_hostile_message_says_is_not_lost(name: str) -> None:
    assert "db1 is full" in texts.read_mail(texts.MAILS[name](200_000)).text


def test_a_header_of_a_megabyte_is_read_to_its_bound_only() -> None:
    found = mime.content('text/plain; a="' + ";" * 1_000_000 + "; b=c")

    assert found.kind == "text/plain"
    assert len(found.parameters) <= mime.MAX_PARAMETERS


def test_ninety_nested_parts_are_followed_to_the_twentieth() -> None:
    levels = [f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(90)]
    read = texts.read_mail(texts.HEAD + "".join(levels).encode() + b"\r\ndb1 is full")

    assert read.attachments == ("multipart/mixed",)
    assert read.subject == "disk full"


def test_parts_beyond_the_hundredth_are_left_out() -> None:
    parts = texts.numbered(b"--b\r\n\r\nx%d\r\n", 50_000)
    head = texts.HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"

    assert texts.read_mail(head + parts).text.split() == [f"x{number}" for number in range(mail.MAX_PARTS - 1)]


def test_a_thousand_parts_of_a_form_are_refused_before_one_is_read() -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nv\r\n'

    assert "more than 1000 fields" in str(texts.read_body(part * 1_002, "multipart/form-data; boundary=b"))
    assert isinstance(texts.read_body(part * 999, "multipart/form-data; boundary=b"), dict)


@pytest.mark.parametrize("name", sorted(texts.SECRETS))
def test_the_masks_hold_on_hostile_texts(name: str) -> None:
    text = texts.SECRETS[name](10_000) + b" token=hunter2"

    assert "hunter2" not in texts.mask_text(text)
    assert "hunter2" not in texts.mask_query(text + b"&my_token=hunter2".replace(b" ", b"&"))
