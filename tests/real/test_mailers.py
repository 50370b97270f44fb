"""Programs that send mail, to the mail listener."""

import shutil
import subprocess

import pytest

from bot.settings import Settings
from bot.sources import discover
from bot.store import open_store
from tests.web.doors.test_mail import inbox, listening

SWAKS = shutil.which("swaks")
pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]


@pytest.mark.skipif(SWAKS is None, reason="NOT TRIED WITH SWAKS: install swaks")
def test_swaks(sqlite_url: str) -> None:
    with open_store(sqlite_url) as store, listening(store, Settings()) as postman:
        integration = inbox(postman)
        command = [str(SWAKS), "--server", f"127.0.0.1:{postman.port}", "--to", f"{integration.key}@example.org"]
        letter = ["--from", "m@example.org", "--h-Subject", "disk full", "--body", "db1 is full", "--attach", "-"]
        done = subprocess.run([*command, *letter], check=False, capture_output=True, input=b"%PDF", timeout=60)
        (log,) = postman.web.logs(integration)

    assert done.returncode == 0, done.stdout
    (signal,) = discover()["email"].read(log.request, {})
    assert signal.title == "disk full"
    assert signal.description.startswith("db1 is full")
    assert "Left out" in signal.description
