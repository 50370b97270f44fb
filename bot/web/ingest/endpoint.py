"""`/integrations/{key}`: judge a payload, commit it, answer.

A plain ASGI endpoint ahead of the routes: a third less gets through behind a Starlette route, which builds a request
and a response object for each call (docs/decisions/0004-ingest.md).
"""

from dataclasses import replace

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.engine.model import Integration
from bot.errors import StoreUnavailable
from bot.ports import Request
from bot.service.masking import MASK
from bot.sources import heartbeat, victorops
from bot.web.ingest.addressed import PREFIX, Place, place
from bot.web.ingest.admission import GONE, Admission
from bot.web.ingest.bodies import NoBody, request_of
from bot.web.ingest.judging import Judge
from bot.web.ingest.replies import Reply

FORM = "/form"
_ELSEWHERE = frozenset({FORM[1:], "call"})  # what stands behind a key and is answered by the app behind this
KEPT_PATH = PREFIX + MASK  # the key in it is a secret

UNKNOWN = Reply(
    status=404, message="There is no integration at this address. Copy it anew from /pagertree integration."
)

_BEATS_ELSEWHERE = Reply(
    status=400, message="This integration waits for no heartbeat. Make one of the type heartbeat, and use its key."
)


class Ingest:
    """Everything below `/integrations/`, ahead of `app`."""

    def __init__(self, app: ASGIApp, admission: Admission, judge: Judge) -> None:
        self._app = app
        self._admission = admission
        self._judge = judge

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        at = place(scope["path"])
        if at.suffix and at.suffix.partition("/")[0] in _ELSEWHERE:
            await self._app(scope, receive, send)
            return
        try:
            reply = await self._take(scope, receive, at)
        except StoreUnavailable as error:
            reply = self._admission.complain(error)
        await self._admission.count(reply).send(send)

    async def _take(self, scope: Scope, receive: Receive, at: Place) -> Reply:
        body, integration = await self._admission.addressed(scope, receive, at.key)
        if body is NoBody.GONE:
            return GONE
        if integration is None or (at.suffix and not self._judge.takes_suffix(integration, at.suffix)):
            return UNKNOWN
        path, now = f"{KEPT_PATH}/{at.suffix}" if at.suffix else KEPT_PATH, self._admission.now()
        if isinstance(body, NoBody):
            return await self._admission.admit(integration, request_of(scope, b"", path, now), body)
        request = _routed(request_of(scope, body, path, now), at.route)
        reply = await self._admission.admit(integration, request, refusal=_no_heartbeat(integration, at))
        return self._judge.worded(integration, request, reply)


def _no_heartbeat(integration: Integration, at: Place) -> Reply | None:
    return _BEATS_ELSEWHERE if at.beats and integration.type != heartbeat.NAME else None


def _routed(request: Request, route: str) -> Request:
    """A request with the routing key that stood in its address."""
    return replace(request, headers={**request.headers, victorops.ROUTE: route}) if route else request
