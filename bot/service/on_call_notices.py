"""Say ahead what will matter: shifts that begin and end, times at which nobody is on call, maintenance.

It is looked at about once a minute, by one of all workers. What was said is kept by an id that is made of what it is
about, so that looking twice says nothing twice.
"""

import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice
from zoneinfo import ZoneInfo

from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.model import Maintenance, ReceiverKind, Role, Team, User
from bot.engine.paging import conversations, readiness
from bot.engine.paging.conversations import Conversation
from bot.engine.schedules import Gap, Schedule, Shift, gaps, merge, shifts
from bot.engine.schedules.maintenance import Opening, openings
from bot.engine.schedules.walltime import find_zone
from bot.engine.staffing import gone_from, staffed
from bot.errors import Invalid
from bot.ports import Announcement, Ports, UnitOfWork
from bot.service import announce, calendars, handovers
from bot.service.announce import About
from bot.service.calendars import Reread
from bot.service.handovers import Promise, Told

_log = logging.getLogger(__name__)

_AHEAD = timedelta(days=7)
"""How far ahead gaps are looked for."""
_SEEN = 3 * _AHEAD
"""How far ahead their ends are looked for."""
_LATE = timedelta(hours=1)
"""How late something is still said, after nobody looked for a while."""
LONGEST_NOTICE = timedelta(days=7)
_TO_MEND = timedelta(hours=1)
"""How long before their shift somebody hears that pages do not reach them, whatever they chose to hear."""
_GAPS_EVERY = 15  # minutes
_MOST_GONE = 5
_MOST_LINES, _LONGEST_LINE = 10, 300
"""How much is said of what a feed leaves out."""


def drain(ports: Ports) -> int:
    """Look, once a minute, and say what is new; returns how much was said."""
    now = ports.clock.now()
    feeds = put_down_notices(ports, now)
    said = announce.drain(ports)
    if reread := tuple(calendars.refresh(ports, feeds)):
        unread = [each.schedule.handle for each in reread if each.trouble]
        _log.warning("schedules were not, or not wholly, read from their feeds: %s", unread or len(reread))
        with ports.store.begin() as uow:
            uow.announce(tuple(_of_feeds(ports, reread, uow.directory(), now)))
    return said


def put_down_notices(ports: Ports, now: datetime) -> tuple[Schedule, ...]:
    """Put down what there is to say, unless somebody looked in this minute; returns the schedules to read from feeds.

    It is found outside any transaction: in a large installation that takes half a second, which no payload may wait
    for. A look that is lost with its worker is made up for by the next one.
    """
    with ports.store.begin() as uow:
        directory = uow.directory()
        if not uow.first_sight(f"duty {now:%Y-%m-%dT%H:%M}", now):
            return ()
        seeks_gaps = uow.first_sight(f"gaps {now:%Y-%m-%dT%H} {now.minute // _GAPS_EVERY}", now)
        feeds = tuple(_feeds_due(uow, directory, now))
        told = handovers.recall(uow, now)
    found = (*_everything(ports, directory, told, now), *(_gaps(ports, directory, now) if seeks_gaps else ()))
    with ports.store.begin() as uow:
        uow.announce(found)
        uow.forget_announcements(now)
    return feeds


def _feeds_due(uow: UnitOfWork, directory: Directory, now: datetime) -> Iterator[Schedule]:
    """Schedules to be read from their feeds again: each once an hour, a few at a time."""
    fed = (each for each in directory.schedules.values() if each.feed_url)
    due = (each for each in fed if uow.first_sight(f"feed {each.id} {now:%Y-%m-%dT%H}", now))
    yield from islice(due, calendars.AT_ONCE)


def _everything(ports: Ports, directory: Directory, told: Told, now: datetime) -> Iterator[Announcement]:
    for schedule in directory.schedules.values():
        yield from _of_schedule(_Watch(ports=ports, directory=directory, told=told, now=now), schedule)
    yield from handovers.taken_back(ports, told, directory, now)
    yield from handovers.notes(ports, directory, now)
    for window in directory.maintenances.values():
        yield from _of_window(window, directory, now)


