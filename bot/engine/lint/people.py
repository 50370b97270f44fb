"""Whether anybody answers for a receiver in the days ahead, and can be reached."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.engine.directory import Directory
from bot.engine.model import Account, AddressForm, ChannelKind, ChannelKinds, Receiver, ReceiverKind, User
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
            return _why_unreachable((user,) if user else (), directory.channel_kinds)
        case ReceiverKind.TEAM:
            team = directory.teams.get(receiver.id)
            schedule = directory.schedules.get((team.schedule_id or "") if team else "")
            return _why_uncovered(schedule, directory, now) if schedule else "the team has no schedule"
        case ReceiverKind.SCHEDULE:
            schedule = directory.schedules.get(receiver.id)
            return _why_uncovered(schedule, directory, now) if schedule else ""


def is_reachable(user: User, kinds: ChannelKinds) -> bool:
    """Whether at least one channel that the user can be paged on has an address."""
    opened = (each for contact in user.contacts for each in kinds.opened_by(contact.channel))
    return user.active and any(_has_address(user, kinds.of(channel)) for channel in {*user.channels, *opened})


def _why_uncovered(schedule: Schedule, directory: Directory, now: datetime) -> str:
    try:
        ids = {shift.user_id for shift in shifts(schedule, now, now + AHEAD)}
    except Invalid as invalid:
        return f"schedule:{schedule.handle} cannot be computed: {invalid.problems[0].message.rstrip('.')}"
    if not ids:
        return f"nobody is on call in schedule:{schedule.handle} in the next {AHEAD.days} days"
    found = (directory.users.get(each) for each in sorted(ids))
    return _why_unreachable([user for user in found if user], directory.channel_kinds)


def _why_unreachable(users: Iterable[User], kinds: ChannelKinds) -> str:
    asked = tuple(users)
    if any(is_reachable(user, kinds) for user in asked):
        return ""
    names = ", ".join(f"user:{user.handle}" for user in asked[:5])
    return f"nobody who is asked can be reached ({names or 'they do not exist any more'})"


def _has_address(user: User, kind: ChannelKind) -> bool:
    if kind.form is AddressForm.PHONE:
        return bool(phones.candidates(user, kind.name, "primary")[0])
    if (kind.account is Account.SLACK and user.slack_id) or (kind.account is Account.EMAIL and user.email):
        return True
    return any(contact.channel == kind.contact for contact in user.contacts)
