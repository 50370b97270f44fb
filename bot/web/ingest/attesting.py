"""Payloads whose signature needs a certificate from elsewhere, as Amazon SNS sends them: fetched here, at the rim.

Source modules are pure; one that needs this has `certificate_url`, `check` and `confirmation_url` (`bot.payloads.sns`).
Nothing here holds up the event loop, and one certificate is fetched once, however many payloads wait for it.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import Any

from bot.engine.model import Integration
from bot.errors import Forbidden, Rejected, Undelivered
from bot.outbound.fetching import fetch
from bot.payloads.sns import CONFIRMED
from bot.ports import Request, Source
from bot.web.ingest.replies import Reply

logger = logging.getLogger(__name__)

_KEPT = 86_400.0  # seconds that a certificate is used
_REST = 30.0  # seconds until a certificate that could not be fetched is asked for again
_MOST = 100  # certificates
_UNCHECKED = Reply(
    status=503,
    message="The certificate at SigningCertURL cannot be fetched at the moment. Please send it again.",
    headers={"retry-after": "20"},
)


class Attestation:
    """Checks signatures by certificates, and confirms subscriptions. `trusted` are hosts besides Amazon's."""

    def __init__(
        self,
        sources: Mapping[str, Source],
        trusted: Collection[str] = (),
        fetching: Callable[[str], bytes] = fetch,
    ) -> None:
        self._sources: dict[str, Any] = {
            name: source for name, source in sources.items() if hasattr(source, "certificate_url")
        }
        self._trusted = frozenset(trusted)
        self._fetch = fetching
        self._threads = ThreadPoolExecutor(4, "attest")
        self._certificates: dict[str, tuple[float, asyncio.Task[bytes]]] = {}

    def concerns(self, integration: Integration) -> bool:
        """Whether payloads of the integration's type are signed so."""
        return integration.type in self._sources

    async def attest(self, integration: Integration, request: Request, now: datetime) -> tuple[Request, Reply | None]:
        """Check the signature: the refusal when it is wrong, else the request, marked when it confirmed a subscription.

        Where the certificate cannot be had because nobody answers, the sender is asked to send again, and the team is
        told: an unchecked payload is not taken, and what the sender gives up does not go unnoticed.
        """
        source = self._sources[integration.type]
        try:
            url = source.certificate_url(request, self._trusted)
            if url:
                source.check(request, await self._certificate(url), now)
            return await self._confirmed(source, request), None
        except Forbidden as error:
            return request, Reply(status=403, message=str(error))
        except Rejected as error:
            return request, Reply(status=403, message=f"The certificate at SigningCertURL cannot be had: {error}.")
        except Undelivered as error:
            logger.warning("a payload of %s cannot be checked: its certificate: %s", integration.id, error)
            return request, _UNCHECKED

    async def _confirmed(self, source: Any, request: Request) -> Request:
        """Follow the link that confirms a subscription. When that fails, the source makes an alert with the link."""
        url = source.confirmation_url(request, self._trusted)
        confirmed = "no"
        if url:
            try:
                await self._get(url)
                confirmed = "yes"
            except Undelivered as error:
                logger.warning("a subscription could not be confirmed: %s", error)
        return replace(request, headers={**request.headers, CONFIRMED: confirmed}) if url else request

    async def _certificate(self, url: str) -> bytes:
        known = self._certificates.get(url)
        if known is None or monotonic() - known[0] > _kept(known[1]):
            self._certificates.pop(url, None)
            while len(self._certificates) >= _MOST:
                self._certificates.pop(next(iter(self._certificates)))
            known = self._certificates[url] = (monotonic(), asyncio.create_task(self._get(url)))
        return await asyncio.shield(known[1])

    async def _get(self, url: str) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._fetch, url)


def _kept(task: asyncio.Task[bytes]) -> float:
    if not task.done():
        return _KEPT
    return _REST if task.cancelled() or task.exception() else _KEPT
