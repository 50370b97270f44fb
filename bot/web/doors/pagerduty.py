"""PagerDuty's Events API v2 at `/v2/enqueue`, with PagerDuty's answers: clients rely on them."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.requests import Request as Asked
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import ids
from bot.errors import StoreUnavailable, Unreadable
from bot.ports import Request
from bot.sources import pagerduty, reading, values
from bot.web.ingest.admission import GONE, Admission
from bot.web.ingest.bodies import MASK, NoBody, request_of
from bot.web.ingest.replies import Reply
from bot.web.ingest.unpacking import too_large

_KEY_HEADER = "x-routing-key"
_ANOTHER_TYPE = Reply(
    status=400, message="This routing key is of an integration of another type. Make one of the type pagerduty."
)
_INVALID = {"status": "invalid event", "message": "Event object is invalid"}
_THROTTLED = {"status": "throttle exceeded", "message": "Requests are arriving too quickly. Please retry later."}


def routes(admission: Admission) -> tuple[Route, ...]:
    """Where clients of PagerDuty send."""
    endpoint = Events(admission).answer
    return tuple(Route(path, endpoint, methods=["POST"]) for path in (pagerduty.ENQUEUE, pagerduty.CHANGE))


class Events:
    """Takes PagerDuty events: the routing key in them is an integration's key."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission

    async def answer(self, asked: Asked) -> Response:
        """Take an event and answer as PagerDuty does."""
        try:
            reply, key = await self._take(asked)
        except StoreUnavailable as error:
            reply, key = self._admission.complain(error), ""
        return _said(self._admission.count(reply), key, change=asked.scope["path"] == pagerduty.CHANGE)

    async def _take(self, asked: Asked) -> tuple[Reply, str]:
        """Admit the event; gives the reply, and the dedup key that the client is told."""
        body = await self._admission.body(asked.scope, asked.receive)
        if isinstance(body, NoBody):
            return (GONE if body is NoBody.GONE else too_large(self._admission.body_limit)), ""
        request = request_of(asked.scope, body, asked.scope["path"], self._admission.now())
        request = self._admission.unpacked(request)
        try:
            event = reading.mapping(request)
        except Unreadable as error:
            return Reply(status=400, message=str(error)), ""
        key = values.text(event, "routing_key") or request.headers.get(_KEY_HEADER, "").strip()
        if not key:
            return Reply(status=400, message="'routing_key' is missing or blank"), ""
        integration = await self._admission.integration_at(key)
        if integration is None:
            return Reply(status=400, message="'routing_key' is not the key of an integration"), ""
        dedup_key = values.text(event, "dedup_key") or ids.secret()
        refusal = None if integration.type == pagerduty.NAME else _ANOTHER_TYPE
        return await self._admission.admit(integration, _kept(request, key, dedup_key), refusal=refusal), dedup_key


def _kept(request: Request, key: str, dedup_key: str) -> Request:
    """The request as it is logged: without the key, which is a secret, and with the dedup key that is answered."""
    headers = {name: value for name, value in request.headers.items() if name != _KEY_HEADER}
    body = request.body.replace(key.encode(errors="replace"), MASK.encode())
    return replace(request, body=body, headers={**headers, pagerduty.GENERATED: dedup_key})


def _said(reply: Reply, dedup_key: str, *, change: bool) -> Response:
    if reply.status == 200:
        processed = "Change event processed" if change else "Event processed"
        said: Mapping[str, object] = {"status": "success", "message": processed}
        return JSONResponse({**said, **({} if change else {"dedup_key": dedup_key})}, status_code=202)
    said = {400: _INVALID, 429: _THROTTLED}.get(reply.status, {"status": "error", "message": reply.message})
    noted = {"log_id": reply.log_id} if reply.log_id else {}
    return JSONResponse({**said, "errors": [reply.message], **noted}, status_code=reply.status, headers=reply.headers)
