"""What every payload goes through, whatever address it came to: opened, judged, committed, answered."""

import asyncio
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic

from starlette.types import Receive, Scope

from bot import ids
from bot.engine.model import Integration
from bot.errors import StoreUnavailable
from bot.payloads import batches
from bot.ports import Clock, Log, LogState, Ports, Request
from bot.service.refusals import Refusal
from bot.settings import Settings
from bot.sources import email
from bot.web.ingest.attesting import Attestation
from bot.web.ingest.batch_room import BatchRoom, BatchTurn
from bot.web.ingest.bodies import NoBody, mask, read_body
from bot.web.ingest.commits import GroupCommit, Waker
from bot.web.ingest.judging import Judge
from bot.web.ingest.limits import Buckets
from bot.web.ingest.replies import Reply
from bot.web.ingest.reporting import Reports
from bot.web.ingest.snapshot import Snapshot
from bot.web.ingest.unpacking import too_large, unpack

logger = logging.getLogger(__name__)

AGAIN = Reply(
    status=503, message="The payload could not be stored. Please send it again.", headers={"retry-after": "5"}
)
TAKEN = Reply(status=200)
GONE = Reply(status=408, message="The body did not arrive.", headers={"connection": "close"})
_ENCODING = "content-encoding"
_HEAD = 1024  # bytes that are kept of a batch which cannot be parted
_IN_LOOP = 64 * 1024  # bytes of a body that is read where all others wait; a larger one is read in a thread
_IN_PARTS = ("multipart/", "message/")  # what Python takes apart, however small
_READERS = 4  # threads
KEY_INSIDE = 512 * 1024
"""Bytes of a body that are read before anybody knows whose it is; PagerDuty takes as many."""


@dataclass(slots=True, kw_only=True)
class AnswerCounts:
    """What was answered so far by this process."""

    answers: Counter[int] = field(default_factory=Counter)
    unlogged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestParts:
    """What the ingest is made of. `refusals` bounds how many of them are logged.

    `body_limit` and `batch_limit` are in bytes: of a payload, and of one with many alerts that is taken in parts.
    """

    snapshot: Snapshot
    commits: GroupCommit
    judge: Judge
    body_limit: int
    batch_limit: int
    refusals: Buckets
    reports: Reports
    clock: Clock
    attestation: Attestation | None = None
    tally: AnswerCounts = field(default_factory=AnswerCounts)


def parts_for(settings: Settings, ports: Ports) -> IngestParts:
    """Put the parts together for one process."""
    payloads = Buckets(per_minute=settings.ingest_rate_per_minute, burst=settings.ingest_burst)
    refusals = settings.refusals_logged_per_minute
    return IngestParts(
        snapshot=Snapshot(ports.store),
        commits=GroupCommit(ports.store, Waker(ports.queue), limit=settings.ingest_queue_limit),
        judge=Judge(ports.sources, payloads),
        body_limit=settings.ingest_body_limit,
        batch_limit=max(settings.ingest_batch_limit, settings.ingest_body_limit),
        reports=Reports(ports.sources),
        refusals=Buckets(per_minute=refusals, burst=refusals),
        clock=ports.clock,
        attestation=Attestation(ports.sources, settings.sns_trusted_hosts),
    )