# --- Shifts -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watch:
    """What schedules are looked at with."""

    ports: Ports
    directory: Directory
    told: Told
    now: datetime


def _of_schedule(watch: _Watch, schedule: Schedule) -> Iterator[Announcement]:
    ports, directory, now = watch.ports, watch.directory, watch.now
    named = {each for event in schedule.events for each in event.attendees}
    named |= {each for override in schedule.overrides for each in override.user_ids}
    active = [user for each in named if (user := directory.users.get(each)) and user.active]
    missing = {user.id: readiness.shortcomings(user, directory, ports.channels, ports.phone_allow) for user in active}
    wanting = {user.id: user for user in active if user.told_off_duty or _ahead(user, missing[user.id])}
    if not wanting:
        return
    longest = max(_ahead(user, missing[user.id]) or timedelta() for user in wanting.values())
    try:
        found = merge(
            shifts(staffed(schedule, directory), now - _LATE, now + min(longest, LONGEST_NOTICE) + timedelta(minutes=1))
        )
    except Invalid:
        return
    for shift in found:
        user = wanting.get(shift.user_id)
        if user and _begins(shift, _ahead(user, missing[user.id]), now):
            about = _beginning(schedule, shift, user, missing[user.id], now)
            about = watch.told.promised(about, _promise(schedule, shift))
            yield from announce.for_user(user, about, ports)
        elif user and _has_ended(shift, user, now):
            yield from announce.for_user(user, _end(schedule, shift, user, now), ports)


def _ahead(user: User, missing: Collection[str]) -> timedelta | None:
    """How long ahead somebody hears of a shift: as they chose, else in time to mend what keeps pages from them."""
    return user.remind_before or (_TO_MEND if missing else None)


def _begins(shift: Shift, ahead: timedelta | None, now: datetime) -> bool:
    return ahead is not None and shift.start_at - ahead <= now < shift.start_at


def _has_ended(shift: Shift, user: User, now: datetime) -> bool:
    return user.told_off_duty and shift.end_at <= now < shift.end_at + _LATE


def _beginning(schedule: Schedule, shift: Shift, user: User, missing: Iterable[str], now: datetime) -> About:
    """Say that a shift begins, and what keeps its pages from the person."""
    ahead = say_duration(_rounded(shift.start_at - now))
    said = f"You go on call in {ahead} for {_place(schedule, shift)}"
    lines = (f"{said}: {_say(shift.start_at, user)} to {_say(shift.end_at, user)}.", *missing)
    return About(id="", title=f"On call in {ahead}", text="\n".join(lines), at=now)


def _promise(schedule: Schedule, shift: Shift) -> Promise:
    return Promise(schedule.id, shift.layer, _second(shift.start_at), shift.user_id)


def _end(schedule: Schedule, shift: Shift, user: User, now: datetime) -> About:
    text = f"You are off call for {_place(schedule, shift)}, since {_say(shift.end_at, user)}."
    about = f"duty.off.{schedule.id}.{shift.layer}.{_second(shift.end_at)}"
    return About(id=about, title="Off call", text=text, at=now)


def _place(schedule: Schedule, shift: Shift) -> str:
    return f"{schedule.name}, layer {shift.layer}"


def _second(at: datetime) -> int:
    return int(at.timestamp())


