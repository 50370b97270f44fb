"""The bot's own processes without a public address: everything from Slack comes through the socket that they open."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.machine import LONG, PATIENCE, Machine, machine

ALICE: dict[str, Any] = {"as": "alice"}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Machine]:
    """A machine that Slack cannot call: there is no signing secret, and its address leads nowhere."""
    with machine(tmp_path, SLACK_APP_TOKEN="xapp-sandbox", SLACK_SIGNING_SECRET="") as ready:
        ready.slack.post("settings", bot_url="http://127.0.0.1:9/")
        yield ready


def test_commands_clicks_and_forms_come_through_the_socket(here: Machine) -> None:
    integration = here.load_sample()
    here.start("web", "worker")
    slack = here.slack
    assert slack.get("sockets", at_least=1, wait=PATIENCE)["open"] == 1

    assert slack.post("commands", **{"as": "alice", "channel": "#general", "text": "/pagertree oncall"})["ok"]
    assert slack.messages("#general", "On call now", **ALICE)

    here.post(integration, title="Disk full", id="1")
    (card,) = slack.messages("#platform", "Disk full")
    click = {"as": "alice", "channel": "#platform", "ts": card["ts"], "action_id": "alert.acknowledge"}
    assert slack.post("clicks", **click)["ok"]
    assert slack.messages("#platform", "cknowledged", after=card["seq"])

    assert slack.post("commands", **{"as": "alice", "channel": "#general", "text": "/pagertree alert note #1"})["ok"]
    assert slack.get("views", **{"as": "alice", "contains": "#1", "wait": PATIENCE})["top"]
    assert slack.post("submissions", **{"as": "alice", "values": {"note": "restarted it"}})["ok"]


def test_a_socket_that_slack_closes_is_opened_again(here: Machine) -> None:
    here.load_sample()
    here.start("web")
    slack = here.slack
    assert slack.get("sockets", at_least=1, wait=PATIENCE)["open"] == 1

    slack.post("sockets", disconnect="refresh_requested")
    assert slack.get("calls", method="apps.connections.open", at_least=2, wait=LONG)["counts"]
    assert slack.get("sockets", at_least=1, wait=PATIENCE)["open"] == 1
    assert slack.post("commands", **{"as": "alice", "channel": "#general", "text": "/pagertree oncall"})["ok"]

    assert slack.messages("#general", "On call now", **ALICE)
