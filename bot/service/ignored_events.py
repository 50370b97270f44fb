"""Events of kinds that a type has no use for: a star, a push, a comment. Said for each, and together for all."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
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


@runtime_checkable
class Explaining(Protocol):
    """What a source has besides, of whose payloads people say which are ignored, and why."""

    def why_nothing(self, request: Request, options: Mapping[str, object]) -> str:
        """The reason why a payload asks for nothing. Raises `PagerError`."""
        ...


def say_ignored(source: Source | None, request: Request, options: Mapping[str, object]) -> str:
    """Say that a payload asks for nothing because of its kind or a definition; nothing where the reason is another."""
    with suppress(PagerError):
        reason = " ".join(_reason(source, request, options).split())[:_LONGEST]
        return f"{_SAID}{reason}" if reason else ""
    return ""


def _reason(source: object, request: Request, options: Mapping[str, object]) -> str:
    if isinstance(source, Explaining):
        return source.why_nothing(request, options)
    sorting = _sorting(source)
    kind = sorting.event_kind(request) if sorting else ""
    return kind if sorting and kind not in set(sorting.TAKES) else ""


def say_kinds(source: Source | None, logs: Iterable[Log]) -> str:
    """Say once for an integration what its type takes, and what it was sent besides; nothing where that is nothing."""
    ignored = sorted({log.outcome.removeprefix(_SAID) for log in logs if log.outcome.startswith(_SAID)})
    if not ignored:
        return ""
    sorting = _sorting(source)
    taken = f"Takes {', '.join(sorted(sorting.TAKES))}; ignored" if sorting else "Ignored"
    return f"{taken}: {', '.join(ignored)}."


def _sorting(source: object) -> Sorting | None:
    return source if isinstance(source, Sorting) else None
