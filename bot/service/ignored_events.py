"""Events of kinds that a type has no use for: a star, a push, a comment. Said for each, and together for all."""

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from bot.errors import PagerError
from bot.ports import Log, Request, Source

_SAID = "ignored: "
_LONGEST = 60  # characters of a kind's name


@runtime_checkable
class Sorting(Protocol):
    """What a source has besides, whose sender sends events of many kinds."""

    TAKES: Iterable[str]
    """The kinds that can be a problem's, as the sender names them."""

    def event_kind(self, request: Request) -> str:
        """The kind of an event, as the sender names it. Raises `Unreadable`."""
        ...


def say_ignored(source: Source | None, request: Request) -> str:
    """Say of a payload that asks for nothing that its kind is the reason; nothing where it is another."""
    sorting = _sorting(source)
    try:
        kind = " ".join(sorting.event_kind(request).split())[:_LONGEST] if sorting else ""
    except PagerError:
        return ""
    return f"{_SAID}{kind}" if sorting and kind and kind not in set(sorting.TAKES) else ""


def say_kinds(source: Source | None, logs: Iterable[Log]) -> str:
    """Say once for an integration what its type takes, and what it was sent besides; nothing where that is nothing."""
    sorting = _sorting(source)
    ignored = sorted({log.outcome.removeprefix(_SAID) for log in logs if log.outcome.startswith(_SAID)})
    if sorting is None or not ignored:
        return ""
    return f"Takes {', '.join(sorted(sorting.TAKES))}; ignored: {', '.join(ignored)}."


def _sorting(source: object) -> Sorting | None:
    return source if isinstance(source, Sorting) else None
