"""An ntfy server that takes what docs.ntfy.sh allows and answers as `server/errors.go` of ntfy does, and an app.

Kept: the form of a topic, priorities 1 to 5, three actions with labels and addresses, a message of 4,096 bytes (it
makes a file of a longer one, which nobody wants of a page), a request of twice that, and tokens. Limits of requests are
answered on demand.
"""

import json
import re
import secrets
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.web.serving import serve as serve_app

_MESSAGE, _BODY, _ACTIONS = 4_096, 8_192, 3
_TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")


def problem(code: int, error: str) -> Response:
    """An error as the server words it."""
    return JSONResponse({"code": code, "http": code // 100, "error": error}, code // 100)


REQUESTS = (42901, "limit reached: too many requests, please be nice")
DAILY = (42908, "limit reached: too many messages")


@dataclass
class Server:
    """What was published, newest last. With a `token`, only who has it may publish."""

    token: str = ""
    url: str = ""
    shown: list[dict[str, Any]] = field(default_factory=list)
    trouble: deque[Response] = field(default_factory=deque)

    @property
    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/", self.publish, methods=["POST"]),
                Route("/v1/health", self.health),
                Route("/v1/account", self.account),
            ]
        )

    async def health(self, _: Request) -> Response:
        return JSONResponse({"healthy": True})

    async def account(self, request: Request) -> Response:
        return JSONResponse({"username": "pager"}) if self._admits(request) else problem(40101, "unauthorized")

    async def publish(self, request: Request) -> Response:
        body = await request.body()
        if self.trouble:
            return self.trouble.popleft()
        if not self._admits(request):
            return problem(40301, "forbidden")
        if len(body) > _BODY:
            return problem(41303, "JSON body too large")
        said = json.loads(body)
        if refused := _refusal(said):
            return problem(*refused)
        message = {**said, "id": secrets.token_urlsafe(9), "event": "message"}
        self.shown.append(message)
        return JSONResponse(message)

    def press(self, label: str, index: int = -1) -> httpx.Response:
        """Press a button of a message, the newest one, as the app does; a `clear` one goes when it was taken."""
        message = self.shown[index]
        action = next(each for each in message["actions"] if each["label"] == label)
        answer = httpx.request(action["method"], action["url"], headers=action["headers"], content=action["body"])
        if answer.is_success and action["clear"]:
            self.shown.remove(message)
        return answer

    def _admits(self, request: Request) -> bool:
        return not self.token or request.headers.get("authorization") == f"Bearer {self.token}"


def _refusal(said: Mapping[str, Any]) -> tuple[int, str] | None:
    if not _TOPIC.fullmatch(str(said.get("topic", ""))):
        return 40009, "invalid request: topic invalid"
    if not 1 <= said.get("priority", 3) <= 5:
        return 40007, "invalid priority parameter"
    actions = said.get("actions", [])
    if len(actions) > _ACTIONS or not all(_is_action(each) for each in actions):
        return 40018, "invalid request: actions invalid"
    if len(said["message"].encode()) > _MESSAGE:
        return 41301, "attachment too large, or bandwidth limit reached"
    return None


def _is_action(action: Mapping[str, Any]) -> bool:
    addressed = action["action"] in {"view", "http"} and action.get("url", "").startswith(("https://", "http://"))
    return bool(action.get("label")) and addressed


@contextmanager
def serve(token: str = "") -> Iterator[Server]:
    """Run a server on a port of its own."""
    server = Server(token=token)
    with serve_app(server.app) as url:
        server.url = url
        yield server
