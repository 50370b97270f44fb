"""An alert on the desk: read and locked, decided on by somebody, saved with what follows for its relatives.

Whatever people do to an alert goes through here, over whatever channel they do it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.engine.alerts.routing import Routing, route
from bot.engine.decision import Decision, consider
from bot.engine.directory import Directory, name_of
from bot.engine.model import Actor, ActorKind, Alert, Receiver
from bot.errors import NotFound, Refused
from bot.ports import Ports, Situation, UnitOfWork
from bot.service.consequences import say_outcome
from bot.service.families import Families
from bot.service.log_material import material_for
from bot.service.retried_writes import promptly
from bot.service.standing import say_already
from bot.service.waking import wake_for


class Repeated(Refused):
    """What somebody answers was acted on before: a provider has handed it over once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """The alert after an act, and what came of it for the person who acted; `undoable` is an answer of theirs."""

    alert: Alert
    said: str
    undoable: bool = False


Words: TypeAlias = "str | Callable[[tuple[Decision, ...]], str]"
"""What came of an act, or how to say it once it is decided for the alert's relatives, too."""


class Desk:
    """An alert on the desk, with the directory and the instant that an act is decided with.

    Of alerts that are decided on together `families` are all: what was decided about this one before stands.
    """

    def __init__(
        self,
        ports: Ports,
        uow: UnitOfWork,
        situation: Situation,
        families: Families | None = None,
    ) -> None:
        self.directory: Directory = uow.directory()
        self.now: datetime = ports.clock.now()
        self.ports, self.uow = ports, uow
        self.families = families or Families(uow, ports.sources, {}, self.now)
        read = consider(situation.alert, situation.escalations)
        self.decision = self.families.decisions.setdefault(situation.alert.id, read)

    @property
    def alert(self) -> Alert:
        """The alert as it was read."""
        return self.decision.alert

    def with_relatives(self, decision: Decision) -> tuple[Decision, ...]:
        """The decision, and what follows from it for those that the alert gathered, or was gathered under."""
        self.families.keep(self.alert, decision, self.directory)
        changed = self.families.decisions
        others = (
            each for each in changed.values() if each.alert.version != each.seen and each.alert.id != decision.alert.id
        )
        return changed[decision.alert.id], *others

    def admit(self, actor: Actor) -> None:
        """Raise `Refused` for somebody who is here no more: whatever they hold answers nothing."""
        user = self.directory.users.get(actor.id)
        if actor.kind is ActorKind.USER and user and not user.active:
            raise Refused(f"{user.name} is deactivated, and answers no alerts any more")

    def use_up(self, use: str) -> None:
        """Note that a link was used so. Raises `Refused` when it was before."""
        if use and not self.uow.first_sight(f"link {use}", self.now):
            verb, _, _ = use.partition(" ")
            said = f"This link has answered {verb} for #{self.alert.number} once before"
            raise Refused(f"{said}, and does so only once. Use a newer message, or /pagertree alert in Slack.")

    def name(self, actor: Actor) -> str:
        """Name who acts."""
        return name_of(actor, self.directory)

    def already(self, seen: int | None = None) -> str:
        """Say that an act comes too late."""
        late = " What you saw was out of date." if seen is not None and seen != self.alert.version else ""
        return f"{say_already(self.alert, self.directory, self.now)}.{late}"

    def route(self, alert: Alert, receivers: tuple[Receiver, ...]) -> Routing:
        """Where an alert goes from receivers, by its payload and by routers as they are now."""
        material = material_for(self.ports, self.uow, alert)
        return route(alert, material, receivers, self.directory, self.now)

    def destinations(self) -> tuple[Receiver, ...]:
        """Where the alert's integration sends alerts."""
        integration = self.directory.integrations.get(self.alert.integration_id or "")
        return integration.destinations if integration else ()

    def reach(self, actor: Actor) -> Mapping[str, bool]:
        """Whom a page of the alert was sent to, but for whoever acts alone."""
        if all(each.user_id == actor.id for each in self.alert.responders):
            return {}
        return self.uow.reach([self.alert.id]).get(self.alert.id, {})

    def outcome(self, after: Decision) -> str:
        """What a decision means for people, as sentences."""
        return say_outcome(self.alert, after, self.directory, self.now)


def act(
    ports: Ports,
    reference: str,
    actor: Actor,
    do: Callable[[Desk], tuple[Decision, Words]],
    use: str = "",
    *,
    heard: str = "",
) -> Acted:
    """Do something to an alert. `use` is how a link is used: where that changes something, it is used up.

    Raises `NotFound`, `Refused`, and `Repeated` for a message that was `heard` before.
    """

    def write(uow: UnitOfWork) -> tuple[tuple[Decision, ...], str]:
        if heard and not uow.first_sight(heard, ports.clock.now()):
            raise Repeated("Your answer was taken already.")
        situation = uow.situation(reference)
        if situation is None:
            raise NotFound(f"There is no alert {_as_typed(reference)}.")
        desk = Desk(ports, uow, situation)
        desk.admit(actor)
        decision, words = do(desk)
        if decision.alert.version == decision.seen and not decision.effects:
            return (decision,), _said(words, (decision,))
        desk.use_up(use)
        decided = desk.with_relatives(decision)
        uow.save(decided)
        return decided, _said(words, decided)

    decided, said = promptly(ports.store, write)
    wake_for(ports.queue, decided)
    return Acted(alert=decided[0].alert, said=said, undoable=_is_answer(decided[0], actor))


def _is_answer(decision: Decision, actor: Actor) -> bool:
    """Whether somebody has just acknowledged or resolved the alert."""
    return (
        decision.alert.version != decision.seen
        and decision.alert.settled_at == decision.alert.changed_at
        and (decision.alert.settled_by == actor)
    )


def _said(words: Words, decided: tuple[Decision, ...]) -> str:
    return words if isinstance(words, str) else words(decided)


def _as_typed(reference: str) -> str:
    number = reference.removeprefix("#")
    return f"#{number:.30}" if number.isdecimal() else f"{reference:.60}"
