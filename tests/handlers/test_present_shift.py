"""Whatever is edited, and whenever: who is on call stays so to the end of their turn, or the answer says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import ids
from bot.engine.model import SYSTEM, Role, Team, User
from bot.engine.schedules import Schedule, on_call
from bot.engine.staffing import staffed
from bot.errors import Invalid
from bot.handlers.filled import Filled, read_filled
from bot.handlers.modals import deletion, schedule, team
from bot.handlers.modals.rota import Rota, RotaLength, events_of
from bot.handlers.restoring import bring_back
from bot.handlers.table import Said, Saved
from bot.handlers.visit import Visit
from bot.service import manage
from bot.service.rotas import EventPart, Extent
from bot.slack.forms import Form
from tests.handlers.people import words_of
from tests.harness import World
from tests.surroundings import HandClock

NAMES = ("ada", "bo", "cy", "dee")
PEOPLE = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)
TURNS: st.SearchStrategy[RotaLength] = st.sampled_from(("weekly", "daily", "half_daily", "monthly"))
KEEPING = (
    *("team people", "team turns", "team first turn", "team zone", "team layers", "schedule zone"),
    *("all people", "all hours", "all end", "all removed"),
)
"""With the next turn, unless somebody chooses otherwise."""
AT_ONCE = (
    *("this people", "this removed", "following people", "following removed", "schedule teams", "restored", "deleted"),
)
SAVES = {each.name: each.save for each in (*team.MODALS, *schedule.MODALS, *deletion.MODALS)}

Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """Who takes turns and how long, before and after; hours since the first turn began, and since then a change."""

    before: list[str]
    after: list[str]
    turns: tuple[RotaLength, RotaLength]
    begun: int
    minutes: int


CASES = st.builds(Case, PEOPLE, PEOPLE, st.tuples(TURNS, TURNS), st.integers(0, 24 * 40), st.integers(0, 60 * 24))


class Desk:
    """An admin's desk: the team `ops` on the schedule `rota`, and another schedule, `spare`."""

    def __init__(self, world: World) -> None:
        self.world = world
        for name in NAMES:
            manage.create(
                world.ports,
                User(id=ids.new("usr"), name=name.title(), handle=name, slack_id=f"U0{name.upper()}", role=Role.ADMIN),
                SYSTEM,
            )

    @property
    def visit(self) -> Visit:
        """The first of the people, at this moment; Slack has just said of all of them that they are there."""
        now = self.world.clock.now()
        found = Visit(ports=self.world.ports, slack=None, user=self._user("ada"), now=now)  # type: ignore[arg-type]
        for name in NAMES:
            found.met.note(f"U0{name.upper()}", now)
        return found

    def sets_up(self, case: Case) -> None:
        """In place of what there was, from the same instant on each time."""
        self.world.clock = HandClock()
        self.world.ports = replace(self.world.ports, clock=self.world.clock)
        directory, ports, now = self.visit.directory(), self.world.ports, self.world.clock.now()
        manage.remove_all(ports, (*directory.teams, *directory.schedules), SYSTEM)
        first = (now - timedelta(hours=case.begun)).replace(tzinfo=None, minute=0)
        people = tuple(self._user(each).id for each in case.before)
        made = {}
        for handle, turn, order in (("rota", case.turns[0], people), ("spare", "daily", people[::-1])):
            made[handle] = ids.new("sch")
            rota = Rota(people=order, turn=turn, every=1, handover=first, zone="Europe/Berlin")
            events = events_of(rota, made[handle], 2)
            body = Schedule(id=made[handle], name=handle, handle=handle, zone=rota.zone, events=events)
            manage.create(ports, body, SYSTEM)
        manage.create(ports, Team(id=ids.new("tem"), name="ops", handle="ops", schedule_id=made["rota"]), SYSTEM)
        self.world.clock.move_to(now + timedelta(minutes=case.minutes))

    def asked(self, at: datetime | None = None) -> set[tuple[str, int, datetime]]:
        """Who is asked for the team, now or then, in which layer, and until when."""
        directory = self.visit.directory()
        used = directory.schedules.get(self.team().schedule_id or "")
        found = on_call(staffed(used, directory), at or self.visit.now) if used else ()
        return {(each.user_id, each.layer, each.end_at) for each in found}

    def keeps(self, user_id: str, layer: int, end_at: datetime) -> bool:
        """Whether somebody is asked now, and just before an instant."""
        last = end_at - timedelta(seconds=1)
        return all((user_id, layer) in {each[:2] for each in self.asked(at)} for at in (None, last))

    def sends(self, form: Form, changes: Change) -> str:
        """Fill in and send a form; what it answers."""
        inputs = [dict(each) for each in form.blocks if each["type"] == "input"]
        shown = read_filled({"blocks": inputs}).shown
        filled = Filled(state={**shown, **changes}, notes=form.notes, shown=shown)
        saved = SAVES[form.name](self.visit, filled)
        assert isinstance(saved, Saved)
        assert isinstance(saved.said, Said)
        return words_of(list(saved.said.blocks))

    def team(self) -> Team:
        found = self.visit.directory().get(Team, "ops")
        assert isinstance(found, Team)
        return found

    def schedule(self, handle: str = "rota") -> Schedule:
        found = self.visit.directory().get(Schedule, handle)
        assert isinstance(found, Schedule)
        return found

    def _user(self, name: str) -> User:
        found = self.world.ports.store.directory().get(User, name)
        assert isinstance(found, User)
        return found


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def edits(desk: Desk, editor: str, case: Case) -> str:
    """Change what an editor changes, and return what it answers."""
    what, _, which = editor.partition(" ")
    people = {"selected_users": [f"U0{each.upper()}" for each in case.after]}
    match what:
        case "team":
            return team_edited(desk, which, case, people)
        case "schedule":
            return schedule_edited(desk, which)
        case "restored":
            return words_of(list(bring_back(desk.visit, desk.schedule().id, 1, None).blocks))
        case "deleted":
            return desk.sends(deletion.ask_to_delete(desk.visit, desk.schedule()), {})
        case _:
            return event_edited(desk, Extent(what), which, people)


