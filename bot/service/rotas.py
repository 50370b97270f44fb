"""Changing who is on call when: overrides, swaps and edits of events."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot import ids
from bot.engine import schedules
from bot.engine.directory import Directory
from bot.engine.model import Actor, ActorKind
from bot.engine.schedules import Action, Event, Override, Schedule, Shift
from bot.errors import Conflict, Invalid, NotFound, Problem, Refused
from bot.ports import Ports, UnitOfWork
from bot.service import rota_news
from bot.service.checks import check

_KEPT = timedelta(days=366)


class Extent(StrEnum):
    """How much of a series an edit is about."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


class Effective(StrEnum):
    """From when on a change of events counts: whoever is on call keeps their turn, or it counts at once."""

    NEXT_TURN = "next"
    NOW = "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPart:
    """Which part of a schedule: an event, its occurrence by the wall-clock start, and how much of the series."""

    event_id: str
    start: datetime
    extent: Extent = Extent.THIS


def from_next_turn(before: Schedule, after: Schedule, directory: Directory, now: datetime) -> Schedule:
    """A changed schedule in which whoever is on call keeps their turn to its end, and the turns after it go on."""
    known = {event.id: event for event in before.events}
    zoned = before.zone != after.zone
    turned = tuple(
        schedules.go_on(before, after, each.id, now) if known.get(each.id) != each or zoned else each
        for each in after.events
    )
    return keep_present(before, replace(after, events=turned), directory, now)


def keep_present(before: Schedule, after: Schedule, directory: Directory, now: datetime) -> Schedule:
    """A changed schedule in which whoever is on call keeps their turn to its end; not those who are gone."""
    gone = {user.id for user in directory.users.values() if not user.active}
    return schedules.keep_present(before, after, now, lambda: ids.new("ovr"), gone)


def edit(
    ports: Ports,
    schedule_id: str,
    author: Actor,
    change: Callable[[Schedule], Schedule],
    *,
    seen: int | None = None,
    effective: Effective = Effective.NOW,
) -> Schedule:
    """Change a schedule as it is now and save it. With `seen`, only that version is changed.

    Whoever else gains or loses a shift within two weeks by it is told. Raises `NotFound`, `Conflict` when it is
    another version by now, or `Invalid` with every problem.
    """
    with ports.store.begin() as uow:
        schedule = _find(uow, schedule_id)
        version = uow.version_of(schedule.id)
        if seen is not None and seen != version:
            raise Conflict(f"{schedule.name} was changed since you opened it: look at it again")
        changed, now = change(schedule), ports.clock.now()
        if effective is Effective.NEXT_TURN:
            changed = from_next_turn(schedule, changed, uow.directory(), now)
        check(changed, uow.directory().including([changed]), ports.sources)
        uow.put(changed, author, now, seen=version)
        rota_news.tell(ports, uow, schedule, changed, author)
    return changed


def add_override(ports: Ports, schedule_id: str, override: Override, author: Actor) -> Schedule:
    """Let an override work on what the earlier ones left; the same one twice is harmless.

    Raises `NotFound`, or `Invalid`, also for one that is over already.
    """
    now = ports.clock.now()
    if override.end_at <= now:
        mend = "Choose an end that is still to come."
        raise Invalid([Problem(message="The override would be over already.", mend=mend, where=("end_at",))])

    _refuse_gone(ports, override.user_ids if override.action is not Action.REMOVE else (), "user_ids")
    signed = _signed(override, author)

    def change(schedule: Schedule) -> Schedule:
        current = _forget_what_is_long_over(schedule, now)
        known = {each.id for each in current.overrides}
        return current if override.id in known else schedules.add_override(current, signed)

    return edit(ports, schedule_id, author, change)


def remove_override(ports: Ports, schedule_id: str, override_id: str, author: Actor) -> Schedule:
    """Take an override back, and a swap as a whole. Raises `NotFound` or `Invalid`."""
    return edit(ports, schedule_id, author, lambda schedule: schedules.remove_override(schedule, override_id))


def take(ports: Ports, schedule_id: str, shift: Shift, override_id: str, author: Actor) -> Schedule:
    """Let the author take somebody's shift, or what is left of it; who comes first has it.

    Raises `Refused` with who was faster, or `Invalid` when the shift is not theirs any more, or is over.
    """
    now = ports.clock.now()
    _refuse_gone(ports, (author.id,), "shift")

    def change(schedule: Schedule) -> Schedule:
        taken = next((each for each in schedule.overrides if each.id == override_id), None)
        if taken:
            raise Refused(_say_taken(ports, taken, author))
        left = replace(shift, start_at=max(shift.start_at, now))
        if left.end_at <= left.start_at or not schedules.still_there(schedule, left):
            mend = "Look at the schedule again."
            raise Invalid([Problem(message="That shift is over, or in other hands by now.", mend=mend)])
        return schedules.add_override(schedule, _signed(schedules.hand_over(left, author.id, override_id), author))

    return edit(ports, schedule_id, author, change)


