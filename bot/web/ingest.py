"""`/integrations/{key}`: judge a payload, commit it, answer.

A plain ASGI endpoint: behind a Starlette route, which builds a request object and a response object for each call,
a third less gets through (docs/decisions/ingest.md).
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from time import monotonic

from starlette.types import Receive, Scope, Send

from bot import ids
from bot.engine.model import Integration
from bot.errors import Forbidden, StoreUnavailable, Unreadable
from bot.ports import Clock, Log, LogState, Request, Source
from bot.web.commits import GroupCommit
from bot.web.limits import Buckets
from bot.web.payloads import Gone, TooLarge, mask, read_body, request_of
from bot.web.replies import Reply
from bot.web.snapshot import Snapshot

logger = logging.getLogger(__name__)

UNKNOWN = Reply(
    status=404, message="There is no integration at this address. Copy it anew from /pagertree integration."
)
AGAIN = Reply(
    status=503, message="The payload could not be stored. Please send it again.", headers={"retry-after": "5"}
)
GONE = Reply(status=408, message="The body did not arrive.", headers={"connection": "close"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """The limits of the ingest. `body` is in bytes."""

    body: int
    payloads: Buckets
    refusals: Buckets


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was answered so far by this process."""

    answers: Counter[int] = field(default_factory=Counter)
    unlogged: int = 0


class Ingest:
    """The endpoint; `tally` counts its answers."""

    def __init__(
        self, *, snapshot: Snapshot, commits: GroupCommit, sources: Mapping[str, Source], clock: Clock, guards: Guards
    ) -> None:
        self._snapshot = snapshot
        self._commits = commits
        self._sources = sources
        self._clock = clock
        self._guards = guards
        self.tally = Tally()
        self._quiet_until = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            reply = await self._take(scope, receive)
        except StoreUnavailable as error:
            self._complain(error)
            reply = AGAIN
        self.tally.answers[reply.status] += 1
        await reply.send(send)

    def _complain(self, error: StoreUnavailable) -> None:
        """Once a second at most: many senders come again and again while the store is away."""
        if monotonic() >= self._quiet_until:
            self._quiet_until = monotonic() + 1
            logger.warning("payloads are turned away with 503: %s", error)

    async def _take(self, scope: Scope, receive: Receive) -> Reply:
        key = scope["path_params"]["key"]
        body = await self._body(scope, receive)  # first of all: a sender may leave once it has sent it
        if isinstance(body, Gone):
            return GONE
        integration = await self._snapshot.integration_at(key)
        if integration is None:
            return UNKNOWN
        request = request_of(scope, b"" if isinstance(body, TooLarge) else body)
        refusal = self._too_large() if isinstance(body, TooLarge) else self._judge(integration, request)
        kept = mask(request, key)
        return await (self._refuse(integration, kept, refusal) if refusal else self._accept(integration, kept))

    async def _body(self, scope: Scope, receive: Receive) -> bytes | TooLarge | Gone:
        try:
            return await read_body(scope, receive, self._guards.body)
        except (TooLarge, Gone) as reason:
            return reason

    def _too_large(self) -> Reply:
        message = f"The body is larger than {self._guards.body} bytes, which is the most that is taken."
        return Reply(status=413, message=message, headers={"connection": "close"})

    def _judge(self, integration: Integration, request: Request) -> Reply | None:
        """Find the reason to refuse. A forged payload is found out before it can use up the sender's rate."""
        source = self._sources.get(integration.type)
        if not integration.enabled:
            return Reply(status=405, message="This integration is disabled.", headers={"allow": ""})
        if source is None:
            return None  # fail open: the payload is kept, and whoever reads it says what is missing
        if request.method not in source.METHODS:
            methods = ", ".join(source.METHODS)
            return Reply(status=405, message=f"Send this with {methods}.", headers={"allow": methods})
        return self._read(source, integration, request)

    def _read(self, source: Source, integration: Integration, request: Request) -> Reply | None:
        try:
            source.verify(request, integration.options, self._clock.now())
            refusal = self._limit(integration)
            if refusal is None:
                self._try_reading(source, integration, request)
        except Forbidden as error:
            return Reply(status=403, message=str(error))
        except Unreadable as error:
            return Reply(status=400, message=str(error))
        return refusal

    def _limit(self, integration: Integration) -> Reply | None:
        seconds = self._guards.payloads.take(integration.id)
        if not seconds:
            return None
        message = "This integration is sent more than it takes. Wait, then send again."
        return Reply(status=429, message=message, headers={"retry-after": str(ceil(seconds))})

    def _try_reading(self, source: Source, integration: Integration, request: Request) -> None:
        try:
            source.read(request, integration.options)
        except Unreadable:
            raise
        except Exception:
            # Fail open: a fault of ours is no reason to turn a payload away. It is kept, and reading it again tells.
            logger.exception("source %s broke on a payload of %s", source.NAME, integration.id)

    async def _accept(self, integration: Integration, request: Request) -> Reply:
        log = self._log(integration, request, 200, LogState.UNREAD)
        await self._commits.commit(log)
        return Reply(status=200, log_id=log.id)

    async def _refuse(self, integration: Integration, request: Request, reply: Reply) -> Reply:
        if self._guards.refusals.take(integration.id):
            self.tally.unlogged += 1
            return reply
        log = self._log(integration, request, reply.status, LogState.REFUSED, outcome=reply.message)
        try:
            await self._commits.commit(log)
        except StoreUnavailable:
            self.tally.unlogged += 1
            return reply
        return replace(reply, log_id=log.id)

    def _log(
        self, integration: Integration, request: Request, status: int, state: LogState, *, outcome: str = ""
    ) -> Log:
        return Log(
            id=ids.new("log"),
            integration_id=integration.id,
            at=self._clock.now(),
            request=request,
            answered=status,
            state=state,
            outcome=outcome,
        )
