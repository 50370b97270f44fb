"""Signed links: who has one may do one thing for a while, and nobody makes one up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Forbidden
from bot.service.links import Expired, Links, StormTicket, Ticket

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LINKS = Links("https://pager.example.com", lambda: b"one key")
TICKET = Ticket(alert_id="alt_1", version=3, user_id="usr_alice", via="email", expires_at=NOW + timedelta(hours=1))


def token(address: str) -> str:
    return address.rpartition("/")[2]


def test_a_link_is_read_as_it_was_written() -> None:
    address = LINKS.answer(TICKET)
    assert address.startswith("https://pager.example.com/answer/")
    assert LINKS.read_answer(token(address), NOW) == TICKET


def test_a_storms_link_is_read_as_it_was_written_and_is_no_alerts() -> None:
    ticket = StormTicket(storm_id="stm_1", user_id="usr_alice", via="push", expires_at=NOW + timedelta(hours=1))
    address = LINKS.storm(ticket)
    assert address.startswith("https://pager.example.com/storm/")
    assert LINKS.read_storm(token(address), NOW) == ticket
    with pytest.raises(Forbidden, match="not made here"):
        LINKS.read_answer(token(address), NOW)
    with pytest.raises(Forbidden, match="not made here"):
        LINKS.read_storm(token(LINKS.answer(TICKET)), NOW)
    with pytest.raises(Expired):
        LINKS.read_storm(token(address), ticket.expires_at)


def test_a_link_ends() -> None:
    with pytest.raises(Expired):
        LINKS.read_answer(token(LINKS.answer(TICKET)), TICKET.expires_at)


def test_a_link_for_one_thing_is_worth_nothing_for_another() -> None:
    register = token(LINKS.register("usr_alice", NOW + timedelta(hours=1)))
    assert LINKS.read_register(register, NOW) == "usr_alice"
    for read in (LINKS.read_answer, LINKS.read_register):
        with pytest.raises(Forbidden, match="not made here"):
            read(token(LINKS.unsubscribe("boss@example.com")), NOW)
    with pytest.raises(Forbidden, match="not made here"):
        LINKS.read_answer(register, NOW)


def test_a_link_of_another_installation_is_refused() -> None:
    other = Links("https://pager.example.com", lambda: b"another key")
    with pytest.raises(Forbidden, match="not made here"):
        LINKS.read_answer(token(other.answer(TICKET)), NOW)


def test_the_signature_of_one_alert_does_not_fit_another() -> None:
    mine = token(LINKS.answer(TICKET))
    other = Ticket(alert_id="alt_2", version=3, user_id="usr_alice", via="email", expires_at=TICKET.expires_at)
    says, signature = token(LINKS.answer(other)).split(".")[0], mine.split(".")[1]
    with pytest.raises(Forbidden, match="not made here"):
        LINKS.read_answer(f"{says}.{signature}", NOW)


@given(st.integers(0, 200), st.characters())
def test_no_letter_of_a_link_can_be_changed(place: int, letter: str) -> None:
    whole = token(LINKS.answer(TICKET))
    place %= len(whole)
    changed = whole[:place] + letter + whole[place + 1 :]
    try:
        read = LINKS.read_answer(changed, NOW)
    except Forbidden:
        return
    assert read == TICKET  # the last letter of a part has bits that say nothing


@given(st.text(max_size=300))
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(Forbidden):
        LINKS.read_answer(text, NOW)


@pytest.mark.parametrize("text", ["", ".", "W10.", "a.b.c", "x" * 100_000, "é.é"])
def test_what_is_no_link_is_refused(text: str) -> None:
    with pytest.raises(Forbidden):
        LINKS.read_unsubscribe(text)
