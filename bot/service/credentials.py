"""Whether the providers of the channels still take our credentials: asked in the background, and kept for a while."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Lock

from bot.errors import Undelivered
from bot.ports import Ports, Verifiable

_FRESH = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderVerdict:
    """What a channel's provider said, and when it was asked; `trouble` is empty when it takes the credentials."""

    at: datetime
    trouble: str = ""


class CredentialChecks:
    """Remembers the verdicts of this process. Whoever looks never waits for a provider."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="credentials")
        self._verdicts: dict[str, ProviderVerdict] = {}
        self._asked: set[str] = set()
        self._lock = Lock()

    def known(self) -> Mapping[str, ProviderVerdict]:
        """What is known at this moment, by channel."""
        with self._lock:
            return dict(self._verdicts)

    def refresh(self, ports: Ports, then: Callable[[], object]) -> None:
        """Have the providers asked whose verdict is missing or old; `then` follows each verdict that is another."""
        now = ports.clock.now()
        for name, channel in ports.channels.items():
            if isinstance(channel, Verifiable) and self._begins(name, now):
                self._pool.submit(_verdict, channel, now).add_done_callback(partial(self._settle, name, then))

    def close(self) -> None:
        """Wait for those who are being asked, and ask nobody more."""
        self._pool.shutdown()

    def _begins(self, name: str, now: datetime) -> bool:
        with self._lock:
            known = self._verdicts.get(name)
            if name in self._asked or (known and now - known.at < _FRESH):
                return False
            self._asked.add(name)
            return True

    def _settle(self, name: str, then: Callable[[], object], done: "Future[ProviderVerdict]") -> None:
        with self._lock:
            self._asked.discard(name)
            before = self._verdicts.get(name)
            verdict = self._verdicts[name] = done.result()
        if before is None or before.trouble != verdict.trouble:
            then()


def _verdict(channel: Verifiable, now: datetime) -> ProviderVerdict:
    try:
        channel.verify()
    except Undelivered as error:
        return ProviderVerdict(at=now, trouble=error.reason)
    return ProviderVerdict(at=now)
