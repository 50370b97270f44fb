"""Bodies at the doors, from strangers and from senders gone wrong: what is not read, and whom it does not hold up."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import closing
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.engine.model import Signal
from bot.ports import Request, Source
from bot.sources import discover
from bot.store import open_store
from tests.web.serving import Web, web

PATIENCE = 60.0  # seconds
HELD = 900_000  # bytes that are announced, and never come


class Slow:
    """A type of integration whose reading does not end before it is told to."""

    def __init__(self) -> None:
        self.began, self.may_end = Event(), Event()

    def read(self, _request: Request, _options: Mapping[str, object]) -> tuple[Signal, ...]:
        """Read, at last."""
        self.began.set()
        assert self.may_end.wait(PATIENCE)
        return ()

    def source(self) -> Source:
        """The type."""
        return cast(
            "Source", SimpleNamespace(**{**vars(discover()["webhook"]), "read": self.read, "precheck": self.read})
        )


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def running(sqlite_url: str, slow: Slow) -> Iterator[Web]:
    with open_store(sqlite_url) as store, web(store, sources={"slow": slow.source()}) as started:
        yield started


def asked(running: Web, path: str, *headers: str) -> bytes:
    """What is answered to a body that is announced and does not come."""
    head = [f"POST {path} HTTP/1.1", "Host: bot", f"Content-Length: {HELD}", *headers, "", "{"]
    with closing(socket.create_connection(running.address, timeout=PATIENCE)) as wire:
        wire.sendall("\r\n".join(head).encode())
        return wire.recv(65_536).split(b"\r\n")[0]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/integrations/nobody", (), b"404"),
        ("/v2/alerts", (), b"401"),
        ("/v2/alerts", ("Authorization: GenieKey nobody",), b"401"),
        ("/v2/heartbeats/db/ping", ("Authorization: GenieKey nobody",), b"401"),
        ("/v1/json/datadog", (), b"401"),
        ("/v1/json/datadog?apiKey=nobody", (), b"401"),
    ],
)
def test_a_body_for_a_key_that_nobody_has_is_not_waited_for(
    running: Web, path: str, headers: tuple[str, ...], status: bytes
) -> None:
    assert status in asked(running, path, *headers)


def test_a_body_that_has_its_key_inside_is_read_up_to_what_pagerduty_takes(running: Web) -> None:
    body = b'{"routing_key": "nobody", "payload": "' + b"x" * 600_000 + b'"}'

    assert running.client.post("/v2/enqueue", content=body).status_code == 413


@pytest.mark.parametrize("parts", [999, 2_000])
def test_a_form_of_many_parts_with_no_key(running: Web, parts: int) -> None:
    part = b'--b\r\nContent-Disposition: form-data; a="' + b";" * 200 + b"\r\n\r\nv\r\n"
    headers = {"content-type": "multipart/form-data; boundary=b"}

    assert running.client.post("/v2/enqueue", content=part * parts, headers=headers).status_code == 400


@pytest.mark.parametrize(
    ("size", "kind"), [(100_000, "application/json"), (100, "multipart/form-data; boundary=b"), (100, "message/rfc822")]
)
def test_a_payload_that_takes_long_to_read_holds_up_nobody(running: Web, slow: Slow, size: int, kind: str) -> None:
    integration = running.integration(type="slow", handle="slow")
    answers: list[Any] = []
    sender = Thread(target=lambda: answers.append(running.post(integration, b"x" * size, {"content-type": kind})))
    sender.start()
    try:
        assert slow.began.wait(PATIENCE)
        assert running.client.get("/health/live").status_code == 200
        assert running.post(running.integration(handle="other")).status_code == 200
    finally:
        slow.may_end.set()
        sender.join(PATIENCE)

    assert [each.status_code for each in answers] == [200]


def test_a_query_of_secret_names_is_masked_and_taken(running: Web) -> None:
    integration = running.integration()
    address = f"/integrations/{integration.key}?{'token' * 8_000}&{'token' * 200}=hunter2"

    assert running.client.post(address, content=b'{"title": "disk full"}').status_code == 200
    [log] = running.logs(integration)
    assert "hunter2" not in log.request.query


def test_what_is_not_from_slack_is_not_taken_apart(running: Web) -> None:
    signed = {"x-slack-request-timestamp": "1", "x-slack-signature": f"v0={'0' * 64}"}

    assert running.client.post("/slack/events", content=b"&" * 240_000, headers=signed).status_code in {401, 503}
