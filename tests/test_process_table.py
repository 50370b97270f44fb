"""The table of processes, whatever is held against it, and processes that have nothing to do."""

import os
import subprocess
from pathlib import Path

import pytest

from bot.cli.process_table import PROCESSES, procfile
from tests.end_to_end.machine import PAGERTREE, PATIENCE


def test_the_procfile_is_the_table() -> None:
    assert Path("Procfile").read_text() == procfile()


def test_the_page_has_the_table() -> None:
    rows = [line.split("|")[1].strip() for line in Path("docs/operations.md").read_text().splitlines() if "|" in line]

    assert [row for row in rows if row.startswith("`pagertree ")] == [f"`{each.command}`" for each in PROCESSES]


def test_honcho_counts_ports_from_the_process_that_listens() -> None:
    assert PROCESSES[0].name == "web"


@pytest.mark.parametrize(
    ("command", "environment", "sentence"),
    [
        ("mail", {}, "No mail is taken here: set MAIL_PORT, for example to 2525."),
        ("redis", {"REDIS_URL": "redis://127.0.0.1:1/0"}, "REDIS_URL is set: no Redis server is started here."),
    ],
)
def test_a_process_with_nothing_to_do_says_so_and_stays(
    command: str, environment: dict[str, str], sentence: str, tmp_path: Path
) -> None:
    given = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data"), **environment}
    process = subprocess.Popen([PAGERTREE, command], env=given, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    said = process.stderr.readline()
    still_there = process.poll() is None
    process.terminate()

    assert (said, still_there) == (f"{sentence} This process waits until it is stopped.\n", True)
    assert (process.communicate(timeout=PATIENCE)[1], process.returncode) == ("", 0)
    assert not (tmp_path / "data").exists()
