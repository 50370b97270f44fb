"""The sizes and the escaping that everything in Slack goes through."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shown_text import clean, clip
from bot.slack import blocks
from sandbox.blocks import message_problems


@given(st.text(max_size=400), st.integers(1, 200))
def test_clipped_text_never_exceeds_its_size_in_utf16_units(text: str, most: int) -> None:
    clipped = clip(clean(text), most)

    assert len(clipped.encode("utf-16-le")) // 2 <= most


@given(st.text(alphabet="<>&!@#|ab;`\n*", max_size=300), st.integers(20, 100))
def test_escaped_text_holds_no_markup_after_clipping(text: str, most: int) -> None:
    shown = blocks.markup(blocks.escape(text), most)["text"]

    assert len(shown) <= most
    assert "<" not in shown
    assert ">" not in shown
    assert shown.count("&") == shown.count("&amp;") + shown.count("&lt;") + shown.count("&gt;")


def test_a_date_is_never_torn_apart() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)

    assert blocks.markup("12345 " + blocks.when(at), 30)["text"] == "12345 …"


def test_text_that_turns_its_neighbours_around_is_taken_out() -> None:
    assert blocks.escape("a\u202eb\u2066c\x00d\te\nf") == "abcd\te\nf"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a b", "https://x|y", "file:///etc/passwd", ""])
def test_only_web_addresses_become_links(url: str) -> None:
    assert blocks.link(url, "run<book") == "run&lt;book"


def test_a_link_keeps_its_query() -> None:
    assert blocks.link("https://a.example/?x=1&y=2", "a") == "<https://a.example/?x=1&amp;y=2|a>"


def test_more_blocks_than_slack_takes_are_counted_and_left_out() -> None:
    message = blocks.message("text", [blocks.section("x")] * 80)

    assert message_problems(message.blocks) == []
    assert message.blocks[-1] == blocks.context("31 more parts do not fit here.")


def test_more_text_than_slack_takes_is_left_out() -> None:
    message = blocks.message("text", [blocks.section("x" * 3_000)] * 6)

    assert [block["type"] for block in message.blocks] == ["section"] * 4 + ["context"]


def test_a_value_that_slack_would_refuse_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="store it"):
        blocks.button("a", "b", "x" * 2_001)


def test_code_cannot_be_closed_from_inside() -> None:
    assert blocks.code("a`b\nc") == "`aˋb c`"
    assert blocks.listing("a\n```\nb").count("```") == 2


@pytest.mark.parametrize(
    ("given", "address"),
    [
        (
            "https://grafana.example.com/d/cpu?var-host=web server 2",
            "https://grafana.example.com/d/cpu?var-host=web%20server%202",
        ),
        ("  https://x.example/a%20b#c ", "https://x.example/a%20b#c"),
        (
            "http://prometheus:9090/graph?g0.expr=up{a='b'}|c&p=5%",
            "http://prometheus:9090/graph?g0.expr=up%7Ba='b'%7D%7Cc&p=5%25",
        ),
        ("https://faß.de/ü", "https://xn--fa-hia.de/%C3%BC"),
        ("http://[::1]:3000/", "http://[::1]:3000/"),
        ("https://", ""),
        ("https://...", ""),
        ("https://x.example/\nsecond line", ""),
        ("https://web server/x", ""),
        ("http://[::1", ""),
        ("mailto:ops@x.example", ""),
        ("https://x.example/" + "x" * 3_000, ""),
        ("https://x.example/" + "ü" * 1_000, ""),
        ("", ""),
    ],
)
def test_a_button_takes_whole_addresses_only(given: str, address: str) -> None:
    assert blocks.web_address(given) == address
