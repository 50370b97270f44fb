"""The embedded Redis server, run for tests: started, flushed, stopped and started again like the one in use."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from bot.cli.embedded import command_line
from bot.settings import Settings


class RedisServer:
    """A server on a socket in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._settings = Settings(data_dir=folder)
        self.url = self._settings.redis
        self._process: subprocess.Popen[bytes] | None = None

    def client(self) -> Redis:
        """A client that waits up to a minute for the server: on a busy machine it takes long to start."""
        patient = Retry(ConstantBackoff(0.02), 3000, supported_errors=(RedisError, OSError))
        return Redis.from_url(self.url, retry=patient)

    def start(self) -> None:
        """Start, and return when it answers."""
        (self._settings.data_dir / "redis").mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(command_line(self._settings), stdout=subprocess.DEVNULL)
        with self.client() as client:
            client.ping()

    @property
    def stopped(self) -> bool:
        """Whether a test left it stopped."""
        return self._process is None

    def stop(self) -> None:
        """Stop, at once and without saving, as a machine does that loses power."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def running(folder: Path) -> Iterator[RedisServer]:
    """A server that is stopped at the end."""
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
