"""The bounds of one evaluation, and the instant it is about.

Every bound but one counts values, characters and steps, so that the same rule and the same document have the same
answer on a busy machine and on an idle one. The one is the processor time of the engine for references to groups.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Final

STEPS: Final = 250_000
"""Values that one condition looks at by walking through lists before it gives up."""

ALL_STEPS: Final = 4 * STEPS
"""Values that all conditions of one evaluation look at, together."""

WORK: Final = 20_000_000
"""Characters of a text times the size of a pattern beyond RE2, for one condition."""

ALL_WORK: Final = 25 * WORK
"""The same for all conditions of one evaluation, together."""

SECONDS: Final = 0.5
"""Processor time of this thread for one text and one pattern that refers to groups: far more than any honest one."""

ALL_SECONDS: Final = 1.0
"""The same for all conditions of one evaluation, together."""


class ConditionResult(IntEnum):
    """The answer to a condition; 0 is left for one that was not asked yet. UNKNOWN: it gave up, and cannot say."""

    FALSE = 1
    TRUE = 2
    UNKNOWN = 3


class Exhausted(Exception):
    """The document has more values, or deeper ones, than a condition may look at."""


@dataclass(slots=True)
class Budget:
    """What one evaluation may still spend. Never shared between evaluations or threads.

    What a condition cannot say counts as `hopeful`: false while what surely holds is asked, true while what may hold
    is, and the other way round inside a negation. `gave_up` are the reasons since the condition was asked.
    """

    now: datetime
    steps: int = STEPS
    all_steps: int = ALL_STEPS
    lists: int = 0
    work: int = ALL_WORK
    seconds: float = ALL_SECONDS
    hopeful: bool = False
    gave_up: list[str] = field(default_factory=list)
    known: dict[tuple[int, str], tuple[bool, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Cut the instant to whole milliseconds in UTC: that is all a JavaScript date holds."""
        instant = self.now.astimezone(UTC)
        self.now = instant.replace(microsecond=instant.microsecond // 1000 * 1000)

    def allow(self) -> None:
        """Give the next condition its steps."""
        self.all_steps -= STEPS - self.steps
        self.steps = min(STEPS, self.all_steps)

    def step(self) -> None:
        """Account for one candidate; raises Exhausted when there were too many."""
        self.steps -= 1
        if self.steps < 0:
            raise Exhausted

    def give_up(self, reason: str) -> bool:
        """Note why a condition cannot say, and answer for it."""
        self.gave_up.append(reason)
        return self.hopeful


TOO_MANY: Final = "gave up: more values, or deeper ones, than a rule may look at"
