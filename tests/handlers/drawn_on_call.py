"""What has to do with who is on call: one of each, and its forms and commands, for tests that go over all of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.engine.model import SYSTEM, Integration, Maintenance, Policy, Stakeholder, Team
from bot.engine.schedules import Action, Override, Schedule
from bot.handlers.modals.address import ask_late, new_address
from bot.handlers.modals.cover import ask_for_cover
from bot.handlers.modals.deactivation import ask_to_deactivate
from bot.handlers.modals.feed import import_form
from bot.handlers.modals.maintenance import edit_maintenance, new_maintenance
from bot.handlers.modals.override import ask_to_remove, new_override, new_swap
from bot.handlers.modals.policy import edit_policy, new_policy
from bot.handlers.modals.schedule import edit_event, edit_schedule, new_event, new_schedule
from bot.handlers.modals.stakeholder import edit_stakeholder, new_stakeholder
from bot.handlers.modals.substitution import ask_to_replace
from bot.handlers.modals.team_people import edit_people
from bot.handlers.visit import Visit
from bot.service import manage
from bot.service.rotas import EventPart, Extent
from bot.slack.forms import Form
from tests.harness import World

ASKED: Mapping[str, str] = {
    "schedule_list": "schedule list",
    "schedule_show": "schedule show ops",
    "schedule_gaps": "schedule gaps ops --days 7",
    "override_list": "override list",
    "policy_list": "policy list",
    "policy_show": "policy show ops",
    "stakeholder_list": "stakeholder list",
    "stakeholder_show": "stakeholder show press",
    "maintenance_list": "maintenance list",
    "maintenance_show": "maintenance show upgrade",
    "me_mine_show": "me",
    "user_list": "user list",
    "oncall_at": 'oncall ops --at "2026-01-20 09:00"',
}


def furnish_duty(world: World, stakeholder: str, maintenance: str, name: str = "") -> None:
    """Give the team `ops` an override to come, and make a stakeholder and a window that begins tomorrow."""
    directory = world.ports.store.directory()
    schedule, policy = directory.get(Schedule, "ops"), directory.get(Policy, "ops")
    hook = directory.get(Integration, "webhook")
    assert isinstance(schedule, Schedule)
    assert isinstance(policy, Policy)
    begins = world.clock.now() + timedelta(days=1)
    user_id = schedule.events[0].attendees[0]
    override = Override(
        id="ovr_1", start_at=begins, end_at=begins + timedelta(days=1), action=Action.REPLACE, user_ids=(user_id,)
    )
    changed = replace(schedule, name=name or schedule.name, overrides=(override,))
    manage.change(world.ports, changed, SYSTEM, 1)
    policy = replace(policy, name=name or policy.name, round_robin=True, remind_after=timedelta(hours=2))
    manage.change(world.ports, policy, SYSTEM, 1)
    told = Stakeholder(
        id="stk_1", name=name or "Press", handle=stakeholder, user_ids=(user_id,), emails=("press@example.com",)
    )
    window = Maintenance(
        id="mnt_1",
        name=name or "Upgrade",
        handle=maintenance,
        integration_ids=(hook.id,) if hook else (),
        start_at=begins,
        end_at=begins + timedelta(hours=1),
        recurrence="FREQ=WEEKLY",
    )
    manage.create(world.ports, told, SYSTEM)
    manage.create(world.ports, window, SYSTEM)


def duty_forms(visit: Visit, name: str) -> Mapping[str, Form]:
    """The forms by name; objects that they show are called `name`."""
    directory = visit.directory()
    found, ladder = directory.get(Schedule, "ops"), directory.get(Policy, "ops")
    assert isinstance(found, Schedule)
    assert isinstance(ladder, Policy)
    override = Override(
        id="ovr_1", start_at=visit.now, end_at=visit.now + timedelta(days=1), action=Action.ADD, user_ids=("usr_x",)
    )
    schedule = replace(found, name=name, overrides=(override,))
    event, later = schedule.events[0], schedule.events[0].start + timedelta(days=7)
    places = {extent: EventPart(event_id=event.id, start=later, extent=extent) for extent in Extent}
    stakeholder = Stakeholder(id="stk_1", name=name, handle="press", emails=("press@example.com",))
    ops = directory.get(Team, "ops")
    assert isinstance(ops, Team)
    told = tuple(member.user_id for member in ops.members)
    team = replace(ops, name=name, stakeholder_ids=(stakeholder.id,), told_of_drops=told, told_of_handoffs=told)
    window = Maintenance(
        id="mnt_1",
        name=name,
        handle="upgrade",
        integration_ids=(),
        start_at=visit.now,
        end_at=visit.now + timedelta(hours=1),
        recurrence="FREQ=MONTHLY;BYDAY=1SU",
    )
    return {
        "schedule_new": new_schedule(visit),
        "schedule_edit": edit_schedule(schedule, 3, directory),
        "schedule_import": import_form(visit),
        "schedule_extend": new_event(schedule, 3, directory, visit.now),
        **{f"schedule_event_{at}": edit_event(schedule, 3, place, directory) for at, place in places.items()},
        "override_new": new_override(visit, schedule),
        "override_delete": ask_to_remove(schedule, override, directory),
        "swap": new_swap(visit, schedule),
        "cover": ask_for_cover(replace(visit, user=directory.users[schedule.events[0].attendees[0]]), schedule),
        "policy_new": new_policy(directory),
        "policy_edit": edit_policy(replace(ladder, name=name, remind_after=timedelta(hours=2)), 3, directory),
        "maintenance_new": new_maintenance(visit),
        "maintenance_edit": edit_maintenance(window, 3, directory),
        "user_deactivate": ask_to_deactivate(visit, replace(directory.users[found.events[1].attendees[0]], name=name)),
        "replace": ask_to_replace(visit, *(directory.users[each.attendees[0]] for each in found.events[:2])),
        "address_new": new_address(visit),
        "address_code": ask_late(),
        "team_people": edit_people(team, 3, directory.including([stakeholder])),
        "stakeholder_new": new_stakeholder(directory),
        "stakeholder_edit": edit_stakeholder(stakeholder, 3, directory),
    }
