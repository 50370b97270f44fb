"""What others have reported of lost and unreadable messages, tried here; docs/channels/reports.md lists all of it."""

from dataclasses import replace

import pytest

from bot.channels.email.text import compose as write_mail
from bot.channels.push.channel import _contact
from bot.engine.model import Status, Urgency
from bot.errors import Invalid
from bot.slack.cards import draw
from bot.twilio.text import compose, segments_of
from tests.channels.samples import card, small
from tests.channels.test_ntfy import alice, made, page
from tests.fakes import ntfy

LINK = "https://pager.example.com/answer/x"


@pytest.mark.parametrize("title", ["High CPU Usage (>90%)", "a & b", "<b>x</b>"])
def test_a_subject_is_no_markup(title: str) -> None:
    assert title in write_mail(replace(small(), title=title), "Etc/UTC", LINK).subject


def test_a_subject_and_a_push_title_begin_with_letters_that_every_program_reads() -> None:
    assert write_mail(small(), "Etc/UTC", LINK).subject.partition(" · ")[0].isascii()


def test_a_title_of_emoji_and_chinese_reaches_ntfy() -> None:
    with ntfy.serve() as server:
        made(server.url).send(page(replace(small(), title="✅ 磁盘空间不足"), alice("jane-7f3")))
    assert "✅ 磁盘空间不足" in server.shown[-1]["title"]


@pytest.mark.parametrize("contact", ["mailto:pi-web@localhost", "ops@internal", "root"])
def test_a_contact_that_apple_refuses_is_refused_at_start(contact: str) -> None:
    with pytest.raises(Invalid):
        _contact({"PUSH_CONTACT": contact})


@pytest.mark.parametrize("length", [3_001, 40_000])
def test_a_description_however_long_leaves_in_a_card(length: int) -> None:
    drawn = draw(replace(card("disk full", Status.OPEN), description="x" * length), "U0")
    assert all(len(str(block.get("text", {}))) < 3_100 for block in drawn.blocks)
    assert len(drawn.blocks) <= 50


@pytest.mark.parametrize("title", ["ż" * 300, "磁" * 300, "🔥" * 300, "a" * 1_600])
def test_a_text_that_does_not_fit_is_shortened_and_never_refused(title: str) -> None:
    body = compose(replace(small(), title=title, urgency=Urgency.HIGH), can_reply=True)
    assert segments_of(body) <= 2
    assert body.endswith("Reply A to ack, R to reject, C to close")
