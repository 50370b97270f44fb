"""The control API for tests, and serving an ASGI app on a free port."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Any
from urllib.parse import parse_qsl

import httpx
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.server import Running

Json = dict[str, Any]


class Driver:
    """Calls the control API of a running sandbox."""

    def __init__(self, slack: Running) -> None:
        self.slack = slack
        self._http = httpx.Client(base_url=f"{slack.url}/_control/", timeout=120, trust_env=False)

    def get(self, path: str, **parameters: Any) -> Json:
        """Asks; `as_` stands for `as`."""
        return self._json(self._http.get(path, params=_named(parameters)))

    def post(self, path: str, **body: Any) -> Json:
        """Does; `as_` stands for `as`."""
        return self._json(self._http.post(path, json=_named(body)))

    def behave(self) -> None:
        """Ends all misbehaviour."""
        self._json(self._http.delete("misbehaviour"))

    def command(self, person: str, channel: str, text: str, **more: Any) -> Json:
        """Types a command."""
        return self.post("commands", as_=person, channel=channel, text=text, **more)

    def messages(self, channel: str, person: str, wait: float = 60, **more: Any) -> list[Json]:
        """What a person sees."""
        found: list[Json] = self.get("messages", channel=channel, as_=person, wait=wait, **more)["messages"]
        return found

    def modal(self, person: str, wait: float = 60, **more: Any) -> Json:
        """The modal on top."""
        top: Json = self.get("views", as_=person, wait=wait, **more)["top"]
        return top

    def submit(self, person: str, **values: Any) -> Json:
        """Fills in and submits the modal on top."""
        return self.post("submissions", as_=person, values=values)

    def calls(self, **filters: Any) -> list[Json]:
        """The bot's calls."""
        found: list[Json] = self.get("calls", **filters)["calls"]
        return found

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    @staticmethod
    def _json(response: httpx.Response) -> Json:
        body: Json = response.json()
        return body


def _named(given: Json) -> Json:
    return {name.removesuffix("_"): value for name, value in given.items()}


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serves an app in a thread; gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


class Recorder:
    """A bot that only listens: keeps every delivery, answers what it is told to."""

    def __init__(self, *answers: Response) -> None:
        self.deliveries: Queue[tuple[dict[str, str], bytes]] = Queue()
        self._answers = list(answers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Takes one delivery."""
        request = Request(scope, receive)
        self.deliveries.put((dict(request.headers), await request.body()))
        answer = self._answers.pop(0) if self._answers else Response()
        await answer(scope, receive, send)

    def next(self) -> tuple[dict[str, str], bytes]:
        """The next delivery: headers and raw body."""
        return self.deliveries.get(timeout=60)

    def next_payload(self) -> Json:
        """The payload of the next interaction."""
        payload: Json = json.loads(dict(parse_qsl(self.next()[1].decode()))["payload"])
        return payload
