"""Whether anybody answers for a receiver in the days ahead, and can be reached."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.engine.directory import Directory
from bot.engine.model import Receiver, ReceiverKind, User
from bot.engine.paging import phones
from bot.engine.schedules import Schedule, shifts
from bot.errors import Invalid

AHEAD = timedelta(days=7)


def why_nobody(receiver: Receiver, directory: Directory, now: datetime) -> str:
    """Why nobody would answer for a receiver within a week; empty when somebody does, and for routers."""
    match receiver.kind:
        case ReceiverKind.ROUTER:
            return ""
        case ReceiverKind.USER:
            user = directory.users.get(receiver.id)
            return _why_unreachable((user,) if user else ())
        case ReceiverKind.TEAM:
            team = directory.teams.get(receiver.id)
            schedule = directory.schedules.get((team.schedule_id or "") if team else "")
            return _why_uncovered(schedule, directory, now) if schedule else "the team has no schedule"
        case ReceiverKind.SCHEDULE:
            schedule = directory.schedules.get(receiver.id)
            return _why_uncovered(schedule, directory, now) if schedule else ""


def is_reachable(user: User) -> bool:
    """Whether at least one channel that the user can be paged on has an address."""
    opened = (phones.CHANNELS.get(contact.channel, (contact.channel,)) for contact in user.contacts)
    channels = {*user.channels, *(channel for each in opened for channel in each)}
    return user.active and any(_has_address(user, channel) for channel in channels)


def _why_uncovered(schedule: Schedule, directory: Directory, now: datetime) -> str:
    try:
        ids = {shift.user_id for shift in shifts(schedule, now, now + AHEAD)}
    except Invalid as invalid:
        return f"schedule:{schedule.handle} cannot be computed: {invalid.problems[0].message.rstrip('.')}"
    if not ids:
        return f"nobody is on call in schedule:{schedule.handle} in the next {AHEAD.days} days"
    found = (directory.users.get(each) for each in sorted(ids))
    return _why_unreachable([user for user in found if user])


def _why_unreachable(users: Iterable[User]) -> str:
    asked = tuple(users)
    if any(is_reachable(user) for user in asked):
        return ""
    names = ", ".join(f"user:{user.handle}" for user in asked[:5])
    return f"nobody who is asked can be reached ({names or 'they do not exist any more'})"


def _has_address(user: User, channel: str) -> bool:
    if channel == "slack":
        return user.slack_id is not None
    if channel in phones.CHANNELS[phones.PHONE]:
        return bool(phones.candidates(user, channel, "primary")[0])
    return (channel == "email" and bool(user.email)) or any(contact.channel == channel for contact in user.contacts)
