"""People who are not here any more: nobody waits for their answer, and what they have is asked about again."""

from collections.abc import Iterable, Sequence

from bot.engine.decision import Decision, consider
from bot.engine.directory import Configured, Directory
from bot.engine.escalation import climbing
from bot.engine.model import Alert, Status, User
from bot.ports import AlertFilter, Ports, UnitOfWork

_MOST = 10_000  # alerts that are under way at once


def who_leaves(before: Directory, after: Directory, ids: Iterable[str]) -> tuple[User, ...]:
    """Those of the users who could be asked before a change and cannot after it."""
    were = (before.users.get(each) for each in ids)
    return tuple(user for user in were if user and user.active and not _is_here(user, after))


def users_among(bodies: Iterable[Configured]) -> tuple[str, ...]:
    """The ids of users."""
    return tuple(each.id for each in bodies if isinstance(each, User))


def let_go(ports: Ports, uow: UnitOfWork, leaving: Sequence[User], after: Directory) -> tuple[Decision, ...]:
    """Decide on everything that somebody who leaves has, or is asked about; saved, and to be woken for."""
    decisions: dict[str, Decision] = {}
    for user in leaving:
        ids = {alert.id for alert in _theirs(uow, user) if alert.id not in decisions}
        found = {each: consider(one.alert, one.escalations) for each, one in uow.situations(ids).items()}
        decisions.update(found)
        for alert_id, decision in tuple(decisions.items()):
            decisions[alert_id] = climbing.let_go(decision, user, after, ports.clock.now())
    changed = tuple(each for each in decisions.values() if each.alert.version != each.seen)
    uow.save(changed)
    return changed


def _is_here(user: User, directory: Directory) -> bool:
    known = directory.users.get(user.id)
    return known is not None and known.active


def _theirs(uow: UnitOfWork, user: User) -> tuple[Alert, ...]:
    asked = uow.alerts(AlertFilter(statuses=(Status.OPEN,), responder_id=user.id, limit=_MOST))
    taken = uow.alerts(AlertFilter(statuses=(Status.ACKNOWLEDGED,), limit=_MOST))
    return *asked, *(each for each in taken if each.settled_by and each.settled_by.id == user.id)
