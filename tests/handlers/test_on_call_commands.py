"""Schedules, overrides, swaps, policies, maintenance, stakeholders and people, as they are typed and filled in."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.model import SYSTEM, Integration, Maintenance, Member, Policy, Role, Stakeholder, Team, User
from bot.engine.schedules import Action, Override, Rotation, Schedule, on_call
from bot.handlers.collecting import collect
from bot.handlers.grammar import read
from bot.handlers.table import Said, bind, find
from bot.service import maintenances, manage, rotas
from tests.handlers.drawn import visit
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World, team_receiver

ALICE, BOB, CAROL = "U0ALICE0001", "U0BOB000002", "U0CAROL0003"
HOUR = timedelta(hours=1)


def schedule(world: World, handle: str = "night-watch") -> Schedule:
    found = world.ports.store.directory().get(Schedule, handle)
    assert isinstance(found, Schedule)
    return found


def named(world: World, *user_ids: str) -> list[str]:
    users = world.ports.store.directory().users
    return [users[each].name.split()[0] for each in user_ids]


def on_call_at(world: World, at: datetime) -> list[str]:
    return named(world, *(shift.user_id for shift in on_call(schedule(world), at)))


@pytest.fixture
def watch(world: World, alice: Person) -> Schedule:
    """A schedule made in Slack: three people, a week each, from Monday 5 January at 18:00 in Berlin."""
    alice.opens("/pagertree schedule add", showing="Time zone")
    answer = alice.submits(
        name="Night watch",
        zone="Europe/Berlin",
        attendees=[ALICE, BOB, CAROL],
        start="2026-01-05",
        start_time="18:00",
        end="2026-01-12",
        end_time="18:00",
    )
    assert answer["ok"], answer
    return schedule(world)


def test_a_schedule_is_made_listed_and_shown(world: World, watch: Schedule, alice: Person) -> None:
    [event] = watch.events
    assert (event.recurrence, event.rotation, event.layer) == ("FREQ=WEEKLY", Rotation(), 1)
    assert on_call_at(world, datetime(2026, 1, 13, tzinfo=UTC)) == ["Bob"]

    assert "schedule:night-watch" in alice.asks("/pagertree schedule list")
    shown = alice.asks("/pagertree schedule show night-watch")
    assert "Time zone Europe/Berlin · used by no team" in shown
    assert "Turn from Mon 2026-01-12 18:00" in shown
    assert "Times without anybody on call" in shown  # until the evening of the first day


def test_what_is_wrong_with_an_event_is_said_where_it_is(world: World, alice: Person) -> None:
    alice.opens("/pagertree schedule add", showing="Time zone")
    answer = alice.submits(name="x", attendees=[ALICE], end="2020-01-01", recurrence="otherwise", rule="FREQ=SECONDLY")
    assert "The end is not after the start" in answer["errors"]["end"]
    answer = alice.submits(end="2026-01-06", start="2026-01-05", rule="FREQ=SECONDLY")
    assert answer["errors"]["recurrence"]
    answer = alice.submits(rule="")
    assert "It is not written how it repeats" in answer["errors"]["rule"]
    assert not world.ports.store.directory().schedules


@pytest.mark.parametrize(
    ("extent", "people"),
    [
        ("this", ["Alice", "Carol", "Carol", "Alice"]),
        ("following", ["Alice", "Carol", "Carol", "Carol"]),
        ("all", ["Carol", "Carol", "Carol", "Carol"]),
    ],
)
def test_one_turn_or_those_from_it_on_or_all_are_changed(
    world: World, watch: Schedule, alice: Person, extent: str, people: list[str]
) -> None:
    event = watch.events[0].id
    start = "" if extent == "all" else f" 2026-01-12T18:00 --extent {extent}"
    alice.opens(f"/pagertree schedule edit night-watch {event}{start}", showing="What to do")
    assert alice.submits(attendees=[CAROL])["ok"]

    weeks = [on_call_at(world, datetime(2026, 1, day, tzinfo=UTC)) for day in (6, 13, 20, 27)]
    assert [name for found in weeks for name in found] == people


def test_a_turn_is_removed(world: World, watch: Schedule, alice: Person) -> None:
    alice.opens(f"/pagertree schedule edit night-watch {watch.events[0].id} 2026-01-12T18:00", showing="What to do")
    assert alice.submits(deed="remove")["ok"]
    assert on_call_at(world, datetime(2026, 1, 13, tzinfo=UTC)) == []
    assert "from <!date" in alice.asks("/pagertree schedule gaps night-watch --days 14")


def test_an_event_is_added_and_the_schedule_renamed_and_given_to_a_team(
    world: World, watch: Schedule, alice: Person
) -> None:
    team = world.team("ops", ("dave", 5))
    alice.opens("/pagertree schedule extend night-watch", showing="Layer")
    assert alice.submits(attendees=[BOB], layer="2", rotation="together", recurrence="FREQ=DAILY")["ok"]
    alice.opens("/pagertree schedule edit night-watch", showing="Used by")
    assert alice.submits(name="Days", teams=[team.id])["ok"]

    found = schedule(world)
    assert [event.layer for event in found.events] == [1, 2]
    assert found.events[1].rotation is None
    assert found.name == "Days"
    assert world.ports.store.directory().teams[team.id].schedule_id == found.id


def test_two_people_who_edit_one_schedule_do_not_overwrite_each_other(
    world: World, watch: Schedule, alice: Person
) -> None:
    alice.opens("/pagertree schedule extend night-watch", showing="Layer")
    manage.change(world.ports, replace(watch, name="Mine"), SYSTEM, 1)
    answer = alice.submits(attendees=[BOB], layer="2")
    assert "was changed since you opened it" in answer["errors"]["attendees"]
    assert schedule(world).name == "Mine"


# --- Overrides and swaps ------------------------------------------------------------------------------------------


def belongs(world: World, watch: Schedule, *slack_ids: str, admin: str = "") -> Team:
    """Make a team of people with the schedule."""
    directory = world.ports.store.directory()
    users = [directory.user_in_slack(each) for each in slack_ids]
    members = tuple(
        Member(user_id=user.id, role=Role.ADMIN if user.slack_id == admin else Role.MEMBER) for user in users if user
    )
    team = Team(id="tem_w", name="Watch", handle="watch", members=members, schedule_id=watch.id)
    manage.create(world.ports, team, SYSTEM)
    return team


def test_a_member_of_the_team_steps_in_and_takes_it_back(
    world: World, watch: Schedule, bob: Person, workspace: Workspace
) -> None:
    bob.asks("/pagertree")
    belongs(world, watch, ALICE, BOB)
    begins = int((world.clock.now() + HOUR).timestamp())
    bob.opens("/pagertree override add night-watch", showing="In place of")
    assert bob.submits(start_at=begins, end_at=begins + 3600)["ok"]
    assert on_call_at(world, world.clock.now() + HOUR) == ["Bob"]

    assert "instead of everyone" in bob.asks("/pagertree override list night-watch")
    bob.opens(f"/pagertree override delete night-watch {schedule(world).overrides[0].id}", showing="Take this back")
    assert bob.submits()["ok"]
    assert schedule(world).overrides == ()


def test_forms_that_have_nothing_to_choose_from_say_so(alice: Person) -> None:
    alice.asks("/pagertree")
    assert "There are no schedules yet" in words_of(alice.opens("/pagertree override add"))
    assert "There are no integrations yet" in words_of(alice.opens("/pagertree maintenance add"))


def test_a_member_may_not_name_others_and_a_team_admin_may(world: World, watch: Schedule, bob: Person) -> None:
    bob.asks("/pagertree")
    team = belongs(world, watch, ALICE, BOB)
    bob.opens("/pagertree override add night-watch", showing="In place of")
    refused = bob.submits(user_ids=[CAROL])["errors"]["user_ids"]
    assert "Only admins may do this" in refused
    assert "/pagertree oncall swap night-watch" in refused
    assert "run.oncall swap night-watch" in json.dumps(bob.asks_for("/pagertree"))
    assert "Only admins may do this" in words_of(bob.opens("/pagertree schedule edit night-watch"))

    members = tuple(replace(member, role=Role.ADMIN) for member in team.members)
    manage.change(world.ports, replace(team, members=members), SYSTEM, 1)
    bob.opens("/pagertree override add night-watch", showing="In place of")
    assert bob.submits(user_ids=[CAROL], action="add")["ok"]
    assert schedule(world).overrides[-1].action is Action.ADD


def test_what_is_wrong_with_an_override_is_said_where_it_is(watch: Schedule, alice: Person, world: World) -> None:
    alice.opens("/pagertree override add night-watch", showing="In place of")
    begins = int((world.clock.now() + HOUR).timestamp())
    answer = alice.submits(start_at=begins, end_at=begins, replaced_id=[BOB, CAROL])
    assert "Only one can be replaced" in answer["errors"]["replaced_id"]
    answer = alice.submits(replaced_id=[])
    assert "The end is not after the start" in answer["errors"]["end_at"]


def test_two_shifts_are_swapped(world: World, watch: Schedule, alice: Person, bob: Person) -> None:
    bob.asks("/pagertree")
    form = alice.opens("/pagertree oncall swap night-watch", showing="This shift")
    options = next(block["element"]["options"] for block in form["blocks"] if block["block_id"] == "one")
    values = [option["value"] for option in options]
    assert alice.submits(one=values[0], other=values[0])["errors"]["other"]
    assert alice.submits(one=values[0], other=values[1])["ok"]
    assert on_call_at(world, datetime(2026, 1, 6, tzinfo=UTC)) == ["Bob"]
    assert on_call_at(world, datetime(2026, 1, 13, tzinfo=UTC)) == ["Alice"]


def test_who_is_on_call_at_another_time_and_next(world: World, watch: Schedule, alice: Person) -> None:
    belongs(world, watch, ALICE)
    assert f"<@{BOB}>" not in alice.asks('/pagertree oncall --at "2026-01-06 09:00"')
    assert f"<@{BOB}>" in alice.asks('/pagertree oncall --at "2026-01-13 09:00"')
    assert f"<@{BOB}>" in alice.asks("/pagertree oncall --team watch --at +9d")
    assert "*Next*" in alice.asks("/pagertree oncall watch")
    assert "is not a time" in alice.asks("/pagertree oncall --at noonish")


def test_somebody_who_steps_in_sees_each_layer_that_begins_then(
    world: World, workspace: Workspace, watch: Schedule
) -> None:
    dave = workspace.person("dave")
    dave.asks("/pagertree")
    user = world.ports.store.directory().user_in_slack("U0DAVE00004")
    assert user
    start = datetime(2026, 1, 8, tzinfo=UTC)
    steps_in = Override(id="ovr_1", start_at=start, end_at=start + HOUR, action=Action.ADD, user_ids=(user.id,))
    for layer in (1, 2):
        rotas.add_override(world.ports, watch.id, replace(steps_in, id=f"ovr_{layer}", layer=layer), SYSTEM)

    shown = dave.asks("/pagertree")

    assert shown.count("*Night watch*") == 2
    assert "layer 1, from" in shown
    assert "layer 2, from" in shown


# --- Policies, stakeholders, maintenance --------------------------------------------------------------------------


def test_a_policy_is_made_and_edited(world: World, alice: Person) -> None:
    alice.opens("/pagertree policy add", showing="Who is asked")
    assert "Reminders would come too often" in alice.submits(name="Office", remind_after="1s")["errors"]["remind_after"]
    assert alice.submits(remind_after="2h", round_robin="one", layers="1m, 2m", repeat="1")["ok"]
    found = world.ports.store.directory().get(Policy, "office")
    assert isinstance(found, Policy)
    assert (found.round_robin, found.remind_after, found.repeat) == (True, 2 * HOUR, 1)

    backup = world.team("backup", ("dave", 5))
    alice.opens("/pagertree policy edit office", showing="Used by")
    assert alice.submits(reassign=[f"team:{backup.id}"], teams=[backup.id], remind_after="")["ok"]
    directory = world.ports.store.directory()
    assert directory.policies[found.id].reassign == (team_receiver(backup),)
    assert directory.policies[found.id].remind_after is None
    assert directory.teams[backup.id].policy_id == found.id
    assert "reassigned to team:backup" in alice.asks("/pagertree policy show office")


def test_a_stakeholder_is_made_of_people_and_addresses(world: World, alice: Person) -> None:
    alice.opens("/pagertree stakeholder add", showing="Email addresses")
    assert "There is nobody in it" in alice.submits(name="Press")["errors"]["users"]
    assert "is no email address" in alice.submits(emails="a@example.com\nnobody")["errors"]["emails"]
    assert alice.submits(users=[BOB], emails="a@example.com b@example.com")["ok"]
    [found] = world.ports.store.directory().all(Stakeholder)
    assert isinstance(found, Stakeholder)
    assert found.emails == ("a@example.com", "b@example.com")
    assert "b@example.com" in alice.asks("/pagertree stakeholder show press")


def test_maintenance_is_begun_and_ended_with_a_click(world: World, alice: Person) -> None:
    alice.asks("/pagertree")
    world.policy(("dave", 5))
    asked = alice.asks_for("/pagertree maintenance start webhook")
    assert "For how long" in words_of(asked)
    before = alice.workspace.get("changes")["seq"]
    assert alice.clicks("run.maintenance start webhook 30m")["ok"]
    assert "Nobody is alerted by" in words_of(alice.sees(after=before))

    [window] = world.ports.store.directory().all(Maintenance)
    assert isinstance(window, Maintenance)
    assert window.end_at - window.start_at == timedelta(minutes=30)
    assert "On now, until" in alice.asks("/pagertree maintenance list")
    assert "has ended" in alice.asks(f"/pagertree maintenance end {window.handle}")
    assert "No maintenance is on or planned" in alice.asks("/pagertree maintenance list")
    assert "is not open now" in alice.asks(f"/pagertree maintenance end {window.handle}")
    assert "That is no time for a window" in alice.asks("/pagertree maintenance start webhook 30d")


def test_a_window_that_has_just_ended_is_not_said_to_be_on(world: World) -> None:
    world.policy(("dave", 5))
    [hook] = world.ports.store.directory().integrations
    window = maintenances.begin(world.ports, (hook,), HOUR, SYSTEM)
    begun = visit(world)
    world.passes(seconds=0.1)  # asking takes its time: the window ends after the visit began

    noun, command, left = find(collect(), read(f"maintenance end {window.handle}"))
    said = command.run(begun, bind(noun, command, left))

    assert isinstance(said, Said)
    assert said.text.endswith("has ended. What its integrations send alerts people again.")


def test_maintenance_is_begun_at_whatever_instant(world: World, alice: Person) -> None:
    alice.asks("/pagertree")
    world.policy(("dave", 5))
    world.passes(seconds=0.123456)
    assert "Nobody is alerted by" in alice.asks("/pagertree maintenance start webhook 30m")

    [window] = world.ports.store.directory().all(Maintenance)
    assert isinstance(window, Maintenance)
    alice.opens(f"/pagertree maintenance edit {window.handle}", showing="Repeats")
    assert alice.submits(name="Shorter")["ok"]
    assert "On now, until" in alice.asks("/pagertree maintenance list")


def test_maintenance_is_planned(world: World, alice: Person) -> None:
    alice.asks("/pagertree")
    world.policy(("dave", 5))
    [hook] = world.ports.store.directory().all(Integration)
    begins = int((world.clock.now() + HOUR).timestamp())
    alice.opens("/pagertree maintenance add", showing="Repeats")
    answer = alice.submits(name="Upgrade", integrations=[hook.id], start_at=begins, end_at=begins)
    assert "The window ends before it starts" in answer["errors"]["end_at"]
    answer = alice.submits(end_at=begins + 3600, recurrence="otherwise", rule="FREQ=NEVER")
    assert answer["errors"]["recurrence"]
    assert alice.submits(recurrence="FREQ=WEEKLY")["ok"]
    assert "Repeats every week, on the clock of Europe/Paris" in alice.asks("/pagertree maintenance list")


def test_only_those_whose_alerts_they_are_silence_an_integration(world: World, alice: Person, bob: Person) -> None:
    alice.asks("/pagertree")
    bob.asks("/pagertree")
    team = world.policy(("dave", 5))
    assert "Only admins may" in bob.asks("/pagertree maintenance start webhook 30m")
    user = world.ports.store.directory().user_in_slack(BOB)
    assert user
    member = Member(user_id=user.id, role=Role.ADMIN)
    manage.change(world.ports, replace(team, members=(*team.members, member)), SYSTEM, 1)
    assert "Nobody is alerted by" in bob.asks("/pagertree maintenance start webhook 30m")


# --- People -------------------------------------------------------------------------------------------------------


def test_people_say_how_they_are_reached(world: World, bob: Person) -> None:
    assert "A code is on its way" in bob.asks("/pagertree me add +44 20 7123 4567")
    code = world.phones["sms"].told.pop().split(": ")[1][:6]
    assert "is yours" in bob.asks(f"/pagertree me verify {code}")
    assert "paged by slack, sms" in bob.asks("/pagertree me channels slack sms")
    assert "Europe/Paris" in bob.asks("/pagertree me zone Europe/Paris")
    assert "3h before they begin and when they are over" in bob.asks("/pagertree me remind 3h --after yes")
    assert "https://pager.example/ical/" in bob.asks("/pagertree me feed")
    shown = bob.asks("/pagertree me")
    assert "+442071234567" in shown
    assert "at once by slack, sms" in shown
    assert "is removed" in bob.asks("/pagertree me forget +442071234567")
    user = world.ports.store.directory().user_in_slack(BOB)
    assert isinstance(user, User)
    assert (user.zone, user.contacts) == ("Europe/Paris", ())


def test_roles_are_given_and_the_last_admin_stays(world: World, alice: Person, bob: Person) -> None:
    alice.asks("/pagertree")
    bob.asks("/pagertree")
    assert "is the last admin" in alice.asks("/pagertree user role @alice member")
    assert "is admin" in alice.asks("/pagertree user role @bob admin")
    bob.opens("/pagertree user deactivate @alice", showing="They are on call nowhere")
    assert "is deactivated" in words_of(bob.submits())
    assert "deactivated" in alice.asks("/pagertree")


def _is_active(world: World, slack_id: str) -> bool:
    user = world.ports.store.directory().user_in_slack(slack_id)
    assert user
    return user.active


def test_deactivating_says_what_counts_on_the_person_before_and_after(
    world: World, watch: Schedule, alice: Person, bob: Person
) -> None:
    bob.asks("/pagertree")
    counting = f"schedule night-watch, layer 1: `/pagertree schedule edit night-watch {watch.events[0].id}`"

    asked = words_of(alice.opens("/pagertree user deactivate @bob", showing="What counts on"))

    assert counting.partition(":")[0] in asked
    assert _is_active(world, BOB)
    said = words_of(alice.submits())
    assert "is deactivated" in said
    assert counting.partition(": ")[2] in said
    assert not _is_active(world, BOB)
    assert "is active" in alice.asks("/pagertree user activate @bob")
