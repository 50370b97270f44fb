"""What stops the PostgreSQL server of a test run once nobody holds its file, even when all who did were killed.

Run as a program: python tests/postgres_end.py THE-FILE HOME-OF-THE-SERVER PG_CTL
"""

import fcntl
import shutil
import subprocess
import sys
from pathlib import Path

ADDRESS = "postgresql-address"
"""The file, in the folder of the run, that names the server to whoever comes later."""


def end(in_use: Path, home: Path, pg_ctl: str) -> None:
    """Wait until nobody needs the server; whoever comes in the meantime waits, too, and then starts another one."""
    with in_use.open("ab+") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        in_use.with_name(ADDRESS).unlink(missing_ok=True)
        data = home / "data"
        if data.exists():
            stop = [pg_ctl, "-D", str(data), "-m", "immediate", "stop"]
            subprocess.run(stop, user=data.stat().st_uid, cwd=home, capture_output=True, check=False)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    end(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
