"""`pagertree run` is killed and can stop nobody: all that it started ends by itself."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.machine import LONG, free_port, pagertree_run

STARTED, UP = "welcome started", "curl "


@pytest.fixture
def run(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "PORT": str(free_port()),
        "SANDBOX_PORT": str(free_port()),
        "MAIL_PORT": str(free_port()),
    }
    with pagertree_run(tmp_path, environment) as process:
        yield process


@pytest.mark.parametrize("said", [STARTED, pytest.param(UP, marks=pytest.mark.real)])
def test_nothing_that_it_started_outlives_it(run: subprocess.Popen[str], said: str, tmp_path: Path) -> None:
    assert run.stdout
    assert any(said in line for line in run.stdout)

    run.kill()

    run.communicate(timeout=LONG)  # each of them keeps this pipe open for as long as its process lives
    assert not (tmp_path / "redis" / "redis.sock").exists()
