"""What counts on somebody: where they are on call, alone or with others, and what else names them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.engine.directory import Directory, collect
from bot.engine.model import Member, Router, Team, User
from bot.engine.schedules import Action, Event, Override, Rotation, Schedule
from bot.service.dependents import Dependence, dependences_on

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
MONDAY = datetime(2026, 1, 5)  # noqa: DTZ001 - the wall clock of a schedule
JANE, JOE = User(id="usr_jane", name="Jane", handle="jane"), User(id="usr_joe", name="Joe", handle="joe")
RULES = "rules: [{match: {always: true}, actions: [{type: assign, receiver: user:jane}]}]"
DAILY = Event(
    id="evt_1", attendees=(JANE.id,), start=MONDAY, end=MONDAY + timedelta(days=1), recurrence="FREQ=DAILY", layer=2
)
OPS = Schedule(id="sch_ops", name="Ops", handle="ops", zone="Etc/UTC", events=(DAILY,))


def here(*schedules: Schedule) -> Directory:
    team = Team(id="tem_dev", name="Dev", handle="dev", members=(Member(user_id=JANE.id),))
    return collect([JANE, JOE, team, Router(id="rtr_main", name="Main", handle="main", yaml=RULES), *schedules])


def test_who_is_alone_in_a_layer_is_said_with_everything_else_that_names_them() -> None:
    assert dependences_on(here(OPS), JANE, NOW) == (
        Dependence(
            said="schedule ops, layer 2, on call now; nobody else is in layer 2", typed="schedule edit ops evt_1"
        ),
        Dependence(said="router main (rules)", typed="router edit main"),
        Dependence(said="team dev", typed="team show dev"),
    )
    assert dependences_on(here(OPS), JOE, NOW) == ()


def test_a_turn_to_come_has_its_beginning_and_who_takes_turns_is_not_alone() -> None:
    turns = replace(DAILY, attendees=(JOE.id, JANE.id), rotation=Rotation())
    first, *_ = dependences_on(here(replace(OPS, events=(turns,))), JANE, NOW)
    said, begins_at = "schedule ops, layer 2", datetime(2026, 1, 6, tzinfo=UTC)
    assert first == Dependence(said=said, typed="schedule edit ops evt_1", begins_at=begins_at)


def test_an_override_counts_until_it_ends_and_what_is_over_does_not() -> None:
    once = replace(DAILY, recurrence=None, start=MONDAY - timedelta(days=7), end=MONDAY - timedelta(days=6))
    stand_in = Override(
        id="ovr_1", start_at=NOW, end_at=NOW + timedelta(hours=1), action=Action.ADD, user_ids=(JANE.id,)
    )
    past = replace(OPS, events=(once,))
    assert [duty.said for duty in dependences_on(here(past), JANE, NOW)] == ["router main (rules)", "team dev"]
    [first, *_] = dependences_on(here(replace(past, events=(), overrides=(stand_in,))), JANE, NOW)
    assert first == Dependence(said="schedule ops, every layer, on call now", typed="override list ops")
    removed = replace(stand_in, action=Action.REMOVE)
    assert len(dependences_on(here(replace(past, events=(), overrides=(removed,))), JANE, NOW)) == 2
