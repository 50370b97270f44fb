"""`pagertree run`, as somebody tries it who has nothing at hand: a payload, a card, a click."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.holding import until
from tests.end_to_end.machine import PAGERTREE, PATIENCE, Slack, free_port, pagertree_run

PATTERN = re.compile(r"curl .* -d '(?P<body>.*)' (?P<url>http://\S+)")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path / "data"),
        "PORT": str(free_port()),
        "SANDBOX_PORT": str(free_port()),
        "SANDBOX_ANSWER_WITHIN": str(PATIENCE),
        "SANDBOX_TRIGGER_LIFE": str(PATIENCE),
    }


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with pagertree_run(tmp_path, environment) as process:
        yield process


def _invitation(process: subprocess.Popen[str]) -> re.Match[str]:
    said = []
    assert process.stdout
    for line in process.stdout:
        said.append(line)
        if found := PATTERN.search(line):
            return found
    pytest.fail(f"it stopped:\n{''.join(said)}")


def _paged(slack: Slack) -> list[str]:
    return [name for name in ("alice", "bob") if slack.messages(name, "Disk full", wait=0)]


def test_a_payload_becomes_a_card_that_somebody_acknowledges(
    run: subprocess.Popen[str], environment: dict[str, str]
) -> None:
    invitation = _invitation(run)
    slack = Slack(f"http://127.0.0.1:{environment['SANDBOX_PORT']}")

    posted = httpx.post(invitation["url"], content=invitation["body"], verify=False, timeout=PATIENCE)
    (card,) = slack.messages("#platform", "Disk full", wait=PATIENCE)
    until(lambda: bool(_paged(slack)), "a page", PATIENCE)
    (paged,) = _paged(slack)
    clicked = slack.post("clicks", **{"as": paged, "channel": paged, "ts": "last", "action_id": "alert.acknowledge"})
    updated = slack.messages("#platform", "cknowledged", after=card["seq"], wait=PATIENCE)

    assert posted.status_code == 200
    assert clicked["ok"]
    assert [message["ts"] for message in updated] == [card["ts"]]
    slack.close()

    second = subprocess.run(
        [PAGERTREE, "run"], env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (second.returncode, second.stderr.count("is running on")) == (1, 1)

    run.send_signal(signal.SIGINT)
    assert run.wait(PATIENCE) == 0
