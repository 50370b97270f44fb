"""PagerDuty's Events APIs of versions 2 and 1 at their addresses, with PagerDuty's answers: clients rely on them."""

from dataclasses import dataclass, replace

from starlette.requests import Request as Asked
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import ids
from bot.errors import StoreUnavailable, Unreadable
from bot.payloads import pagerduty_v1, reading, values
from bot.ports import Request
from bot.service.masking import MASK
from bot.sources import pagerduty
from bot.web.ingest.admission import GONE, KEY_INSIDE, Admission
from bot.web.ingest.bodies import NoBody, request_of
from bot.web.ingest.endpoint import KEPT_PATH
from bot.web.ingest.replies import Reply
from bot.web.ingest.unpacking import too_large

_KEY_HEADER = "x-routing-key"
_KEYED = ("/integration/{routing_key}/enqueue", "/x-ere/{routing_key}")
"""Addresses that PagerDuty gives to single integrations and to its event orchestration, with the key in them.

To them senders post bodies of their own: a key of an integration of the sender's type takes them.
"""
_ANOTHER_TYPE = Reply(
    status=400, message="This routing key is of an integration of another type. Make one of the type pagerduty."
)
_INVALID = {"status": "invalid event", "message": "Event object is invalid"}
_THROTTLED = {"status": "throttle exceeded", "message": "Requests are arriving too quickly. Please retry later."}


def routes(admission: Admission) -> tuple[Route, ...]:
    """Where clients of PagerDuty send."""
    endpoint = Events(admission).answer
    paths = (pagerduty.ENQUEUE, pagerduty.CHANGE, pagerduty_v1.CREATE_EVENT, *_KEYED)
    return tuple(Route(path, endpoint, methods=["POST"]) for path in paths)


@dataclass(frozen=True, slots=True)
class _Names:
    """What a version calls the integration's key, and the key of an alert."""

    key: str
    dedup: str


_V1 = _Names(pagerduty_v1.SERVICE_KEY, pagerduty_v1.INCIDENT_KEY)
_V2 = _Names("routing_key", "dedup_key")


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
        return _said(self._admission.count(reply), key, asked.scope["path"])

    async def _take(self, asked: Asked) -> tuple[Reply, str]:
        """Admit the event; gives the reply, and the dedup key that the client is told."""
        in_path = str(asked.path_params.get("routing_key", ""))
        most = self._admission.body_limit if in_path else min(KEY_INSIDE, self._admission.body_limit)
        body = await self._admission.body(asked.scope, asked.receive, in_path, most=None if in_path else most)
        if body is NoBody.GONE:
            return GONE, ""
        path = KEPT_PATH if in_path else asked.scope["path"]
        if isinstance(body, NoBody):
            request = request_of(asked.scope, b"", path, self._admission.now())
            return await self._unreadable(request, in_path, too_large(most), body), ""
        request = self._admission.unpacked(request_of(asked.scope, body, path, self._admission.now()))
        if in_path:
            integration = await self._admission.integration_at(in_path)
            if integration is not None and integration.type != pagerduty.NAME:
                return await self._admission.admit(integration, request), ids.secret()
        return await self._event(replace(request, path=pagerduty.ENQUEUE) if in_path else request, in_path)

    async def _event(self, request: Request, in_path: str) -> tuple[Reply, str]:
        """Admit what has to be an event of PagerDuty's, with the integration's key in it or in its address."""
        names = _V1 if request.path == pagerduty_v1.CREATE_EVENT else _V2
        try:
            event = reading.mapping(request)
        except Unreadable as error:
            return await self._unreadable(request, in_path, Reply(status=400, message=str(error))), ""
        key = in_path or values.text(event, names.key) or request.headers.get(_KEY_HEADER, "").strip()
        if not key:
            return Reply(status=400, message=f"'{names.key}' is missing or blank"), ""
        integration = await self._admission.integration_at(key)
        if integration is None:
            return Reply(status=400, message=f"'{names.key}' is not the key of an integration"), ""
        dedup_key = values.text(event, names.dedup) or ids.secret()
        refusal = None if integration.type == pagerduty.NAME else _ANOTHER_TYPE
        return await self._admission.admit(integration, _kept(request, key, dedup_key), refusal=refusal), dedup_key

    async def _unreadable(self, request: Request, in_path: str, refusal: Reply, unread: NoBody | None = None) -> Reply:
        """Refuse what nothing can be read of; in the integration's name, where its key is not in the body alone."""
        key = in_path or request.headers.get(_KEY_HEADER, "").strip()
        integration = await self._admission.integration_at(key) if key else None
        if integration is None:
            return refusal
        return await self._admission.admit(integration, _kept(request, key, ""), unread, refusal)


def _kept(request: Request, key: str, dedup_key: str) -> Request:
    """The request as it is logged: without the key, which is a secret, and with the dedup key that is answered."""
    headers = {name: value for name, value in request.headers.items() if name != _KEY_HEADER}
    body = request.body.replace(key.encode(errors="replace"), MASK.encode())
    return replace(request, body=body, headers={**headers, pagerduty.GENERATED: dedup_key})


def _said(reply: Reply, dedup_key: str, path: str) -> Response:
    if reply.status == 200:
        return _accepted(dedup_key, path)
    said = {400: _INVALID, 429: _THROTTLED}.get(reply.status, {"status": "error", "message": reply.message})
    noted = {"log_id": reply.log_id} if reply.log_id else {}
    return JSONResponse({**said, "errors": [reply.message], **noted}, status_code=reply.status, headers=reply.headers)


def _accepted(dedup_key: str, path: str) -> Response:
    if path == pagerduty.CHANGE:
        return JSONResponse({"status": "success", "message": "Change event processed"}, status_code=202)
    said = {"status": "success", "message": "Event processed"}
    if path == pagerduty_v1.CREATE_EVENT:
        return JSONResponse({**said, _V1.dedup: dedup_key})
    return JSONResponse({**said, _V2.dedup: dedup_key}, status_code=202)
