"""What is told by itself and what as one summary: counting, holding, ending, and the words of it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.delivery import storms
from bot.engine.delivery.storms import LIVE, SPOKEN, Mentioned, Storm, Summary, Traffic
from bot.engine.model import NoticeKind, Notification, Status, Urgency

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PLACE = "slack usr_zoe"


def message(number: int = 0, **more: object) -> Notification:
    """A page to Zoe that was claimed for the first time."""
    values: dict[str, object] = {
        "id": f"ntf_{number}",
        "alert_id": f"alt_{number}",
        "kind": NoticeKind.OPEN,
        "channel": "slack",
        "address": "primary",
        "urgency": Urgency.HIGH,
        "due_at": NOW,
        "user_id": "usr_zoe",
        "attempts": 1,
    }
    return Notification(**(values | more))  # type: ignore[arg-type]


def at(seconds: float) -> datetime:
    """An instant after `NOW`."""
    return NOW + timedelta(seconds=seconds)


@given(limit=st.integers(1, 20), sizes=st.lists(st.integers(0, 30), max_size=12), gap=st.integers(0, 90))
def test_never_more_than_the_limit_come_by_themselves_within_a_minute(limit: int, sizes: list[int], gap: int) -> None:
    traffic, single, held = Traffic(place=PLACE), list[datetime](), 0
    for number, size in enumerate(sizes):
        now = at(number * gap)
        sifted = storms.divide(traffic, [message(each) for each in range(size)], limit, now, f"stm_{number}")
        single += [now] * len(sifted.single)
        held += len(sifted.held)
        traffic = sifted.traffic
    for begun in single:
        assert sum(begun <= each < begun + timedelta(minutes=1) for each in single) <= limit
    assert len(single) + held == sum(sizes)


@given(sizes=st.lists(st.integers(0, 5), max_size=20))
def test_a_quiet_place_never_has_a_storm(sizes: list[int]) -> None:
    traffic = Traffic(place=PLACE)
    for number, size in enumerate(sizes):
        sifted = storms.divide(traffic, [message()] * size, 5, at(number * 60), "stm_1")
        assert (sifted.held, sifted.begun) == ((), None)
        traffic = sifted.traffic


def test_a_storm_begins_with_the_first_message_beyond_the_limit_and_keeps_its_id() -> None:
    first = storms.divide(Traffic(place=PLACE), [message(each) for each in range(5)], 3, NOW, "stm_1")
    assert [each.id for each in first.single] == ["ntf_0", "ntf_1", "ntf_2"]
    assert [each.id for each in first.held] == ["ntf_3", "ntf_4"]
    assert first.begun
    assert (first.begun.id, first.begun.place, first.begun.began_at) == ("stm_1", PLACE, NOW)
    second = storms.divide(first.traffic, [message(5)], 3, at(1), "stm_2")
    assert (second.begun, second.traffic.storm_id, len(second.held)) == (None, "stm_1", 1)


@pytest.mark.parametrize("more", [{"attempts": 2}, {"waited": True}, {"storm_id": "stm_0"}])
def test_what_comes_up_again_is_not_counted_again(more: dict[str, object]) -> None:
    sifted = storms.divide(Traffic(place=PLACE), [message(each, **more) for each in range(9)], 3, NOW, "stm_1")
    assert len(sifted.single) == 9
    assert sifted.traffic.recent == ()


@pytest.mark.parametrize("urgency", Urgency)
def test_only_what_is_not_critical_may_be_held_back(urgency: Urgency) -> None:
    assert storms.may_be_held(message(urgency=urgency), 12) == (urgency is not Urgency.CRITICAL)
    assert not storms.may_be_held(message(urgency=urgency), 0)


def test_a_place_is_a_channel_and_whoever_it_reaches() -> None:
    assert storms.place_of(message()) == storms.place_of(message(address="secondary"))
    assert storms.place_of(message()) != storms.place_of(message(channel="sms"))
    room = message(user_id=None, address="C0OPS", kind=NoticeKind.CARD)
    assert (
        storms.place_of(room) == "slack C0OPS" == Storm(id="stm", channel="slack", address="C0OPS", began_at=NOW).place
    )


@pytest.mark.parametrize(("count", "seconds", "calm"), [(6, 59, True), (7, 59, False), (13, 60, True), (0, 0, True)])
def test_it_is_calm_when_a_minute_brought_no_more_than_half_of_a_storm(count: int, seconds: int, calm: bool) -> None:
    traffic = Traffic(place=PLACE, recent=(NOW,) * count, storm_id="stm_1")
    assert storms.is_calm(traffic, 12, at(seconds)) is calm


def test_many_storms_share_what_the_provider_takes() -> None:
    assert [storms.pace(LIVE, count).total_seconds() for count in (1, 2, 5, 20)] == [3, 4, 10, 40]
    assert storms.pace(SPOKEN, 20) == SPOKEN.pace


def test_a_summary_that_fails_is_tried_again_as_its_provider_says_or_ever_later() -> None:
    waits = [
        storms.after_failure(
            Storm(id="stm", channel="slack", address="C0OPS", began_at=NOW, attempts=attempts), LIVE, None, NOW
        )
        for attempts in (1, 2, 3, 9)
    ]
    assert [(wait - NOW).total_seconds() for wait in waits] == [6, 12, 24, 120]
    storm = Storm(id="stm", channel="slack", address="C0OPS", began_at=NOW, attempts=9)
    assert storms.after_failure(storm, LIVE, 17, NOW) == at(17)


def test_words_say_how_many_since_when_and_the_newest() -> None:
    newest = [
        Mentioned(number=9 - index, title="x" * 80 if index else "disk\nfull", urgency=Urgency.LOW, status=Status.OPEN)
        for index in range(5)
    ]
    summary = Summary(
        storm_id="stm",
        began_at=NOW,
        over_at=None,
        statuses=((Status.OPEN, 30), (Status.RESOLVED, 7), (Status.DROPPED, 2)),
        urgencies=((Urgency.LOW, 39),),
        newest=tuple(newest),
    )
    assert storms.say(summary, 1) == (
        "Alert storm: 1 more alert, 39 since 12:00 UTC, 32 that nobody has. "
        f"Newest: #9 disk full; #8 {'x' * 59}…; #7 {'x' * 59}…"
    )
