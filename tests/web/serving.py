"""The web app on a real server, for tests: uvicorn in a thread, on a port of its own."""

import asyncio
import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

import httpx
import uvicorn
from slack_bolt import App
from starlette.types import ASGIApp

from bot import ids
from bot.clock import SystemClock
from bot.engine.model import SYSTEM, Alert, Integration
from bot.ports import AlertFilter, Job, Log, Ports, Source, Store
from bot.service import receive
from bot.service.notices import is_notice
from bot.settings import Settings
from bot.sources import discover
from bot.web.app import assemble
from bot.web.protocol import Protocol

DISK_FULL = b'{"title": "disk full"}'


@dataclass
class Bell:
    """A queue that notes what it was asked to wake."""

    rung: Event = field(default_factory=Event)
    jobs: list[Job] = field(default_factory=list)

    def wake(self, job: Job) -> None:
        self.jobs.append(job)
        self.rung.set()

    def wake_at(self, job: Job, at: datetime) -> None:  # noqa: ARG002 - the port's signature
        self.wake(job)


class Web:
    """A running web process with its store, as a test uses it."""

    def __init__(self, ports: Ports, url: str, bell: Bell) -> None:
        self.ports = ports
        self.store = ports.store
        self.url = url
        self.bell = bell
        self.client = httpx.Client(base_url=url, timeout=60, verify=False)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, for those who speak HTTP by hand."""
        at = httpx.URL(self.url)
        return at.host, at.port or 0

    def put(self, integration: Integration, *, seen: int | None = None) -> Integration:
        """Save an integration."""
        with self.store.begin() as uow:
            uow.put(integration, SYSTEM, SystemClock().now(), seen=seen)
        return integration

    def integration(self, **changes: object) -> Integration:
        """Save a webhook integration with changes."""
        given = {"id": ids.new("int"), "name": "Scripts", "handle": "scripts", "type": "webhook", "key": ids.secret()}
        return self.put(Integration(**(given | changes)))  # type: ignore[arg-type]

    def put_again(self, integration: Integration, **changes: object) -> Integration:
        """Save an integration with changes."""
        return self.put(replace(integration, **changes), seen=1)  # type: ignore[arg-type]

    def post(
        self,
        integration: Integration,
        body: bytes = b'{"title": "disk full"}',
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Post a payload."""
        return self.client.post(f"/integrations/{integration.key}", content=body, headers=headers)

    def logs(self, integration: Integration, limit: int = 1000) -> tuple[Log, ...]:
        """What was sent to an integration, newest first."""
        with self.store.begin() as uow:
            return tuple(log for log in uow.logs(integration.id, limit=limit) if not is_notice(log))

    def reports(self, integration: Integration) -> tuple[Log, ...]:
        """The reports of what was refused, newest first."""
        with self.store.begin() as uow:
            return tuple(log for log in uow.logs(integration.id, limit=1000) if is_notice(log))

    def alerts(self, integration: Integration) -> tuple[Alert, ...]:
        """The integration's alerts, once everything is read, newest first."""
        receive.drain(self.ports)
        with self.store.begin() as uow:
            return uow.alerts(AlertFilter(integration_id=integration.id, limit=100))


class _Server(uvicorn.Server):
    """A server that stops when it is told to, while uvicorn's own looks every tenth of a second whether it was."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told: Future[None] = Future()

    def stop(self) -> None:
        """Have it answer what is being asked, and end; from any thread, at any time."""
        self._told.set_result(None)

    async def main_loop(self) -> None:
        await self.on_tick(0)  # it makes the headers that every answer has
        await asyncio.wrap_future(self._told)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110  # nobody says when
            await asyncio.sleep(0.002)
        await self.lifespan.shutdown()


@contextmanager
def serve(
    app: ASGIApp, certificate: tuple[Path, Path] | None = None, protocol: type[Protocol] = Protocol
) -> Iterator[str]:
    """Serve an app and give its address; with a certificate and its key, by HTTPS."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, loop="uvloop", http=protocol, access_log=False)
    if certificate:
        config.ssl_certfile, config.ssl_keyfile = certificate
    server = _Server(config)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.stop()
        thread.join()


@contextmanager
def web(
    store: Store,
    settings: Settings | None = None,
    *,
    slack: App | None = None,
    sources: Mapping[str, Source] | None = None,
    redis_answers: bool = True,
    certificate: tuple[Path, Path] | None = None,
) -> Iterator[Web]:
    """A web process on a store."""
    bell = Bell()
    ports = Ports(store=store, queue=bell, clock=SystemClock(), sources={**discover(), **(sources or {})}, channels={})
    with serve(assemble(settings or Settings(), ports, slack, lambda: redis_answers), certificate) as url:
        running = Web(ports, url, bell)
        with running.client:
            yield running
