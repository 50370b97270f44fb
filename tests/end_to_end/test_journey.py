"""`pagertree run`, as somebody tries it who has nothing at hand: a payload, a card, a click."""

import os
import re
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.holding import until
from tests.end_to_end.machine import PAGERTREE, PATIENCE, Slack, free_port, pagertree_run

CURL = re.compile(r"curl .* -d .* http://\S+")
OPENS = re.compile(r"opens as (?P<name>\w+) \w+, who is paged first")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What is printed: the line to page somebody with, and who that is."""

    curl: str
    first: str

    def send(self) -> None:
        """Run the line as a shell reads it; its own client may be missing here."""
        read = subprocess.run(["sh", "-c", f"printf '%s\\n' {self.curl}"], capture_output=True, text=True, check=True)
        _, _, header, _, body, url = read.stdout.splitlines()
        name, value = header.split(": ")
        answer = httpx.post(url, content=body, headers={name: value}, verify=False, timeout=PATIENCE)
        assert answer.status_code == 200


def _said(process: subprocess.Popen[str], last: re.Pattern[str]) -> str:
    said = ""
    assert process.stdout
    for line in process.stdout:
        said += line
        if last.search(line):
            return said
    pytest.fail(f"it stopped:\n{said}")


def _invitation(process: subprocess.Popen[str]) -> Invitation:
    said = _said(process, CURL)
    line, opens = CURL.search(said), OPENS.search(said)
    assert line
    assert opens
    return Invitation(curl=line[0], first=opens["name"].lower())


def _numbers(slack: Slack, person: str) -> set[str]:
    """The numbers of the alerts that somebody was paged about."""
    return set(re.findall(r"#(\d+) Disk full", str(slack.messages(person, "Disk full", wait=0))))


def test_whoever_is_named_is_paged_and_again_after_a_restart(environment: dict[str, str], tmp_path: Path) -> None:
    slack = Slack(f"http://127.0.0.1:{environment['SANDBOX_PORT']}")
    with pagertree_run(tmp_path, environment) as run:
        invitation = _invitation(run)
        shown = slack.get("page")
        first = next(each for each in shown["people"] if each["id"] == shown["me"])
        assert (first["name"], shown["because"]) == (invitation.first, "who is paged first")
        assert shown["channel"] == f"D{shown['me'][1:]}"

        invitation.send()
        (card,) = slack.messages("#platform", "Disk full", wait=PATIENCE)
        until(lambda: _numbers(slack, invitation.first) == {"1"}, "a page", PATIENCE)
        asked = {"as": invitation.first, "channel": invitation.first, "ts": "last", "action_id": "alert.acknowledge"}
        clicked = slack.post("clicks", **asked)
        updated = slack.messages("#platform", "cknowledged", after=card["seq"], wait=PATIENCE)
        assert clicked["ok"]
        assert [message["ts"] for message in updated] == [card["ts"]]

        second = subprocess.run(
            [PAGERTREE, "run"], env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert (second.returncode, second.stderr.count("is running on")) == (1, 1)

        run.send_signal(signal.SIGINT)
        assert run.wait(PATIENCE) == 0

    with pagertree_run(tmp_path, environment) as again:
        invitation = _invitation(again)
        invitation.send()
        invitation.send()
        until(lambda: _numbers(slack, invitation.first) >= {"2", "3"}, "two more pages", PATIENCE)
    slack.close()


def test_it_begins_empty_when_it_is_told_to(environment: dict[str, str], tmp_path: Path) -> None:
    slack = Slack(f"http://127.0.0.1:{environment['SANDBOX_PORT']}")
    with pagertree_run(tmp_path, environment, "--empty") as run:
        said = _said(run, re.compile(r"  /pagertree$"))
        assert "Nothing is set up yet. Open it and type:" in said
        assert slack.get("page")["because"] == ""
        slack.post("commands", **{"as": "alice", "channel": "#general", "text": "/pagertree integration list"})
        answer = slack.get(
            "messages", **{"channel": "#general", "as": "alice", "contains": "no integrations yet", "wait": PATIENCE}
        )
        assert answer["messages"]
    slack.close()
