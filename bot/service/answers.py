"""What people answer to an alert, over whatever channel: acknowledge, reject, resolve, hand off, snooze.

Every channel calls these with the version that the person saw. Doing the same thing twice is harmless and says so.
A `link` that somebody answers by does each thing once: what comes again later would answer a page that it never was of.
A message that was `heard` (a text, a key) is acted on once, too: it is noted in the transaction that acts on it, so
that one whose act failed can be handed over again.
"""

from dataclasses import replace
from datetime import timedelta

from bot.engine.alerts import answers, lifecycle
from bot.engine.alerts.lifecycle import Verb, allows, asks_holder, is_asking
from bot.engine.decision import Decision
from bot.engine.durations import say_duration
from bot.engine.escalation import climbing, helping, reminders
from bot.engine.escalation.who_is_asked import asked_now
from bot.engine.intake import signal_intake
from bot.engine.model import Actor, Alert, Appeal, EntryKind, NoticeKind, Receiver, Status, Urgency
from bot.engine.paging import news
from bot.errors import Refused
from bot.ports import Ports
from bot.service import consequences, unreachable_layers
from bot.service.desk import Acted, Desk, Words, act

LONGEST_NOTE = 3_000  # characters


def acknowledge(
    ports: Ports, reference: str, actor: Actor, seen: int | None = None, link: str = "", *, heard: str = ""
) -> Acted:
    """Take an alert (by id, `1042` or `#1042`). Raises `NotFound`, or `Refused` with who was faster and when."""
    use = link and f"acknowledge {link}"
    return act(ports, reference, actor, lambda desk: take(desk, actor, seen), use, heard=heard)


def resolve(
    ports: Ports, reference: str, actor: Actor, seen: int | None = None, link: str = "", *, heard: str = ""
) -> Acted:
    """Close an alert, and only this: what it gathered and is not over comes forth.

    Raises `NotFound`, or `Refused` when it is resolved already.
    """
    use = link and f"resolve {link}"
    return act(ports, reference, actor, lambda desk: close(desk, actor, seen, whole=False), use, heard=heard)


def resolve_all_of_it(ports: Ports, reference: str, actor: Actor, seen: int | None = None) -> Acted:
    """Close an alert with everything that it gathered. Raises as `resolve` does."""
    return act(ports, reference, actor, lambda desk: close(desk, actor, seen, whole=True))


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
    use = link and f"reject {link}"
    return act(ports, reference, actor, lambda desk: _reject(desk, actor, seen), use, heard=heard)


def escalate(ports: Ports, reference: str, actor: Actor, asked: int | None = None) -> Acted:
    """Page the next layer at once. Raises `NotFound`, or `Refused` when nobody is being asked.

    `asked` is how many had been asked when the person saw the alert: a click that comes again escalates once.
    """
    return act(ports, reference, actor, lambda desk: _escalate(desk, actor, asked))


def hand_off(ports: Ports, reference: str, actor: Actor, receivers: tuple[Receiver, ...], note: str = "") -> Acted:
    """Make others answer for the alert, with a note.

    Raises `NotFound`, or `Refused` when it is resolved, or when nobody would be asked: it stays with whoever has it.
    """
    return act(ports, reference, actor, lambda desk: _hand_off(desk, actor, receivers, note))


def snooze(ports: Ports, reference: str, actor: Actor, duration: timedelta) -> Acted:
    """Quiet an acknowledged alert for a while. Raises `NotFound`, or `Refused` when nobody has acknowledged it."""
    return act(ports, reference, actor, lambda desk: _snooze(desk, actor, duration))


def add_note(ports: Ports, reference: str, actor: Actor, text: str) -> Acted:
    """Add a line to the timeline. Raises `NotFound`."""
    return act(ports, reference, actor, lambda desk: _add_note(desk, actor, text))


# --- On the desk --------------------------------------------------------------------------------------------------


def take(desk: Desk, actor: Actor, seen: int | None) -> tuple[Decision, str]:
    """Have somebody acknowledge the alert, or help whoever has it where they are asked to."""
    alert = desk.alert
    if helping.is_helper(desk.decision, actor):
        joined = helping.join(desk.decision, actor, desk.name(actor), desk.directory, desk.now)
        return joined, f"You help with #{alert.number}: {desk.name(alert.settled_by or actor)} keeps it."
    if not asks_holder(alert):
        if alert.status is Status.ACKNOWLEDGED and _same_person(alert.settled_by, actor):
            return desk.decision, f"You have #{alert.number} already."
        _check(desk, Verb.ACKNOWLEDGE, seen)
    decision = answers.acknowledge(desk.decision, actor, desk.name(actor), desk.now)
    decision = reminders.begin(decision, desk.directory, desk.now)
    helpers = asked_now(decision)
    told = news.tell_of_acknowledgement(decision, desk.directory, actor, desk.reach(actor), helpers=helpers)
    return told, f"You have #{alert.number}."


def close(desk: Desk, actor: Actor, seen: int | None, *, whole: bool) -> tuple[Decision, Words]:
    """Have somebody resolve the alert, and with `whole` all that it gathered."""
    alert = desk.alert
    if alert.status is Status.RESOLVED and _same_person(alert.settled_by, actor):
        return desk.decision, f"You resolved #{alert.number} already."
    _check(desk, Verb.RESOLVE, seen)
    name = desk.name(actor)
    children = desk.families.children(alert.id)
    for child in children if whole else ():
        over = answers.resolve(child, actor, name, desk.now)
        desk.families.decisions[child.alert.id] = over
    decision = answers.resolve(desk.decision, actor, name, desk.now)
    told = news.tell_asked(decision, NoticeKind.RESOLVED, desk.directory, actor)
    if whole and children:
        return told, f"#{alert.number} is resolved, and {len(children)} that it gathered."
    return told, lambda decided: _say_resolved(desk, decided, len(children))