def _rounded(span: timedelta) -> timedelta:
    """To whole minutes, upwards: nobody sets a watch by it."""
    return timedelta(minutes=-(-span // timedelta(minutes=1)))


def _say(at: datetime, user: User) -> str:
    return f"{at.astimezone(_clock(user)):%a %d %b %H:%M}"


def _clock(user: User) -> tzinfo:
    """The user's zone, or UTC where it is not known any more: one person's must not keep the others from hearing."""
    try:
        return find_zone(user.zone)
    except Invalid:
        return UTC


# --- Gaps ---------------------------------------------------------------------------------------------------------


def _gaps(ports: Ports, directory: Directory, now: datetime) -> Iterator[Announcement]:
    for team in directory.teams.values():
        yield from _of_team(ports, team, directory, now)


def _of_team(ports: Ports, team: Team, directory: Directory, now: datetime) -> Iterator[Announcement]:
    schedule = directory.schedules.get(team.schedule_id or "")
    admins = admins_of(team, directory)
    if schedule is None:
        for user in admins:
            yield from announce.for_user(user, _about_nothing(team, now), ports)
        return
    gone = _say_gone(schedule, directory)
    for gap in gaps_ahead(staffed(schedule, directory), now):
        for user in admins:
            about = _about_gap(team, schedule, gap, user, now)
            yield from announce.for_user(user, replace(about, text=f"{about.text}{gone}"), ports)


def _say_gone(schedule: Schedule, directory: Directory) -> str:
    """Name those of a schedule who are counted as nobody."""
    known = (directory.users.get(each) for each in sorted(gone_from(schedule, directory)))
    names = [user.name for user in known if user][:_MOST_GONE]
    return f" {', '.join(names)} {'is' if len(names) == 1 else 'are'} deactivated." if names else ""


def _about_nothing(team: Team, now: datetime) -> About:
    """Said once for each schedule that a team has lost."""
    text = f"Nobody is on call for {team.name}: it has no schedule, so that alerts sent to it are dropped at once."
    title = f"Nobody is on call for {team.name}"
    return About(id=f"gap.{team.id}.{team.schedule_id or 'none'}.lost", title=title, text=text, at=now)


def gaps_ahead(schedule: Schedule, now: datetime) -> tuple[Gap, ...]:
    """When nobody is on call in a layer in the next seven days; a gap that is on begins when it began, if lately."""
    try:
        found = gaps(schedule, now - _AHEAD, now + _SEEN)
    except Invalid:
        return ()
    return tuple(each for each in found if each.start_at < now + _AHEAD and now < each.end_at)


def _about_gap(team: Team, schedule: Schedule, gap: Gap, user: User, now: datetime) -> About:
    lately = gap.start_at > now - _AHEAD
    begun = f"from {_say(gap.start_at, user)}" if gap.start_at > now else "now"
    ends = f"until {_say(gap.end_at, user)}" if gap.end_at < now + _SEEN else "with no end in sight"
    return About(
        id=f"gap.{team.id}.{schedule.id}.{gap.layer}.{_second(gap.start_at) if lately else 'long'}",
        title=f"Nobody is on call for {team.name}",
        text=f"Nobody is on call for {team.name} in layer {gap.layer} {begun} {ends} ({schedule.name}).",
        at=now,
    )


# --- Feeds --------------------------------------------------------------------------------------------------------


def _of_feeds(ports: Ports, reread: Iterable[Reread], directory: Directory, now: datetime) -> Iterator[Announcement]:
    """Say to whoever looks after a schedule what of its feed was not read."""
    for each in reread:
        teams = [team for team in directory.teams.values() if team.schedule_id == each.schedule.id]
        found = [user for team in teams for user in admins_of(team, directory)] or all_admins(directory)
        about = _about_unread(each, now) if each.trouble else _about_left_out(each, now)
        for user in dict.fromkeys(found):
            yield from announce.for_user(user, about, ports)


def _about_unread(reread: Reread, now: datetime) -> About:
    """Said once a day."""
    schedule = reread.schedule
    text = f"The schedule {schedule.name} was not read from its feed, and stays as it was. {reread.trouble}"
    return About(id=f"feed.{schedule.id}.{now:%Y-%m-%d}", title=f"{schedule.name} was not read", text=text, at=now)


def _about_left_out(reread: Reread, now: datetime) -> About:
    """Said once of each thing that is left out."""
    schedule, left_out = reread.schedule, reread.left_out
    said = [str(problem)[:_LONGEST_LINE] for problem in left_out[:_MOST_LINES]]
    more = [f"… and {len(left_out) - _MOST_LINES} more."] if len(left_out) > _MOST_LINES else []
    first = f"Not all of the feed of the schedule {schedule.name} is read as it is written ({len(left_out)}):"
    text = "\n".join([first, *said, *more])
    title = f"{schedule.name} is not read wholly"
    return About(id=f"feed.{schedule.id}.left.{_second(now)}", title=title, text=text, at=now)


def admins_of(team: Team, directory: Directory) -> tuple[User, ...]:
    """A team's admins, or those of the installation where it has none."""
    own = (directory.users.get(each.user_id) for each in team.members if each.role is Role.ADMIN)
    return tuple(user for user in own if user and user.active) or all_admins(directory)


def all_admins(directory: Directory) -> tuple[User, ...]:
    """The admins of the installation."""
    return tuple(user for user in directory.users.values() if user.role is Role.ADMIN and user.active)


# --- Maintenance --------------------------------------------------------------------------------------------------


def _of_window(window: Maintenance, directory: Directory, now: datetime) -> Iterator[Announcement]:
    places = _conversations(window, directory)
    if not places:
        return
    try:
        found = openings(window, now - _LATE, now + timedelta(seconds=1))
    except Invalid:
        return
    for opening in found:
        for about in _about_opening(window, opening, directory, now):
            for conversation in places:
                yield posted(about, conversation)


def _about_opening(window: Maintenance, opening: Opening, directory: Directory, now: datetime) -> Iterator[About]:
    key = f"mnt.{window.id}.{_second(opening.start_at)}"
    known = (directory.integrations.get(each) for each in window.integration_ids)
    names = ", ".join(each.name for each in known if each)
    if now - _LATE < opening.start_at <= now < opening.end_at:
        until = f"{opening.end_at.astimezone(ZoneInfo(window.zone)):%a %d %b %H:%M %Z}"
        text = f"Maintenance “{window.name}” has begun: nobody is alerted by {names} until {until}."
        yield About(id=f"{key}.on", title=window.name, text=text, at=now)
    if opening.end_at <= now < opening.end_at + _LATE:
        yield About(id=f"{key}.off", title=window.name, text=_say_over(window, names, directory, now), at=now)


def _say_over(window: Maintenance, names: str, directory: Directory, now: datetime) -> str:
    """Say that a window is over; another one may still silence the same integrations."""
    others = (directory.in_maintenance(each, now) for each in window.integration_ids)
    if other := next(filter(None, others), None):
        return f"Maintenance “{window.name}” is over, but not “{other.name}”."
    return f"Maintenance “{window.name}” is over: {names} alerts people again."


def _conversations(window: Maintenance, directory: Directory) -> tuple[Conversation, ...]:
    teams = teams_of(window.integration_ids, directory)
    return tuple(dict.fromkeys(each for team in teams for each in conversations.of(team)))


def teams_of(integration_ids: Iterable[str], directory: Directory) -> tuple[Team, ...]:
    """The teams that integrations go to, straight or by a router's default."""
    found = (directory.integrations.get(each) for each in integration_ids)
    to = [each for integration in found if integration for each in integration.destinations]
    routers = (directory.routers.get(each.id) for each in to if each.kind is ReceiverKind.ROUTER)
    to += [router.default_destination for router in routers if router and router.default_destination]
    teams = (directory.teams.get(each.id) for each in to)
    return tuple(dict.fromkeys(each for each in teams if each))


def posted(about: About, conversation: Conversation) -> Announcement:
    """What to say in a conversation."""
    return Announcement(
        id=f"{about.id}.{conversation.key}",
        channel=conversation.channel,
        address=conversation.address,
        title=about.title,
        text=about.text,
        due_at=about.at,
    )
