"""What clock changes do to shifts, windows and rules, said before they come."""

from datetime import timedelta

import pytest

from bot.engine.clock_changes import Effect, changes, report
from bot.engine.directory import collect
from bot.engine.model import Maintenance, Router, User
from bot.engine.schedules import daily
from tests.engine.schedules.samples import event, instant, schedule, wall

NOW = instant("2026-09-01T00:00")
ADA = User(id="ada", name="Ada", handle="ada")


def effects(*bodies: object) -> dict[str, list[Effect]]:
    """The effects by the day of the change, in Berlin."""
    found = report(collect((ADA, *bodies), 1), NOW)  # type: ignore[arg-type]
    return {f"{each.change.low:%m-%d}": list(each.effects) for each in found}


def test_the_changes_of_a_year_with_what_is_skipped_and_what_comes_twice() -> None:
    back, forward = changes("Europe/Berlin", NOW, NOW + timedelta(days=366))
    assert (back.at, back.by, back.low, back.high) == (
        instant("2026-10-25T01:00"),
        timedelta(hours=-1),
        wall("2026-10-25T02:00"),
        wall("2026-10-25T03:00"),
    )
    assert (forward.at, forward.low) == (instant("2027-03-28T01:00"), wall("2027-03-28T02:00"))
    assert changes("UTC", NOW, NOW + timedelta(days=366)) == ()
    assert [each.by for each in changes("Australia/Lord_Howe", NOW, NOW + timedelta(days=366))] == [
        timedelta(minutes=30),
        timedelta(minutes=-30),
    ]


def test_a_shift_is_longer_in_autumn_and_shorter_in_spring() -> None:
    given = effects(
        schedule(daily(id="evt_1", attendees=("ada",), handover=wall("2026-09-01T09:00")), zone="Europe/Berlin")
    )
    assert given["10-25"] == [
        Effect(
            subject="schedule:payments",
            said="Ada in layer 1, Sat 24 Oct 09:00 to Sun 25 Oct 09:00: 1h longer, 1d 1h in all",
        )
    ]
    assert "1h shorter, 23h in all" in given["03-28"][0].said


@pytest.mark.parametrize(
    ("start", "end", "autumn", "spring"),
    [
        ("02:15", "02:45", "02:15 comes twice: it begins the first time", "never takes place"),
        ("02:30", "09:00", "02:30 comes twice: it begins the first time", "begins at 03:00: there is no 02:30"),
    ],
)
def test_a_time_that_is_skipped_or_comes_twice_is_said(start: str, end: str, autumn: str, spring: str) -> None:
    turn = event(f"2026-09-01T{start}", f"2026-09-01T{end}", "ada", recurrence="FREQ=DAILY")
    given = effects(schedule(turn, zone="Europe/Berlin"))
    assert any(autumn in each.said for each in given["10-25"]), given
    assert any(spring in each.said for each in given["03-28"]), given


def test_maintenance_that_recurs_is_looked_at() -> None:
    begins = instant("2026-09-06T01:00", "Europe/Berlin")
    window = Maintenance(
        id="mnt_1",
        name="M",
        handle="backup",
        integration_ids=(),
        start_at=begins,
        end_at=begins + timedelta(hours=3),
        zone="Europe/Berlin",
        recurrence="FREQ=WEEKLY",
    )
    [found] = effects(window)["10-25"]
    assert (found.subject, "1h longer, 4h in all" in found.said) == ("maintenance backup", True)


@pytest.mark.parametrize(
    ("start", "end", "autumn", "spring"),
    [
        ("01:00 am", "04:00 am", "holds 1h longer than usual on that day", "holds 1h shorter than usual"),
        ("09:00 am", "05:00 pm", "", ""),
    ],
)
def test_a_rule_with_a_time_of_day_is_looked_at(start: str, end: str, autumn: str, spring: str) -> None:
    yaml = f"rules:\n- match:\n    $timeBetween: {{timezone: Europe/Berlin, starttime: '{start}', endtime: '{end}'}}\n"
    given = effects(Router(id="rtr_1", name="R", handle="nights", yaml=yaml))
    for day, said in (("10-25", autumn), ("03-28", spring)):
        assert [said in each.said for each in given[day]] == ([True] if said else []), given
