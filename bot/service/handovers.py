"""Truth about shifts that were announced: that one is taken back, and what a team is told when a shift begins."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from bot.engine.directory import Directory
from bot.engine.model import Alert, Status, Team, User
from bot.engine.paging import conversations
from bot.engine.schedules import Schedule, Shift, merge, on_call, shifts
from bot.engine.schedules.walltime import find_zone
from bot.engine.staffing import staffed
from bot.errors import Invalid
from bot.ports import AlertFilter, AlertOrder, Announcement, Ports, ShiftNotice, ShiftNoticeKind, UnitOfWork
from bot.service import announce
from bot.service.announce import About

_NAMES = {ShiftNoticeKind.BEGINS: "duty.on", ShiftNoticeKind.TAKEN_BACK: "duty.back"}
_REMEMBERED = timedelta(days=15)
"""How long ago a shift may have been announced that is still to come."""
_LATE = timedelta(minutes=10)
"""How late a team is told that a shift has begun."""
_AHEAD = timedelta(weeks=5)
_MOST_ALERTS = 10
_LOOKED_AT = 1_000  # alerts of one team
_UNDER_WAY = (Status.OPEN, Status.ACKNOWLEDGED, Status.DROPPED)
"""What whoever begins has to know of: also what nobody answered."""


@dataclass(frozen=True, slots=True, order=True)
class Promise:
    """That somebody goes on call at an instant; `second` counts from 1970 on."""

    schedule_id: str
    layer: int
    second: int
    user_id: str

    @property
    def at(self) -> datetime:
        """When the shift begins."""
        return datetime.fromtimestamp(self.second, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How often people were told that a shift begins, and that it is not theirs any more."""

    on: Mapping[Promise, int]
    back: Mapping[Promise, int]

    def promised(self, about: About, promise: Promise) -> About:
        """What says that a shift begins, under a name of its own: another one when it was taken back since."""
        return _named(about, ShiftNoticeKind.BEGINS, promise, self.back.get(promise, 0))

    def broken(self, about: About, promise: Promise) -> About:
        """What says that a shift is not theirs any more, under a name of its own."""
        return _named(about, ShiftNoticeKind.TAKEN_BACK, promise, self.back.get(promise, 0))

    def standing(self) -> Iterator[Promise]:
        """What was promised and not taken back."""
        return (each for each, times in self.on.items() if times > self.back.get(each, 0))


def recall(uow: UnitOfWork, now: datetime) -> Told:
    """What was said lately of shifts that begin."""
    said = uow.shift_notices(now - _REMEMBERED)
    return Told(on=_count(said, ShiftNoticeKind.BEGINS), back=_count(said, ShiftNoticeKind.TAKEN_BACK))


def _count(said: Iterable[ShiftNotice], kind: ShiftNoticeKind) -> Counter[Promise]:
    """How many times each promise was said."""
    return Counter(_promise_of(each) for each in said if each.kind is kind)


def _promise_of(said: ShiftNotice) -> Promise:
    return Promise(said.schedule_id, said.layer, int(said.start_at.timestamp()), said.user_id)


def _named(about: About, kind: ShiftNoticeKind, promise: Promise, number: int) -> About:
    again = f"~{number}" if number else ""
    notice = ShiftNotice(
        kind=kind,
        schedule_id=promise.schedule_id,
        layer=promise.layer,
        start_at=promise.at,
        user_id=promise.user_id,
        number=number,
    )
    name = f"{_NAMES[kind]}.{promise.schedule_id}.{promise.layer}.{promise.second}{again}"
    return replace(about, id=name, notice=notice)


# --- Taken back ---------------------------------------------------------------------------------------------------


def taken_back(ports: Ports, told: Told, directory: Directory, now: datetime) -> Iterator[Announcement]:
    """Say to those who were told that they go on call that they do not, as the schedule is by now."""
    for promise in told.standing():
        user = directory.users.get(promise.user_id)
        if user and user.active and promise.at > now - _LATE and not _is_kept(promise, directory):
            about = told.broken(_about(promise, directory, user, now), promise)
            yield from announce.for_user(user, about, ports)


def _is_kept(promise: Promise, directory: Directory) -> bool:
    """Whether the person still goes on call then; it is taken to be so where it cannot be computed."""
    schedule = directory.schedules.get(promise.schedule_id)
    if schedule is None:
        return False
    try:
        present = on_call(staffed(schedule, directory), promise.at, promise.layer)
    except Invalid:
        return True
    return any(each.user_id == promise.user_id for each in present)


def _about(promise: Promise, directory: Directory, user: User, now: datetime) -> About:
    schedule = directory.schedules.get(promise.schedule_id)
    place = f"{schedule.name}, layer {promise.layer}" if schedule else "a schedule that was deleted"
    begins = f"{promise.at.astimezone(_clock(user)):%a %d %b %H:%M}"
    text = f"You do not go on call for {place}, at {begins}, after all: the schedule was changed."
    return About(id="", title="Not on call after all", text=text, at=now)


def _clock(user: User) -> tzinfo:
    try:
        return find_zone(user.zone)
    except Invalid:
        return UTC


# --- The note when a shift begins ---------------------------------------------------------------------------------


