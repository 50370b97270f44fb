"""What people hear of an alert beside being asked: once and at once, if their notification rule wants it."""

from collections.abc import Iterable

from bot.engine import paging, stakeholders
from bot.engine.decision import Decision, Notify
from bot.engine.directory import Directory
from bot.engine.model import Actor, Alert, ChannelChoice, NoticeKind, Urgency, User

_NOT_BY_DEFAULT = frozenset({"slack", "voice"})
"""Nobody is called about good news, and the Slack card says it already."""


def tell_asked(decision: Decision, kind: NoticeKind, directory: Directory, actor: Actor) -> Decision:
    """Tell everyone who was asked about the alert, except whoever caused the news, and the stakeholders."""
    others = (each.user_id for each in decision.alert.responders if each.user_id != actor.id)
    return stakeholders.tell(tell(decision, kind, others, directory), kind, directory)


def tell_newly_asked(decision: Decision, before: Decision, directory: Directory) -> Decision:
    """Tell those who are asked about the alert now and were not before that it was handed to them."""
    known = {each.user_id for each in before.alert.responders}
    fresh = (each.user_id for each in decision.alert.responders if each.user_id not in known)
    return tell(decision, NoticeKind.HANDOFF, fresh, directory)


def tell_of_handoff(decision: Decision, before: Alert, directory: Directory) -> Decision:
    """Tell those who want to hear of handoffs in the teams that gave the alert away, and in those that have it now."""
    teams = (directory.teams.get(each.id) for each in (*before.receivers, *decision.alert.receivers))
    ids = dict.fromkeys(each for team in teams if team for each in team.told_of_handoffs)
    users = [user for user in map(directory.users.get, ids) if user and user.active]
    if decision.alert.urgency is Urgency.SILENT:
        return decision
    return decision.do(
        *(
            notice
            for user in users
            for notice in paging.personal_notices(
                decision.alert, NoticeKind.HANDOFF, user, paging.default_channels(user)
            )
        )
    )


def tell(decision: Decision, kind: NoticeKind, user_ids: Iterable[str], directory: Directory) -> Decision:
    """Tell those of the users whose notification rule has a rule of this type that matches.

    Without one, who has the alert is told all the same: they were asked, and need not go on.
    """
    if decision.alert.urgency is Urgency.SILENT:
        return decision
    found = (directory.users.get(each) for each in dict.fromkeys(user_ids))
    users = (user for user in found if user and user.active)
    return decision.do(*(notice for user in users for notice in _notices(decision, kind, user, directory)))


def _notices(decision: Decision, kind: NoticeKind, user: User, directory: Directory) -> tuple[Notify, ...]:
    alert = decision.alert
    steps = paging.written_steps(alert, user, kind, directory, alert.changed_at)
    if steps is None and kind is NoticeKind.ACKNOWLEDGED:
        defaults = tuple(ChannelChoice(channel=each) for each in user.channels if each not in _NOT_BY_DEFAULT)
        return paging.personal_notices(alert, kind, user, defaults)
    return paging.personal_notices(alert, kind, user, steps[0].channels) if steps else ()
