"""What a person is shown of an alert, wherever they are shown it: plain values, no markup.

Each channel draws the same card in its own way and escapes it for itself, once.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.engine.model import Answer, NoticeKind, Status, Urgency

_TAKEN = frozenset({Status.OPEN, Status.DROPPED, Status.SUPPRESSED})
"""From where Acknowledge leads on; `alerts.lifecycle` decides it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody named on a card."""

    name: str
    slack_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A responder on a card: who, in which layer, over which channels they were reached, what they answered.

    `waits` says whether they are being asked at this moment, rather than in a layer whose time is over; `unpaged` why
    they were sent nothing.
    """

    person: Person
    layer: int
    channels: tuple[str, ...] = ()
    answer: Answer | None = None
    waits: bool = True
    unpaged: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One alert as shown with one notification. `kind` says why it is shown; `version` is what a click answers to.

    `settled_by` is who acknowledged, resolved or dropped it; `next_at` and `next_said` tell what happens if nobody
    answers; `teams` are the names of the teams that have to. `stage` is how often somebody was asked so far; `gathered`
    counts an aggregate's children, of which `over` are over and `children` are the newest of the others, each with its
    state in `child_states`; `fields_left`
    counts the fields that are not among `fields`. `ledger` says of a test page what became of it on each channel.

    `was` is the urgency before it got worse, and `is_worse` says that whoever has it is asked about that. `joined`
    names the newest members of the sender's group, and `returns` is how often it came back when it is flapping.
    `maintenance` is the window that has begun meanwhile, until `maintenance_until`.

    `asks_help`: others are asked to help whoever has it. `appeal_by` is who handed it off, or (`is_help`) asks for
    help, and `appeal_note` what they said. `why_dropped` says why nobody is left to ask.
    """

    kind: NoticeKind
    alert_id: str
    number: int
    version: int
    title: str
    status: Status
    urgency: Urgency
    created_at: datetime
    description: str = ""
    integration: str = ""
    incident: str = ""
    tags: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    fields_left: int = 0
    link: str = ""
    runbook: str = ""
    count: int = 1
    asked: tuple[Asked, ...] = ()
    stage: int = 0
    children: tuple[str, ...] = ()
    child_states: tuple[str, ...] = ()
    gathered: int = 0
    settled_by: Person | None = None
    settled_via: str = ""
    settled_at: datetime | None = None
    next_said: str = ""
    next_at: datetime | None = None
    teams: tuple[str, ...] = ()
    undelivered: tuple[str, ...] = ()
    ledger: tuple[str, ...] = ()
    was: Urgency | None = None
    is_worse: bool = False
    over: int = 0
    joined: tuple[str, ...] = ()
    returns: int = 0
    asks_help: bool = False
    appeal_by: str = ""
    appeal_note: str = ""
    is_help: bool = False
    why_dropped: str = ""
    maintenance: str = ""
    maintenance_until: datetime | None = None

    @property
    def asks(self) -> bool:
        """Whether somebody is asked to answer."""
        is_had = self.status is Status.ACKNOWLEDGED
        return self.status is Status.OPEN or (is_had and (self.is_worse or self.asks_help))

    @property
    def can_be_taken(self) -> bool:
        """Whether anybody can say that they have it, or that they know that it got worse."""
        return self.status in _TAKEN or (self.status is Status.ACKNOWLEDGED and self.is_worse)

    @property
    def is_news(self) -> bool:
        """Whether it tells what others did, and asks its reader for nothing."""
        return self.kind in _NEWS

    @property
    def takes_answers(self) -> bool:
        """Whether its reader may answer: the alert waits for somebody, and this does not only tell them of it."""
        return (self.asks or self.status is Status.DROPPED) and self.kind not in _OF_AN_OPEN_ALERT


_NEWS = frozenset({NoticeKind.ACKNOWLEDGED, NoticeKind.REJECTED, NoticeKind.RESOLVED, NoticeKind.ASSIGNED})
_OF_AN_OPEN_ALERT = frozenset({NoticeKind.REJECTED, NoticeKind.ASSIGNED})  # to somebody who is not asked
