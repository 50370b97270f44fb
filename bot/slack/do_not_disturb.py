"""Slack's do-not-disturb: a direct message to somebody who is in it makes no sound.

https://docs.slack.dev/reference/methods/dnd.info. What Slack says of a person is kept for a short while.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from time import monotonic, time_ns
from typing import Any

from bot.errors import Undelivered
from bot.slack.web import SlackWeb

_KEPT = 60.0  # seconds; `dnd.info` may be asked 50 times a minute
_MOST = 10_000  # people that are remembered

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What is known of somebody's do-not-disturb: when it ends, None when it is not on; `unread` says why not known."""

    until: datetime | None = None
    unread: str = ""


class DoNotDisturb:
    """Asks whether people are in do-not-disturb. Safe to share between threads."""

    def __init__(self, web: SlackWeb) -> None:
        self._web = web
        self._known: dict[str, tuple[float, Mapping[str, Any] | str]] = {}
        self._lock = Lock()

    def of(self, slack_id: str) -> Rest:
        """How somebody's do-not-disturb stands now; never raises: what cannot be read is not on."""
        found = self._recall(slack_id)
        if found is None:
            found = self._ask(slack_id)
            self._remember(slack_id, found)
        if isinstance(found, str):
            return Rest(unread=found)
        return Rest(until=_until(found, time_ns() // 10**9))  # judged by Slack's clock, not by ours

    def _ask(self, slack_id: str) -> Mapping[str, Any] | str:
        try:
            return self._web.ask("dnd.info", {"user": slack_id})
        except Undelivered as error:
            _log.warning("do-not-disturb of %s is not known, and taken as off: %s", slack_id, error.reason)
            return error.reason

    def _recall(self, slack_id: str) -> Mapping[str, Any] | str | None:
        with self._lock:
            asked_at, found = self._known.get(slack_id, (float("-inf"), ""))
            return found if monotonic() - asked_at < _KEPT else None

    def _remember(self, slack_id: str, found: Mapping[str, Any] | str) -> None:
        with self._lock:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[slack_id] = (monotonic(), found)


def _until(found: Mapping[str, Any], now: int) -> datetime | None:
    """When what is on ends: a snooze, or the nightly hours that `dnd_enabled` switches on."""
    ends = [_seconds(found.get("snooze_endtime"))] if found.get("snooze_enabled") is True else []
    if found.get("dnd_enabled") is True and _seconds(found.get("next_dnd_start_ts")) <= now:
        ends.append(_seconds(found.get("next_dnd_end_ts")))
    ahead = [end for end in ends if end > now]
    return datetime.fromtimestamp(max(ahead), UTC) if ahead else None


def _seconds(value: object) -> int:
    """An instant of Slack's, 0 for anything that is none; at most the year 2100."""
    return min(value, 4_102_444_800) if isinstance(value, int) and value > 0 else 0
