"""What is told of an instant, of a span and of a wider span agrees, whatever events and overrides there are."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.schedules import Action, Event, Override, Rotation, Schedule, gaps, merge, on_call, shifts
from bot.engine.schedules.occurrences import event_shifts
from tests.engine.schedules.samples import instant, schedule, wall

HOUR = timedelta(hours=1)
START = instant("2026-10-20T00:00")  # the clock changes on the 25th
HOURS = st.integers(0, 240)
PEOPLE = st.sampled_from(["ada", "bo", "cy"])
GROUPS = st.lists(PEOPLE, min_size=1, max_size=3).map(tuple)


def build_event(layer: int, start: int, length: int, people: tuple[str, ...], recurrence: str | None) -> Event:
    begin = wall("2026-10-18T00:30") + start * HOUR
    return Event(
        id=f"evt_{layer}_{start}_{length}",
        layer=layer,
        attendees=people,
        start=begin,
        end=begin + length * HOUR,
        recurrence=recurrence,
        rotation=Rotation() if recurrence else None,
    )


def build_override(
    *, start: int, length: int, action: Action, people: tuple[str, ...], layer: int | None, replaced_id: str | None
) -> Override:
    begin = START + start * HOUR
    return Override(
        id=f"ovr_{start}_{length}",
        start_at=begin,
        end_at=begin + length * HOUR,
        action=action,
        user_ids=people,
        layer=layer,
        replaced_id=replaced_id if action is Action.REPLACE else None,
    )


EVENTS = st.builds(
    build_event,
    st.integers(1, 2),
    HOURS,
    st.integers(1, 40),
    GROUPS,
    st.sampled_from([None, "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=SU,SA", "FREQ=DAILY;COUNT=3"]),
)
OVERRIDES = st.builds(
    build_override,
    start=HOURS,
    length=st.integers(1, 60),
    action=st.sampled_from(Action),
    people=GROUPS,
    layer=st.sampled_from([None, 1, 2]),
    replaced_id=st.sampled_from([None, "ada", "bo"]),
)
ROTAS = st.builds(
    lambda events, overrides: schedule(*events, zone="Europe/Berlin", overrides=tuple(overrides)),
    st.lists(EVENTS, max_size=3),
    st.lists(OVERRIDES, max_size=4),
)


@settings(deadline=None, max_examples=200)
@given(rota=ROTAS, hours=HOURS)
def test_an_instant_is_what_the_overrides_make_of_it_one_by_one(rota: Schedule, hours: int) -> None:
    at = START + hours * HOUR
    assert {(shift.layer, shift.user_id) for shift in on_call(rota, at)} == expected(rota, at)


def expected(rota: Schedule, at: datetime) -> set[tuple[int, str]]:
    """The rule itself, for one instant: a set of people in each layer, changed by one override after the other."""
    plain = Schedule(id="sch_1", name="", handle="", zone=rota.zone, events=rota.events)
    found = event_shifts(plain, at, at + HOUR)
    people = {(shift.layer, shift.user_id) for shift in found if shift.start_at <= at < shift.end_at}
    known = {each.layer for each in rota.events} | {
        each.layer or 1 for each in rota.overrides if each.action is not Action.REMOVE
    }
    for override in rota.overrides:
        if override.start_at <= at < override.end_at:
            concerned = {layer for layer in known if override.layer in {None, layer}}
            people = after(people, override, concerned)
    return people


def after(people: set[tuple[int, str]], override: Override, concerned: set[int]) -> set[tuple[int, str]]:
    newcomers = {(layer, user_id) for layer in concerned for user_id in override.user_ids}
    if override.action is Action.ADD:
        return people | newcomers
    if override.action is Action.REMOVE:
        return people - newcomers
    if override.replaced_id is None:
        return {one for one in people if one[0] not in concerned} | newcomers
    freed = {layer for layer in concerned if (layer, override.replaced_id) in people}
    return (people - {(layer, override.replaced_id) for layer in freed}) | {one for one in newcomers if one[0] in freed}


@settings(deadline=None, max_examples=200)
@given(rota=ROTAS, start=HOURS, length=st.integers(1, 50))
def test_a_span_tells_the_same_shifts_as_a_wider_one(rota: Schedule, start: int, length: int) -> None:
    low, high = START + start * HOUR, START + (start + length) * HOUR
    wider = shifts(rota, START - timedelta(days=9), START + timedelta(days=30))
    inside = [shift for shift in wider if shift.start_at < high and low < shift.end_at]
    assert sorted(shifts(rota, low, high), key=repr) == sorted(inside, key=repr)
    assert set(on_call(rota, low)) <= set(wider)


@settings(deadline=None)
@given(rota=ROTAS)
def test_merged_shifts_never_touch_and_gaps_are_where_none_is(rota: Schedule) -> None:
    low, high = START, START + timedelta(days=10)
    found = merge(shifts(rota, low, high))
    for number, one in enumerate(found):
        for other in found[:number]:
            if (one.layer, one.user_id) == (other.layer, other.user_id):
                assert one.end_at < other.start_at or other.end_at < one.start_at
    holes = gaps(rota, low, high, 1)
    for hours in range(240):
        at = low + hours * HOUR
        assert any(hole.start_at <= at < hole.end_at for hole in holes) == (on_call(rota, at, 1) == ())
