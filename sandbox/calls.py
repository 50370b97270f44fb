"""Every Web API call the bot made: counted exactly, the latest kept with arguments and answer."""

import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

KEPT = 20_000


@dataclass(slots=True, kw_only=True)
class Record:
    """One call; `at` is an epoch in seconds, `answer` what the bot was told (None when it was told nothing)."""

    n: int
    at: float
    method: str
    arguments: dict[str, Any]
    status: int
    answer: Any

    @property
    def error(self) -> str | None:
        """Slack's error code, if the answer has one."""
        return self.answer.get("error") if isinstance(self.answer, dict) else None


@dataclass(slots=True)
class Calls:
    """The calls since the start or the last reset."""

    counts: Counter[str] = field(default_factory=Counter)
    records: deque[Record] = field(default_factory=lambda: deque(maxlen=KEPT))
    n: int = 0

    def record(self, method: str, arguments: dict[str, Any], status: int, answer: Any) -> None:
        """Notes one call and its answer."""
        self.n += 1
        self.counts[method] += 1
        shown = {name: value for name, value in arguments.items() if name != "token"}
        self.records.append(
            Record(n=self.n, at=time.time(), method=method, arguments=shown, status=status, answer=answer)
        )
