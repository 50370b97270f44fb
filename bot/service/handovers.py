"""Truth about shifts that were announced: that one is taken back, and what a team is told when a shift begins."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from bot.engine.directory import Directory
from bot.engine.model import Alert, Status, Team, User
from bot.engine.schedules import Schedule, Shift, merge, on_call, shifts
from bot.engine.schedules.walltime import find_zone
from bot.engine.staffing import staffed
from bot.errors import Invalid
from bot.ports import AlertFilter, Announcement, Ports, UnitOfWork
from bot.service import announce
from bot.service.announce import About

ON, BACK = "duty.on.", "duty.back."
_AGAIN = "~"
_REMEMBERED = timedelta(days=15)
"""How long ago a shift may have been announced that is still to come."""
_LATE = timedelta(minutes=10)
"""How late a team is told that a shift has begun."""
_AHEAD = timedelta(weeks=5)
_MOST_ALERTS = 10
_LOOKED_AT = 100


@dataclass(frozen=True, slots=True, order=True)
class Promise:
    """That somebody goes on call at an instant, as it is kept in the id of what was said."""

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

    def id_of(self, promise: Promise) -> str:
        """The id of saying it: another one when it was taken back since."""
        return _id_of(ON, promise, self.back.get(promise, 0))

    def standing(self) -> Iterator[Promise]:
        """What was promised and not taken back."""
        return (each for each, times in self.on.items() if times > self.back.get(each, 0))


def recall(uow: UnitOfWork, now: datetime) -> Told:
    """What was said lately of shifts that begin."""
    since = now - _REMEMBERED
    return Told(on=_count(uow.announced(ON, since), ON), back=_count(uow.announced(BACK, since), BACK))


def _id_of(kind: str, promise: Promise, number: int) -> str:
    again = f"{_AGAIN}{number}" if number else ""
    return f"{kind}{promise.schedule_id}.{promise.layer}.{promise.second}{again}"


def _count(ids: Iterable[str], kind: str) -> Counter[Promise]:
    """How many times each promise was said; each channel that it was said on has an id of its own."""
    said = {(each, number) for found in ids for each, number in _parse(found.removeprefix(kind))}
    return Counter(each for each, _ in said)


def _parse(name: str) -> Iterator[tuple[Promise, str]]:
    parts = name.split(".")
    if len(parts) < 4 or not parts[1].isdecimal():
        return
    second, _, number = parts[2].partition(_AGAIN)
    if second.isdecimal():
        yield Promise(parts[0], int(parts[1]), int(second), parts[3]), number


# --- Taken back ---------------------------------------------------------------------------------------------------


def taken_back(ports: Ports, told: Told, directory: Directory, now: datetime) -> Iterator[Announcement]:
    """Say to those who were told that they go on call that they do not, as the schedule is by now."""
    for promise in told.standing():
        user = directory.users.get(promise.user_id)
        if user and user.active and promise.at > now - _LATE and not _is_kept(promise, directory):
            number = told.back.get(promise, 0)
            yield from announce.for_user(user, _about(promise, number, directory, user, now), ports)


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


def _about(promise: Promise, number: int, directory: Directory, user: User, now: datetime) -> About:
    schedule = directory.schedules.get(promise.schedule_id)
    place = f"{schedule.name}, layer {promise.layer}" if schedule else "a schedule that was deleted"
    begins = f"{promise.at.astimezone(_clock(user)):%a %d %b %H:%M}"
    text = f"You do not go on call for {place}, at {begins}, after all: the schedule was changed."
    return About(id=_id_of(BACK, promise, number), title="Not on call after all", text=text, at=now)


def _clock(user: User) -> tzinfo:
    try:
        return find_zone(user.zone)
    except Invalid:
        return UTC


# --- The team's note ----------------------------------------------------------------------------------------------


def notes(ports: Ports, directory: Directory, now: datetime) -> Iterator[Announcement]:
    """A note to the channel of each team whose first layer was just handed over: who has it, who is next, alerts."""
    for team in directory.teams.values():
        schedule = directory.schedules.get(team.schedule_id or "")
        if schedule and team.slack_channel:
            yield from _note(ports, team, staffed(schedule, directory), directory, now)


def _note(ports: Ports, team: Team, schedule: Schedule, directory: Directory, now: datetime) -> Iterator[Announcement]:
    try:
        begun = [each for each in _first_layer(schedule, now - _LATE, now) if now - _LATE < each.start_at <= now]
        if not begun:
            return
        text = "\n".join(_say(ports, team, schedule, begun, directory))
    except Invalid:
        return
    at = int(begun[-1].start_at.timestamp())
    yield Announcement(
        id=f"duty.note.{team.id}.{at}",
        channel="slack",
        address=team.slack_channel or "",
        title=f"On call for {team.name}",
        text=text,
        due_at=now,
    )


def _first_layer(schedule: Schedule, start_at: datetime, end_at: datetime) -> tuple[Shift, ...]:
    found = shifts(schedule, start_at - timedelta(days=1), end_at + timedelta(seconds=1))
    return tuple(each for each in merge(found) if each.layer == 1)


def _say(ports: Ports, team: Team, schedule: Schedule, begun: list[Shift], directory: Directory) -> Iterator[str]:
    zone, at = find_zone(schedule.zone), begun[-1].start_at
    has = [f"{_name(each, directory)} until {each.end_at.astimezone(zone):%a %d %b %H:%M %Z}" for each in begun]
    yield f"On call for {team.name} from now: {', '.join(has)}."
    ahead = _first_layer(schedule, at, at + _AHEAD)
    following = next((each for each in ahead if each.start_at > at), None)
    if following:
        yield f"Next: {_name(following, directory)}, {following.start_at.astimezone(zone):%a %d %b %H:%M %Z}."
    found = _alerts_of(ports, team)
    listed = [f"• #{each.number} {each.status}: {each.title[:120]}" for each in found[:_MOST_ALERTS]]
    more = [f"… and {len(found) - _MOST_ALERTS} more"] if len(found) > _MOST_ALERTS else []
    yield "\n".join(("Handed over with it:", *listed, *more)) if found else "No alert is open."


def _alerts_of(ports: Ports, team: Team) -> list[Alert]:
    wanted = AlertFilter(statuses=(Status.OPEN, Status.ACKNOWLEDGED), limit=_LOOKED_AT)
    with ports.store.begin() as uow:
        found = uow.alerts(wanted)
    return [alert for alert in found if any(each.id == team.id for each in alert.receivers)]


def _name(shift: Shift, directory: Directory) -> str:
    user = directory.users.get(shift.user_id)
    return user.name if user else "somebody who is gone"
