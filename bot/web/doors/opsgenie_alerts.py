"""What Opsgenie's clients ask of alerts: one by its alias or id, and the newest ones."""

import asyncio
from collections.abc import Callable, Mapping
from time import perf_counter

from starlette.requests import Request as Asked
from starlette.responses import Response
from starlette.routing import Route

from bot.engine.model import Alert, Integration, Status, Urgency
from bot.errors import StoreUnavailable
from bot.ports import AlertFilter, Store
from bot.sources import opsgenie
from bot.web.doors.opsgenie_words import authenticated, said, told
from bot.web.ingest.admission import Admission
from bot.web.ingest.replies import Reply

_MOST = 100  # alerts in a list, as at Opsgenie
_NOT_FOUND = Reply(status=404, message="Alert does not exist.")
_NOT_HERE = Reply(status=404, message="Notes, logs and recipients are seen in Slack: /pagertree alert show.")
_NO_SEARCH = Reply(status=422, message="Of queries, only status: open and status: closed are taken.")
_SEARCHES: Mapping[str, tuple[Status, ...]] = {
    "": (),
    "status:open": tuple(status for status in Status if status is not Status.RESOLVED),
    "status:closed": (Status.RESOLVED,),
}
_PRIORITIES = {
    Urgency.CRITICAL: "P1",
    Urgency.HIGH: "P2",
    Urgency.MEDIUM: "P3",
    Urgency.LOW: "P4",
    Urgency.SILENT: "P5",
}


def routes(admission: Admission, store: Store) -> tuple[Route, ...]:
    """Where clients of Opsgenie ask. Behind the routes that are more exact."""
    alerts = AlertQueries(admission, store)
    return (
        Route(opsgenie.ALERTS, alerts.listed, methods=["GET"]),
        Route(opsgenie.ALERTS + "/{identifier:path}", alerts.shown, methods=["GET"]),
    )


class AlertQueries:
    """Answers questions about the alerts of the integration whose key is sent, and of no other."""

    def __init__(self, admission: Admission, store: Store) -> None:
        self._admission = admission
        self._store = store

    async def shown(self, asked: Asked) -> Response:
        """One alert, by its alias or its id."""
        raw: bytes = asked.scope["raw_path"]
        identifier = opsgenie.unquoted(raw.decode("latin-1").rstrip("/")[len(opsgenie.ALERTS) + 1 :])
        return await self._answered(asked, lambda integration: self._one(integration, identifier))

    async def listed(self, asked: Asked) -> Response:
        """The newest alerts."""
        return await self._answered(asked, lambda integration: self._newest(integration, asked))

    async def _answered(self, asked: Asked, find: Callable[[Integration], object]) -> Response:
        started = perf_counter()
        try:
            integration = await authenticated(self._admission, asked)
            if isinstance(integration, Reply):
                return said(integration, started)
            found = await asyncio.to_thread(find, integration)
        except StoreUnavailable as error:
            return said(self._admission.complain(error), started)
        return said(found, started) if isinstance(found, Reply) else told(found, started)

    def _one(self, integration: Integration, identifier: str) -> object:
        known = self._by_id(integration, identifier) or self._by_alias(integration, identifier)
        if known:
            return in_words(known, integration)
        return _NOT_HERE if identifier.rpartition("/")[2] in {"notes", "logs", "recipients"} else _NOT_FOUND

    def _by_id(self, integration: Integration, identifier: str) -> Alert | None:
        with self._store.begin() as uow:
            found = uow.glance([identifier]).get(identifier)
        return found.alert if found and found.alert.integration_id == integration.id else None

    def _by_alias(self, integration: Integration, alias: str) -> Alert | None:
        """The one that is not resolved, else the newest of those that a list can show."""
        with self._store.begin() as uow:
            live = uow.live_alerts(integration.id, [alias]).get(alias) if alias else None
        newest = (each for each in self._found(integration, (), _MOST) if alias and each.dedup_key == alias)
        return live.alert if live else next(newest, None)

    def _found(self, integration: Integration, statuses: tuple[Status, ...], limit: int) -> tuple[Alert, ...]:
        with self._store.begin() as uow:
            return uow.alerts(AlertFilter(integration_id=integration.id, statuses=statuses, limit=limit))

    def _newest(self, integration: Integration, asked: Asked) -> object:
        statuses = _SEARCHES.get(asked.query_params.get("query", "").replace(" ", "").lower())
        if statuses is None:
            return _NO_SEARCH
        limit = asked.query_params.get("limit", "")
        wanted = int(limit) if limit.isascii() and limit.isdigit() and len(limit) < 4 else 20
        return [in_words(each, integration) for each in self._found(integration, statuses, min(wanted, _MOST))]


def in_words(alert: Alert, integration: Integration) -> dict[str, object]:
    """An alert as Opsgenie tells of it."""
    return {
        "id": alert.id,
        "tinyId": str(alert.number),
        "alias": alert.dedup_key or alert.id,
        "message": alert.title,
        "description": alert.description,
        "status": "closed" if alert.status is Status.RESOLVED else "open",
        "acknowledged": alert.status is Status.ACKNOWLEDGED,
        "tags": list(alert.tags),
        "count": alert.count,
        "createdAt": alert.created_at.isoformat(),
        "priority": _PRIORITIES[alert.urgency],
        "integration": {"id": integration.id, "name": integration.name, "type": "API"},
        "details": {name: value for name, value in alert.data.items() if isinstance(value, str)},
    }
