"""`honcho start` on the Procfile, as in README: everything stays up, whatever is set."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.holding import until
from tests.end_to_end.machine import PATIENCE, free_port

PROCFILE = Path(__file__).parents[2] / "Procfile"
BIN = Path(sys.executable).parent


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def said(tmp_path: Path) -> Path:
    """What it prints."""
    return tmp_path / "said"


@pytest.fixture
def honcho(tmp_path: Path, port: int, said: Path) -> Iterator[subprocess.Popen[bytes]]:
    given = {"PATH": f"{BIN}:{os.environ['PATH']}", "DATA_DIR": str(tmp_path), "PORT": str(port), "HOST": "127.0.0.1"}
    command = [str(BIN / "honcho"), "--procfile", str(PROCFILE), "--app-root", str(tmp_path), "start"]
    with said.open("wb") as out:
        process = subprocess.Popen(command, env=given, cwd=tmp_path, stdout=out)
    yield process
    if process.poll() is None:
        process.kill()
    process.wait(PATIENCE)


def test_all_processes_of_the_procfile_stay(honcho: subprocess.Popen[bytes], port: int, said: Path) -> None:
    until(lambda: _workers(port) == {"paging", "housekeeping"} or honcho.poll() is not None, "two workers")
    until(lambda: "| No mail is taken here" in said.read_text() or honcho.poll() is not None, "the process for mail")
    honcho.send_signal(signal.SIGTERM)
    honcho.wait(PATIENCE)

    before = said.read_text().partition("SIGTERM received")[0]
    assert "| No mail is taken here" in before
    assert " stopped " not in before, before
    assert honcho.returncode == 128 + signal.SIGTERM


def _workers(port: int) -> set[str]:
    """The lines of the workers that the web process heard of."""
    try:
        figures = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE).text
    except httpx.TransportError:
        return set()
    found = (line for line in figures.splitlines() if line.startswith("pagertree_worker_silence_seconds{"))
    return {line.split('"')[1].partition("@")[0] for line in found}
