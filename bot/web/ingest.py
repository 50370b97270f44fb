"""`/integrations/{key}`: judge a payload, commit it, answer.

A plain ASGI endpoint ahead of the routes: a third less gets through behind a Starlette route, which builds a request
and a response object for each call (docs/decisions/ingest.md).
"""

import logging
from collections import Counter
from dataclasses import dataclass, field, replace
from time import monotonic

from starlette.types import ASGIApp, Receive, Scope, Send

from bot import ids
from bot.errors import StoreUnavailable
from bot.ports import Clock, Log, LogState
from bot.web.commits import GroupCommit
from bot.web.judging import Judge
from bot.web.limits import Buckets
from bot.web.payloads import MASK, Unread, mask, read_body, request_of
from bot.web.replies import Reply
from bot.web.snapshot import Snapshot

logger = logging.getLogger(__name__)

PREFIX = "/integrations/"
KEPT_PATH = PREFIX + MASK  # the key in it is a secret

UNKNOWN = Reply(
    status=404, message="There is no integration at this address. Copy it anew from /pagertree integration."
)
AGAIN = Reply(
    status=503, message="The payload could not be stored. Please send it again.", headers={"retry-after": "5"}
)
GONE = Reply(status=408, message="The body did not arrive.", headers={"connection": "close"})


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was answered so far by this process."""

    answers: Counter[int] = field(default_factory=Counter)
    unlogged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the ingest is made of. `body_limit` is in bytes; `refusals` bounds how many of them are logged."""

    snapshot: Snapshot
    commits: GroupCommit
    judge: Judge
    body_limit: int
    refusals: Buckets
    clock: Clock
    tally: Tally = field(default_factory=Tally)


class Ingest:
    """Everything below `/integrations/`, ahead of `app`; `tally` counts the answers."""

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app = app
        self._snapshot = parts.snapshot
        self._commits = parts.commits
        self._judge = parts.judge
        self._limit = parts.body_limit
        self._refusals = parts.refusals
        self._clock = parts.clock
        self._tally = parts.tally
        self._quiet_until = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        try:
            reply = await self._take(scope, receive)
        except StoreUnavailable as error:
            self._complain(error)
            reply = AGAIN
        self._tally.answers[reply.status] += 1
        await reply.send(send)

    async def _take(self, scope: Scope, receive: Receive) -> Reply:
        body = await read_body(scope, receive, self._limit)  # first of all: a sender may leave once it has sent it
        if body is Unread.GONE:
            return GONE
        key = scope["path"][len(PREFIX) :].removesuffix("/")
        integration = self._snapshot.known(key) or await self._snapshot.integration_at(key)
        if integration is None:
            return UNKNOWN
        now = self._clock.now()
        request = request_of(scope, b"" if body is Unread.TOO_LARGE else body, KEPT_PATH)
        refusal = self._too_large() if body is Unread.TOO_LARGE else self._judge(integration, request, now)
        log = Log(
            id=ids.new("log"),
            integration_id=integration.id,
            at=now,
            request=mask(request),
            answered=refusal.status if refusal else 200,
            state=LogState.REFUSED if refusal else LogState.UNREAD,
            outcome=refusal.message if refusal else "",
        )
        if refusal:
            return await self._refuse(log, refusal)
        await self._commits.commit(log)
        return Reply(status=200, log_id=log.id)

    def _too_large(self) -> Reply:
        message = f"The body is larger than {self._limit} bytes, which is the most that is taken."
        return Reply(status=413, message=message, headers={"connection": "close"})

    async def _refuse(self, log: Log, refusal: Reply) -> Reply:
        """Log a refusal, as long as there are not too many: what is refused must not fill the disk."""
        if self._refusals.take(log.integration_id):
            self._tally.unlogged += 1
            return refusal
        try:
            await self._commits.commit(log)
        except StoreUnavailable:
            self._tally.unlogged += 1
            return refusal
        return replace(refusal, log_id=log.id)

    def _complain(self, error: StoreUnavailable) -> None:
        """Once a second at most: many senders come again and again while the store is away."""
        if monotonic() >= self._quiet_until:
            self._quiet_until = monotonic() + 1
            logger.warning("payloads are turned away with 503: %s", error)
