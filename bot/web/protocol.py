"""HTTP/1.1 as uvicorn reads it, with bounds on what it leaves unbounded: the size of a head, and a sender's silence.

Bodies are bounded where they are read (`bot.web.payloads`). A timer for each request would cost a tenth of it, so each
connection has one, which looks now and then.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_LARGEST_HEAD = 64 * 1024  # bytes of the address and all headers
_TOO_LARGE = f"The address and the headers are larger than {_LARGEST_HEAD} bytes. Send what is long in the body."


class Protocol(HttpToolsProtocol):
    """One connection."""

    patience = 45.0
    """Seconds from a request's first byte to its last, more than a body has, so that its own limit can be answered."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._began_at: float | None = None  # when what is being waited for began; None while we are to answer
        self._head = 0  # bytes so far of a head that is not complete
        self._is_in_head = False
        self._is_too_large = False
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wait for a request."""
        super().connection_made(transport)
        self._began_at = self.loop.time()
        self._watch = self.loop.call_later(self.patience, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        if self._watch:
            self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; an unfinished head may not grow for ever."""
        is_first = self.cycle is None
        if self._began_at is None and (is_first or self.cycle.response_complete):
            self._began_at = self.loop.time()
        super().data_received(data)
        if self._is_in_head and not self.transport.is_closing():
            self._head += len(data)
            if self._head > _LARGEST_HEAD:
                self.send_400_response(_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Begin with a head."""
        self._head, self._is_in_head = 0, True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Hand the head over, unless it is too large: what is raised here is answered by `send_400_response`."""
        self._is_in_head = False
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > _LARGEST_HEAD:
            self._is_too_large = True
            raise ValueError(_TOO_LARGE)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The sender has said all."""
        self._began_at = None
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with a head, and hang up."""
        super().send_400_response(_TOO_LARGE if self._is_too_large else msg)

    def _look(self) -> None:
        """Hang up on a sender that takes too long, or look again."""
        began_at = self.loop.time() if self._began_at is None else self._began_at
        left = began_at + self.patience - self.loop.time()
        if left > 0:
            self._watch = self.loop.call_later(left, self._look)
        elif not self.transport.is_closing():
            self.transport.close()
