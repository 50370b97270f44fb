"""What still uses an object: asked before it is deleted."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.engine.directory import Directory
from bot.engine.model import Automation, Integration, Receiver, Router, Stakeholder, Team
from bot.engine.rules.actions import Action, Attach, Automate
from bot.engine.rules.integrations import destinations_in
from bot.engine.rules.routers import read_router, receivers_of
from bot.engine.schedules import Schedule
from bot.errors import Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What names an object: its kind, its handle, and the part of it that does, where that is not all of it."""

    noun: str
    handle: str
    part: str = ""

    def __str__(self) -> str:
        return f"{self.noun} {self.handle} ({self.part})" if self.part else f"{self.noun} {self.handle}"


def references_to(directory: Directory, object_id: str) -> tuple[Reference, ...]:
    """What names the object, each once, in the order of their words."""
    return tuple(sorted(set(_references(directory, object_id)), key=str))


def _references(directory: Directory, object_id: str) -> Iterator[Reference]:
    yield from _references_of_integrations(directory, object_id)
    for router in directory.routers.values():
        if router.default_destination and router.default_destination.id == object_id:
            yield Reference(noun="router", handle=router.handle, part="default destination")
        if _router_names(router, object_id, directory):
            yield Reference(noun="router", handle=router.handle, part="rules")
    for policy in directory.policies.values():
        if _names(policy.reassign, object_id):
            yield Reference(noun="policy", handle=policy.handle, part="reassign")
    yield from _references_of_people(directory, object_id)


def _references_of_integrations(directory: Directory, object_id: str) -> Iterator[Reference]:
    for integration in directory.integrations.values():
        if _names(integration.destinations, object_id):
            yield Reference(noun="integration", handle=integration.handle, part="destination")
        if _rules_name(integration, object_id, directory):
            yield Reference(noun="integration", handle=integration.handle, part="rules")


def _references_of_people(directory: Directory, object_id: str) -> Iterator[Reference]:
    yield from (
        Reference(noun="team", handle=each.handle) for each in directory.teams.values() if object_id in _parts(each)
    )
    yield from (
        Reference(noun="schedule", handle=each.handle)
        for each in directory.schedules.values()
        if object_id in _people(each)
    )
    yield from (
        Reference(noun="stakeholder", handle=each.handle)
        for each in directory.stakeholders.values()
        if object_id in each.user_ids
    )
    for user in directory.users.values():
        if user.notification_rule_id == object_id:
            yield Reference(noun="user", handle=user.handle, part="notification rule")
    for window in directory.maintenances.values():
        if object_id in window.integration_ids:
            yield Reference(noun="maintenance", handle=window.handle)


def _people(schedule: Schedule) -> set[str]:
    attending = {each for event in schedule.events for each in event.attendees}
    return attending | {each for override in schedule.overrides for each in override.user_ids}


def _parts(team: Team) -> tuple[str | None, ...]:
    told = (*team.stakeholder_ids, *team.told_of_drops, *team.told_of_handoffs)
    return (team.schedule_id, team.policy_id, *told, *(each.user_id for each in team.members))


def _names(receivers: tuple[Receiver, ...], object_id: str) -> bool:
    return any(each.id == object_id for each in receivers)


def _router_names(router: Router, object_id: str, directory: Directory) -> bool:
    try:
        rules = read_router(router.yaml).rules
    except Invalid:
        return False
    actions = [action for rule in rules for action in rule.actions]
    texts = (text for action in actions for _, text in receivers_of(action))
    if any(found.id == object_id for found in map(directory.receiver, texts) if found):
        return True
    return any(_runs_or_tells(action, object_id, directory) for action in actions)


def _runs_or_tells(action: Action, object_id: str, directory: Directory) -> bool:
    match action:
        case Automate(ids=ids):
            found = [directory.get(Automation, each.removeprefix("automation:")) for each in ids]
        case Attach(ids=ids):
            found = [directory.get(Stakeholder, each.removeprefix("stakeholder:")) for each in ids]
        case _:
            return False
    return any(each.id == object_id for each in found if each)


def _rules_name(integration: Integration, object_id: str, directory: Directory) -> bool:
    try:
        texts = destinations_in(integration.rules)
    except Invalid:
        return False
    return any(found.id == object_id for found in map(directory.receiver, texts) if found)
