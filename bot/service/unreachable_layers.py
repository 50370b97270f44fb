"""When nobody in a layer can be reached: the next layer starts at once; where there is none, the admins hear of it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.engine.decision import Decision
from bot.engine.directory import Directory
from bot.engine.escalation.climbing import pass_over
from bot.engine.escalation.responsible_admins import answerable
from bot.engine.escalation.unreachable import unreachable_escalations
from bot.engine.escalation.who_is_asked import is_silent
from bot.engine.model import SYSTEM, Alert, ChannelKinds, EntryKind, Escalation, NoticeKind, Notification, Team, User
from bot.engine.paging import conversations
from bot.ports import Announcement, UnitOfWork


def go_on(uow: UnitOfWork, decisions: Iterable[Decision], now: datetime) -> tuple[Decision, ...]:
    """Go on from the layers in which nobody can be reached; the decisions are not saved yet."""
    made = tuple(decisions)
    ledger = uow.notifications([each.alert.id for each in made])
    directory = uow.directory()
    after = []
    for decision in made:
        pages = ledger.get(decision.alert.id, ())
        for escalation in unreachable_escalations(decision, pages):
            passed = pass_over(decision, escalation, directory, now)
            place = _place(escalation, pages)
            decision = passed if passed != decision else _tell(uow, decision, escalation, place, now)  # noqa: PLW2901
        after.append(decision)
    return tuple(after)


def go_on_from_silence(uow: UnitOfWork, decisions: Iterable[Decision], now: datetime) -> tuple[Decision, ...]:
    """Tell of the layers of critical alerts in which everybody's rule sends nothing, where no other layer is left."""
    made = tuple(decisions)
    silent = [each for each in made if any(is_silent(each, one) for one in each.escalations)]
    after = {each.alert.id: each for each in go_on(uow, silent, now)} if silent else {}
    return tuple(after.get(each.alert.id, each) for each in made)


def _place(escalation: Escalation, pages: Iterable[Notification]) -> str:
    """What is told once: a layer of an alert, or of all alerts that are in one storm."""
    storm_id = next((page.storm_id for page in pages if page.storm_id and page.kind is NoticeKind.OPEN), None)
    return f"{storm_id or escalation.id}.{escalation.passage}.{escalation.position}"


def _tell(uow: UnitOfWork, decision: Decision, escalation: Escalation, place: str, now: datetime) -> Decision:
    """Tell those who have to know, once for each layer; the pages are tried on for as long as the layer lasts."""
    why = "is paged, as their rules send nothing" if is_silent(decision, escalation) else "can be reached"
    number = escalation.rungs[escalation.position].number
    said = f"Nobody in layer {number} {why}, and there is no other layer."
    if not uow.announce(tuple(_announcements(decision.alert, place, said, uow.directory(), now))):
        return decision
    again = "" if is_silent(decision, escalation) else "; the pages are tried again"
    return decision.tell(EntryKind.UNDELIVERED, SYSTEM, f"{said} The admins are told{again}.", now)


def _announcements(alert: Alert, place: str, said: str, directory: Directory, now: datetime) -> Iterator[Announcement]:
    for team, admins in answerable(alert, directory):
        for channel, address, user_id in _addressed(team, admins, directory.channel_kinds):
            yield Announcement(
                id=f"{place}.unreached.{user_id or address}.{channel}",
                channel=channel,
                address=address,
                title=f"#{alert.number} reaches nobody",
                text=f"#{alert.number} {alert.title}\n{said} Answer with /pagertree alert ack #{alert.number}",
                due_at=now,
                user_id=user_id,
            )


def _addressed(team: Team | None, admins: Iterable[User], kinds: ChannelKinds) -> Iterator[tuple[str, str, str | None]]:
    """Channel, address and person: the team's conversations, and each admin's default channels but for calls."""
    for conversation in conversations.of(team) if team else ():
        yield conversation.channel, conversation.address, None
    for admin in admins:
        for channel in [each for each in admin.channels if kinds.of(each).tells] or kinds.by_default or admin.channels:
            yield channel, "primary", admin.id
