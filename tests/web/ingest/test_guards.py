"""Whatever a sender does to a body has its answer and its log."""

import gzip
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest

from bot.engine.model import Integration
from bot.ports import Log, LogState
from bot.settings import Settings
from bot.sources import discover
from bot.store import SqlStore, open_store
from bot.web.ingest.unpacking import unpack
from tests.web.serving import Web, web

BODY = b'{"title": "disk full", "id": "1"}'
LIMIT = 4096


def packed(body: bytes) -> bytes:
    """A body in gzip, the same each time: tests are named after it."""
    return gzip.compress(body, 6, mtime=0)


def raw_deflate(body: bytes) -> bytes:
    """Deflate without zlib's header, as some send it."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.fixture
def store(sqlite_url: str) -> Iterator[SqlStore]:
    with open_store(sqlite_url) as opened:
        yield opened


@pytest.fixture
def running(store: SqlStore) -> Iterator[Web]:
    with web(store, Settings(ingest_body_limit=LIMIT)) as started:
        yield started


def sent(running: Web, body: bytes, **headers: str) -> tuple[int, Log]:
    """Post a body; gives the status and the log."""
    integration = running.integration()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = running.post(integration, body, {"content-type": "application/json", **named})
    (log,) = running.logs(integration)
    return answer.status_code, log


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", packed(BODY)),
        ("GZIP", packed(BODY[:9]) + packed(BODY[9:])),
        ("x-gzip", packed(BODY)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", raw_deflate(BODY)),
        ("identity", BODY),
    ],
)
def test_a_compressed_body_is_opened_and_kept_open(running: Web, encoding: str, body: bytes) -> None:
    status, log = sent(running, body, content_encoding=encoding)

    assert (status, log.request.body) == (200, BODY)
    assert "content-encoding" not in log.request.headers or encoding == "identity"
    assert discover()["webhook"].read(log.request, {})[0].title == "disk full"


@pytest.mark.parametrize(
    ("encoding", "body", "status", "said"),
    [
        ("gzip", packed(b" " * 10_000_000), 413, "larger than"),
        ("deflate", zlib.compress(b" " * 10_000_000), 413, "larger than"),
        ("gzip", packed(b"") * 150, 400, "is not what its content-encoding"),
        ("gzip", packed(BODY)[:-9], 400, "cut off"),
        ("gzip", BODY, 400, "is not what its content-encoding"),
        ("deflate", BODY, 400, "is not what its content-encoding"),
        ("br", BODY, 415, "is not taken"),
        ("gzip, gzip", packed(packed(BODY)), 415, "is not taken"),
    ],
)
def test_what_cannot_be_opened_is_refused_and_logged(
    running: Web, encoding: str, body: bytes, status: int, said: str
) -> None:
    answered, log = sent(running, body, content_encoding=encoding)

    assert (answered, log.answered, log.state) == (status, status, LogState.REFUSED)
    assert said in log.outcome


def test_a_bomb_takes_no_memory() -> None:
    bomb = packed(b"\0" * 200_000_000)
    tracemalloc.start()
    refused = unpack(bomb, "gzip", LIMIT)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert not isinstance(refused, bytes)
    assert refused.status == 413
    assert peak < 2_000_000


@pytest.mark.parametrize(
    ("body", "kind", "title"),
    [
        (b'{"title": "first", "title": "last"}', "application/json", "last"),
        ('{"title": "größer"}'.encode("utf-16"), "application/json", "größer"),
        ('{"title": "größer"}'.encode("latin-1"), "application/json; charset=iso-8859-1", "größer"),
        (b"\xef\xbb\xbf" + BODY, "text/html", "disk full"),
        (BODY, "", "disk full"),
        (BODY, "application/x-www-form-urlencoded", "disk full"),
        (b"title=disk+full&id=1", "application/x-www-form-urlencoded", "disk full"),
        (b'{"title": "a\nb"}', "application/json", "a b"),
        (b"[" * 60 + b"]" * 60, "application/json", None),
        (b'{"title": "x", "deep": ' + b"[" * 62 + b"]" * 62 + b"}", "application/json", "x"),
        (b'{"title": "x", "deep": ' + b"[" * 64 + b"]" * 64 + b"}", "application/json", None),
        (b'{"title": "x", "deep": ' + b"[" * 2000 + b"]" * 2000 + b"}", "application/json", None),
        (b"", "application/json", None),
        (b" \n", "text/plain", None),
        (b"\x89PNG\r\n\x1a\n", "image/png", None),
        (b'{"title": NaN}', "application/json", None),
    ],
)
def test_bodies_are_read_as_they_come_or_refused(running: Web, body: bytes, kind: str, title: str | None) -> None:
    status, log = sent(running, body, content_type=kind)

    assert log.request.body == body
    if title is None:
        assert (status, log.state, len(log.outcome) > 20) == (400, LogState.REFUSED, True)
    else:
        assert (status, log.state) == (200, LogState.UNREAD)
        assert discover()["webhook"].read(log.request, {})[0].title == title


def flood(running: Web, integration: Integration, times: int) -> list[int]:
    """Post more than the limit."""
    return [running.post(integration, BODY).status_code for _ in range(times)]
