"""What `pagertree run` started ends with it, even when it is killed and cannot say so.

It holds a lock on a file for as long as it lives. The kernel lets go of it with the process, and processes that are
forked do not inherit it (https://pubs.opengroup.org/onlinepubs/9699919799/functions/fcntl.html).
"""

import fcntl
import logging
import os
import signal
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import IO

from redis.exceptions import RedisError

from bot.queue.wakeups import connect
from bot.settings import Settings

logger = logging.getLogger(__name__)

VARIABLE = "ENDS_WITH"
"""The environment variable that names the file to whoever has to end as well."""
_REDIS_STARTS_WITHIN = 5.0  # seconds


def hold(path: Path) -> IO[bytes]:
    """Hold the file until this process ends, however it ends. It must stay open, and be opened nowhere else here."""
    file = path.open("ab")
    fcntl.lockf(file, fcntl.LOCK_EX)
    return file


def is_cut(settings: Settings) -> bool:
    """Whether `pagertree run` started this process and is gone."""
    path = settings.environment.get(VARIABLE)
    if not path:
        return False
    with Path(path).open("rb") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def follow(settings: Settings) -> None:
    """Stop this process, politely, as soon as the `pagertree run` that started it is gone; and its Redis server."""
    path = settings.environment.get(VARIABLE)
    if path:
        Thread(target=_follow, args=(Path(path), settings), name="lifeline", daemon=True).start()


def _follow(path: Path, settings: Settings) -> None:
    with path.open("rb") as file:
        fcntl.lockf(file, fcntl.LOCK_SH)
    logger.warning("`pagertree run` is gone: this process stops as well")
    if not settings.redis_url:
        _stop_redis(settings)
    os.kill(os.getpid(), signal.SIGTERM)


def _stop_redis(settings: Settings) -> None:
    """Stop the embedded server, which cannot watch anything itself; it may be starting still."""
    deadline = monotonic() + _REDIS_STARTS_WITHIN
    while monotonic() < deadline:
        try:
            server = connect(settings.redis, 1.0)
            server.ping()  # the client takes a server that cannot be reached for one that was shut down
            server.shutdown()
        except RedisError:
            sleep(0.1)
        else:
            return
