"""Who is told what becomes of an alert without being asked to answer: the alert's stakeholders, and their teams'."""

from bot.engine.decision import Decision
from bot.engine.directory import Directory
from bot.engine.model import Alert, NoticeKind, Stakeholder, Urgency
from bot.engine.paging import paging_cycles

_TOLD = frozenset({NoticeKind.ASSIGNED, NoticeKind.ACKNOWLEDGED, NoticeKind.RESOLVED, NoticeKind.DROPPED})


def tell(decision: Decision, kind: NoticeKind, directory: Directory) -> Decision:
    """Tell people on their default channels, and plain addresses by email; that it is assigned, only once."""
    if kind not in _TOLD or decision.alert.urgency is Urgency.SILENT:
        return decision
    for stakeholder in told_of(decision.alert, directory):
        decision = _tell(decision, kind, stakeholder, directory)
    return decision


def tell_one(decision: Decision, kind: NoticeKind, stakeholder: Stakeholder, directory: Directory) -> Decision:
    """Tell one stakeholder how an alert stands."""
    return decision if decision.alert.urgency is Urgency.SILENT else _tell(decision, kind, stakeholder, directory)


def told_of(alert: Alert, directory: Directory) -> tuple[Stakeholder, ...]:
    """Those who are told what becomes of an alert: its own stakeholders, and those of its teams."""
    teams = (directory.teams[each.id] for each in alert.receivers if each.id in directory.teams)
    ids = (*alert.stakeholder_ids, *(each for team in teams for each in team.stakeholder_ids))
    return tuple(directory.stakeholders[each] for each in dict.fromkeys(ids) if each in directory.stakeholders)


def _tell(decision: Decision, kind: NoticeKind, stakeholder: Stakeholder, directory: Directory) -> Decision:
    alert = decision.alert
    users = (directory.users.get(each) for each in stakeholder.user_ids)
    for user in (each for each in users if each and each.active):
        decision = decision.do(*paging_cycles.personal_notices(alert, kind, user, paging_cycles.default_channels(user)))
    return decision.do(*(paging_cycles.mailed(alert, kind, address) for address in stakeholder.emails))
