"""All of the world that a use case may touch."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.engine.storms import LIMIT
from bot.ports.messages import Channel, Linker, Requester
from bot.ports.payloads import Source
from bot.ports.store import Store
from bot.ports.waking import Clock, Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """All of the world that a use case may touch.

    Beyond `storm_limit` messages a minute in one place they are told as one summary; 0: never.
    """

    store: Store
    queue: Queue
    clock: Clock
    sources: Mapping[str, Source]
    channels: Mapping[str, Channel]
    requester: Requester | None = None
    links: Linker | None = None
    storm_limit: int = LIMIT
