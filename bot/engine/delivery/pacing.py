"""How fast a provider takes messages: what a message asks for before it leaves, and what it holds until the answer."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import IntEnum

from bot.engine.model import NoticeKind, Notification, Urgency

HORIZON = timedelta(seconds=30)
"""How far ahead turns are given. Who would wait longer asks again: a line without end could never be left."""
LEAVES = timedelta(seconds=5)
"""How long after its booking a message may leave; one that a busy process did not send by then books anew."""
HELD = timedelta(seconds=20)
"""How long room is held for a message of which nothing more is heard, as its process died: longer than it can take
from its booking until it arrives, which is `LEAVES` and the steps of a call (5 s each)."""


class Precedence(IntEnum):
    """Where a message stands: `QUIET` leaves what is spared to the others, and everybody makes way for `FIRST`."""

    QUIET = 0
    LOUD = 1
    FIRST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """One limit of a provider, by the name of what it limits: one message a `period`, `burst` of them at once.

    Loud messages may use the whole burst; the others leave `spare` of it to them.
    """

    key: str
    period: timedelta
    burst: int
    spare: int = 0

    def beside(self, line: Precedence) -> int:
        """How many others a message may join that were not paid for yet."""
        return self.burst - 1 - (self.spare if line is Precedence.QUIET else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What one message needs: room in all of these paces. `waited`: its turn was to be now, so it passes its line."""

    paces: tuple[Pace, ...]
    line: Precedence = Precedence.QUIET
    waited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What an ask came to: how long it has to wait, or the room that it holds until its message was answered.

    `name` is what it is held under, by whoever counts.
    """

    wait: timedelta = timedelta(0)
    paces: tuple[Pace, ...] = ()
    name: int = 0


def line_of(notification: Notification) -> Precedence:
    """Where a message stands: a critical page before all others, a high one among what is loud."""
    if notification.kind is not NoticeKind.OPEN or not notification.urgency.is_loud:
        return Precedence.QUIET
    return Precedence.FIRST if notification.urgency is Urgency.CRITICAL else Precedence.LOUD


def scaled(factor: float, *paces: Pace) -> tuple[Pace, ...]:
    """The paces, so many times as fast, with bursts as much larger; none for 0."""
    larger = max(factor, 1.0)
    return tuple(
        replace(pace, period=pace.period / factor, burst=int(pace.burst * larger), spare=int(pace.spare * larger))
        for pace in (paces if factor else ())
    )
