"""What is said ahead, and once: shifts, times at which nobody is on call, maintenance."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot import ids
from bot.engine.model import SYSTEM, Contact, Maintenance, Team, User
from bot.engine.schedules import Event, Rotation, Schedule
from bot.errors import Rejected, Unavailable
from bot.service import maintenances, manage, on_call_notices
from bot.service.on_call_notices import gaps_ahead
from tests.harness import World, team_receiver

MONDAY = datetime(2026, 1, 5, 9)  # noqa: DTZ001  # wall-clock time


def told(world: World) -> list[str]:
    """Everything that was said since the last time, on all channels."""
    said = [text for phones in world.phones.values() for text in phones.told]
    for phones in world.phones.values():
        phones.told.clear()
    return said


def looks(world: World, **later: float) -> list[str]:
    """Let time pass, have it looked twice, and return what was said."""
    world.clock.move_to(world.clock.now() + timedelta(**later))
    on_call_notices.drain(world.ports)
    on_call_notices.drain(world.ports)
    return told(world)


def with_phone(world: World, name: str) -> None:
    """Somebody whom SMS reaches."""
    phone = Contact(channel="phone", address="+442071234567", verified_at=world.clock.now())
    user = User(id=ids.new("usr"), name=name.title(), handle=name, channels=("sms",), contacts=(phone,))
    manage.create(world.ports, user, SYSTEM)


def in_turns(world: World, *names: str, days: int = 1, without_phone: str = "") -> Team:
    """A team whose people take turns from Monday at nine."""
    for name in names:
        if name != without_phone:
            with_phone(world, name)
    team = world.team("ops", ("+".join(names), 5))
    schedule = _schedule(world)
    turns = Event(
        id="evt_turns",
        attendees=tuple(world.person(name).id for name in names),
        start=MONDAY,
        end=MONDAY + timedelta(days=days),
        recurrence=f"FREQ=DAILY;INTERVAL={days}",
        rotation=Rotation(),
    )
    manage.change(world.ports, replace(schedule, events=(turns,)), SYSTEM, 1)
    return team


def _schedule(world: World) -> Schedule:
    found = world.ports.store.directory().get(Schedule, "ops")
    assert isinstance(found, Schedule)
    return found


def wants(world: World, name: str, **settings: object) -> User:
    changed = replace(world.person(name), **settings)  # type: ignore[arg-type]
    manage.change(world.ports, changed, SYSTEM, 1)
    return changed


# --- Shifts -------------------------------------------------------------------------------------------------------


def test_people_hear_once_that_they_go_on_call_and_off(world: World) -> None:
    in_turns(world, "alice", "bob", "carol")
    wants(world, "bob", remind_before=timedelta(hours=3), told_off_duty=True, zone="Europe/Berlin")
    assert looks(world, hours=20, minutes=59) == []
    assert looks(world, minutes=1) == [
        "bob: You go on call in 3h for ops, layer 1: Tue 06 Jan 10:00 to Wed 07 Jan 10:00."
    ]
    assert looks(world, minutes=1) == []
    assert looks(world, hours=26, minutes=58) == []
    assert looks(world, minutes=1) == ["bob: You are off call for ops, layer 1, since Wed 07 Jan 10:00."]
    assert looks(world, minutes=1) == []


def test_a_zone_that_is_gone_keeps_nobody_from_hearing(world: World) -> None:
    in_turns(world, "alice", "bob", "carol")
    wants(world, "carol", remind_before=timedelta(days=2))
    lost = replace(world.person("bob"), remind_before=timedelta(days=1), zone="America/Atlantis")
    with world.ports.store.begin() as uow:
        uow.put(lost, SYSTEM, world.clock.now(), seen=1)  # saved when the database of zones still had it
    assert looks(world) == [
        "bob: You go on call in 1d for ops, layer 1: Tue 06 Jan 09:00 to Wed 07 Jan 09:00.",
        "carol: You go on call in 2d for ops, layer 1: Wed 07 Jan 09:00 to Thu 08 Jan 09:00.",
    ]


def test_whom_pages_do_not_reach_hears_so_an_hour_before_whatever_they_chose(world: World) -> None:
    in_turns(world, "alice", "bob", without_phone="bob")
    missing = "sms does not reach you: Bob has no primary phone number. /pagertree me add +442071234567 adds one."
    assert looks(world, hours=22, minutes=59) == []
    assert looks(world, minutes=1) == [
        f"bob: You go on call in 1h for ops, layer 1: Tue 06 Jan 09:00 to Wed 07 Jan 09:00.\n{missing}"
    ]
    assert looks(world, minutes=1) == []


def test_nobody_hears_who_did_not_ask_to(world: World) -> None:
    in_turns(world, "alice", "bob")
    assert [looks(world, hours=8) for _ in range(9)] == [[]] * 9


def test_a_turn_that_follows_on_the_last_is_no_news(world: World) -> None:
    in_turns(world, "alice")
    wants(world, "alice", remind_before=timedelta(hours=3), told_off_duty=True)
    assert [looks(world, hours=8) for _ in range(9)] == [[]] * 9


def test_what_cannot_be_said_is_tried_again_and_what_is_refused_is_not(world: World) -> None:
    in_turns(world, "alice", "bob")
    wants(world, "bob", remind_before=timedelta(hours=3))
    world.phones["sms"].trouble = [Unavailable("503")]
    assert looks(world, hours=21) == []
    assert len(looks(world, seconds=5)) == 1
    world.phones["sms"].trouble = [Rejected("no such number")]
    assert looks(world, hours=48) == []
    assert [looks(world, minutes=10) for _ in range(3)] == [[]] * 3


# --- Gaps ---------------------------------------------------------------------------------------------------------


def test_the_admins_of_a_team_hear_once_of_each_gap_ahead(world: World) -> None:
    in_turns(world, "alice", days=3)
    weekdays = Event(
        id="evt_week",
        attendees=(world.person("alice").id,),
        start=MONDAY,
        end=MONDAY + timedelta(days=1),
        recurrence="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA",
    )
    manage.change(world.ports, replace(_schedule(world), events=(weekdays,)), SYSTEM, 2)
    assert looks(world) == [
        "ops-admin: Nobody is on call for ops in layer 1 from Sun 11 Jan 09:00 until Mon 12 Jan 09:00 (ops)."
    ]
    said = [text for _ in range(7 * 4 - 1) for text in looks(world, hours=6)]
    assert said == [
        "ops-admin: Nobody is on call for ops in layer 1 from Sun 18 Jan 09:00 until Mon 19 Jan 09:00 (ops)."
    ]


def test_a_layer_that_never_has_anybody_is_told_once(world: World) -> None:
    world.team("ops", ("", 5))
    assert looks(world) == ["ops-admin: Nobody is on call for ops in layer 1 now with no end in sight (ops)."]
    assert [text for _ in range(12) for text in looks(world, hours=4)] == []


def test_a_team_that_lost_its_schedule_is_told_once(world: World) -> None:
    world.team("ops", ("alice", 5))
    assert looks(world) == []
    manage.remove(world.ports, _schedule(world).id, SYSTEM)
    said = [text for _ in range(4) for text in looks(world, hours=8)]
    assert said == [
        "ops-admin: Nobody is on call for ops: it has no schedule, so that alerts sent to it are dropped at once."
    ]


def test_a_schedule_without_events_is_a_gap(world: World) -> None:
    world.team("ops", ("alice", 5))
    manage.change(world.ports, replace(_schedule(world), events=()), SYSTEM, 1)
    assert looks(world) == ["ops-admin: Nobody is on call for ops in layer 1 now with no end in sight (ops)."]


def test_gaps_are_found_in_every_layer() -> None:
    start = datetime(2026, 1, 5)  # noqa: DTZ001
    ever = Event(id="e1", attendees=("u",), start=start, end=start + timedelta(days=1), recurrence="FREQ=DAILY")
    once = Event(id="e2", layer=2, attendees=("u",), start=start, end=start + timedelta(days=1))
    schedule = Schedule(id="sch_1", name="s", handle="s", zone="Etc/UTC", events=(ever, once))
    assert {gap.layer for gap in gaps_ahead(schedule, datetime(2026, 1, 20, tzinfo=UTC))} == {2}


# --- Maintenance --------------------------------------------------------------------------------------------------


@contextmanager
def maintained(world: World) -> Iterator[str]:
    team = world.team("ops", ("alice", 5), slack_channel="C0OPS")
    router = world.router("way", "rules: []", team_receiver(team))
    yield world.integration("webhook", router).id


def test_the_teams_channel_hears_when_maintenance_begins_and_ends(world: World) -> None:
    with maintained(world) as hook:
        window = maintenances.begin(world.ports, (hook,), timedelta(hours=4), SYSTEM)
        [begun] = looks(world)
        assert begun.endswith("has begun: nobody is alerted by webhook until Mon 05 Jan 13:00 UTC.")
        assert looks(world, minutes=30) == []
        maintenances.end(world.ports, window.id, SYSTEM)
        [over] = looks(world, minutes=1)
        assert over.endswith("is over: webhook alerts people again.")
        assert looks(world, minutes=1) == []


def test_maintenance_that_recurs_is_said_each_time(world: World) -> None:
    with maintained(world) as hook:
        begins = world.clock.now() + timedelta(hours=1)
        window = Maintenance(
            id=ids.new("mnt"),
            name="Nightly",
            handle="nightly",
            integration_ids=(hook,),
            start_at=begins,
            end_at=begins + timedelta(minutes=30),
            recurrence="FREQ=DAILY",
        )
        manage.create(world.ports, window, SYSTEM)
        said = [text for _ in range(2 * 24) for text in looks(world, hours=1)]
        assert [text.split(": ")[1].split("”")[1][:10] for text in said] == [" has begun", " is over"] * 2
