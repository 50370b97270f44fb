"""Payloads as they come, and what reads them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.engine.model import Signal, Trace
from bot.errors import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A payload as it came: header names in lower case, `query` as sent, `remote` the peer's address.

    `at` is when it came, where that is known: rules may ask for the time of day.
    """

    method: str
    path: str
    body: bytes = b""
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    remote: str = ""
    at: datetime | None = field(default=None, compare=False)


class LogState(StrEnum):
    """Where a log stands: waiting for `receive`, done, refused at the door, or given up on and announced."""

    UNREAD = "unread"
    READ = "read"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A payload with what was answered. `seq` is its place in the order of arrival, given by the store.

    `outcome` says in words what became of it, for people; what steers anything asks `outcomes`.
    """

    id: str
    integration_id: str
    at: datetime
    request: Request
    answered: int
    state: LogState = LogState.UNREAD
    outcome: str = ""
    seq: int = 0
    trace: Trace = ()
    alert_ids: tuple[str, ...] = ()

    @property
    def outcomes(self) -> Trace:
        """What its signals came to."""
        return tuple(line for line in self.trace if line.outcome)

    @property
    def reasons(self) -> Trace:
        """How that was decided."""
        return tuple(line for line in self.trace if not line.outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadLogs:
    """Logs to be read, and those that nothing is known of but that they came; the latter are named once each."""

    logs: tuple[Log, ...] = ()
    illegible: tuple[Log, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLog:
    """What deciding whether to keep a log needs of it; `size` is in bytes."""

    seq: int
    at: datetime
    state: LogState
    alert_ids: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One setting of an integration type. `secret` ones are never shown again; a `long` one has many lines.

    A number is from `least` to `most`; one that `is_address` is that of a page on the Web.
    """

    name: str
    default: str | int | bool = ""
    label: str = ""
    secret: bool = False
    long: bool = False
    least: int = 0
    most: int = 999_999_999
    is_address: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A payload that a sender really sends, with the signals that it must be read as."""

    name: str
    request: Request
    signals: tuple[Signal, ...]
    options: Mapping[str, object] = field(default_factory=dict)


class Source(Protocol):
    """One integration type: a module in `bot/sources` with these names. It is pure, and discovered."""

    NAME: str
    """How the type is named in configuration and commands."""
    TITLE: str
    """How people call the sender."""
    SETUP: str
    """What the person who configures the sender has to do there, with `{url}` for the ingest address."""
    OPTIONS: Sequence[Option]
    METHODS: Sequence[str]
    """HTTP methods that the type takes."""
    EXAMPLES: Sequence[Example]

    def verify(self, request: Request, options: Mapping[str, object], now: datetime) -> None:
        """Raise `Forbidden` when the token or signature is wrong, missing or stale."""
        ...

    def read(self, request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
        """Read the signals, deterministic, or raise `Unreadable`."""
        ...

    def document(self, request: Request) -> object:
        """The body as `data` for rules and templates: plain JSON values."""
        ...


class Beat(StrEnum):
    """What a heartbeat says: a run began, or one is over (which is a sign of life in itself)."""

    STARTED = "started"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """When an integration has to be heard from; `run` is how long a run may take, `dedup_key` that of its alert."""

    dedup_key: str
    period: timedelta
    grace: timedelta
    run: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """When an integration was last heard from, which run is not over, and when people were told that it is late."""

    integration_id: str
    last_at: datetime
    started_at: datetime | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalHistory:
    """What was refused of an integration lately, and when its people were told; instants are in order.

    `forbidden_at` are the latest refusals with 403, `opened_at` the alerts of the last hour that were made of it.
    """

    integration_id: str
    last_at: datetime
    last_answer: int = 0
    told_at: datetime | None = None
    opened_at: tuple[datetime, ...] = ()
    forbidden_at: tuple[datetime, ...] = ()


@runtime_checkable
class Particular(Protocol):
    """What a source has besides, whose options can be set wrongly."""

    def problems(self, options: Mapping[str, object]) -> Iterable[Problem]:
        """Say everything that is wrong, each with the option's name first in `where`."""
        ...


@runtime_checkable
class Pulsing(Protocol):
    """What a source has besides, whose silence makes an alert."""

    def beat(self, request: Request) -> Beat | None:
        """Read what a payload says; None where it is no sign of life."""
        ...

    def expectation(self, options: Mapping[str, object]) -> Expectation:
        """Read when the next one has to come."""
        ...
