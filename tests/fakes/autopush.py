"""Mozilla's push service as Firefox knows it: a WebSocket to the browser, and the address that messages come to.

https://mozilla-services.github.io/autopush-rs/architecture.html and dom/push/PushServiceWebSocket in Firefox.
"""

import asyncio
import base64
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect


class Autopush:
    """One browser at a time. `headers` are those of the last message that came for it."""

    def __init__(self) -> None:
        self.origin = ""
        self.headers: dict[str, str] = {}
        self._channels: set[str] = set()
        self._browser: WebSocket | None = None
        self.app = Starlette(
            routes=[Route("/wpush/v2/{channel}", self._take, methods=["POST"]), WebSocketRoute("/", self._talk)]
        )

    async def _talk(self, browser: WebSocket) -> None:
        await browser.accept(subprotocol="push-notification")
        self._browser = browser
        try:
            while True:
                answer = self._answer(await browser.receive_json())
                if answer:
                    await browser.send_json(answer)
        except (WebSocketDisconnect, asyncio.CancelledError):
            self._browser = None

    def _answer(self, said: dict[str, Any]) -> dict[str, Any]:
        match said.get("messageType"):
            case "hello":
                uaid = said.get("uaid") or uuid.uuid4().hex
                return {"messageType": "hello", "uaid": uaid, "status": 200, "use_webpush": True, "broadcasts": {}}
            case "register":
                channel = said["channelID"]
                self._channels.add(channel)
                endpoint = f"{self.origin}/wpush/v2/{channel}"
                return {"messageType": "register", "channelID": channel, "status": 200, "pushEndpoint": endpoint}
            case "unregister":
                self._channels.discard(said["channelID"])
                return {"messageType": "unregister", "channelID": said["channelID"], "status": 200}
            case _:
                return {}

    async def _take(self, request: Request) -> Response:
        channel = request.path_params["channel"]
        if channel not in self._channels:
            return Response(status_code=410)
        if self._browser is None:
            return Response(status_code=503)
        self.headers = dict(request.headers)
        data = base64.urlsafe_b64encode(await request.body()).rstrip(b"=").decode()
        await self._browser.send_json(
            {
                "messageType": "notification",
                "channelID": channel,
                "version": uuid.uuid4().hex,
                "ttl": int(self.headers["ttl"]),
                "data": data,
                "headers": {"encoding": self.headers["content-encoding"]},
            }
        )
        return Response(status_code=201, headers={"location": f"{self.origin}/m/{uuid.uuid4().hex}"})


@contextmanager
def serve() -> Iterator[Autopush]:
    """Run the service on a port of its own."""
    service = Autopush()
    listening = socket.create_server(("127.0.0.1", 0))
    service.origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
    config = uvicorn.Config(service.app, log_config=None, ws="websockets-sansio", access_log=False)
    server = uvicorn.Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield service
    finally:
        server.should_exit = True
        thread.join()
