"""A storm with real processes and a Slack that keeps its limits: what arrives, what Slack was asked, and the ledger."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.engine.model import DeliveryState, Integration, NoticeKind, Notification
from bot.ports import AlertFilter, Ports
from tests.end_to_end.holding import until
from tests.end_to_end.machine import LONG, PATIENCE, Machine, machine

MOST = 240  # alerts
CRITICAL = "the one that counts"
SLOW, LATE = 6, 900  # posts that arrive so many milliseconds after they left: what follows must not meet them
UPDATES = 50  # a minute, of Slack's tier 3


@pytest.fixture
def here(tmp_path: Path, database_url: str, limit: int) -> Iterator[Machine]:
    with machine(tmp_path, DATABASE_URL=database_url, SLACK_RATES="1", STORM_ALERTS_PER_MINUTE=str(limit)) as ready:
        ready.slack.post("settings", rates=1.0)
        ready.slack.post("misbehaviour", method="chat.postMessage", kind="slow", ms=LATE, times=SLOW)
        yield ready


def pours(here: Machine, integration: Integration, count: int) -> None:
    """Post alerts as fast as senders can, one critical among them."""

    def post(number: int) -> None:
        title, urgency = (CRITICAL, "critical") if number == count // 2 else (f"drop {number}", "high")
        here.post(integration, title=title, id=f"{number}", urgency=urgency)

    with ThreadPoolExecutor(8) as senders:
        list(senders.map(post, range(count)))


def ledger(ports: Ports) -> list[Notification]:
    """The messages of all alerts."""
    with ports.store.begin() as uow:
        alerts = uow.alerts(AlertFilter(limit=MOST))
        messages = uow.notifications([each.id for each in alerts])
    return [each for of_alert in messages.values() for each in of_alert]


def is_told(ports: Ports) -> bool:
    """Whether nothing waits to be read or sent any more."""
    with ports.store.begin() as uow:
        left = uow.backlog(ports.clock.now() + timedelta(hours=1))
    if left.unread_logs or left.queued_notifications:
        return False
    return not any(each.state is DeliveryState.SENDING for each in ledger(ports))


def conversations(here: Machine) -> dict[str, list[dict[str, Any]]]:
    """All messages by the conversation that they were posted in."""
    names = ("#platform", "alice", "bob", "carol", "dave")
    found = {name: here.slack.get("messages", channel=name)["messages"] for name in names}
    return {name: messages for name, messages in found.items() if messages}


@pytest.mark.parametrize(("count", "limit"), [(40, 2), pytest.param(MOST, 12, marks=pytest.mark.real)])
@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
def test_a_storm_is_one_summary_in_each_conversation_and_nothing_is_lost(here: Machine, count: int, limit: int) -> None:
    integration = here.load_sample()
    here.start("web", "worker", "worker --housekeeping")
    pours(here, integration, count)

    with here.ports() as ports:
        until(lambda: is_told(ports), "the end of what waits to be told", LONG)
        told = ledger(ports)
    paged = next(iter(set(conversations(here)) - {"#platform"}))
    for name in ("#platform", paged):
        messages = conversations(here)[name]
        assert [each["text"].startswith("Alert storm, ") for each in messages].count(True) == 1
        assert len([each for each in messages if CRITICAL in each["text"]]) == 1
        assert len(messages) <= limit + 2
    pages = [each for each in told if each.kind is NoticeKind.OPEN]
    assert len(pages) == count
    assert {each.state for each in pages} == {DeliveryState.SENT}
    posted = {message["ts"] for messages in conversations(here).values() for message in messages}
    assert {each.provider_id for each in pages} <= posted
    assert here.slack.get("calls", method="chat.update")["matching"] <= UPDATES
    assert here.slack.get("calls", error="ratelimited")["matching"] == 0

    [summary] = here.slack.messages(paged, "Alert storm, ")
    clicked = here.slack.post(
        "clicks", **{"as": paged, "channel": paged, "ts": summary["ts"], "action_id": "storm.acknowledge"}
    )
    assert clicked["ok"]
    gathered = len([each for each in pages if each.storm_id])
    changed = here.slack.messages(paged, f"{gathered} acknowledged", wait=PATIENCE)
    assert [each["ts"] for each in changed] == [summary["ts"]]
    here.stop()
