"""What an admin has to look after, looked at once a minute for all who ask: nobody's command waits for it.

Routers take long to look at. That is done beside everything else: those that changed at once, the others every hour.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Lock

from bot.engine.model import Router
from bot.ports import Ports
from bot.service import health
from bot.service.credentials import CredentialChecks
from bot.service.health import Finding

_log = logging.getLogger(__name__)

_FRESH = timedelta(minutes=1)
_STALE = timedelta(hours=1)
_MOST_AGED = 20  # routers that are looked at again in one go, though they did not change


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was found, what is worst first, and when; `unlooked` routers were not looked at yet."""

    at: datetime
    findings: tuple[Finding, ...]
    unlooked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _RouterLook:
    """What was found in a router as it was then; None: nothing."""

    at: datetime
    router: Router
    found: Finding | None


class HealthFigures:
    """Remembers what this process found."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="health")
        self._lock = Lock()
        self._found: tuple[datetime, tuple[Finding, ...]] | None = None
        self._looks: dict[str, _RouterLook] = {}
        self._is_looking = False
        self._closing = Event()

    def known(self, ports: Ports, now: datetime, credentials: CredentialChecks) -> Figures:
        """What is known, at most a minute old; what is known of routers is as `refresh` left it."""
        with self._lock:  # who comes meanwhile waits for the one look, instead of having one of their own
            if self._found is None or not timedelta(0) <= now - self._found[0] < _FRESH:
                self._found = (now, health.findings(ports, now))
            at, found = self._found
        looks, routers = dict(self._looks), ports.store.directory().routers
        of_routers = [look.found for look in looks.values() if look.found and look.router.id in routers]
        shown = health.in_order((*found, *health.say_credentials(credentials.known()), *of_routers))
        return Figures(at=at, findings=shown, unlooked=len(routers.keys() - looks.keys()))

    def refresh(self, ports: Ports, then: Callable[[], object]) -> None:
        """Have routers looked at that changed or were not looked at for long; `then` follows when that showed more."""
        now = ports.clock.now()
        due = tuple(self._due(ports, now))
        with self._lock:
            if self._is_looking or self._closing.is_set() or not due:
                return
            self._is_looking = True
        self._pool.submit(self._look, ports, due, now).add_done_callback(partial(self._settle, then))

    def close(self) -> None:
        """Finish the router that is being looked at, and look at no more."""
        self._closing.set()
        self._pool.shutdown(cancel_futures=True)

    def _due(self, ports: Ports, now: datetime) -> Iterator[Router]:
        aged = _MOST_AGED
        for router in ports.store.directory().routers.values():
            look = self._looks.get(router.id)
            if look is None or look.router != router:
                yield router
            elif now - look.at > _STALE and aged > 0:
                aged -= 1
                yield router

    def _look(self, ports: Ports, due: tuple[Router, ...], now: datetime) -> bool:
        before = {router_id: look.found for router_id, look in self._looks.items()}
        is_first = any(router.id not in before for router in due)
        for router in due:
            if self._closing.is_set():
                return False
            self._looks[router.id] = _RouterLook(at=now, router=router, found=health.doubt(ports, router))
        return is_first or any(before[each.id] != self._looks[each.id].found for each in due)

    def _settle(self, then: Callable[[], object], done: "Future[bool]") -> None:
        with self._lock:
            self._is_looking = False
        if done.cancelled():
            return
        if error := done.exception():
            _log.warning("routers were not looked at: %s", error)
        elif done.result():
            then()
