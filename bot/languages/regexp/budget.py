"""The bounds of one evaluation, and the instant it is about."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

STEPS: Final = 250_000
"""Values that one evaluation looks at by walking through lists before it gives up."""

REGEX_SECONDS: Final = 0.2
"""Time that one evaluation gives to regular expressions that RE2 cannot express, all together."""


class Exhausted(Exception):
    """The document has more values than a rule may look at."""


@dataclass(slots=True)
class Budget:
    """What one evaluation may still spend. Never shared between evaluations or threads."""

    now: datetime
    steps: int = STEPS
    lists: int = 0
    regex_seconds: float = REGEX_SECONDS
    gave_up: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Cut the instant to whole milliseconds in UTC: that is all a JavaScript date holds."""
        instant = self.now.astimezone(UTC)
        self.now = instant.replace(microsecond=instant.microsecond // 1000 * 1000)

    def step(self) -> None:
        """Account for one candidate; raises Exhausted when there were too many."""
        self.steps -= 1
        if self.steps < 0:
            raise Exhausted
