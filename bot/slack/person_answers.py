"""What Slack answers about one person at a time, kept for so short a while that no page is judged by an old answer."""

import logging
from collections.abc import Mapping
from threading import Lock
from time import monotonic
from typing import Any

from bot.errors import Undelivered
from bot.slack.web import SlackWeb

_KEPT = 15.0  # seconds: the copies of one page, never the page after it
_MOST = 10_000  # people that are remembered

_log = logging.getLogger(__name__)


class PersonAnswers:
    """Asks one reading method about people. Safe to share between threads."""

    def __init__(self, web: SlackWeb, method: str) -> None:
        self._web = web
        self._method = method
        self._known: dict[str, tuple[float, Mapping[str, Any] | str]] = {}
        self._lock = Lock()

    def of(self, slack_id: str) -> Mapping[str, Any] | str:
        """Slack's answer about a person, or a sentence that says why there is none; never raises."""
        found = self._recall(slack_id)
        if found is None:
            found = self._ask(slack_id)
            self._remember(slack_id, found)
        return found

    def _ask(self, slack_id: str) -> Mapping[str, Any] | str:
        try:
            return self._web.ask(self._method, {"user": slack_id})
        except Undelivered as error:
            _log.warning("%s of %s is not known: %s", self._method, slack_id, error.reason)
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
