"""A log as rules and templates see it."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from bot.engine.alerts.routing import Material
from bot.engine.documents import Headers, query_and_body
from bot.engine.model import Alert
from bot.ports import Log, Ports, Request, Source, UnitOfWork
from bot.service import notices


def material_of(log: Log, source: Source) -> Material:
    """The payload's body as `data`, and what came with it as `log`."""
    request = log.request
    data = notices.document(log) if notices.is_notice(log) else source.document(request)
    params = {key: values[-1] for key, values in parse_qs(request.query).items()}
    facts: dict[str, object] = {
        "id": log.id,
        "data": query_and_body(params, data),
        "headers": Headers(request.headers),
        "body": _body(request, data),
        "params": params,
        "method": request.method,
        "url": request.path,
        "remote_ip": request.remote,
    }
    return Material(data=data, log=facts)


def _body(request: Request, data: object) -> str:
    """The body as it came; of a mail its text, as a definition sees it."""
    is_mail = request.headers.get("content-type", "").startswith("message/rfc822")
    text = data.get("message") if is_mail and isinstance(data, Mapping) else None
    return text if isinstance(text, str) else request.body.decode(errors="replace")


def material_for(ports: Ports, uow: UnitOfWork, alert: Alert) -> Material:
    """The payload that an alert was last reported with, read again from its log; empty when there is none any more."""
    log = uow.log(alert.latest_log_id) if alert.latest_log_id else None
    log = log or (uow.log(alert.log_id) if alert.log_id else None)
    integration = uow.directory().integrations.get(alert.integration_id or "")
    source = ports.sources.get(integration.type) if integration else None
    return material_of(log, source) if log and source else Material()
