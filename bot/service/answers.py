"""What people do to an alert, over whatever channel they do it: acknowledge, reject, resolve.

Every channel calls these with the version that the person saw. Doing the same thing twice is harmless and says so.
A `link` that somebody answers by does each thing once: what comes again later would answer a page that it never was of.
A message that was `heard` (a text, a key) is acted on once, too: it is noted in the transaction that acts on it, so
that one whose act failed can be handed over again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from bot.engine.alerts import answers, lifecycle
from bot.engine.alerts.lifecycle import Verb, allows, asks_holder, is_asking
from bot.engine.alerts.routing import route
from bot.engine.decision import Decision, SetTimer, consider
from bot.engine.directory import Directory, name_of
from bot.engine.durations import say_duration
from bot.engine.escalation import climbing, reminders
from bot.engine.intake import signal_intake
from bot.engine.model import Actor, ActorKind, Alert, EntryKind, NoticeKind, Receiver, Status
from bot.engine.paging import news
from bot.errors import NotFound, Refused
from bot.ports import Ports, Situation, UnitOfWork
from bot.service import unreachable_layers
from bot.service.families import Families
from bot.service.log_material import material_for
from bot.service.retried_writes import promptly
from bot.service.waking import wake_for

_LONGEST_NOTE = 3_000  # characters
_MOST_NAMES = 5
_TOGETHER = 100  # alerts that are taken in one transaction


class Repeated(Refused):
    """What somebody answers was acted on before: a provider has handed it over once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """The alert after an act, and one sentence for the person who acted."""

    alert: Alert
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActedOnAll:
    """How many alerts an act changed, and why it did not change each of the others."""

    count: int
    refused: tuple[str, ...] = ()


def acknowledge(
    ports: Ports, reference: str, actor: Actor, seen: int | None = None, link: str = "", *, heard: str = ""
) -> Acted:
    """Take an alert (by id, `1042` or `#1042`). Raises `NotFound`, or `Refused` with who was faster and when."""
    return _answer(
        ports, reference, actor, lambda desk: desk.acknowledge(actor, seen), link and f"acknowledge {link}", heard=heard
    )


def acknowledge_all(
    ports: Ports, alert_ids: Iterable[str], actor: Actor, begin: Callable[[UnitOfWork], object] | None = None
) -> ActedOnAll:
    """Take many alerts, a batch in each transaction; those that cannot be taken (any more) hold back no other.

    `begin` belongs to the first transaction: what it notes is noted only if something was done.
    """
    count, refused, left = 0, list[str](), iter(alert_ids)
    while batch := tuple(islice(left, _TOGETHER)):
        with ports.store.begin() as uow:
            if begin:
                begin(uow)
            families = Families(uow, ports.sources, {}, ports.clock.now())
            answers = [_take(ports, uow, families, each, actor) for each in uow.situations(batch).values()]
            taken = [each for each in answers if isinstance(each, Decision)]
            decisions = tuple(families.decisions.values())
            uow.save(decisions)
        begin = None
        wake_for(ports.queue, decisions)
        count += len(taken)
        refused += [each for each in answers if isinstance(each, str)]
    return ActedOnAll(count=count, refused=tuple(refused))


def resolve(
    ports: Ports, reference: str, actor: Actor, seen: int | None = None, link: str = "", *, heard: str = ""
) -> Acted:
    """Close an alert, and only this: what it gathered and is not over comes forth.

    Raises `NotFound`, or `Refused` when it is resolved already.
    """
    use = link and f"resolve {link}"
    return _answer(ports, reference, actor, lambda desk: desk.resolve(actor, seen, whole=False), use, heard=heard)


def resolve_all_of_it(ports: Ports, reference: str, actor: Actor, seen: int | None = None) -> Acted:
    """Close an alert with everything that it gathered. Raises as `resolve` does."""
    return _answer(ports, reference, actor, lambda desk: desk.resolve(actor, seen, whole=True))


def gathered_and_not_over(ports: Ports, reference: str) -> int:
    """How many alerts are gathered under one and not over; whoever resolves it has to say whether they are."""
    with ports.store.begin() as uow:
        situation = uow.situation(reference)
        if situation is None or situation.alert.status is Status.RESOLVED:
            return 0
        return sum(each.status is Status.SUPPRESSED for each in uow.children(situation.alert.id))


