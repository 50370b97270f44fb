"""What people hear of an alert beside being asked: once and at once, if their notification rule wants it."""

from collections.abc import Collection, Iterable, Mapping

from bot.engine.decision import Decision
from bot.engine.directory import Directory
from bot.engine.model import Actor, Alert, ChannelChoice, NoticeKind, Urgency, User
from bot.engine.paging import paging_cycles, stakeholders

_FOLLOWED = frozenset({NoticeKind.ACKNOWLEDGED, NoticeKind.RESOLVED})
"""What becomes of an alert that the one card of a conversation would show."""


def tell_asked(decision: Decision, kind: NoticeKind, directory: Directory, actor: Actor) -> Decision:
    """Tell everyone who was asked about the alert, except whoever caused the news, and the stakeholders."""
    others = (each.user_id for each in decision.alert.responders if each.user_id != actor.id)
    decision = _tell_conversations(decision, kind, directory)
    return stakeholders.tell(tell(decision, kind, others, directory), kind, directory)


def tell_of_acknowledgement(
    decision: Decision,
    directory: Directory,
    actor: Actor,
    reach: Mapping[str, bool],
    *,
    helpers: Collection[str] = (),
) -> Decision:
    """Tell those who were paged that somebody has it, so that they need not go on, and the stakeholders.

    `reach` says of each person with pages whether one was sent. Whose first page was still to be sent hears nothing:
    it is called off. Whom their rule spares pages hears of it only where the rule says so. `helpers` are asked still.
    """
    asked = dict.fromkeys(each.user_id for each in decision.alert.responders if each.user_id != actor.id)
    others = [each for each in asked if reach.get(each, True) and each not in helpers]
    paged = [each for each in others if each in reach]
    decision = _tell_conversations(decision, NoticeKind.ACKNOWLEDGED, directory)
    told = tell(decision, NoticeKind.ACKNOWLEDGED, others, directory, paged)
    return stakeholders.tell(told, NoticeKind.ACKNOWLEDGED, directory)


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
            for notice in paging_cycles.personal_notices(
                decision.alert, NoticeKind.HANDOFF, user, paging_cycles.default_channels(user)
            )
        )
    )


def tell(
    decision: Decision,
    kind: NoticeKind,
    user_ids: Iterable[str],
    directory: Directory,
    by_default: Collection[str] = (),
) -> Decision:
    """Tell those of the users whose notification rule has a rule of this type that matches.

    Those in `by_default` are told without one, too.
    """
    if decision.alert.urgency is Urgency.SILENT:
        return decision
    found = (directory.users.get(each) for each in dict.fromkeys(user_ids))
    users = (user for user in found if user and user.active)
    told = ((user, _channels(decision.alert, kind, user, directory, by_default)) for user in users)
    notices = (paging_cycles.personal_notices(decision.alert, kind, user, *chosen) for user, chosen in told)
    return decision.do(*(notice for each in notices for notice in each))


def _tell_conversations(decision: Decision, kind: NoticeKind, directory: Directory) -> Decision:
    """Tell in the teams' conversations what their cards there cannot show any more; that it was dropped is told."""
    if decision.alert.urgency is Urgency.SILENT or kind not in _FOLLOWED:
        return decision
    teams = (directory.teams.get(each.id) for each in decision.alert.receivers)
    notices = (
        notice
        for team in teams
        if team
        for notice in paging_cycles.followed(decision.alert, team, kind, directory.channel_kinds)
    )
    return decision.do(*dict.fromkeys(notices))


def _channels(
    alert: Alert, kind: NoticeKind, user: User, directory: Directory, by_default: Collection[str]
) -> tuple[tuple[ChannelChoice, ...], str]:
    """Where somebody hears of news, and which rule says so."""
    written = paging_cycles.written_plan(alert, user, kind, directory, alert.changed_at)
    if written.steps is not None:
        return (written.steps[0].channels if written.steps else ()), written.because
    hears = [each for each in user.channels if directory.channel_kinds.of(each).tells_news]
    defaults = tuple(ChannelChoice(channel=each) for each in hears)
    return (defaults if user.id in by_default else ()), "default channels"
