"""Keeps other web pages in the same browser away from the control API, which has no login."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

OWN = ("127.0.0.1", "localhost", "::1")
POLICY = "default-src 'self'; img-src * data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


class Guard:
    """Refuses a foreign Origin or an unknown Host under /_control, and names the page's content policy."""

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...]) -> None:
        self._app = app
        self._hosts = {*OWN, *hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers 403."""
        if scope["type"] == "http" and scope["path"].startswith("/_control") and self._is_foreign(scope):
            refusal = {
                "ok": False,
                "error": "this Host or Origin may not use the control API (see SANDBOX_ALLOWED_HOSTS)",
            }
            await JSONResponse(refusal, 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_foreign(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        origin = headers.get("origin")
        if urlsplit(f"//{host}").hostname not in self._hosts:
            return True
        return origin is not None and urlsplit(origin).netloc != host
