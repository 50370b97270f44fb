"""Who may change a notification rule: admins, and whoever wrote it."""

from bot.engine.model import ActorKind, Role
from bot.errors import Refused
from bot.handlers.visit import Visit, admit


def may_change_rule(visit: Visit, rule_id: str) -> bool:
    """Whether the person is an admin, or wrote the rule's first version."""
    if visit.user.role is Role.ADMIN:
        return True
    with visit.ports.store.begin() as uow:
        versions = uow.revisions(rule_id, limit=1_000)
    first = versions[-1].author if versions else None
    return first is not None and (first.kind, first.id) == (ActorKind.USER, visit.user.id)


def admit_to_rule(visit: Visit, rule_id: str) -> None:
    """Raise `Refused` unless the person may change the rule."""
    if may_change_rule(visit, rule_id):
        return
    try:
        admit(visit, Role.ADMIN)
    except Refused as refused:
        raise Refused(f"{refused} Whoever wrote the rule may, too; or make one of your own with rule add.") from refused
