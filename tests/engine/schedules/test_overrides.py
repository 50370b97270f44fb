"""What overrides do to who is on call, alone and on top of each other."""

from dataclasses import replace

from bot.engine.schedules import Action, Override, Schedule, gaps, layers, merge, next_shifts, on_call, shifts
from tests.engine.schedules.samples import event, instant, names, schedule

NOON = instant("2026-01-06T12:00")


def override(
    action: Action,
    *user_ids: str,
    start: str = "2026-01-06T08:00",
    end: str = "2026-01-06T16:00",
    layer: int | None = None,
    replaced_id: str | None = None,
    id: str = "ovr_1",  # noqa: A002
) -> Override:
    return Override(
        id=id,
        start_at=instant(start),
        end_at=instant(end),
        action=action,
        user_ids=user_ids,
        layer=layer,
        replaced_id=replaced_id,
    )


def rota(*overrides: Override) -> Schedule:
    return schedule(
        event("2026-01-05T00:00", "2026-01-12T00:00", "ada", "bo", id="evt_1"),
        event("2026-01-05T00:00", "2026-01-12T00:00", "cy", id="evt_2", layer=2),
        overrides=overrides,
    )


def test_a_replacement_is_on_call_instead_of_everyone() -> None:
    assert names(rota(override(Action.REPLACE, "dee", layer=1)), NOON) == ["dee", "cy"]
    assert names(rota(override(Action.REPLACE, "dee")), NOON) == ["dee", "dee"]


def test_a_replacement_of_one_leaves_the_others() -> None:
    given = rota(override(Action.REPLACE, "dee", replaced_id="ada"))
    assert names(given, NOON, 1) == ["dee", "bo"]
    assert names(given, NOON, 2) == ["cy"]


def test_a_replacement_of_one_works_only_while_they_are_on_call() -> None:
    given = rota(override(Action.REPLACE, "dee", replaced_id="ada", end="2026-01-20T00:00"))
    assert names(given, instant("2026-01-13T00:00")) == []
    assert "dee" in names(given, instant("2026-01-11T23:59"))


def test_an_addition_joins() -> None:
    assert names(rota(override(Action.ADD, "dee", layer=1)), NOON) == ["ada", "bo", "dee", "cy"]
    assert names(rota(override(Action.ADD, "dee")), NOON) == ["ada", "bo", "dee", "cy", "dee"]


def test_an_addition_of_who_is_there_already_changes_nothing() -> None:
    assert names(rota(override(Action.ADD, "ada", layer=1)), NOON) == ["ada", "bo", "cy"]


def test_a_removal_takes_off() -> None:
    assert names(rota(override(Action.REMOVE, "ada")), NOON) == ["bo", "cy"]
    assert names(rota(override(Action.REMOVE, "ada", layer=2)), NOON) == ["ada", "bo", "cy"]


def test_an_override_starts_and_ends_to_the_second() -> None:
    given = rota(override(Action.REPLACE, "dee", layer=1))
    instants = ["2026-01-06T07:59:59", "2026-01-06T08:00", "2026-01-06T15:59:59", "2026-01-06T16:00"]
    assert [names(given, instant(at), 1) for at in instants] == [["ada", "bo"], ["dee"], ["dee"], ["ada", "bo"]]


def test_later_overrides_work_on_what_earlier_ones_left() -> None:
    given = rota(
        override(Action.REPLACE, "dee", layer=1),
        override(Action.REPLACE, "eve", layer=1, replaced_id="dee", id="ovr_2", start="2026-01-06T10:00"),
        override(Action.REMOVE, "eve", id="ovr_3", start="2026-01-06T14:00"),
    )
    instants = ["2026-01-06T09:00", "2026-01-06T12:00", "2026-01-06T15:00"]
    assert [names(given, instant(at), 1) for at in instants] == [["dee"], ["eve"], []]


