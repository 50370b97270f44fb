"""What the engine hands back: the alert as it should be, and everything that follows from it.

A decision is a value that grows: each step of the engine takes one and returns one. The store writes the whole of it
in one transaction, and refuses it when the alert is no longer the version that was `seen`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.engine.model import Actor, Alert, Cycle, Entry, EntryKind, Escalation, Notification, Timer


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """Put a message into the outbox. A second one with the same id changes nothing."""

    notification: Notification


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTimer:
    """Have something decided at an instant. A second one with the same id changes nothing."""

    timer: Timer


@dataclass(frozen=True, slots=True, kw_only=True)
class PutEscalation:
    """Store where an escalation stands."""

    escalation: Escalation


@dataclass(frozen=True, slots=True, kw_only=True)
class PutCycle:
    """Store where a person's paging cycle stands."""

    cycle: Cycle


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Stop what is under way for the alert, or for one of its escalations: timers, cycles and pages not yet sent."""

    escalation_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupt:
    """Stop the cycles of an escalation: steps to come and pages not yet sent. Its layer goes on."""

    escalation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWindow:
    """Hold an aggregation window open: until `end_at`, alerts with this fingerprint become children of the alert."""

    fingerprint: str
    end_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAutomations:
    """Have these automations run, once per alert."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeTurn:
    """Count the turn of a team that asks one person at a time: the next alert asks the next one."""

    receiver_id: str


Effect: TypeAlias = (
    Notify | SetTimer | PutEscalation | PutCycle | Quiet | Interrupt | OpenWindow | RunAutomations | TakeTurn
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """An alert after a decision. `seen` is the version that was decided on, 0 for an alert that is new.

    `escalations` are those of the alert that are running, as they stand after the decision.
    """

    alert: Alert
    seen: int
    escalations: tuple[Escalation, ...] = ()
    entries: tuple[Entry, ...] = ()
    effects: tuple[Effect, ...] = ()

    def tell(self, kind: EntryKind, actor: Actor, text: str, at: datetime) -> "Decision":
        """Add a line to the timeline."""
        entry = Entry(alert_id=self.alert.id, at=at, kind=kind, actor=actor, text=text)
        return self._grown(self.alert, self.escalations, (*self.entries, entry), self.effects)

    def do(self, *effects: Effect) -> "Decision":
        """Add effects, in the order in which they have to happen."""
        return self._grown(self.alert, self.escalations, self.entries, (*self.effects, *effects))

    def put(self, escalation: Escalation) -> "Decision":
        """Replace or add an escalation; one that no longer runs is let go of."""
        others = tuple(known for known in self.escalations if known.id != escalation.id)
        running = (*others, escalation) if escalation.running else others
        effects = (*self.effects, PutEscalation(escalation=escalation))
        return self._grown(self.alert, running, self.entries, effects)

    def change(self, alert: Alert) -> "Decision":
        """Go on with the alert as it is now."""
        return self._grown(alert, self.escalations, self.entries, self.effects)

    def _grown(
        self,
        alert: Alert,
        escalations: tuple[Escalation, ...],
        entries: tuple[Entry, ...],
        effects: tuple[Effect, ...],
    ) -> "Decision":
        """Like `replace`, which looks at every field of the class each time: a sixth of all deciding."""
        return Decision(alert=alert, seen=self.seen, escalations=escalations, entries=entries, effects=effects)


def consider(alert: Alert, escalations: tuple[Escalation, ...] = ()) -> Decision:
    """Begin a decision on an alert as it was read."""
    return Decision(alert=alert, seen=alert.version, escalations=escalations)