def _say_resolved(desk: Desk, decided: tuple[Decision, ...], count: int) -> str:
    """Say what became of those that the alert gathered: they came forth, or ended with it."""
    number = desk.alert.number
    if not count:
        return f"#{number} is resolved."
    taken = f"#{number} is resolved"
    heir = next((each for each in decided if each.alert.id == decided[0].alert.successor_id), None)
    if heir is None:
        ended = "one that it gathered ends" if count == 1 else f"{count} that it gathered end"
        return f"{taken}; {ended} with it, because nothing ever says that they are over."
    moved = sum(each.alert.parent_id == heir.alert.id for each in decided)
    others = f", with {moved} more" if moved else ""
    outcome = consequences.say_outcome(replace(heir.alert, responders=()), heir, desk.directory, desk.now)
    waits = outcome or "It is asked about when its time comes."
    return f"{taken}; #{heir.alert.number}, which it gathered, is not over and takes its place{others}. {waits}"


def _reject(desk: Desk, actor: Actor, seen: int | None) -> tuple[Decision, str]:
    alert, user = desk.alert, desk.directory.users.get(actor.id)
    if user is None or not is_asking(alert):
        raise Refused(desk.already(seen))
    decision = climbing.reject(desk.decision, user, actor, desk.directory, desk.now)
    if decision.alert.version != alert.version:
        # Whoever else is asked may be out of reach.
        [decision] = unreachable_layers.go_on(desk.uow, [decision], desk.now)
        follows = (desk.outcome(decision), consequences.say_still_asked(alert, decision, desk.directory))
        return decision, " ".join(each for each in (f"You rejected #{alert.number}.", *follows) if each)
    if any(each.user_id == user.id and each.answer for each in alert.responders):
        return decision, f"You rejected #{alert.number} already."
    raise Refused(f"You are not being asked about #{alert.number}.")


def _escalate(desk: Desk, actor: Actor, asked: int | None) -> tuple[Decision, str]:
    alert = desk.alert
    if alert.status is not Status.OPEN:
        raise Refused(desk.already())
    if asked is not None and asked != len(alert.responders):
        raise Refused(f"#{alert.number} has been escalated since you saw it. Look again before you do it again.")
    decision = climbing.escalate_now(desk.decision, actor, desk.name(actor), desk.directory, desk.now)
    return decision, _with(f"#{alert.number} is escalated", desk.outcome(decision))


def _hand_off(desk: Desk, actor: Actor, receivers: tuple[Receiver, ...], note: str) -> tuple[Decision, str]:
    alert, directory, now = desk.alert, desk.directory, desk.now
    if not lifecycle.can_be_handed_off(alert.status):
        raise Refused(desk.already())
    names = consequences.say_receivers(receivers, directory)
    said = f"Handed off to {names} by {desk.name(actor)}{f': {note}' if note else '.'}"
    decision = climbing.release(desk.decision, now)
    appeal = Appeal(by=actor, note=note[:LONGEST_NOTE])
    decision = decision.change(replace(decision.alert, appeal=appeal))
    decision = decision.tell(EntryKind.HANDED_OFF, actor, said[:LONGEST_NOTE], now)
    handed = signal_intake.follow(decision, desk.route(alert, receivers), directory, now)
    empty = () if alert.urgency is Urgency.SILENT else consequences.unasked(receivers, handed)
    nobody = consequences.say_nobody(empty, directory, now)
    if consequences.asks_nobody(alert, handed):
        raise Refused(f"{nobody or consequences.say_nobody(receivers, directory, now)} {_keeps(alert, actor)}")
    handed = news.tell_of_handoff(handed, alert, directory)
    handed = news.tell_newly_asked(handed, decision, directory)
    follows = " ".join(each for each in (desk.outcome(handed), nobody) if each)
    return handed, _with(f"#{alert.number} is handed off to {names}", follows)


def _keeps(alert: Alert, actor: Actor) -> str:
    """Who has the alert after all."""
    if alert.status is Status.ACKNOWLEDGED and _same_person(alert.settled_by, actor):
        return f"You keep #{alert.number}."
    return f"#{alert.number} stays as it was."


def _snooze(desk: Desk, actor: Actor, duration: timedelta) -> tuple[Decision, str]:
    alert, span = desk.alert, say_duration(duration)
    asked = climbing.in_charge_of(alert, desk.directory)
    said = f"Snoozed for {span} by {desk.name(actor)}."
    decision = answers.snooze(desk.decision, desk.now + duration, actor, said, desk.now, receivers=asked)
    again = f" Then {consequences.say_receivers(asked, desk.directory)} is asked again, unless it is resolved."
    helped = " Nobody is asked to help any more." if alert.asks_help else ""
    return decision, f"#{alert.number} is quiet for {span}.{again}{helped}"


def _add_note(desk: Desk, actor: Actor, text: str) -> tuple[Decision, str]:
    alert = lifecycle.touch(desk.alert, desk.now)
    decision = desk.decision.change(alert).tell(EntryKind.NOTE, actor, text[:LONGEST_NOTE], desk.now)
    return decision, f"Noted on #{alert.number}."


def _check(desk: Desk, verb: Verb, seen: int | None) -> None:
    if not allows(desk.alert.status, verb):
        raise Refused(desk.already(seen))


def _with(said: str, follows: str) -> str:
    return f"{said}: {follows}" if follows else f"{said}."


def _same_person(one: Actor | None, other: Actor) -> bool:
    return one is not None and (one.kind, one.id) == (other.kind, other.id)