def reject(
    ports: Ports, reference: str, actor: Actor, seen: int | None = None, link: str = "", *, heard: str = ""
) -> Acted:
    """Say that one cannot help. Raises `NotFound`, or `Refused` when one is not being asked."""
    return _answer(
        ports, reference, actor, lambda desk: desk.reject(actor, seen), link and f"reject {link}", heard=heard
    )


def escalate(ports: Ports, reference: str, actor: Actor, asked: int | None = None) -> Acted:
    """Page the next layer at once. Raises `NotFound`, or `Refused` when nobody is being asked.

    `asked` is how many had been asked when the person saw the alert: a click that comes again escalates once.
    """
    return _answer(ports, reference, actor, lambda desk: desk.escalate(actor, asked))


def hand_off(ports: Ports, reference: str, actor: Actor, receivers: tuple[Receiver, ...], note: str = "") -> Acted:
    """Make others answer for the alert, with a note. Raises `NotFound`, or `Refused` when it is resolved."""
    return _answer(ports, reference, actor, lambda desk: desk.hand_off(actor, receivers, note))


def snooze(ports: Ports, reference: str, actor: Actor, duration: timedelta) -> Acted:
    """Quiet an acknowledged alert for a while. Raises `NotFound`, or `Refused` when nobody has acknowledged it."""
    return _answer(ports, reference, actor, lambda desk: desk.snooze(actor, duration))


def add_note(ports: Ports, reference: str, actor: Actor, text: str) -> Acted:
    """Add a line to the timeline. Raises `NotFound`."""
    return _answer(ports, reference, actor, lambda desk: desk.add_note(actor, text))


def say_state(alert: Alert, directory: Directory, now: datetime) -> str:
    """Say where an alert stands: `#1042 is resolved, 4s ago by Jane Doe`."""
    return f"#{alert.number} is {alert.status}{_since(alert, directory, now)}"


def say_already(alert: Alert, directory: Directory, now: datetime) -> str:
    """Say why an act comes too late: `#1042 is already resolved, 4s ago by Jane Doe`."""
    already = "already " if alert.settled_at else ""
    return f"#{alert.number} is {already}{alert.status}{_since(alert, directory, now)}"


def _since(alert: Alert, directory: Directory, now: datetime) -> str:
    if alert.settled_at is None:
        return ""
    passed = now - alert.settled_at
    ago = f"{say_duration(passed)} ago" if passed >= timedelta(seconds=1) else "just now"
    by = f" by {name_of(alert.settled_by, directory)}" if alert.settled_by else ""
    return f", {ago}{by}"


def _as_typed(reference: str) -> str:
    number = reference.removeprefix("#")
    return f"#{number:.30}" if number.isdecimal() else f"{reference:.60}"


def _answer(
    ports: Ports,
    reference: str,
    actor: Actor,
    do: "Callable[[_AlertAtHand], tuple[Decision, str]]",
    use: str = "",
    *,
    heard: str = "",
) -> Acted:
    """Do something to an alert. `use` is how a link is used: where that changes something, it is used up."""

    def write(uow: UnitOfWork) -> tuple[tuple[Decision, ...], str]:
        if heard and not uow.first_sight(heard, ports.clock.now()):
            raise Repeated("Your answer was taken already.")
        situation = uow.situation(reference)
        if situation is None:
            raise NotFound(f"There is no alert {_as_typed(reference)}.")
        desk = _AlertAtHand(ports, uow, situation)
        desk.admit(actor)
        decision, said = do(desk)
        if decision.alert.version == decision.seen and not decision.effects:
            return (decision,), said
        desk.use_up(use)
        decided = desk.with_relatives(decision)
        uow.save(decided)
        return decided, said

    decided, said = promptly(ports.store, write)
    wake_for(ports.queue, decided)
    return Acted(alert=decided[0].alert, said=said)


