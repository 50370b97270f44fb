"""Asking again whoever acknowledged an alert that is not resolved."""

from datetime import datetime, timedelta

from bot.engine.alerts import lifecycle
from bot.engine.decision import Decision, SetTimer
from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.escalation.responsible_admins import answerable
from bot.engine.model import (
    SYSTEM,
    Alert,
    EntryKind,
    NoticeKind,
    Status,
    Timer,
    TimerKind,
    Urgency,
    User,
)
from bot.engine.paging import paging_cycles


def begin(decision: Decision, directory: Directory, now: datetime) -> Decision:
    """Remind of an alert that was just acknowledged, if a policy of one of its teams says so."""
    wait = _wait(decision.alert, directory)
    if wait is None or decision.alert.urgency is Urgency.SILENT:
        return decision
    return decision.do(SetTimer(timer=_timer(decision.alert, now + wait)))


def remind(decision: Decision, directory: Directory, now: datetime) -> Decision:
    """Ask again, and set the next reminder. Where nobody has the alert any more, the admins are asked."""
    alert, wait = decision.alert, _wait(decision.alert, directory)
    if alert.status is not Status.ACKNOWLEDGED or wait is None:
        return decision
    asked = _who_has(alert, directory)
    names = ", ".join(f"@{user.handle}" for user in asked) or "nobody"
    since = say_duration(now - (alert.settled_at or now))
    said = f"Reminded {names}: acknowledged {since} ago, and not resolved."
    decision = decision.change(lifecycle.touch(alert, now)).tell(EntryKind.PAGED, SYSTEM, said, now)
    for user in asked:
        notices = paging_cycles.personal_notices(
            decision.alert, NoticeKind.REMINDER, user, paging_cycles.default_channels(user)
        )
        decision = decision.do(*notices)
    return decision.do(SetTimer(timer=_timer(decision.alert, now + wait)))


def _wait(alert: Alert, directory: Directory) -> timedelta | None:
    teams = (directory.teams[each.id] for each in alert.receivers if each.id in directory.teams)
    policies = (directory.policies.get(team.policy_id or "") for team in teams)
    return min((each.remind_after for each in policies if each and each.remind_after), default=None)


def _timer(alert: Alert, due_at: datetime) -> Timer:
    return Timer(
        id=f"{alert.id}.reminder{alert.version}", kind=TimerKind.ACKNOWLEDGE_REMINDER, alert_id=alert.id, due_at=due_at
    )


def _who_has(alert: Alert, directory: Directory) -> tuple[User, ...]:
    holder = directory.users.get(alert.settled_by.id) if alert.settled_by else None
    if holder and holder.active:
        return (holder,)
    return tuple(dict.fromkeys(admin for _, admins in answerable(alert, directory) for admin in admins))
