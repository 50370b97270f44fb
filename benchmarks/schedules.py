"""Who is on call everywhere at one instant: 500 teams, weekly rotations, ten years old; and what to say ahead of it.

The baseline asks dateutil alone for the last handover, which is the least that any answer needs and names nobody.
"""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

from dateutil.rrule import WEEKLY, rrule

from bot.engine.directory import Configured
from bot.engine.model import SYSTEM, Member, Role, Team, User
from bot.engine.schedules import Action, Event, Override, Rotation, Schedule, on_call, shifts, weekly
from bot.ports import Store
from bot.service import on_call_notices
from bot.store import open_store
from tests.harness import World

TEAMS = 500
ROUNDS = 7
AT = datetime(2026, 10, 14, 12, tzinfo=UTC)
CLOCK_CHANGE = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")


def run() -> None:
    """Print the median time of each way to ask, for one instant over all teams."""
    old, young = _teams(datetime.fromisoformat("2016-10-03")), _teams(datetime.fromisoformat("2026-10-05"))
    layered = [_with_layers(team) for team in old]
    monthly = [_monthly(number) for number in range(TEAMS)]
    print(f"who is on call at one instant, {TEAMS} teams (median of {ROUNDS})")
    _report("weekly rotation, 10 years old", lambda: [on_call(team, AT) for team in old])
    _report("weekly rotation, 1 week old", lambda: [on_call(team, AT) for team in young])
    _report("in the hour that happens twice", lambda: [on_call(team, CLOCK_CHANGE) for team in old])
    _report("three layers and 20 overrides each", lambda: [on_call(team, AT) for team in layered])
    _report("first Monday of the month, 10 years old", lambda: [on_call(team, AT) for team in monthly])
    _report("baseline: bare dateutil rrule.before()", lambda: [_last_handover(team) for team in old])
    print("shifts of one team in a year")
    _report("weekly rotation, 10 years old", lambda: shifts(old[0], AT, AT + timedelta(days=365)))
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{folder}/bench.db") as store:
        _report_duty(store, layered)


def _report_duty(store: Store, schedules: list[Schedule]) -> None:
    """What the look costs that a worker takes once a minute, for gaps every quarter of an hour; sending apart."""
    world = World(store)
    _set_up(world, schedules)
    print(f"what there is to say ahead, {TEAMS} teams of three layers, every other person reminded")
    quarters = iter(AT + timedelta(minutes=15 * number) for number in range(1, 100))
    minutes = iter(AT + timedelta(days=2, minutes=number) for number in range(1, 100) if number % 15)
    _report("gaps as well", lambda: _look(world, next(quarters)))
    on_call_notices.put_down_notices(world.ports, AT + timedelta(days=2))
    _report("shifts and maintenance", lambda: _look(world, next(minutes)))
    _report("baseline: who is on call at one instant", lambda: [on_call(each, AT) for each in schedules])


def _look(world: World, at: datetime) -> None:
    on_call_notices.put_down_notices(world.ports, at)


def _set_up(world: World, schedules: list[Schedule]) -> None:
    with world.ports.store.begin() as uow:
        for number, schedule in enumerate(schedules):
            people = [_person(each, place) for place, each in enumerate(schedule.events[0].attendees)]
            admin = Member(user_id=people[0].id, role=Role.ADMIN)
            handle = f"team-{number}"
            team = Team(id=f"tem_{number}", name=handle, handle=handle, schedule_id=schedule.id, members=(admin,))
            bodies: tuple[Configured, ...] = (*people, schedule, team)
            for body in bodies:
                uow.put(body, SYSTEM, AT, seen=0)


def _person(user_id: str, place: int) -> User:
    before = timedelta(hours=3) if place % 2 else None
    return User(
        id=user_id, name=user_id, handle=user_id, channels=("sms",), remind_before=before, told_off_duty=bool(place % 2)
    )


def _report(label: str, ask: Callable[[], object]) -> None:
    first = _time(ask)
    warm = median(_time(ask) for _ in range(ROUNDS))
    print(f"  {label:<42} {warm * 1000:8.1f} ms   (first time {first * 1000:8.1f} ms)")


def _time(ask: Callable[[], object]) -> float:
    start = perf_counter()
    ask()
    return perf_counter() - start


def _teams(first: datetime) -> list[Schedule]:
    """Each team hands over at a minute of its own, so that no team profits from another's."""
    return [_team(number, first + timedelta(minutes=7 * number)) for number in range(TEAMS)]


def _team(number: int, handover: datetime) -> Schedule:
    attendees = tuple(f"usr_{number}_{place}" for place in range(6))
    event = weekly(id=f"evt_{number}", attendees=attendees, handover=handover)
    return _schedule(number, event)


def _schedule(number: int, *events: Event) -> Schedule:
    zone = ZONES[number % len(ZONES)]
    return Schedule(id=f"sch_{number}", name=f"Team {number}", handle=f"team-{number}", zone=zone, events=events)


def _with_layers(team: Schedule) -> Schedule:
    (first,) = team.events
    events = tuple(
        Event(
            id=f"{first.id}_{layer}",
            layer=layer,
            attendees=first.attendees,
            start=first.start,
            end=first.end,
            recurrence=first.recurrence,
            rotation=Rotation(at_once=layer),
        )
        for layer in (1, 2, 3)
    )
    overrides = tuple(
        Override(
            id=f"ovr_{day}",
            start_at=AT + timedelta(days=day * 2 - 20),
            end_at=AT + timedelta(days=day * 2 - 19),
            action=Action.REPLACE,
            user_ids=("usr_stand_in",),
            layer=1,
        )
        for day in range(20)
    )
    return Schedule(id=team.id, name=team.name, handle=team.handle, zone=team.zone, events=events, overrides=overrides)


def _monthly(number: int) -> Schedule:
    start = datetime.fromisoformat("2016-10-03") + timedelta(minutes=number)
    event = Event(
        id=f"evt_{number}",
        attendees=("usr_1", "usr_2", "usr_3"),
        start=start,
        end=start + timedelta(days=28),
        recurrence="FREQ=MONTHLY;BYDAY=1MO",
        rotation=Rotation(),
    )
    return _schedule(number, event)


def _last_handover(team: Schedule) -> datetime | None:
    wall = AT.astimezone(ZoneInfo(team.zone)).replace(tzinfo=None)
    found: datetime | None = rrule(WEEKLY, dtstart=team.events[0].start).before(wall, inc=True)
    return found


if __name__ == "__main__":
    run()
