"""Slack's do-not-disturb: a direct message to somebody who is in it makes no sound.

https://docs.slack.dev/reference/methods/dnd.info. It shows others the hours of somebody's schedule; a
pause that they set by hand is shown to themselves only, so such a page counts as heard.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import time_ns
from typing import Any

from bot.slack.person_answers import PersonAnswers
from bot.slack.web import SlackWeb


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What is known of somebody's do-not-disturb: when it ends, None when it is not on; `unread` says why not known."""

    until: datetime | None = None
    unread: str = ""


class DoNotDisturb:
    """Asks whether people are in do-not-disturb. Safe to share between threads."""

    def __init__(self, web: SlackWeb) -> None:
        self._answers = PersonAnswers(web, "dnd.info")

    def of(self, slack_id: str) -> Rest:
        """How somebody's do-not-disturb stands now; never raises: what cannot be read is not on."""
        found = self._answers.of(slack_id)
        if isinstance(found, str):
            return Rest(unread=found)
        return Rest(until=_until(found, time_ns() // 10**9))  # judged by Slack's clock, not by ours


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
