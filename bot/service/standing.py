"""Where an alert stands, in words."""

import re
from datetime import datetime, timedelta

from bot.engine.directory import Directory, name_of
from bot.engine.durations import say_duration
from bot.engine.model import Alert
from bot.ports import UnitOfWork

_DELETED = re.compile(r"\b([Tt]eam|[Uu]ser|[Ss]chedule|[Rr]outer) ((?:tem|usr|sch|rtr)_[a-z0-9]{1,40}) was deleted")


def say_state(alert: Alert, directory: Directory, now: datetime) -> str:
    """Say where an alert stands: `#1042 is resolved, 4s ago by Jane Doe`."""
    return f"#{alert.number} is {alert.status}{_since(alert, directory, now)}"


def say_already(alert: Alert, directory: Directory, now: datetime) -> str:
    """Say why an act comes too late: `#1042 is already resolved, 4s ago by Jane Doe`."""
    already = "already " if alert.settled_at else ""
    return f"#{alert.number} is {already}{alert.status}{_since(alert, directory, now)}"


def _since(alert: Alert, directory: Directory, now: datetime) -> str:
    if alert.settled_at is None:
        return ""
    passed = now - alert.settled_at
    ago = f"{say_duration(passed)} ago" if passed >= timedelta(seconds=1) else "just now"
    by = f" by {name_of(alert.settled_by, directory)}" if alert.settled_by else ""
    return f", {ago}{by}"


def say_dropped(alert: Alert, uow: UnitOfWork) -> str:
    """Say why nobody is left to ask about a dropped alert; what was deleted is called by its last name."""
    return _DELETED.sub(lambda found: f"{found[1]} {_last_name(uow, found[2])} was deleted", alert.why_dropped)


def _last_name(uow: UnitOfWork, object_id: str) -> str:
    name = next((each.body.name for each in uow.revisions(object_id, limit=2) if each.body), "")
    return f"“{name}”" if name else object_id
