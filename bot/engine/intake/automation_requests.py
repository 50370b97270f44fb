"""An automation's request for an alert: its templates rendered, and when it is tried again."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import quote

from bot.engine.alerts.routing import Material
from bot.engine.directory import Directory
from bot.engine.documents import Document, document
from bot.engine.model import Alert, Automation
from bot.languages.handlebars import compile_template

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
MOST_ATTEMPTS = 6
_WAITS = (10, 60, 300, 900, 3600)  # seconds
_compiled = lru_cache(maxsize=512)(compile_template)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A request to make. `user` and `secret` are credentials: basic with a user, else a bearer token."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    user: str = ""
    secret: str = ""


def outgoing(automation: Automation, alert: Alert, material: Material, directory: Directory, now: datetime) -> Outgoing:
    """Render the request. Values are escaped for where they stand: percent-encoded in the URL, as JSON in a JSON body.

    Raises `Invalid` for a template that cannot be compiled any more and `TemplateFailed` for one that cannot be
    rendered with this alert.
    """
    integration = directory.integrations.get(alert.integration_id or "")
    seen = document(alert, material.data, material.log or {}, integration)
    headers = {name: _rendered(value, seen, now, _in_header) for name, value in automation.headers.items()}
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    if automation.body and not kind:
        headers["Content-Type"] = "application/json"
    escape = _in_json if "json" in kind or not kind else str
    return Outgoing(
        method=automation.method.upper(),
        url=_rendered(automation.url, seen, now, _in_url),
        headers={**headers, "Idempotency-Key": f"{alert.id}.{automation.id}"},
        body=_rendered(automation.body, seen, now, escape).encode(),
        user=automation.auth.user if automation.auth else "",
        secret=automation.auth.secret if automation.auth else "",
    )


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When a request that failed is made again, after so many attempts; None when it is given up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + timedelta(seconds=_WAITS[min(attempts, len(_WAITS)) - 1])


def _rendered(source: str, seen: Document, now: datetime, escape: Callable[[str], str]) -> str:
    return _compiled(source).render(seen, now, escape) if "{{" in source else source


def _in_url(text: str) -> str:
    return quote(text, safe="")


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _in_header(text: str) -> str:
    return " ".join(text.split())
