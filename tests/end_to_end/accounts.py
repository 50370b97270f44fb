"""What everything accepted comes to: its log, its alert, its pages in the ledger, and what Slack really posted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.engine.model import Alert, DeliveryState, Notification, Status
from bot.ports import AlertFilter, LogState, Ports
from tests.end_to_end.machine import Machine
from tests.end_to_end.on_call import PEOPLE

_ALL = 100_000
_UNDER_WAY = {DeliveryState.QUEUED, DeliveryState.SENDING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Alerts by title, ledgers by alert id, states of logs by id; messages' ids by conversation and alert number."""

    alerts: Mapping[str, list[Alert]]
    ledger: Mapping[str, tuple[Notification, ...]]
    logs: Mapping[str, LogState]
    posted: Mapping[tuple[str, int], list[str]]

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to be read or sent."""
        pages = (page for pages in self.ledger.values() for page in pages)
        return LogState.UNREAD not in self.logs.values() and not any(page.state in _UNDER_WAY for page in pages)

    def check(self, accepted: Mapping[str, str]) -> None:
        """Hold the books against what was accepted: titles by the ids of their logs."""
        assert [log_id for log_id in accepted if self.logs.get(log_id) is not LogState.READ] == []
        for title in set(accepted.values()):
            (alert,) = self.alerts[title]
            assert self.ledger[alert.id], f"nobody was paged: {title}"
            for page in self.ledger[alert.id]:
                if page.state is DeliveryState.CANCELLED:
                    assert alert.status is Status.RESOLVED, page
                    continue
                _check_page(page, self.posted[page.conversation, alert.number])

    def posted_and_attempted(self, title: str) -> list[tuple[int, int]]:
        """How often each page of an alert that was sent is in its conversation, and how often that was attempted."""
        (alert,) = self.alerts[title]
        sent = (page for page in self.ledger[alert.id] if page.state is DeliveryState.SENT)
        return [(len(self.posted[page.conversation, alert.number]), page.attempts) for page in sent]


def read(ports: Ports, here: Machine) -> Books:
    """Read the books; what was posted is what everybody finds in their direct messages and in #payments."""
    with ports.store.begin() as uow:
        alerts = uow.alerts(AlertFilter(limit=_ALL))
        ledger = uow.notifications([alert.id for alert in alerts])
        logs = {log.id: log.state for log in uow.logs(limit=_ALL)}
    by_title: dict[str, list[Alert]] = {}
    for alert in alerts:
        by_title.setdefault(alert.title, []).append(alert)
    return Books(alerts=by_title, ledger=ledger, logs=logs, posted=_posted(here))


def _check_page(page: Notification, posted: list[str]) -> None:
    """It is recorded as sent, was posted at most once an attempt, and never again once it was recorded."""
    assert page.state is DeliveryState.SENT, page
    assert 1 <= len(posted) <= page.attempts, (page, posted)
    assert page.provider_id == posted[-1], (page, posted)


def _posted(here: Machine) -> dict[tuple[str, int], list[str]]:
    found: dict[tuple[str, int], list[str]] = {}
    for name in (*PEOPLE, "payments"):
        for message in here.slack.get("messages", channel=name)["messages"]:
            number = re.search(r" · #(\d+)\b", message["text"])
            if number:
                found.setdefault((message["channel"], int(number[1])), []).append(message["ts"])
    return {place: sorted(ids) for place, ids in found.items()}
