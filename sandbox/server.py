"""The sandbox as a web server: started in the foreground, or in a thread of its own for tests."""

import contextlib
import fcntl
import os
import signal
import socket
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from sandbox import control, response_urls, webapi
from sandbox.config import Config
from sandbox.guard import POLICY, Guard
from sandbox.slack import Slack

STATIC = Path(__file__).parent / "static"


PNG = b"\x89PNG\r\n\x1a\n"


async def show_page(_request: Request) -> Response:
    """The page in the browser."""
    return FileResponse(STATIC / "index.html", headers={"content-security-policy": POLICY, "cache-control": "no-store"})


async def take_upload(request: Request) -> Response:
    """POST /_upload/{file}: the bytes of a file of the bot."""
    slack: Slack = request.app.state.slack
    file = slack.workspace.files.get(request.path_params["file"])
    if file is None:
        return Response("not found", 404)
    file["content"] = await request.body()
    file["size"] = len(file["content"])
    if file["content"].startswith(PNG):
        file.update(mimetype="image/png", filetype="png")
    return Response(f"OK - {file['size']}")


async def give_file(request: Request) -> Response:
    """GET /files-pri/{file}/{name}: only with the bot's token; without it Slack shows a sign-in page."""
    slack: Slack = request.app.state.slack
    file = slack.workspace.files.get(request.path_params["file"])
    if request.headers.get("authorization") != f"Bearer {slack.config.bot_token}":
        return Response("<html><title>Sign in to Slack</title></html>", media_type="text/html")
    if file is None:
        return JSONResponse({"ok": False, "error": "file_not_found"}, 404)
    return Response(file["content"], media_type="application/octet-stream")


async def show_picture(request: Request) -> Response:
    """GET /_pictures/{file}: a picture as the page shows it; only pictures, and only to the page."""
    slack: Slack = request.app.state.slack
    file = slack.workspace.files.get(request.path_params["file"])
    if file is None or not str(file["mimetype"]).startswith("image/"):
        return Response("not found", 404)
    return Response(file["content"], media_type=file["mimetype"])


async def serve_socket(websocket: WebSocket) -> None:
    """A Socket Mode connection."""
    slack: Slack = websocket.app.state.slack
    await slack.sockets.serve(websocket)


def make_app(slack: Slack) -> Starlette:
    """The application of one sandbox."""

    @contextlib.asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        yield
        await slack.delivery.close()

    app = Starlette(
        routes=[
            Route("/", show_page),
            Route("/archives/{channel}/{ts}", show_page),
            Route("/api/{method:path}", webapi.answer_call, methods=["GET", "POST"]),
            Route("/_response/{key}", response_urls.take_post, methods=["POST"]),
            Route("/_upload/{file}", take_upload, methods=["POST"]),
            Route("/files-pri/{file}/{name}", give_file),
            Route("/_pictures/{file}", show_picture),
            WebSocketRoute("/_socket", serve_socket),
            *control.ROUTES,
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        lifespan=life,
        middleware=[Middleware(Guard, hosts=(slack.config.host, *slack.config.allowed_hosts))],
    )
    app.state.slack = slack
    return app


class _Server(uvicorn.Server):
    """Ends the long polls before it waits for the requests to end."""

    slack: Slack

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.slack.workspace.changes.close()
        await super().shutdown(sockets)


def _listen(config: Config) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((config.host, config.port))
    listener.listen(2048)
    return listener


class Running:
    """A sandbox that runs in a thread. A context manager; `stop()` is safe to call twice."""

    def __init__(self, config: Config) -> None:
        self._listener = _listen(config)
        host, port = self._listener.getsockname()[:2]
        self.url = f"http://{host}:{port}"
        self.config = config
        self.slack = Slack(config, self.url)
        self._server = _serve(self.slack)
        self._thread = threading.Thread(target=self._server.run, args=([self._listener],), name="sandbox", daemon=True)
        self._thread.start()

    @property
    def api_url(self) -> str:
        """The `base_url` of a slack_sdk WebClient."""
        return f"{self.url}/api/"

    @property
    def bot_url(self) -> str:
        """Where the bot takes deliveries; may be set at any time."""
        return self.slack.settings.bot_url

    @bot_url.setter
    def bot_url(self, url: str) -> None:
        self.slack.settings.bot_url = url

    def stop(self) -> None:
        """Stops the server and waits for its thread."""
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()


def _serve(slack: Slack) -> _Server:
    server = _Server(
        uvicorn.Config(
            make_app(slack),
            log_level="warning",
            access_log=False,
            ws="websockets-sansio",
            timeout_graceful_shutdown=2,
            timeout_keep_alive=75,
        )
    )
    server.slack = slack
    return server


def start(config: Config | None = None) -> Running:
    """Starts a sandbox in a thread and returns at once: its port already listens. Port 0 takes a free one."""
    return Running(config or Config(port=0))


def run(config: Config) -> None:
    """Runs a sandbox in the foreground until it is interrupted."""
    if config.ends_with:
        threading.Thread(target=_follow, args=(Path(config.ends_with),), name="lifeline", daemon=True).start()
    with contextlib.closing(_listen(config)) as listener:
        host, port = listener.getsockname()[:2]
        _serve(Slack(config, f"http://{host}:{port}")).run([listener])


def _follow(held: Path) -> None:
    """Stops this process once nobody holds the file: whoever started it is gone, perhaps killed."""
    with held.open("rb") as file:
        fcntl.lockf(file, fcntl.LOCK_SH)
    os.kill(os.getpid(), signal.SIGTERM)
