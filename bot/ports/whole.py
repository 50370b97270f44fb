"""All of the world that a use case may touch."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.engine.delivery.storms import LIMIT
from bot.ports.messages import Channel, Linker, Requester
from bot.ports.payloads import Source
from bot.ports.rates import Rates
from bot.ports.store import Store
from bot.ports.waking import Clock, Queue, Rush


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
