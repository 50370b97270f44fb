"""Opsgenie's other addresses: heartbeats, and those that it gives to products (`/v1/json/<product>?apiKey=<key>`)."""

import re
from dataclasses import replace
from time import perf_counter

from starlette.requests import Request as Asked
from starlette.responses import Response
from starlette.routing import Route

from bot.engine.model import Integration
from bot.errors import StoreUnavailable
from bot.sources import heartbeat
from bot.web.doors.opsgenie_words import authenticated, said, sent, told
from bot.web.ingest.admission import GONE, Admission
from bot.web.ingest.bodies import NoBody, request_of
from bot.web.ingest.endpoint import KEPT_PATH
from bot.web.ingest.replies import Reply

_PONG = "PONG - Heartbeat received"
_NO_HEARTBEAT = Reply(
    status=404,
    message="This key is of no heartbeat. Make an integration of the type heartbeat for each, and ping with its key.",
)
_MADE_ELSEWHERE = Reply(
    status=403, message="Heartbeats are made and changed in Slack: /pagertree integration, with the type heartbeat."
)
_NO_KEY = Reply(status=401, message="Put the integration's key into the address: ?apiKey=<key>.")
_UNKNOWN = Reply(status=401, message="Could not authenticate: apiKey is not the key of an integration.")
_KEY = re.compile(r"(?:^|&)apiKey=[^&]*")


def routes(admission: Admission) -> tuple[Route, ...]:
    """Where they are."""
    others = Others(admission)
    return (
        Route("/v2/heartbeats/{name}/ping", others.ping, methods=["GET", "POST", "PUT", "PATCH"]),
        Route("/v2/heartbeats/{name}", others.show, methods=["GET"]),
        Route("/v2/heartbeats/{rest:path}", others.refuse, methods=["POST", "PATCH", "DELETE"]),
        Route("/v2/heartbeats", others.refuse, methods=["POST"]),
        Route("/v1/json/{product:path}", others.take, methods=["POST"]),
    )


class Others:
    """Takes pings, whose key is that of a heartbeat, and what products send, whose key is that of their type."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission

    async def ping(self, asked: Asked) -> Response:
        """Take a beat."""
        started = perf_counter()
        try:
            reply = await self._beat(asked)
        except StoreUnavailable as error:
            reply = self._admission.complain(error)
        return said(self._admission.count(reply), started, _PONG)

    async def show(self, asked: Asked) -> Response:
        """Say that there is a heartbeat, by whatever name the client has for it."""
        started = perf_counter()
        try:
            found = await authenticated(self._admission, asked)
        except StoreUnavailable as error:
            return said(self._admission.complain(error), started)
        if isinstance(found, Reply) or found.type != heartbeat.NAME:
            return said(found if isinstance(found, Reply) else _NO_HEARTBEAT, started)
        return told({"name": str(asked.path_params["name"]), "enabled": found.enabled}, started)

    async def refuse(self, _asked: Asked) -> Response:
        """Say where heartbeats are made."""
        return said(self._admission.count(_MADE_ELSEWHERE), perf_counter())

    async def take(self, asked: Asked) -> Response:
        """Take what a product sends, as if it had come to the integration's own address."""
        started = perf_counter()
        try:
            reply = await self._product(asked)
        except StoreUnavailable as error:
            reply = self._admission.complain(error)
        return said(self._admission.count(reply), started, status=200)

    async def _beat(self, asked: Asked) -> Reply:
        body, integration = await sent(self._admission, asked)
        if body is NoBody.GONE:
            return GONE
        if isinstance(integration, Reply):
            return integration
        refusal = None if integration.type == heartbeat.NAME else _NO_HEARTBEAT
        return await self._admit(asked, integration, body, refusal)

    async def _product(self, asked: Asked) -> Reply:
        key = asked.query_params.get("apiKey", "")
        if not key:
            return _NO_KEY
        body, integration = await self._admission.addressed(asked.scope, asked.receive, key)
        if body is NoBody.GONE:
            return GONE
        if integration is None:
            return _UNKNOWN
        return await self._admit(asked, integration, body)

    async def _admit(
        self, asked: Asked, integration: Integration, body: bytes | NoBody, refusal: Reply | None = None
    ) -> Reply:
        unread = body if isinstance(body, NoBody) else None
        request = request_of(asked.scope, b"" if isinstance(body, NoBody) else body, KEPT_PATH, self._admission.now())
        plain = replace(request, method="POST", query=_KEY.sub("", request.query).removeprefix("&"))
        return await self._admission.admit(integration, plain, unread, refusal)
