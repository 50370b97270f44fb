"""Sends commands, interactions and events to the bot: signed over HTTP, or through an open socket."""

import asyncio
import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
from starlette.websockets import WebSocketDisconnect

from sandbox.config import Settings
from sandbox.sockets import Sockets


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the bot said. `error` is Slack's word for a failure: operation_timeout, dispatch_failed, …"""

    status: int | None = None
    body: Any = None
    error: str | None = None
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        """Whether the bot took it."""
        return self.error is None


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's `v0` signature (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return f"v0={digest}"


class Delivery:
    """Knows where the bot is and how to reach it."""

    def __init__(self, settings: Settings, secret: str, sockets: Sockets) -> None:
        self._settings = settings
        self._secret = secret
        self._sockets = sockets
        self._client: httpx.AsyncClient | None = None

    async def command(self, fields: dict[str, str]) -> Answer:
        """Delivers a slash command."""
        return await self._deliver("slash_commands", fields, urlencode(fields).encode(), _FORM)

    async def interaction(self, payload: dict[str, Any]) -> Answer:
        """Delivers a click, a submission, a shortcut or a question for options."""
        body = urlencode({"payload": msgspec.json.encode(payload).decode()}).encode()
        return await self._deliver("interactive", payload, body, _FORM)

    async def event(self, envelope: dict[str, Any], retry: dict[str, str]) -> Answer:
        """Delivers an event; `retry` holds the two X-Slack-Retry headers from the second attempt on."""
        headers = {"content-type": "application/json", **retry}
        return await self._deliver("events_api", envelope, msgspec.json.encode(envelope), headers)

    async def close(self) -> None:
        """Closes the connections to the bot."""
        if self._client is not None:
            await self._client.aclose()

    async def _deliver(self, kind: str, payload: dict[str, Any], body: bytes, headers: dict[str, str]) -> Answer:
        try:
            async with asyncio.timeout(self._settings.answer_within):
                if self._sockets.connected:
                    said = await self._sockets.deliver(kind, payload, headers)
                    return Answer(status=200, body=said)
                return await self._post(body, headers)
        except TimeoutError:
            return Answer(error="operation_timeout")
        except (httpx.HTTPError, OSError, RuntimeError, WebSocketDisconnect) as trouble:
            return Answer(error="dispatch_failed", body=f"{type(trouble).__name__}: {trouble}")

    async def _post(self, body: bytes, headers: dict[str, str]) -> Answer:
        if self._client is None:
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
            self._client = httpx.AsyncClient(timeout=None, trust_env=False, limits=limits)  # noqa: S113 - timed outside
        timestamp = str(int(time.time()))
        signed = {
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": sign(self._secret, timestamp, body),
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }
        response = await self._client.post(self._settings.bot_url, content=body, headers={**headers, **signed})
        return _read(response)


_FORM = {"content-type": "application/x-www-form-urlencoded"}


def _read(response: httpx.Response) -> Answer:
    no_retry = response.headers.get("x-slack-no-retry") == "1"
    if response.status_code != 200:
        return Answer(status=response.status_code, body=response.text, error="dispatch_failed", no_retry=no_retry)
    try:
        said = msgspec.json.decode(response.content) if response.content.strip() else None
    except msgspec.DecodeError:
        said = response.text
    return Answer(status=200, body=said)
