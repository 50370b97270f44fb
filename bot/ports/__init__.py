"""What the use cases need of the world, as values and protocols; `wiring.py` says who provides it."""

from bot.ports.messages import Announcement, Answered, Channel, Fetcher, Herald, Linker, Page, Receipt, Requester
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
    Request,
    Source,
    StoredLog,
)
from bot.ports.records import (
    AlertFilter,
    AutomationRun,
    Backlog,
    Gathering,
    Revision,
    Settlement,
    Situation,
    Verification,
)
from bot.ports.store import Store, UnitOfWork
from bot.ports.waking import Clock, Job, Queue
from bot.ports.whole import Ports

__all__ = [
    "AlertFilter",
    "Announcement",
    "Answered",
    "AutomationRun",
    "Backlog",
    "Beat",
    "Channel",
    "Clock",
    "Example",
    "Expectation",
    "Fetcher",
    "Gathering",
    "Heartbeat",
    "Herald",
    "Job",
    "Linker",
    "Log",
    "LogState",
    "Option",
    "Page",
    "Particular",
    "Ports",
    "Pulsing",
    "Queue",
    "Receipt",
    "Request",
    "Requester",
    "Revision",
    "Settlement",
    "Situation",
    "Source",
    "Store",
    "StoredLog",
    "UnitOfWork",
    "Verification",
]
