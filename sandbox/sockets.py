"""Socket Mode: the bot's open websockets, and what is sent through one of them."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from sandbox.changes import Changes
from sandbox.people import APP

CONNECTIONS = 10


@dataclass(slots=True)
class Sockets:
    """Up to ten connections of the app; `silent` leaves them open and sends nothing through them."""

    changes: Changes
    open: list[WebSocket] = field(default_factory=list)
    silent: bool = False
    tickets: set[str] = field(default_factory=set)
    waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    turn: int = 0

    @property
    def connected(self) -> bool:
        """Whether the bot is reached by socket."""
        return bool(self.open)

    def issue_ticket(self) -> str:
        """A ticket for one connection, as `apps.connections.open` puts it into the address."""
        ticket = secrets.token_urlsafe(16)
        self.tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        """One connection from its hello to its end."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self.tickets or len(self.open) >= CONNECTIONS:
            await socket.close(code=4000)
            return
        self.tickets.discard(ticket)
        await socket.accept()
        self.open.append(socket)
        self.changes.note()
        try:
            await self._greet(socket)
            while True:
                self._take_ack(await socket.receive_text())
        except WebSocketDisconnect:
            return
        finally:
            self.open.remove(socket)
            self.changes.note()

    async def deliver(self, kind: str, payload: dict[str, Any], headers: dict[str, str]) -> Any:
        """Sends an envelope and waits for its ack; returns the payload of the ack, if it has one."""
        envelope_id = secrets.token_hex(16)
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if "x-slack-retry-num" in headers:
            envelope["retry_attempt"] = int(headers["x-slack-retry-num"])
            envelope["retry_reason"] = headers["x-slack-retry-reason"]
        acked = self.waiting[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            if not self.silent:
                self.turn += 1
                await self.open[self.turn % len(self.open)].send_text(msgspec.json.encode(envelope).decode())
            return await acked
        finally:
            self.waiting.pop(envelope_id, None)

    async def disconnect(self, reason: str) -> int:
        """Tells every connection to go (`warning`, `refresh_requested`, `link_disabled`) and closes it."""
        leaving = list(self.open)
        for socket in leaving:
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}})
            await socket.close()
        return len(leaving)

    async def _greet(self, socket: WebSocket) -> None:
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.open),
                "connection_info": {"app_id": APP},
                "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
            }
        )

    def _take_ack(self, text: str) -> None:
        try:
            message = msgspec.json.decode(text)
        except msgspec.DecodeError:
            return
        waiting = self.waiting.get(message.get("envelope_id", "")) if isinstance(message, dict) else None
        if waiting is not None and not waiting.done():
            waiting.set_result(message.get("payload"))