def _take(ports: Ports, uow: UnitOfWork, families: Families, situation: Situation, actor: Actor) -> Decision | str:
    """Take one of many alerts: the decision, or why there is none."""
    desk = _AlertAtHand(ports, uow, situation)
    try:
        desk.admit(actor)
        decision, said = desk.acknowledge(actor, None)
    except Refused as error:
        return str(error)
    if not decision.effects:
        return said
    families.keep(situation.alert, decision, uow.directory())
    return decision


class _AlertAtHand:
    """An alert on the desk: read and locked, with the directory and the instant that the act is decided with."""

    def __init__(self, ports: Ports, uow: UnitOfWork, situation: Situation) -> None:
        self._directory = uow.directory()
        self._now = ports.clock.now()
        self._ports, self._uow = ports, uow
        self._decision = consider(situation.alert, situation.escalations)
        self._families = Families(uow, ports.sources, {situation.alert.id: self._decision}, self._now)

    def with_relatives(self, decision: Decision) -> tuple[Decision, ...]:
        """The decision, and what follows from it for those that the alert gathered, or was gathered under."""
        self._families.keep(self._decision.alert, decision, self._directory)
        changed = self._families.decisions
        others = (
            each for each in changed.values() if each.alert.version != each.seen and each.alert.id != decision.alert.id
        )
        return changed[decision.alert.id], *others

    def admit(self, actor: Actor) -> None:
        """Raise `Refused` for somebody who is here no more: whatever they hold answers nothing."""
        user = self._directory.users.get(actor.id)
        if actor.kind is ActorKind.USER and user and not user.active:
            raise Refused(f"{user.name} is deactivated, and answers no alerts any more")

    def acknowledge(self, actor: Actor, seen: int | None) -> tuple[Decision, str]:
        alert = self._decision.alert
        if not asks_holder(alert):
            if alert.status is Status.ACKNOWLEDGED and _same_person(alert.settled_by, actor):
                return self._decision, f"You have #{alert.number} already."
            self._check(Verb.ACKNOWLEDGE, seen)
        name = name_of(actor, self._directory)
        decision = answers.acknowledge(self._decision, actor, name, self._now)
        decision = reminders.begin(decision, self._directory, self._now)
        told = news.tell_of_acknowledgement(decision, self._directory, actor, self._reach(actor))
        return told, f"You have #{alert.number}."

    def resolve(self, actor: Actor, seen: int | None, *, whole: bool) -> tuple[Decision, str]:
        alert = self._decision.alert
        if alert.status is Status.RESOLVED and _same_person(alert.settled_by, actor):
            return self._decision, f"You resolved #{alert.number} already."
        self._check(Verb.RESOLVE, seen)
        name = name_of(actor, self._directory)
        children = self._families.children(alert.id)
        for child in children if whole else ():
            over = answers.resolve(child, actor, name, self._now)
            self._families.decisions[child.alert.id] = over
        decision = answers.resolve(self._decision, actor, name, self._now)
        told = news.tell_asked(decision, NoticeKind.RESOLVED, self._directory, actor)
        return told, self._say_resolved(alert, len(children), whole=whole)

    def reject(self, actor: Actor, seen: int | None) -> tuple[Decision, str]:
        alert = self._decision.alert
        user = self._directory.users.get(actor.id)
        if user is None or not is_asking(alert):
            raise Refused(self._already(seen))
        decision = climbing.reject(self._decision, user, actor, self._directory, self._now)
        if decision.alert.version != alert.version:
            [decision] = unreachable_layers.go_on(
                self._uow, [decision], self._now
            )  # whoever else is asked may be out of reach
            return decision, f"You rejected #{alert.number}. Whoever else was asked is still being asked."
        if any(each.user_id == user.id and each.answer for each in alert.responders):
            return decision, f"You rejected #{alert.number} already."
        raise Refused(f"You are not being asked about #{alert.number}.")

    def escalate(self, actor: Actor, asked: int | None) -> tuple[Decision, str]:
        alert = self._decision.alert
        name = name_of(actor, self._directory)
        if alert.status is not Status.OPEN:
            raise Refused(self._already(None))
        if asked is not None and asked != len(alert.responders):
            raise Refused(f"#{alert.number} has been escalated since you saw it. Look again before you do it again.")
        decision = climbing.escalate_now(self._decision, actor, name, self._directory, self._now)
        return decision, f"#{alert.number} is escalated{self._newly_asked(alert, decision)}."

    def hand_off(self, actor: Actor, receivers: tuple[Receiver, ...], note: str) -> tuple[Decision, str]:
        alert = self._decision.alert
        if not lifecycle.can_be_handed_off(alert.status):
            raise Refused(self._already(None))
        names = ", ".join(self._directory.name(receiver) for receiver in receivers)
        said = f"Handed off to {names} by {name_of(actor, self._directory)}{f': {note}' if note else '.'}"
        decision = climbing.release(self._decision, self._now)
        decision = decision.tell(EntryKind.HANDED_OFF, actor, said[:_LONGEST_NOTE], self._now)
        material = material_for(self._ports, self._uow, alert)
        routing = route(alert, material, receivers, self._directory, self._now)
        handed = signal_intake.follow(decision, routing, self._directory, self._now)
        handed = news.tell_of_handoff(handed, alert, self._directory)
        return news.tell_newly_asked(handed, decision, self._directory), f"#{alert.number} is handed off to {names}."

    def snooze(self, actor: Actor, duration: timedelta) -> tuple[Decision, str]:
        span = say_duration(duration)
        said = f"Snoozed for {span} by {name_of(actor, self._directory)}."
        decision = answers.snooze(self._decision, self._now + duration, actor, said, self._now)
        return decision, f"#{self._decision.alert.number} is quiet for {span}."

    def add_note(self, actor: Actor, text: str) -> tuple[Decision, str]:
        alert = lifecycle.touch(self._decision.alert, self._now)
        decision = self._decision.change(alert).tell(EntryKind.NOTE, actor, text[:_LONGEST_NOTE], self._now)
        return decision, f"Noted on #{alert.number}."

    def use_up(self, use: str) -> None:
        """Note that a link was used so. Raises `Refused` when it was before."""
        if use and not self._uow.first_sight(f"link {use}", self._now):
            verb, _, _ = use.partition(" ")
            said = f"This link has answered {verb} for #{self._decision.alert.number} once before"
            raise Refused(f"{said}, and does so only once. Use a newer message, or /pagertree alert in Slack.")

    def _say_resolved(self, alert: Alert, count: int, *, whole: bool) -> str:
        if not count:
            return f"#{alert.number} is resolved."
        if whole:
            return f"#{alert.number} is resolved, and {count} that it gathered."
        some = "one that it gathered is" if count == 1 else f"{count} that it gathered are"
        return f"#{alert.number} is resolved; {some} not over and will be asked about."

    def _reach(self, actor: Actor) -> Mapping[str, bool]:
        alert = self._decision.alert
        if all(each.user_id == actor.id for each in alert.responders):
            return {}
        return self._uow.reach([alert.id]).get(alert.id, {})

    def _newly_asked(self, before: Alert, after: Decision) -> str:
        """Who is paged now that was not before, or which router decides that."""
        timers = (effect.timer for effect in after.effects if isinstance(effect, SetTimer))
        routers = [self._directory.name(each) for timer in timers for each in timer.receivers]
        asked = (each.user_id for each in after.alert.responders[len(before.responders) :])
        users = (self._directory.users.get(each) for each in dict.fromkeys(asked))
        names = [user.name for user in users if user]
        if not names:
            return f": {', '.join(routers[:_MOST_NAMES])} decides who is paged" if routers else ""
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        return f": {', '.join(names[:_MOST_NAMES])}{more} {'is' if len(names) == 1 else 'are'} paged now"

    def _check(self, verb: Verb, seen: int | None) -> None:
        if not allows(self._decision.alert.status, verb):
            raise Refused(self._already(seen))

    def _already(self, seen: int | None) -> str:
        alert = self._decision.alert
        late = " What you saw was out of date." if seen is not None and seen != alert.version else ""
        return f"{say_already(alert, self._directory, self._now)}.{late}"


def _same_person(one: Actor | None, other: Actor) -> bool:
    return one is not None and (one.kind, one.id) == (other.kind, other.id)
