"""What is delivered twice is done once: a proxy may send a request of Slack's again, whose signature is good still."""

from collections.abc import Callable
from typing import TypeVar

from bot.errors import Refused, StoreUnavailable
from bot.handlers.visit import Visit

T = TypeVar("T")


def once(trigger: str, work: Callable[[Visit], T]) -> Callable[[Visit], T]:
    """Work that raises `Refused` when it was begun before. Slack gives each click and command a `trigger` of its own.

    Where that cannot be noted the work is tried all the same: looking needs no note, and what needs one fails too.
    """

    def begin(visit: Visit) -> T:
        if trigger and not _is_first(visit, trigger):
            raise Refused("Slack delivered this twice. It was done the first time: look before you do it again.")
        return work(visit)

    return begin


def once_in_silence(event_id: str, work: Callable[[Visit], T]) -> Callable[[Visit], T | None]:
    """Work of an event, which Slack delivers again where our answer was late: None when it was begun before."""
    return lambda visit: work(visit) if not event_id or _is_first(visit, event_id) else None


def _is_first(visit: Visit, trigger: str) -> bool:
    try:
        with visit.ports.store.begin() as uow:
            return uow.first_sight(f"slack {trigger}", visit.now)
    except StoreUnavailable:
        return True
