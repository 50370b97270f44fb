"""One in the place of another, everywhere it is named: found before, changed at once, taken back as a whole."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot.engine.directory import Configured, Directory, receiver_of
from bot.engine.model import Actor, Integration, Member, Policy, Receiver, Role, Router, Stakeholder, Team, User
from bot.engine.schedules import Schedule
from bot.errors import Refused
from bot.ports import ChangeFilter, Ports, Revision
from bot.service import manage
from bot.service.references import Reference, references_to

T = TypeVar("T")
_MOST_UNDONE = 10_000
_BY_HAND = "rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """What changes when one takes another's place, and the rules that name it and have to be changed by hand."""

    changed: tuple[Configured, ...]
    by_hand: tuple[Reference, ...]


def foresee(directory: Directory, old: Configured, new: Configured, now: datetime) -> Substitution:
    """What would change. Raises `Refused` for two that cannot take each other's place."""
    if type(old) is not type(new) or old.id == new.id:
        raise Refused("They have to be two of one kind.")
    everything: tuple[Configured, ...] = tuple(
        each for kind in (Schedule, Team, Policy, Integration, Router, Stakeholder) for each in directory.all(kind)
    )
    changed = (after for each in everything if (after := _with(each, old, new, now)) != each)
    by_hand = (each for each in references_to(directory, old.id) if each.part == _BY_HAND)
    return Substitution(changed=tuple(changed), by_hand=tuple(by_hand))


def carry_out(ports: Ports, old: Configured, new: Configured, author: Actor) -> datetime:
    """Change everything at once, or nothing; returns the instant that names the change. Raises `Refused`, `Invalid`."""
    now = ports.clock.now()
    with ports.store.begin() as uow:
        changed = foresee(uow.directory(), old, new, now).changed
        edited = [(each, uow.version_of(each.id)) for each in changed]
    manage.change_all(ports, edited, author)
    return now


def undo(ports: Ports, at: datetime, author: Actor) -> int:
    """Have everything that somebody changed at one instant as it was before; returns how many objects it were.

    Raises `Refused` where there is nothing, or where one of them was changed since: then nothing is undone.
    """
    with ports.store.begin() as uow:
        wanted = ChangeFilter(is_narrowed=True, author_ids=frozenset({author.id}), at=at, limit=_MOST_UNDONE)
        found = uow.changes(wanted)
        if not found:
            raise Refused("There is nothing that can be undone.")
        newer = [each for each in found if uow.version_of(each.object_id) != each.version]
        before = [(uow.revision(each.object_id, each.version - 1), each) for each in found]
    if newer:
        raise Refused(f"{_name(newer[0])} was changed since, so that nothing is undone: audit list shows by whom.")
    edited = [(was.body, each.version) for was, each in before if was and was.body]
    manage.change_all(ports, edited, author)
    return len(edited)


def _name(revision: Revision) -> str:
    return revision.body.name if revision.body else revision.object_id


def _with(each: Configured, old: Configured, new: Configured, now: datetime) -> Configured:
    """An object as it is with the one in the other's place."""
    if isinstance(old, User) and isinstance(new, User):
        each = _with_person(each, _swap(old.id, new.id), now)
    if isinstance(old, Schedule) and isinstance(each, Team) and each.schedule_id == old.id:
        return replace(each, schedule_id=new.id)
    was, will = receiver_of(old), receiver_of(new)
    return _with_receiver(each, was, will) if was and will else each


def _swap(old: str, new: str) -> Callable[[Iterable[str]], tuple[str, ...]]:
    return lambda ids: tuple(new if each == old else each for each in ids)


def _with_person(each: Configured, swap: Callable[[Iterable[str]], tuple[str, ...]], now: datetime) -> Configured:
    match each:
        case Schedule():
            events = tuple(replace(event, attendees=swap(event.attendees)) for event in each.events)
            overrides = tuple(
                replace(one, user_ids=_once(swap(one.user_ids))) if one.end_at > now else one for one in each.overrides
            )
            return replace(each, events=events, overrides=overrides)
        case Team():
            return replace(
                each,
                members=tuple(_members(each, swap)),
                told_of_drops=_once(swap(each.told_of_drops)),
                told_of_handoffs=_once(swap(each.told_of_handoffs)),
            )
        case Stakeholder():
            return replace(each, user_ids=_once(swap(each.user_ids)))
        case _:
            return each


def _members(team: Team, swap: Callable[[Iterable[str]], tuple[str, ...]]) -> Iterator[Member]:
    """The members, each once: who takes an admin's place is an admin."""
    roles: dict[str, Role] = {}
    for member, user_id in zip(team.members, swap(each.user_id for each in team.members), strict=True):
        roles[user_id] = Role.ADMIN if Role.ADMIN in {member.role, roles.get(user_id)} else member.role
    return (Member(user_id=user_id, role=role) for user_id, role in roles.items())


def _once(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _with_receiver(each: Configured, was: Receiver, will: Receiver) -> Configured:
    match each:
        case Integration() if was in each.destinations:
            return replace(each, destinations=_once(will if one == was else one for one in each.destinations))
        case Router() if each.default_destination == was and each.id != will.id:
            return replace(each, default_destination=will)
        case Policy() if was in each.reassign:
            return replace(each, reassign=_once(will if one == was else one for one in each.reassign))
        case _:
            return each
