"""Answers of the ingest: small JSON bodies, built without a framework in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec
from starlette.types import Send


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A status and a body. `message` says in a sentence what happened, `log_id` where it was noted.

    `said` is the whole body (JSON), where a sender's clients look for certain words in it.
    """

    status: int
    message: str = ""
    log_id: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    said: bytes = b""

    def body(self) -> bytes:
        """The JSON text: `{"status": "accepted", "log_id": "log_…"}`, or `{"error": "…"}` with the log where known."""
        if self.said:
            return self.said
        if self.status < 300:
            return b'{"status":"accepted","log_id":"%b"}' % self.log_id.encode()
        said = {"error": self.message, "log_id": self.log_id}
        return msgspec.json.encode({name: value for name, value in said.items() if value})

    async def send(self, send: Send) -> None:
        """Send it."""
        body = self.body()
        headers = _headers(len(body))
        if self.headers:
            headers = [*headers, *((name.encode(), value.encode()) for name, value in self.headers.items())]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@lru_cache(maxsize=64)
def _headers(length: int) -> Sequence[tuple[bytes, bytes]]:
    """What is said of every body of a length (bytes)."""
    return ((b"content-type", b"application/json"), (b"content-length", str(length).encode()))
