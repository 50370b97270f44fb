"""What the use cases need of the world, as values and protocols; `wiring.py` says who provides it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.engine.delivery.storms import LIMIT
from bot.ports.messages import (
    Addressed,
    Announcement,
    Answered,
    Channel,
    Digest,
    Fetcher,
    Herald,
    Linker,
    Narrator,
    Page,
    Receipt,
    Requester,
    Roster,
    ShiftNotice,
    ShiftNoticeKind,
    SlackAccount,
    Summariser,
    Verifiable,
)
from bot.ports.payloads import (
    Beat,
    Example,
    Expectation,
    Heartbeat,
    Log,
    LogState,
    Option,
    Particular,
    Pulsing,
    RefusalHistory,
    Request,
    Source,
    StoredLog,
    UnreadLogs,
)
from bot.ports.rates import Paced, PacedRepaints, PacedWords, Rates
from bot.ports.records import (
    NEWEST_LOOKED_AT,
    SHORTEST_INDEXED,
    AlertFilter,
    AlertOrder,
    AutomationRun,
    Backlog,
    ChangeFilter,
    Revision,
    Settlement,
    Situation,
    Tally,
    UnreadableRow,
    Verification,
    Withheld,
)
from bot.ports.store import Store, UnitOfWork
from bot.ports.waking import Clock, Job, Queue, Rush


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All of the world that a use case may touch.

    `admins` are the Slack ids and email addresses of those who are to be admins from the start; nobody: the first owner
    of the workspace is. Beyond `storm_limit` messages a minute in one place they are told as one summary; 0: never.
    `phone_allow` are the numbers, and with a `*` at their end the beginnings, that anybody's rule may spell out.
    """

    store: Store
    queue: Queue
    clock: Clock
    sources: Mapping[str, Source]
    channels: Mapping[str, Channel]
    requester: Requester | None = None
    links: Linker | None = None
    rates: Rates | None = None
    storm_limit: int = LIMIT
    admins: tuple[str, ...] = ()
    phone_allow: tuple[str, ...] = ()
    rush: Rush = field(default_factory=Rush)


__all__ = [
    "NEWEST_LOOKED_AT",
    "SHORTEST_INDEXED",
    "Addressed",
    "AlertFilter",
    "AlertOrder",
    "Announcement",
    "Answered",
    "AutomationRun",
    "Backlog",
    "Beat",
    "ChangeFilter",
    "Channel",
    "Clock",
    "Digest",
    "Example",
    "Expectation",
    "Fetcher",
    "Heartbeat",
    "Herald",
    "Job",
    "Linker",
    "Log",
    "LogState",
    "Narrator",
    "Option",
    "Paced",
    "PacedRepaints",
    "PacedWords",
    "Page",
    "Particular",
    "Ports",
    "Pulsing",
    "Queue",
    "Rates",
    "Receipt",
    "RefusalHistory",
    "Request",
    "Requester",
    "Revision",
    "Roster",
    "Settlement",
    "ShiftNotice",
    "ShiftNoticeKind",
    "Situation",
    "SlackAccount",
    "Source",
    "Store",
    "StoredLog",
    "Summariser",
    "Tally",
    "UnitOfWork",
    "UnreadLogs",
    "UnreadableRow",
    "Verifiable",
    "Verification",
    "Withheld",
]