def chosen(value: str) -> Change:
    return {"selected_option": {"value": value}}


def team_edited(desk: Desk, which: str, case: Case, people: Change) -> str:
    visit = desk.visit
    with visit.ports.store.begin() as uow:
        form = team.edit_team(visit, uow, desk.team())
    changes: Mapping[str, Change] = {
        "people": {"turns": people},
        "turns": {"rotation": chosen(case.turns[1])},
        "first turn": {"day": {"selected_date": f"{visit.now + timedelta(days=7):%Y-%m-%d}"}},
        "zone": {"zone": chosen("America/New_York")},
        "layers": {"layers": {"value": "5m, 10m, 15m"}},
    }
    return desk.sends(form, changes[which])


def schedule_edited(desk: Desk, which: str) -> str:
    directory = desk.visit.directory()
    if which == "zone":
        return desk.sends(schedule.edit_schedule(desk.schedule(), 1, directory), {"zone": chosen("Asia/Tokyo")})
    teams = {"selected_options": [{"value": desk.team().id}]}
    return desk.sends(schedule.edit_schedule(desk.schedule("spare"), 1, directory), {"teams": teams})


def event_edited(desk: Desk, extent: Extent, which: str, people: Change) -> str:
    found = desk.schedule()
    place = EventPart(event_id=found.events[0].id, start=found.events[0].start, extent=extent)
    form = schedule.edit_event(found, 1, place, desk.visit.directory())
    changes: Mapping[str, Change] = {
        "people": {"attendees": people},
        "hours": {"part": chosen("office")},
        "end": {"end_time": {"selected_time": "07:00"}},
        "removed": {"deed": chosen("remove")},
    }
    return desk.sends(form, changes[which])


def turned_around(desk: Desk) -> None:
    """Change the schedule, so that there is a version to bring back."""
    found = desk.schedule()
    turned = tuple(replace(each, attendees=each.attendees[::-1]) for each in found.events)
    manage.change(desk.world.ports, replace(found, events=turned), SYSTEM, 1)


@pytest.mark.parametrize("editor", [*KEEPING, *AT_ONCE])
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(case=CASES)
def test_any_editor_leaves_the_present_shift_or_says_that_it_does_not(desk: Desk, editor: str, case: Case) -> None:
    try:
        desk.sets_up(case)
        if editor == "restored":
            turned_around(desk)
        asked = desk.asked()
        said = edits(desk, editor, case)
    except Invalid:  # nothing is changed
        return
    assert desk.asked() == asked or "changed: before" in said, said
    assert editor not in KEEPING or all(desk.keeps(*each) for each in asked)
