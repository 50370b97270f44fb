"""HTTP/1.1 as uvicorn reads it, with bounds on what it leaves unbounded: the size of a head, and a sender's silence.

Bodies are bounded where they are read (`bot.web.ingest.bodies`). Whatever is done here is done for each request, so
it is little: a timer for each of them would cost a tenth of it. Each connection has one, which looks now and then.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_LARGEST_HEAD = 64 * 1024  # bytes of the address and all headers
_TOO_LARGE = f"The address and the headers are larger than {_LARGEST_HEAD} bytes. Send what is long in the body."


class Protocol(HttpToolsProtocol):
    """One connection."""

    scope: Any  # uvicorn has None here and in `cycle` before the first request, which its types do not say
    cycle: Any
    patience = 35.0
    """Seconds between two looks. A sender that both find at the same unfinished request is left; it is more than a
    body has to arrive, so that its own limit can be answered."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._head = 0  # bytes received since the last head was complete
        self._is_too_large = False
        self._waited_for: object = None
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wait for a request."""
        super().connection_made(transport)
        self._watch = self.loop.call_later(self.patience, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        if self._watch:
            self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; an unfinished head may not grow for ever."""
        self._head += len(data)
        super().data_received(data)
        if not self._is_in_head():
            self._head = 0
        elif self._head > _LARGEST_HEAD and not self.transport.is_closing():
            self._is_too_large = True
            self.send_400_response(_TOO_LARGE)

    def on_headers_complete(self) -> None:
        """Hand the head over, unless it is too large: what is raised here is answered by `send_400_response`."""
        if self._head > _LARGEST_HEAD and self._size_of_head() > _LARGEST_HEAD:
            self._is_too_large = True
            raise ValueError(_TOO_LARGE)
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with a head, and hang up."""
        super().send_400_response(_TOO_LARGE if self._is_too_large else msg)

    def _is_in_head(self) -> bool:
        """Whether a request began of which the app has not been told yet."""
        return self.scope is not None and (self.cycle is None or self.cycle.scope is not self.scope)

    def _size_of_head(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _look(self) -> None:
        """Hang up on a sender that takes too long, or look again."""
        awaited = self._awaited()
        if awaited is None or awaited is not self._waited_for:
            self._waited_for = awaited
            self._watch = self.loop.call_later(self.patience, self._look)
        elif not self.transport.is_closing():
            self.transport.close()

    def _awaited(self) -> object:
        """The request that the sender has to complete, or the connection before the first; None while we are to answer.

        Between two requests uvicorn has a timer of its own, until anything is received.
        """
        cycle = self.cycle
        if cycle is None:
            return self.scope or self
        is_answered = cycle.response_complete and self.timeout_keep_alive_task is None
        return self.scope if is_answered or (cycle.more_body and not cycle.response_complete) else None
