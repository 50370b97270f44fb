"""Slack calling: `POST /slack/events` for everything it sends, and Socket Mode beside it."""

import asyncio
import logging
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackClientError
from starlette.types import Receive, Scope, Send

from bot.web.ingest.bodies import NoBody, read_body
from bot.web.ingest.replies import Reply

logger = logging.getLogger(__name__)

_BODY_LIMIT = 1024 * 1024  # bytes; a view of Slack's largest size is a quarter of it
_MOST_FIELDS = 200  # Slack's forms have about fifteen
_THREADS = 32
_PAUSE = 5.0  # seconds between two tries to open a socket

_SIGNED = re.compile(r"v0=[0-9a-f]{64}")
_STAMP = re.compile(r"[0-9]{1,12}")
_UNSIGNED = Reply(status=401, message="This is not signed by Slack. Is SLACK_SIGNING_SECRET the one of this app?")
NO_WORKSPACE = Reply(status=503, message="No Slack workspace is connected: SLACK_BOT_TOKEN is not set.")


class SlackEndpoint:
    """Hands requests to Bolt, which verifies their signature and age.

    Bolt waits for the listener's `ack`, so it runs in a thread: its own Starlette handler would hold up the event loop.
    """

    def __init__(self, app: App | None) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(_THREADS, "slack")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            await NO_WORKSPACE.send(send)
            return
        body = await read_body(scope, receive, _BODY_LIMIT)
        if isinstance(body, NoBody):
            await Reply(status=413, message="This is not from Slack.", headers={"connection": "close"}).send(send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if not _is_signed(headers) or body.count(b"&") >= _MOST_FIELDS:
            await _UNSIGNED.send(send)
            return
        response = await asyncio.get_running_loop().run_in_executor(self._threads, _dispatch, self._app, body, headers)
        await _send(response, send)


def _dispatch(app: App, body: bytes, headers: Mapping[str, str]) -> BoltResponse:
    """Have Bolt read and answer. A body that is not UTF-8 is not from Slack: what replaces the bytes is not signed."""
    return app.dispatch(BoltRequest(body=body.decode("utf-8", "replace"), headers=dict(headers)))


def _is_signed(headers: Mapping[str, str]) -> bool:
    """Whether a request has the form of Slack's signature and its age: Bolt's verifier breaks on any other."""
    stamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    return _STAMP.fullmatch(stamp) is not None and _SIGNED.fullmatch(signature) is not None


async def _send(response: BoltResponse, send: Send) -> None:
    headers = [(name.encode(), value.encode()) for name, values in response.headers.items() for value in values]
    body = response.body.encode()
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Socket:
    """Socket Mode: opened in a thread of its own, tried again until Slack answers, then kept open by the SDK."""

    def __init__(self, app: App, app_token: str) -> None:
        self._handler = SocketModeHandler(app, app_token)
        self._stopping = Event()
        self._thread = Thread(target=self._connect, name="socket", daemon=True)

    def open(self) -> None:
        """Begin connecting; returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Close the connection."""
        self._stopping.set()
        self._handler.close()  # type: ignore[no-untyped-call]

    def _connect(self) -> None:
        while not self._stopping.is_set():
            try:
                self._handler.connect()  # type: ignore[no-untyped-call]
            except (SlackClientError, OSError) as error:
                logger.warning("Slack's socket does not open (%s): trying again", error)
                self._stopping.wait(_PAUSE)
            else:
                logger.info("Slack's socket is open")
                return
