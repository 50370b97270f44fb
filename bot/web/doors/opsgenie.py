"""Opsgenie's Alert API at `/v2/alerts`, with Opsgenie's answers: clients rely on them."""

import asyncio
from time import perf_counter

from starlette.requests import Request as Asked
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import StoreUnavailable
from bot.ports import Log, LogState, Store
from bot.sources import opsgenie
from bot.web.doors import opsgenie_alerts, opsgenie_others
from bot.web.doors.opsgenie_words import authenticated, said, sent, told
from bot.web.ingest.admission import GONE, Admission
from bot.web.ingest.bodies import NoBody, request_of
from bot.web.ingest.replies import Reply

_ANOTHER_TYPE = Reply(
    status=400, message="This key is of an integration of another type. Make one of the type opsgenie."
)
_NOT_YET = Reply(status=404, message="Request not found. It might not be processed, yet.")


def routes(admission: Admission, store: Store) -> tuple[Route, ...]:
    """Where clients of Opsgenie send."""
    api = Api(admission, store)
    return (
        Route("/v2/alerts/requests/{log_id}", api.show, methods=["GET"]),
        Route(opsgenie.ALERTS, api.answer, methods=["POST"]),
        Route(opsgenie.ALERTS + "/{rest:path}", api.answer, methods=["POST", "PUT", "DELETE"]),
        *opsgenie_alerts.routes(admission, store),
        *opsgenie_others.routes(admission),
    )


class Api:
    """Takes Opsgenie's calls: the API key is an integration's key."""

    def __init__(self, admission: Admission, store: Store) -> None:
        self._admission = admission
        self._store = store

    async def answer(self, asked: Asked) -> Response:
        """Take a call and answer as Opsgenie does."""
        started = perf_counter()
        try:
            reply = await self._take(asked)
        except StoreUnavailable as error:
            reply = self._admission.complain(error)
        return said(self._admission.count(reply), started)

    async def show(self, asked: Asked) -> Response:
        """Say what became of a call, by the id that was answered to it."""
        started = perf_counter()
        try:
            integration = await authenticated(self._admission, asked)
            if isinstance(integration, Reply):
                return said(integration, started)
            log = await asyncio.to_thread(self._log, str(asked.path_params["log_id"]))
        except StoreUnavailable as error:
            return said(self._admission.complain(error), started)
        if log is None or log.integration_id != integration.id or log.state is LogState.UNREAD:
            return said(_NOT_YET, started)
        return told(_outcome(log), started, log.id)

    async def _take(self, asked: Asked) -> Reply:
        body, integration = await sent(self._admission, asked)
        if body is NoBody.GONE:
            return GONE
        if isinstance(integration, Reply):
            return integration
        unread = body if isinstance(body, NoBody) else None
        path = asked.scope["raw_path"].decode("latin-1").rstrip("/")
        request = request_of(asked.scope, b"" if isinstance(body, NoBody) else body, path, self._admission.now())
        refusal = None if integration.type == opsgenie.NAME else _ANOTHER_TYPE
        return await self._admission.admit(integration, request, unread, refusal)

    def _log(self, log_id: str) -> Log | None:
        with self._store.begin() as uow:
            return uow.log(log_id)


def _outcome(log: Log) -> dict[str, object]:
    signals = opsgenie.read(log.request, {}) if log.state is LogState.READ else ()
    alias = next((each.dedup_key for each in signals if each.dedup_key), "")
    worked = log.state is LogState.READ
    return {
        "success": worked,
        "isSuccess": worked,
        "action": _action(log),
        "processedAt": log.at.isoformat(),
        "integrationId": log.integration_id,
        "status": log.outcome,
        "alertId": alias or next(iter(log.alert_ids), ""),
        "alias": alias or next(iter(log.alert_ids), ""),
    }


def _action(log: Log) -> str:
    last = log.request.path.rpartition("/")[2]
    return "Create" if log.request.path == opsgenie.ALERTS else last.capitalize()