def notes(ports: Ports, directory: Directory, now: datetime) -> Iterator[Announcement]:
    """A note when a shift begins: until when, who is next, which alerts are open.

    Of the first layer, the conversations of the schedule's teams hear it; so do its people who wish for reminders, when
    something is handed over: the rest stood in their reminder, and a shift may begin in the night.
    """
    for schedule in directory.schedules.values():
        teams = tuple(team for team in directory.teams.values() if team.schedule_id == schedule.id)
        if any(conversations.of(team) for team in teams) or _reminded(schedule, directory):
            yield from _notes(_Handover(ports, staffed(schedule, directory), teams, directory), now)


def _reminded(schedule: Schedule, directory: Directory) -> bool:
    in_turns = (each for event in schedule.events for each in event.attendees)
    instead = (each for override in schedule.overrides for each in override.user_ids)
    return any(_wants(directory.users.get(each)) for each in {*in_turns, *instead})


def _wants(user: User | None) -> bool:
    return user is not None and user.active and user.remind_before is not None


@dataclass(frozen=True, slots=True)
class _Handover:
    """A schedule in which shifts may begin, and the teams that use it."""

    ports: Ports
    schedule: Schedule
    teams: tuple[Team, ...]
    directory: Directory


def _notes(handover: _Handover, now: datetime) -> Iterator[Announcement]:
    try:
        begun = [each for each in _shifts(handover.schedule, now - _LATE, now) if now - _LATE < each.start_at <= now]
        first = [each for each in begun if each.layer == 1]
        if begun and (alerts := _alerts_of(handover.ports, handover.teams)):
            yield from _to_people(handover, begun, alerts, now)
        if first:
            yield from (each for team in handover.teams for each in _to_team(handover, team, first, now))
    except Invalid:
        return


def _to_people(handover: _Handover, begun: list[Shift], alerts: list[Alert], now: datetime) -> Iterator[Announcement]:
    for shift in begun:
        user = handover.directory.users.get(shift.user_id)
        if user and _wants(user):
            yield from announce.for_user(user, _to_person(handover, shift, user, alerts, now), handover.ports)


def _to_person(handover: _Handover, shift: Shift, user: User, alerts: list[Alert], now: datetime) -> About:
    clock, teams = _clock(user), ", ".join(team.name for team in handover.teams)
    where = f"{teams or handover.schedule.name}, layer {shift.layer}"
    lines = (
        f"You are on call for {where}, until {_wall(shift.end_at, clock)}.",
        *_next(handover, shift.layer, shift.start_at, clock),
        _listed("Handed over with it:", alerts),
    )
    about = f"duty.now.{shift.layer}.{handover.schedule.id}.{int(shift.start_at.timestamp())}"
    return About(id=about, title="You are on call", text="\n".join(lines), at=now)


def _to_team(handover: _Handover, team: Team, begun: list[Shift], now: datetime) -> Iterator[Announcement]:
    at = int(begun[-1].start_at.timestamp())
    if not (places := conversations.of(team)):
        return
    text = "\n".join(_say(handover, team, begun))
    for place in places:
        yield Announcement(
            id=f"duty.note.{team.id}.{at}{'' if place.channel == conversations.SLACK else f'.{place.channel}'}",
            channel=place.channel,
            address=place.address,
            title=f"On call for {team.name}",
            text=text,
            due_at=now,
        )


def _shifts(schedule: Schedule, start_at: datetime, end_at: datetime) -> tuple[Shift, ...]:
    return merge(shifts(schedule, start_at - timedelta(days=1), end_at + timedelta(seconds=1)))


def _say(handover: _Handover, team: Team, begun: list[Shift]) -> Iterator[str]:
    zone = find_zone(handover.schedule.zone)
    has = [f"{_name(each, handover.directory)} until {_wall(each.end_at, zone)}" for each in begun]
    yield f"On call for {team.name} from now: {', '.join(has)}."
    yield from _next(handover, 1, begun[-1].start_at, zone)
    found = _alerts_of(handover.ports, (team,))
    yield _listed("Handed over with it:", found) if found else "No alert is open."


def _next(handover: _Handover, layer: int, at: datetime, clock: tzinfo) -> Iterator[str]:
    """Who has the layer after those who begin at an instant."""
    ahead = _shifts(handover.schedule, at, at + _AHEAD)
    following = next((each for each in ahead if each.layer == layer and each.start_at > at), None)
    if following:
        yield f"Next: {_name(following, handover.directory)}, {_wall(following.start_at, clock)}."


def _wall(at: datetime, clock: tzinfo) -> str:
    return f"{at.astimezone(clock):%a %d %b %H:%M %Z}"


def _listed(title: str, found: list[Alert]) -> str:
    listed = [f"• #{each.number} {each.status}: {each.title[:120]}" for each in found[:_MOST_ALERTS]]
    more = [f"… and {len(found) - _MOST_ALERTS} more"] if len(found) > _MOST_ALERTS else []
    return "\n".join((title, *listed, *more))


def _alerts_of(ports: Ports, teams: tuple[Team, ...]) -> list[Alert]:
    """The alerts of teams that are not over, those that nobody answered among them; the most urgent first."""
    wanted = AlertFilter(statuses=_UNDER_WAY, order=AlertOrder.URGENCY, limit=_LOOKED_AT)
    with ports.store.begin() as uow:
        found = {alert.id: alert for team in teams for alert in uow.alerts(replace(wanted, responder_id=team.id))}
    return sorted(found.values(), key=lambda alert: (-alert.urgency.loudness, -alert.number))


def _name(shift: Shift, directory: Directory) -> str:
    user = directory.users.get(shift.user_id)
    return user.name if user else "somebody who is gone"