def test_the_pieces_of_a_shift_name_what_made_them() -> None:
    given = rota(override(Action.REPLACE, "dee", layer=1, replaced_id="ada"))
    day = shifts(given, instant("2026-01-06T00:00"), instant("2026-01-07T00:00"))
    pieces = [(shift.user_id, shift.source_id, shift.start_at.hour, shift.end_at.hour) for shift in day]
    assert ("ada", "evt_1", 0, 8) in pieces
    assert ("dee", "ovr_1", 8, 16) in pieces
    assert ("ada", "evt_1", 16, 0) in pieces


def test_a_shift_is_told_whole_though_its_override_lies_elsewhere() -> None:
    given = rota(override(Action.REMOVE, "cy", start="2026-01-10T00:00", end="2026-01-11T00:00"))
    (shift,) = on_call(given, NOON, 2)
    assert (shift.start_at, shift.end_at) == (instant("2026-01-05T00:00"), instant("2026-01-10T00:00"))


def test_an_override_is_told_whole_though_what_cuts_it_lies_elsewhere() -> None:
    given = rota(
        override(Action.ADD, "dee", layer=3),
        override(Action.REMOVE, "dee", start="2026-01-06T13:00", end="2026-01-06T20:00", id="ovr_2"),
    )
    only_override = replace(given, events=())
    (shift,) = on_call(only_override, NOON, 3)
    assert shift.end_at == instant("2026-01-06T13:00")


def test_a_layer_that_only_an_override_fills_is_a_layer() -> None:
    given = rota(override(Action.ADD, "dee", layer=3))
    assert layers(given) == (1, 2, 3)
    assert names(given, NOON, 3) == ["dee"]
    assert layers(rota(override(Action.REMOVE, "ada", layer=3))) == (1, 2)


def test_an_override_of_every_layer_reaches_somebody_in_an_empty_schedule() -> None:
    empty = replace(rota(override(Action.ADD, "dee")), events=())
    assert names(empty, NOON) == ["dee"]
    assert layers(empty) == (1,)


def test_a_gap_that_an_override_makes_or_fills() -> None:
    start, end = instant("2026-01-11T00:00"), instant("2026-01-13T00:00")
    assert [(gap.start_at.day, gap.end_at.day) for gap in gaps(rota(), start, end, layer=2)] == [(12, 13)]
    filled = rota(override(Action.ADD, "dee", layer=2, start="2026-01-12T00:00", end="2026-01-13T00:00"))
    assert gaps(filled, start, end, layer=2) == ()
    emptied = rota(override(Action.REMOVE, "cy", start="2026-01-11T06:00", end="2026-01-11T09:00"))
    assert [(gap.start_at.hour, gap.end_at.hour) for gap in gaps(emptied, start, end, layer=2)] == [(6, 9), (0, 0)]


def test_gaps_of_all_layers_are_those_of_each_and_an_empty_schedule_is_one() -> None:
    start, end = instant("2026-01-11T00:00"), instant("2026-01-13T00:00")
    assert gaps(rota(), start, end) == (*gaps(rota(), start, end, 1), *gaps(rota(), start, end, 2))
    assert [(gap.layer, gap.start_at, gap.end_at) for gap in gaps(schedule(), start, end)] == [(1, start, end)]


def test_the_next_shift_may_be_an_override() -> None:
    [found] = next_shifts(rota(override(Action.ADD, "dee", layer=1)), "dee", instant("2026-01-05T00:00"))
    assert (found.source_id, found.start_at) == ("ovr_1", instant("2026-01-06T08:00"))


def test_merged_shifts_hide_an_override_that_changes_nothing() -> None:
    given = rota(override(Action.REPLACE, "cy", layer=2))
    found = merge(shifts(given, instant("2026-01-06T00:00"), instant("2026-01-07T00:00")))
    assert [(shift.start_at.day, shift.end_at.day) for shift in found if shift.user_id == "cy"] == [(5, 12)]
