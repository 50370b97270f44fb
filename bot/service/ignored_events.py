"""Events of kinds that a type has no use for: a star, a push, a comment. Said for each, and together for all."""

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from bot.engine.model import OutcomeKind
from bot.errors import PagerError
from bot.ports import Log, Request, Source

_LONGEST = 60  # characters of a kind's name


@runtime_checkable
class Sorting(Protocol):
    """What a source has besides, whose sender sends events of many kinds."""

    TAKES: Iterable[str]
    """The kinds that can be a problem's, as the sender names them."""

    def event_kind(self, request: Request) -> str:
        """The kind of an event, as the sender names it. Raises `Unreadable`."""
        ...


def ignored_kind(source: Source | None, request: Request) -> str:
    """The kind of a payload's event, where that is why it asks for nothing; "" where the reason is another."""
    sorting = _sorting(source)
    try:
        kind = " ".join(sorting.event_kind(request).split())[:_LONGEST] if sorting else ""
    except PagerError:
        return ""
    return kind if sorting and kind and kind not in set(sorting.TAKES) else ""


def say_kinds(source: Source | None, logs: Iterable[Log]) -> str:
    """Say once for an integration what its type takes, and what it was sent besides; nothing where that is nothing."""
    sorting = _sorting(source)
    done = (each for log in logs for each in log.outcomes)
    ignored = sorted({each.subject for each in done if each.outcome is OutcomeKind.IGNORED})
    if sorting is None or not ignored:
        return ""
    return f"Takes {', '.join(sorted(sorting.TAKES))}; ignored: {', '.join(ignored)}."


def _sorting(source: object) -> Sorting | None:
    return source if isinstance(source, Sorting) else None
