"""What is told afterwards: the timeline, and the reasons of a decision."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bot.engine.model.words import Actor


class EntryKind(StrEnum):
    """What a timeline entry tells of."""

    CREATED = "created"
    REPEATED = "repeated"
    ROUTED = "routed"
    SUPPRESSED = "suppressed"
    AGGREGATED = "aggregated"
    ESCALATED = "escalated"
    LAYER_EMPTY = "layer_empty"
    PAGED = "paged"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    RESOLVED = "resolved"
    DROPPED = "dropped"
    REASSIGNED = "reassigned"
    HANDED_OFF = "handed_off"
    SNOOZED = "snoozed"
    REOPENED = "reopened"
    NOTE = "note"
    UNDELIVERED = "undelivered"
    AUTOMATED = "automated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened to an alert. `text` is plain words with handles, never markup."""

    alert_id: str
    at: datetime
    kind: EntryKind
    actor: Actor
    text: str


class Stage(StrEnum):
    """The steps a payload takes, in order; a trace names the one that each of its lines comes from."""

    SOURCE = "source"
    INTEGRATION_RULES = "integration rules"
    TEMPLATES = "templates"
    MAINTENANCE = "maintenance"
    ROUTER = "router"


class Verdict(StrEnum):
    """What came of a rule."""

    MATCHED = "matched"
    DID_NOT_MATCH = "did not match"


class OutcomeKind(StrEnum):
    """What a signal of a payload came to."""

    CREATED = "created"
    REOPENED = "reopened"
    REPEATED = "repeated"
    WORSENED = "worsened"
    WITHHELD = "withheld"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    NOTHING_TO_ACKNOWLEDGE = "nothing to acknowledge"
    NOTHING_TO_RESOLVE = "nothing to resolve"
    IGNORED = "ignored"
    UNTOLD = "untold"
    NOTHING = "nothing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceLine:
    """One reason of a decision: `subject` is what was looked at (a rule, a receiver), `said` what came of it.

    `verdict` is set where a rule was held against the alert, `outcome` where the line is what a signal came to; both in
    what is stored since version 0.3. An outcome's `subject` is what it is about, such as the name of a window.
    """

    stage: Stage
    subject: str
    said: str
    verdict: Verdict | None = None
    outcome: OutcomeKind | None = None


Trace: TypeAlias = tuple[TraceLine, ...]
