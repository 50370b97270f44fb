"""`/integrations/{key}`: judge a payload, commit it, answer.

A plain ASGI endpoint ahead of the routes: a third less gets through behind a Starlette route, which builds a request
and a response object for each call (docs/decisions/0004-ingest.md).
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.errors import StoreUnavailable
from bot.web.ingest.admission import GONE, Admission
from bot.web.ingest.bodies import MASK, NoBody, request_of
from bot.web.ingest.judging import Judge
from bot.web.ingest.replies import Reply

PREFIX = "/integrations/"
FORM = "/form"
_ELSEWHERE = frozenset({FORM[1:], "call"})  # what stands behind a key and is answered by the app behind this
KEPT_PATH = PREFIX + MASK  # the key in it is a secret

UNKNOWN = Reply(
    status=404, message="There is no integration at this address. Copy it anew from /pagertree integration."
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
        key, _, suffix = scope["path"][len(PREFIX) :].removesuffix("/").partition("/")
        if suffix and suffix.partition("/")[0] in _ELSEWHERE:
            await self._app(scope, receive, send)
            return
        try:
            reply = await self._take(scope, receive, key, suffix)
        except StoreUnavailable as error:
            reply = self._admission.complain(error)
        await self._admission.count(reply).send(send)

    async def _take(self, scope: Scope, receive: Receive, key: str, suffix: str) -> Reply:
        body = await self._admission.body(scope, receive)
        if body is NoBody.GONE:
            return GONE
        integration = await self._admission.integration_at(key)
        if integration is None or (suffix and not self._judge.takes_suffix(integration, suffix)):
            return UNKNOWN
        path, at = f"{KEPT_PATH}/{suffix}" if suffix else KEPT_PATH, self._admission.now()
        if isinstance(body, NoBody):
            return await self._admission.admit(integration, request_of(scope, b"", path, at), body)
        return await self._admission.admit(integration, request_of(scope, body, path, at))
