"""Events of kinds that a type has no use for: a star, a push, a comment. Said for each, and together for all."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
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


@runtime_checkable
class Explaining(Protocol):
    """What a source has besides, of whose payloads people say which are ignored, and why."""

    def why_nothing(self, request: Request, options: Mapping[str, object]) -> str:
        """The reason why a payload asks for nothing. Raises `PagerError`."""
        ...


def ignored_kind(source: Source | None, request: Request, options: Mapping[str, object]) -> str:
    """The kind of a payload, or a definition's reason, where that is why it asks for nothing; "" for another reason."""
    with suppress(PagerError):
        return " ".join(_reason(source, request, options).split())[:_LONGEST]
    return ""


def _reason(source: object, request: Request, options: Mapping[str, object]) -> str:
    if isinstance(source, Explaining):
        return source.why_nothing(request, options)
    sorting = _sorting(source)
    kind = sorting.event_kind(request) if sorting else ""
    return kind if sorting and kind not in set(sorting.TAKES) else ""


def say_kinds(source: Source | None, logs: Iterable[Log]) -> str:
    """Say once for an integration what its type takes, and what it was sent besides; nothing where that is nothing."""
    done = (each for log in logs for each in log.outcomes)
    ignored = sorted({each.subject for each in done if each.outcome is OutcomeKind.IGNORED})
    if not ignored:
        return ""
    sorting = _sorting(source)
    taken = f"Takes {', '.join(sorted(sorting.TAKES))}; ignored" if sorting else "Ignored"
    return f"{taken}: {', '.join(ignored)}."


def _sorting(source: object) -> Sorting | None:
    return source if isinstance(source, Sorting) else None