class Admission:
    """Takes payloads of integrations in; one for all the doors of a process."""

    def __init__(self, parts: IngestParts) -> None:
        self._parts = parts
        self._quiet_until = 0.0
        self._room = BatchRoom(parts.body_limit, parts.batch_limit, parts.judge.list_name)
        self._readers = ThreadPoolExecutor(_READERS, "readers")

    @property
    def body_limit(self) -> int:
        """The largest body that is taken, in bytes."""
        return self._parts.body_limit

    @property
    def tally(self) -> AnswerCounts:
        """What was answered so far, at all the doors."""
        return self._parts.tally

    async def body(self, scope: Scope, receive: Receive, key: str = "", *, most: int | None = None) -> bytes | NoBody:
        """Read a body within the limit, or within `most` (bytes). A sender may leave once it has sent it.

        `key` is that of the integration where the address says so: of some, more is taken.
        """
        if most is not None:
            return await read_body(scope, receive, min(self._parts.body_limit, most))
        turn = BatchTurn(self._room, self.integration_at, key)
        try:
            return await read_body(scope, receive, self._parts.body_limit, turn.limit)
        finally:
            turn.end()

    async def addressed(self, scope: Scope, receive: Receive, key: str) -> tuple[bytes | NoBody, Integration | None]:
        """Read the body of what is sent to a key, and find whose key that is.

        A sender may leave once it has sent the body, so it is read while the key is looked up; where the key is
        nobody's, no more of it is read. Raises `StoreUnavailable` when nobody knows.
        """
        known = self._parts.snapshot.known(key)
        if known is not None:
            return await self.body(scope, receive, key), known
        reading = asyncio.ensure_future(self.body(scope, receive, key))
        try:
            found = await self.integration_at(key)
            return (await reading if found else NoBody.UNREAD), found
        finally:
            reading.cancel()

    def now(self) -> datetime:
        """The instant at which what is read now came."""
        return self._parts.clock.now()

    async def integration_at(self, key: str) -> Integration | None:
        """Find an integration by its key. Raises `StoreUnavailable` when nobody knows."""
        return self._parts.snapshot.known(key) or await self._parts.snapshot.integration_at(key)

    async def admit(
        self, integration: Integration, request: Request, unread: NoBody | None = None, refusal: Reply | None = None
    ) -> Reply:
        """Take a payload in, or refuse it; both are logged. `refusal` is one that the door itself has a reason for.

        Raises `StoreUnavailable` when a payload that is good could not be committed.
        """
        now, size = request.at or self.now(), unread.size if unread else len(request.body)
        limit = self._room.limit(integration)
        if unread is not None:
            refusal, request = refusal or too_large(limit), replace(request, body=unread.head)
        elif _ENCODING in request.headers:
            request, refusal = self._unpacked(request, refusal, limit)
        if refusal is None and len(request.body) > self._parts.body_limit < limit:
            return await self._admit_parts(integration, request, now)
        refusal = refusal or await self._judged(integration, request, now)
        if refusal is None and self._parts.attestation is not None and self._parts.attestation.concerns(integration):
            request, refusal = await self._parts.attestation.attest(integration, request, now)
        if refusal:
            return await self._refuse(integration, request, refusal, now, size)
        log = self._log(integration, request, now, TAKEN)
        await self._parts.commits.commit(log)
        return Reply(status=200, log_id=log.id)

    async def _judged(self, integration: Integration, request: Request, now: datetime) -> Reply | None:
        """The reason to refuse a payload, found where reading it holds up nobody."""
        kind = request.headers.get("content-type", "").lstrip().lower()
        if len(request.body) <= _IN_LOOP and integration.type != email.NAME and not kind.startswith(_IN_PARTS):
            return self._parts.judge(integration, request, now)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._parts.judge, integration, request, now)

    def unpacked(self, request: Request) -> Request:
        """The request with its body as it was before it was compressed; as it is where it cannot be opened."""
        return self._unpacked(request, None, self._parts.body_limit)[0]

    def count(self, reply: Reply) -> Reply:
        """Count an answer."""
        self._parts.tally.answers[reply.status] += 1
        return reply

    def complain(self, error: StoreUnavailable) -> Reply:
        """Say in the process's log that the store is away, once a second at most, and ask the sender to come again."""
        if monotonic() >= self._quiet_until:
            self._quiet_until = monotonic() + 1
            logger.warning("payloads are turned away with 503: %s", error)
        return AGAIN

    async def _admit_parts(self, integration: Integration, request: Request, now: datetime) -> Reply:
        """Take in parts what is too large for one, all of them or none. It is judged as a whole, off the loop."""
        limit, name = self._parts.body_limit, self._parts.judge.list_name(integration)
        refusal = await asyncio.to_thread(self._parts.judge, integration, request, now)
        parts = () if refusal else await asyncio.to_thread(batches.parts, request, name, limit)
        if refusal or not parts:
            size = len(request.body)
            head = replace(request, body=request.body[:_HEAD])
            return await self._refuse(integration, head, refusal or too_large(limit), now, size)
        logs = [self._log(integration, part, now, TAKEN) for part in parts]
        await asyncio.gather(*(self._parts.commits.commit(log) for log in logs))
        return Reply(status=200, log_id=logs[0].id)

    def _unpacked(self, request: Request, refusal: Reply | None, limit: int) -> tuple[Request, Reply | None]:
        body = unpack(request.body, request.headers.get(_ENCODING, ""), limit)
        if isinstance(body, Reply):
            return request, refusal or body
        headers = {name: value for name, value in request.headers.items() if name != _ENCODING}
        return replace(request, body=body, headers=headers), refusal

    async def _refuse(
        self, integration: Integration, request: Request, refusal: Reply, now: datetime, size: int
    ) -> Reply:
        """Log and report a refusal, as long as there are not too many: what is refused must not fill the disk.

        What cannot be stored now is reported by the next refusal.
        """
        log = self._log(integration, request, now, refusal)
        report = self._parts.reports.report(integration, Refusal(log=log, size=size))
        is_logged = not self._parts.refusals.take(integration.id)
        self._parts.tally.unlogged += not is_logged
        try:
            await asyncio.gather(*(self._parts.commits.commit(each) for each in (is_logged and log, report) if each))
        except StoreUnavailable:
            self._parts.tally.unlogged += is_logged
            return refusal
        return replace(refusal, log_id=log.id) if is_logged else refusal

    def _log(self, integration: Integration, request: Request, now: datetime, reply: Reply) -> Log:
        return Log(
            id=ids.new("log"),
            integration_id=integration.id,
            at=now,
            request=mask(request, integration.key, self._parts.judge.secrets(integration)),
            answered=reply.status,
            state=LogState.UNREAD if reply.status < 300 else LogState.REFUSED,
            outcome=reply.message,
        )