def _say_taken(ports: Ports, taken: Override, author: Actor) -> str:
    if taken.user_ids == (author.id,):
        return "You have taken this shift already"
    users = ports.store.directory().users
    names = ", ".join(users[each].name for each in taken.user_ids if each in users)
    return f"{names or 'Somebody'} was faster, and has taken this shift"


def swap(ports: Ports, schedule_id: str, one: Shift, other: Shift, author: Actor) -> Schedule:
    """Let the people of two shifts take each other's. Raises `Invalid` when one is not as it was seen."""
    _refuse_gone(ports, (one.user_id, other.user_id), "other")
    made = (ids.new("ovr"), ids.new("ovr"))

    def change(schedule: Schedule) -> Schedule:
        swapped = schedules.swap(schedule, one, other, made)
        overrides = (_signed(each, author) if each.id in made else each for each in swapped.overrides)
        return replace(swapped, overrides=tuple(overrides))

    return edit(ports, schedule_id, author, change)


def add_event(ports: Ports, schedule_id: str, event: Event, author: Actor, *, seen: int | None = None) -> Schedule:
    """Add an event; the same one twice is harmless. Raises `NotFound`, `Conflict` or `Invalid`."""

    return edit(ports, schedule_id, author, lambda schedule: schedules.add_event(schedule, event), seen=seen)


def edit_event(
    ports: Ports,
    schedule_id: str,
    place: EventPart,
    changed: Event,
    author: Actor,
    *,
    seen: int | None = None,
    effective: Effective = Effective.NOW,
) -> Schedule:
    """Put a changed event where a series was, as far as the place says. Raises `NotFound`, `Conflict` or `Invalid`."""

    def change(schedule: Schedule) -> Schedule:
        match place.extent:
            case Extent.THIS:
                return schedules.edit_occurrence(schedule, place.event_id, place.start, changed)
            case Extent.FOLLOWING:
                return schedules.edit_following(schedule, place.event_id, place.start, changed)
            case Extent.ALL:
                return schedules.edit_all(schedule, changed)

    return edit(ports, schedule_id, author, change, seen=seen, effective=effective)


def remove_event(
    ports: Ports,
    schedule_id: str,
    place: EventPart,
    author: Actor,
    *,
    seen: int | None = None,
    effective: Effective = Effective.NOW,
) -> Schedule:
    """Let occurrences of a series not take place. Raises `NotFound`, `Conflict` or `Invalid`."""

    def change(schedule: Schedule) -> Schedule:
        match place.extent:
            case Extent.THIS:
                return schedules.remove_occurrence(schedule, place.event_id, place.start)
            case Extent.FOLLOWING:
                return schedules.end_recurrence(schedule, place.event_id, place.start)
            case Extent.ALL:
                return schedules.remove_event(schedule, place.event_id)

    return edit(ports, schedule_id, author, change, seen=seen, effective=effective)


def _refuse_gone(ports: Ports, user_ids: Iterable[str], where: str) -> None:
    """Raise `Invalid` for people who are here no more: their shift would be a gap."""
    directory = ports.store.directory()
    users = (directory.users.get(each) for each in user_ids)
    gone = [user.name for user in users if user and not user.active]
    if gone:
        message = f"{', '.join(gone)} {'is' if len(gone) == 1 else 'are'} deactivated, and cannot be on call."
        raise Invalid([Problem(message=message, mend="Choose somebody else.", where=(where,))])


def _signed(override: Override, author: Actor) -> Override:
    return replace(override, author_id=author.id if author.kind is ActorKind.USER else "")


def _find(uow: UnitOfWork, schedule_id: str) -> Schedule:
    found = uow.directory().schedules.get(schedule_id)
    if found is None:
        raise NotFound("The schedule was deleted.")
    return found


def _forget_what_is_long_over(schedule: Schedule, now: datetime) -> Schedule:
    """Overrides of a year ago decide nothing any more, and what was is kept in the versions."""
    kept = tuple(each for each in schedule.overrides if each.end_at > now - _KEPT)
    return replace(schedule, overrides=kept)
