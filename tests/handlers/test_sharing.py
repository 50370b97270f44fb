"""What teams share changes for one of them, or for all by somebody who may: never for others without a word."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import ids
from bot.engine.directory import Configured, Directory
from bot.engine.model import SYSTEM, Layer, Member, Policy, Role, Team, User
from bot.engine.schedules import Schedule, daily
from bot.errors import Refused
from bot.handlers.collecting import collect
from bot.handlers.filled import read_filled
from bot.handlers.grammar import read
from bot.handlers.modals.policy import edit_policy
from bot.handlers.modals.schedule import edit_schedule
from bot.handlers.modals.team import edit_team
from bot.handlers.table import Said, bind, find
from bot.handlers.visit import Visit
from bot.slack.forms import Form, view
from sandbox.values import initial_values
from tests.handlers.drawn import visit
from tests.harness import World
from tests.surroundings import START

TABLE = collect()
MONDAY = START.replace(tzinfo=None, hour=9, minute=0, second=0, microsecond=0)


@pytest.fixture
def shared(world: World) -> Directory:
    """The teams `one`, which ann leads, and `two`, which ben leads, with one schedule and one policy."""
    people = [User(id=f"usr_{name}", name=name.title(), handle=name, channels=("sms",)) for name in ("ann", "ben")]
    attendees = tuple(each.id for each in people)
    event = daily(id="evt_1", attendees=attendees, handover=MONDAY, every=1, layer=1)
    schedule = Schedule(id="sch_1", name="Everybody", handle="everybody", zone="Etc/UTC", events=(event,))
    layers = (Layer(number=1, timeout=timedelta(minutes=5)),)
    policy = Policy(id="esc_1", name="Usual", handle="usual", layers=layers)
    teams = [
        Team(
            id=f"tem_{name}",
            name=name.title(),
            handle=name,
            members=(Member(user_id=leader.id, role=Role.ADMIN),),
            schedule_id=schedule.id,
            policy_id=policy.id,
        )
        for name, leader in zip(("one", "two"), people, strict=True)
    ]
    everything: tuple[Configured, ...] = (*people, schedule, policy, *teams)
    with world.ports.store.begin() as uow:
        for each in everything:
            uow.put(each, SYSTEM, world.clock.now())
    return world.ports.store.directory()


def visiting(world: World, name: str) -> Visit:
    return replace(visit(world), user=world.person(name))


def sends(visit: Visit, form: Form, **changed: dict[str, Any]) -> None:
    """Send a form with some inputs changed."""
    shown = view(form)
    values = initial_values(shown["blocks"])
    for block, value in changed.items():
        values[block] = {next(iter(values[block])): value}
    modal = next(each for each in TABLE.modals if each.name == form.name)
    modal.save(visit, read_filled({**shown, "state": {"values": values}}))


def team_form(visit: Visit, handle: str) -> Form:
    team = visit.directory().get(Team, handle)
    assert isinstance(team, Team)
    with visit.ports.store.begin() as uow:
        return edit_team(visit, uow, team)


LAYERS = {"type": "plain_text_input", "value": "7m"}
ZONE = {"type": "static_select", "selected_option": {"value": "Europe/Paris"}}
FOR_ALL = {"type": "static_select", "selected_option": {"value": "all"}}


def test_a_teams_form_names_the_others(world: World, shared: Directory) -> None:
    drawn = str(view(team_form(visiting(world, "ann"), "one")))
    assert "schedule *Everybody* is also used by Two" in drawn
    assert "policy *Usual* is also used by Two" in drawn


def test_a_change_gives_the_team_copies_of_its_own(world: World, shared: Directory) -> None:
    ann = visiting(world, "ann")
    form = team_form(ann, "one")
    for _ in range(2):  # sending a form again changes nothing
        sends(ann, form, layers=LAYERS, zone=ZONE)
    directory = world.ports.store.directory()
    assert directory.schedules["sch_1"] == shared.schedules["sch_1"]
    assert directory.policies["esc_1"] == shared.policies["esc_1"]
    assert directory.teams["tem_two"] == shared.teams["tem_two"]
    one = directory.teams["tem_one"]
    assert directory.schedules[one.schedule_id or ""].zone == "Europe/Paris"
    assert len(directory.policies) == 2
    assert len(directory.schedules) == 2
    said = [f"{each}" for each in told(world)]
    assert not [each for each in said if "was changed" in each and "share" in each]


def test_what_is_not_touched_is_not_copied(world: World, shared: Directory) -> None:
    ann = visiting(world, "ann")
    sends(ann, team_form(ann, "one"), layers=LAYERS)
    directory = world.ports.store.directory()
    assert directory.teams["tem_one"].schedule_id == "sch_1"
    assert directory.teams["tem_one"].policy_id != "esc_1"


def test_a_change_for_all_needs_the_rights_for_all(world: World, shared: Directory) -> None:
    ann = visiting(world, "ann")
    with pytest.raises(Refused, match="Two would be changed, too"):
        sends(ann, team_form(ann, "one"), layers=LAYERS, shared=FOR_ALL)
    assert world.ports.store.directory().policies == shared.policies


def told(world: World) -> list[str]:
    """What is to be said to people, about no alert."""
    with world.ports.store.begin() as uow:
        return [
            f"{each.user_id}: {each.text}"
            for each in uow.claim_announcements(world.clock.now(), timedelta(minutes=1), 100)
        ]


def test_the_admins_of_the_others_are_told_of_a_change_for_all(world: World, shared: Directory) -> None:
    admin = replace(visit(world), user=replace(world.person("ann"), role=Role.ADMIN))
    sends(admin, team_form(admin, "one"), layers=LAYERS, shared=FOR_ALL)
    assert world.ports.store.directory().policies["esc_1"].layers != shared.policies["esc_1"].layers
    (said,) = told(world)
    assert said.startswith("usr_ben: Ann changed the policy Usual, which Two shares with other teams: layers.")


EDITS: tuple[tuple[str, Callable[[Visit], Form]], ...] = (
    ("schedule", lambda known: edit_schedule(known.directory().schedules["sch_1"], 1, known.directory())),
    ("policy", lambda known: edit_policy(known.directory().policies["esc_1"], 1, known.directory())),
)


@pytest.mark.parametrize(("noun", "draw"), EDITS)
def test_the_form_of_what_is_shared_says_so_and_is_not_for_one_teams_admin(
    world: World, shared: Directory, noun: str, draw: Callable[[Visit], Form]
) -> None:
    ann = visiting(world, "ann")
    form = draw(ann)
    assert "*2 teams use it*: One, Two" in str(view(form))
    with pytest.raises(Refused, match="Two would be changed, too"):
        sends(ann, form, name={"type": "plain_text_input", "value": "Mine"})

    command_noun, command, left = find(TABLE, read(f"{noun} copy {'everybody' if noun == 'schedule' else 'usual'} one"))
    said = command.run(ann, bind(command_noun, command, left))
    assert isinstance(said, Said)
    one = world.ports.store.directory().teams["tem_one"]
    assert (one.schedule_id, one.policy_id) != ("sch_1", "esc_1")
    with pytest.raises(Refused, match="does not use"):
        command.run(ann, bind(command_noun, command, left))


def test_somebody_elses_team_gets_no_copy(world: World, shared: Directory) -> None:
    noun, command, left = find(TABLE, read("policy copy usual two"))
    with pytest.raises(Refused):
        command.run(visiting(world, "ann"), bind(noun, command, left))


def test_ids_of_copies_are_new_with_each_form(world: World, shared: Directory) -> None:
    forms = [team_form(visiting(world, "ann"), "one").notes for _ in range(2)]
    assert forms[0]["policy_copy"] != forms[1]["policy_copy"]
    assert forms[0]["policy_copy"].startswith(ids.new("esc")[:4])


def test_a_team_is_copied_with_parts_of_its_own(world: World, shared: Directory) -> None:
    noun, command, left = find(TABLE, read("team copy one Payments EU"))
    admin = replace(visit(world), user=world.person("ann"))
    command.run(admin, bind(noun, command, left))
    directory = world.ports.store.directory()
    copy, one = directory.get(Team, "payments-eu"), shared.teams["tem_one"]
    assert isinstance(copy, Team)
    assert copy.members == one.members
    assert not {copy.schedule_id, copy.policy_id} & {one.schedule_id, one.policy_id}
    assert directory.schedules[copy.schedule_id or ""].events == shared.schedules["sch_1"].events
    assert directory.policies[copy.policy_id or ""].layers == shared.policies["esc_1"].layers
