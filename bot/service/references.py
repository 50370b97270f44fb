"""What still uses an object: asked before it is deleted."""

from collections.abc import Iterable, Iterator, Mapping
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


class _ReferenceIndex:
    """What names each object, gathered once for a state of the configuration: to read all rules takes long."""

    def __init__(self) -> None:
        self._last: tuple[Directory, Mapping[str, tuple[Reference, ...]]] = (Directory(), {})

    def of(self, directory: Directory) -> Mapping[str, tuple[Reference, ...]]:
        """What names each object, by its id. Whose turn it is does not matter: the shelves are the same ones."""
        known, found = self._last
        if known.users is directory.users:
            return found
        gathered: dict[str, set[Reference]] = {}
        for object_id, reference in _all(directory):
            gathered.setdefault(object_id, set()).add(reference)
        found = {object_id: tuple(sorted(names, key=str)) for object_id, names in gathered.items()}
        self._last = (directory, found)
        return found


_INDEX = _ReferenceIndex()


def references_to(directory: Directory, object_id: str) -> tuple[Reference, ...]:
    """What names the object, each once, in the order of their words."""
    return _INDEX.of(directory).get(object_id, ())


def _all(directory: Directory) -> Iterator[tuple[str, Reference]]:
    """Each id that an object names, with what names it."""
    for integration in directory.integrations.values():
        yield from _from(
            Reference(noun="integration", handle=integration.handle, part="destination"), _ids(integration.destinations)
        )
        yield from _from(
            Reference(noun="integration", handle=integration.handle, part="rules"),
            _in_texts(directory, _texts_of(integration)),
        )
    for router in directory.routers.values():
        default = (router.default_destination,) if router.default_destination else ()
        yield from _from(Reference(noun="router", handle=router.handle, part="default destination"), _ids(default))
        yield from _from(Reference(noun="router", handle=router.handle, part="rules"), _in_rules(router, directory))
    for policy in directory.policies.values():
        yield from _from(Reference(noun="policy", handle=policy.handle, part="reassign"), _ids(policy.reassign))
    yield from _all_of_people(directory)


def _all_of_people(directory: Directory) -> Iterator[tuple[str, Reference]]:
    for team in directory.teams.values():
        yield from _from(Reference(noun="team", handle=team.handle), _parts(team))
    for schedule in directory.schedules.values():
        yield from _from(Reference(noun="schedule", handle=schedule.handle), _people(schedule))
    for stakeholder in directory.stakeholders.values():
        yield from _from(Reference(noun="stakeholder", handle=stakeholder.handle), stakeholder.user_ids)
    for user in directory.users.values():
        rule = (user.notification_rule_id,)
        yield from _from(Reference(noun="user", handle=user.handle, part="notification rule"), rule)
    for window in directory.maintenances.values():
        yield from _from(Reference(noun="maintenance", handle=window.handle), window.integration_ids)


def _from(reference: Reference, object_ids: Iterable[str | None]) -> Iterator[tuple[str, Reference]]:
    yield from ((each, reference) for each in object_ids if each)


def _ids(receivers: Iterable[Receiver]) -> Iterator[str]:
    yield from (each.id for each in receivers)


def _people(schedule: Schedule) -> set[str]:
    attending = {each for event in schedule.events for each in event.attendees}
    return attending | {each for override in schedule.overrides for each in override.user_ids}


def _parts(team: Team) -> tuple[str | None, ...]:
    told = (*team.stakeholder_ids, *team.told_of_drops, *team.told_of_handoffs)
    return (team.schedule_id, team.policy_id, *told, *(each.user_id for each in team.members))


def _texts_of(integration: Integration) -> Iterable[str]:
    try:
        return destinations_in(integration.rules)
    except Invalid:
        return ()


def _in_texts(directory: Directory, texts: Iterable[str]) -> Iterator[str]:
    yield from (found.id for found in map(directory.receiver, texts) if found)


def _in_rules(router: Router, directory: Directory) -> Iterator[str]:
    try:
        rules = read_router(router.yaml).rules
    except Invalid:
        return
    for action in (action for rule in rules for action in rule.actions):
        yield from _in_texts(directory, (text for _, text in receivers_of(action)))
        yield from _run_or_told(action, directory)


def _run_or_told(action: Action, directory: Directory) -> Iterator[str]:
    match action:
        case Automate(ids=ids):
            found = [directory.get(Automation, each.removeprefix("automation:")) for each in ids]
        case Attach(ids=ids):
            found = [directory.get(Stakeholder, each.removeprefix("stakeholder:")) for each in ids]
        case _:
            return
    yield from (each.id for each in found if each)
