"""Another user of the machine reads what the bot keeps: the database with its keys, and what links are signed with."""

import os
import stat
import subprocess
from pathlib import Path

from tests.end_to_end.machine import PAGERTREE


def test_nobody_else_may_read_what_it_writes(tmp_path: Path) -> None:
    data = tmp_path / "data"
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(data)}

    subprocess.run([PAGERTREE, "db", "upgrade"], env=environment, cwd=tmp_path, umask=0, check=True)

    written = [data, *data.rglob("*")]
    assert data / "pagertree.db" in written
    assert {path.name: stat.filemode(path.stat().st_mode) for path in written if path.stat().st_mode & 0o077} == {}
