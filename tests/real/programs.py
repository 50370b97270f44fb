"""Programs that are installed on this machine, each run in a folder of its own and ended by its id."""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest

PATIENCE = 90.0  # seconds; some of these programs look only every so often
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))


def find(*names: str) -> str:
    """Where a program is, "" where it is not installed."""
    return next((found for name in names if (found := shutil.which(name, path=_PATH))), "")


def needs(found: str, package: str) -> list[pytest.MarkDecorator]:
    """The marks of tests with a real program: skipped in capitals where it is missing."""
    return [
        pytest.mark.real,
        pytest.mark.xdist_group("real"),
        pytest.mark.skipif(not found, reason=f"NOT TRIED WITH {package.upper()}: install {package}"),
    ]


def free_port(among: Iterable[int] = (0,)) -> int:
    """A port that nobody listens on, one of these where they are given."""
    for port in among:
        try:
            with socket.create_server(("127.0.0.1", port)) as free:
                found: int = free.getsockname()[1]
                return found
        except OSError:
            continue
    raise AssertionError("no port is free")


@contextmanager
def running(command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[Path]:
    """Run a program that stays in the foreground; gives the file with all that it says."""
    said = folder / f"{Path(command[0]).name}.out"
    with said.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env={**os.environ, **(environment or {})}
        )
        try:
            yield said
        except BaseException:
            print(said.read_text(errors="replace")[-4_000:])
            raise
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Wait until something is so."""
    until = monotonic() + PATIENCE
    while not true():
        assert monotonic() < until, f"not so after {PATIENCE:.0f} s: {what}"
        Event().wait(0.2)


class Site:
    """A web site for monitoring programs to watch, at a port of its own: first up, then down, then up again."""

    def __init__(self) -> None:
        self.port = free_port()
        self._server: ThreadingHTTPServer | None = None

    def up(self) -> None:
        """Answer from now on."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), _Page)
        Thread(target=self._server.serve_forever).start()

    def down(self) -> None:
        """Refuse connections from now on."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
        self._server = None


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "3")
        self.end_headers()
        self.wfile.write(b"ok\n")

    do_HEAD = do_GET  # noqa: N815 - http.server calls it by this name

    def log_message(self, *_given: object) -> None:
        pass
