"""Who handed an alert off, and what they said with it, is on every channel that the receiver hears it on."""

import json

import pytest

from bot.channels import teams
from bot.channels.email.text import as_text
from bot.channels.email.text import compose as mail
from bot.channels.ntfy import _body as ntfy_body
from bot.channels.push.text import payload
from bot.engine.delivery.card import Card
from bot.engine.delivery.card_text import appeal
from bot.engine.model import NoticeKind, Status, Urgency
from bot.slack.cards import draw
from bot.twilio.speech import page_parts
from bot.twilio.text import SEGMENTS, compose, segments_of
from tests.surroundings import START

SAID = "Jane Doe handed it off: failover is half done"


def card(**more: object) -> Card:
    """A page about an alert that was handed off."""
    known = {"kind": NoticeKind.OPEN, "alert_id": "alt_1", "number": 7, "version": 3, "title": "disk full on db-3"}
    known |= {"status": Status.OPEN, "urgency": Urgency.HIGH, "created_at": START}
    known |= {"appeal_by": "Jane Doe", "appeal_note": "failover is half done"}
    return Card(**(known | more))  # type: ignore[arg-type]  # each value has its field's type


def test_the_note_is_read_and_heard_everywhere() -> None:
    assert SAID in compose(card(), can_reply=True)
    assert "Jane Doe handed it off: failover is half done." in " ".join(
        each.text for each in page_parts(card(), has_keys=True)
    )
    assert SAID in as_text(mail(card(), "Etc/UTC", "https://pager.example/answer/x"))
    assert SAID in json.loads(payload(card(), "Etc/UTC", ""))["body"]
    assert SAID in ntfy_body(card(), "Etc/UTC")
    assert any(SAID in str(each) for each in teams._body(card(), 500, 3))
    assert SAID in str(draw(card()).blocks)


@pytest.mark.parametrize("note", ["x" * 3_000, "🔥" * 400, "<!channel> *now*\n\u202e"])
def test_a_long_or_hostile_note_leaves_a_text_its_two_segments_and_its_codes(note: str) -> None:
    text = compose(card(appeal_note=note, title="t" * 900), can_reply=True)
    assert segments_of(text) <= SEGMENTS
    assert text.endswith("Reply A to ack, R to reject, C to close")
    assert "<!channel>" not in str(draw(card(appeal_note=note)).blocks)


def test_a_call_for_help_is_called_that_and_what_is_over_asks_nobody() -> None:
    assert appeal(card(is_help=True)) == "Jane Doe asks for help: failover is half done"
    assert appeal(card(status=Status.RESOLVED)) == ""
