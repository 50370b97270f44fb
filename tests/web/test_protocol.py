"""Senders that send too much before a body, or nothing for too long."""

import asyncio
import http.client
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from starlette.types import Receive, Scope, Send

from bot.web.protocol import Protocol
from tests.web.serving import serve


class Impatient(Protocol):
    """Waits for little."""

    patience = 1.0  # seconds: enough to say something on a busy machine


class Held:
    """An app that answers when it may."""

    def __init__(self) -> None:
        self.entered = Event()
        self.free = Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        while (await receive()).get("more_body"):
            pass
        self.entered.set()
        assert await asyncio.to_thread(self.free.wait, 20)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def app() -> Held:
    return Held()


@pytest.fixture
def patient(app: Held) -> Iterator[tuple[str, int]]:
    with serve(app) as url:
        yield _address(url)


@pytest.fixture
def impatient(app: Held) -> Iterator[tuple[str, int]]:
    with serve(app, protocol=Impatient) as url:
        yield _address(url)


def _address(url: str) -> tuple[str, int]:
    host, _, port = url.removeprefix("http://").partition(":")
    return host, int(port)


def _said(address: tuple[str, int], sent: bytes) -> bytes:
    """All that is said until the other side hangs up."""
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(sent)
        said = b""
        while part := connection.recv(65536):
            said += part
        return said


@pytest.mark.parametrize(
    "head",
    [
        b"POST / HTTP/1.1\r\nx-long: " + b"x" * 65_520,
        b"POST / HTTP/1.1\r\nx-long: " + b"x" * 65_530 + b"\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + b"a: b\r\n" * 10_924 + b"\r\n",
        b"POST /" + b"x" * 65_536 + b" HTTP/1.1\r\n\r\n",
    ],
)  # just over the limit: what is not read when a connection is closed may take the answer with it
def test_a_head_without_end_is_refused(patient: tuple[str, int], app: Held, head: bytes) -> None:
    said = _said(patient, head)

    assert said.startswith(b"HTTP/1.1 400 ")
    assert b"larger than 65536 bytes. Send what is long in the body." in said
    assert not app.entered.is_set()


def test_a_large_head_is_taken(patient: tuple[str, int], app: Held) -> None:
    app.free.set()
    head = b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-long: " + b"x" * 60_000 + b"\r\n\r\n"
    assert _said(patient, head).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    "sent",
    [b"", b"\r\n", b"POST / HT", b"POST / HTTP/1.1\r\nhost: x\r\n", b"POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n"],
)
def test_a_sender_that_falls_silent_is_left(impatient: tuple[str, int], app: Held, sent: bytes) -> None:
    app.free.set()
    assert _said(impatient, sent) == b""


def test_a_sender_that_waits_for_its_answer_is_not_left(impatient: tuple[str, int], app: Held) -> None:
    with ThreadPoolExecutor(1) as sender:
        waiting = sender.submit(_status, impatient)
        assert app.entered.wait(20)
        assert _said(impatient, b"") == b""  # by now the other's time is over, too
        app.free.set()
        assert waiting.result() == 200


def _status(address: tuple[str, int]) -> int:
    connection = http.client.HTTPConnection(*address, timeout=20)
    connection.request("POST", "/", b"{}")
    status = connection.getresponse().status
    connection.close()
    return status
