"""A push service that takes what RFC 8030, 8291 and 8292 allow and nothing else, with devices that read it."""

import base64
import json
import re
import secrets
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import http_ece  # type: ignore[import-untyped]
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02  # type: ignore[import-untyped]
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.web.serving import serve as serve_app

_LARGEST = 4096  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """A message as a device got it, with what the service was told about it."""

    says: dict[str, Any]
    headers: Mapping[str, str]
    size: int


@dataclass
class Device:
    """A browser with its keys; `server_key` is whose messages it subscribed to."""

    name: str
    origin: str
    server_key: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    shown: list[Pushed] = field(default_factory=list)
    trouble: deque[Response] = field(default_factory=deque)

    @property
    def endpoint(self) -> str:
        return f"{self.origin}/wpush/v2/{self.name}"

    def subscription(self) -> dict[str, Any]:
        """What `PushSubscription.toJSON()` gives."""
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": _pack(point), "auth": _pack(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def will_answer(self, status: int, **headers: str) -> None:
        """Have the next message to this device answered like this."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        self.trouble.append(Response("because the test says so", status, said))

    def read(self, body: bytes) -> dict[str, Any]:
        """Decrypt a message (RFC 8291)."""
        text = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        said: dict[str, Any] = json.loads(text)
        return shown_of(said)


def shown_of(said: dict[str, Any]) -> dict[str, Any]:
    """What a system shows of a message: of a declarative one only what its format knows, and all of it has to be there.

    https://www.w3.org/TR/push-api/#declarative-push-message
    """
    notification = said.get("notification", {})
    if said.get("web_push") == 8030:
        assert notification["title"], "a declarative message has a title"
        assert urlsplit(notification["navigate"]).scheme in {"https", "http"}, "it leads to a whole address"
        assert all(each.keys() == {"action", "title", "navigate"} for each in notification.get("actions", ()))
        assert notification["title"] == said["title"], "both show the same"
        assert notification["navigate"] == said["url"], "both lead to the same"
    return {**notification, **{name: value for name, value in said.items() if name != "notification"}}


# As Apple checks it: https://github.com/web-push-libs/pywebpush/issues/175.
_SUB = re.compile(r"mailto:[^\s<>,@]+@[^\s<>,@]+\.[^\s<>,@]+|https://[^\s<>,@]+")


class Service:
    """The service: devices by name, and the time that tokens are judged by."""

    def __init__(self) -> None:
        self.origin = ""
        self.devices: dict[str, Device] = {}
        self.app = Starlette(routes=[Route("/wpush/v2/{name}", self._take, methods=["POST"])])

    def device(self, name: str, server_key: str = "") -> Device:
        """Set up a browser that subscribed here."""
        self.devices[name] = Device(name=name, origin=self.origin, server_key=server_key)
        return self.devices[name]

    async def _take(self, request: Request) -> Response:
        device = self.devices.get(request.path_params["name"])
        if device is None:
            return Response("no such subscription", 410)
        if device.trouble:
            return device.trouble.popleft()
        body = await request.body()
        if len(body) > _LARGEST:
            return Response("too large", 413)
        problem = self._wrong(request, device)
        if problem:
            return Response(problem, 403 if "VAPID" in problem else 400)
        device.shown.append(Pushed(says=device.read(body), headers=dict(request.headers), size=len(body)))
        return Response(status_code=201, headers={"location": f"{self.origin}/m/{secrets.token_hex(8)}"})

    def _wrong(self, request: Request, device: Device) -> str:
        headers = request.headers
        if not headers.get("ttl", "").isdecimal():
            return "TTL is missing"
        if headers.get("content-encoding") != "aes128gcm":
            return "the encoding is unknown"
        if headers.get("urgency", "normal") not in {"very-low", "low", "normal", "high"}:
            return "the urgency is unknown"
        topic = headers.get("topic", "x")
        if not (topic.replace("-", "").replace("_", "").isalnum() and len(topic) <= 32):
            return "the topic is not one"
        return self._wrong_token(headers.get("authorization", ""), device)

    def _wrong_token(self, authorization: str, device: Device) -> str:
        scheme, _, rest = authorization.partition(" ")
        parts = dict(part.strip().split("=", 1) for part in rest.split(",")) if "=" in rest else {}
        if scheme != "vapid" or not Vapid02.verify(authorization):
            return "the VAPID token is not signed"
        if device.server_key and parts["k"] != device.server_key:
            return "the VAPID key is not the one that the browser subscribed with"
        claims = json.loads(_unpack(parts["t"].split(".")[1]))
        ahead = claims["exp"] - datetime.now(UTC).timestamp()
        if claims["aud"] != self.origin or not 0 < ahead <= 24 * 3600:
            return "the VAPID token is for another place or time"
        return "" if _SUB.fullmatch(claims["sub"]) else "BadJwtToken: the VAPID token names nobody"


@contextmanager
def serve() -> Iterator[Service]:
    """Run a push service on a port of its own."""
    service = Service()
    with serve_app(service.app) as url:
        service.origin = url
        yield service


def _pack(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unpack(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
