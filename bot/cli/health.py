"""`pagertree health`: whether a process on this machine, or in this container, does its work."""

import socket
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import click
from redis.exceptions import RedisError

from bot import store
from bot.cli.answering import answers
from bot.cli.process_table import HOUSEKEEPING, MAIL, PROCESSES, REDIS, WEB, WORKER, Process
from bot.clock import SystemClock
from bot.errors import StoreUnavailable
from bot.queue.wakeups import QueueName, connect
from bot.settings import Settings, load

_SILENCE = timedelta(seconds=60)  # a worker is heard about every two seconds
_PATIENCE = 2.0  # seconds
_LINES = {WORKER.name: QueueName.PAGING, HOUSEKEEPING.name: QueueName.HOUSEKEEPING}


@click.command()
@click.argument("name", metavar="[PROCESS]", type=click.Choice([each.name for each in PROCESSES]), required=False)
def health(name: str | None) -> None:
    """Say whether a process of this machine works; exit code 1 when it has to be restarted.

    PROCESS is web, worker, housekeeping, mail or redis. If it is not said, it is the one that this container was
    started for, else web. A database that does not answer is no reason to restart anything.
    """
    settings = load()
    process = next((each for each in PROCESSES if each.name == name), None) or _of_this_container()
    name = process.name
    at_rest = process.why_at_rest(settings)
    try:
        trouble = "" if at_rest else _trouble(name, settings)
    except StoreUnavailable as error:
        click.echo(f"Whether {name} works is not known: {error}")
        return
    if trouble:
        raise click.ClickException(trouble)
    click.echo(at_rest or f"{name} works.")


def _of_this_container(first: Path = Path("/proc/1/cmdline")) -> Process:
    """The process that a container began with, perhaps behind an `init`; elsewhere the web process."""
    with suppress(OSError):
        words = tuple(first.read_text(errors="replace").split("\0")[:-1])
        return next((each for each in PROCESSES if words[-len(each.words) :] == each.words), WEB)
    return WEB


def _trouble(name: str, settings: Settings) -> str:
    """What is wrong with a process, or nothing."""
    match name:
        case WEB.name:
            url = f"{settings.address}/health/live"
            return "" if answers(url) else f"{url} does not answer."
        case MAIL.name:
            return _trouble_of_mail(settings)
        case REDIS.name:
            return _trouble_of_redis(settings)
        case _:
            return _trouble_of_worker(_LINES[name], settings)


def _trouble_of_mail(settings: Settings) -> str:
    host = settings.mail_host or settings.host
    nearby = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    try:
        with socket.create_connection((nearby, settings.mail_port), timeout=_PATIENCE) as connection:
            greeted = connection.recv(3) == b"220"
    except OSError:
        greeted = False
    return "" if greeted else f"No mail server greets at {nearby}, port {settings.mail_port}."


def _trouble_of_redis(settings: Settings) -> str:
    try:
        connect(settings.redis, _PATIENCE).ping()
    except RedisError as error:
        return f"The embedded Redis does not answer: {error}"
    return ""


def _trouble_of_worker(line: QueueName, settings: Settings) -> str:
    """Raises `StoreUnavailable` while the database is away: a worker that cannot say that it lives may live."""
    host = f"{line}@{socket.gethostname()}:"
    with store.open_store(settings.database) as opened, opened.begin() as uow:
        heard = [at for worker, at in uow.beats().items() if worker.startswith(host)]
    if heard and SystemClock().now() - max(heard) < _SILENCE:
        return ""
    return f"No worker {host}… was heard of in the last {_SILENCE.seconds} s."
