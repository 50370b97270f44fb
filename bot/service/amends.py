"""What people take back or add to an alert: it asks again, opens again, or others are asked beside who has it."""

from dataclasses import replace
from datetime import timedelta

from bot.engine.alerts import lifecycle
from bot.engine.decision import Decision, SetTimer
from bot.engine.directory import name_of
from bot.engine.durations import say_duration
from bot.engine.escalation import climbing
from bot.engine.intake import repetition
from bot.engine.model import Actor, Alert, Appeal, EntryKind, Receiver, ReceiverKind, Status, Timer, TimerKind, Urgency
from bot.engine.paging import news, test_pages
from bot.errors import Refused
from bot.ports import Ports
from bot.service import consequences
from bot.service.answers import LONGEST_NOTE
from bot.service.desk import Acted, Desk, act

LONGEST_AGO = timedelta(days=1)
"""How long after its end an alert can be opened again."""


def take_back(ports: Ports, reference: str, actor: Actor, seen: int | None = None) -> Acted:
    """Take an acknowledgement back: those who were asked are asked again, from the layer that it had come to.

    Raises `NotFound`, or `Refused` when nobody has it, or when nobody would be asked: it stays with whoever has it.
    """
    return act(ports, reference, actor, lambda desk: _take_back(desk, actor, seen))


def reopen(ports: Ports, reference: str, actor: Actor, seen: int | None = None) -> Acted:
    """Open a resolved alert again, with its timeline; those in charge of it are asked from their first layer.

    Raises `NotFound`, or `Refused` when it is not resolved, over for more than a day, or fires anew as another alert.
    """
    return act(ports, reference, actor, lambda desk: _reopen(desk, actor, seen))


def add_responders(
    ports: Ports, reference: str, actor: Actor, receivers: tuple[Receiver, ...], note: str = ""
) -> Acted:
    """Ask others beside those who are asked, or beside whoever has it, who keeps it.

    Raises `NotFound`, or `Refused` when it is resolved, gathered or ignored, or when nobody would be asked.
    """
    return act(ports, reference, actor, lambda desk: _add(desk, actor, receivers, note))


# --- On the desk --------------------------------------------------------------------------------------------------


def _take_back(desk: Desk, actor: Actor, seen: int | None) -> tuple[Decision, str]:
    alert, directory, now = desk.alert, desk.directory, desk.now
    if alert.status is not Status.ACKNOWLEDGED:
        raise Refused(f"{desk.already(seen)} There is no acknowledgement to take back.")
    stood = (*alert.stood_at, *(each for each in desk.decision.escalations if not each.asks_holder))
    decision = climbing.open_alert(climbing.quieten(desk.decision), now)
    said = f"The acknowledgement is taken back by {desk.name(actor)}."
    decision = decision.tell(EntryKind.REOPENED, actor, said, now)
    asked = climbing.settle(climbing.stand_again(decision, stood, directory, now), directory, now)
    if consequences.asks_nobody(alert, asked):
        asked = _ask_in_charge(desk, decision)
    if consequences.asks_nobody(alert, asked):
        nobody = consequences.say_nobody(climbing.in_charge_of(alert, directory), directory, now)
        raise Refused(f"{nobody or asked.alert.why_dropped} #{alert.number} stays as it was.")
    return asked, f"#{alert.number} is open again: {desk.outcome(asked)}"


def _reopen(desk: Desk, actor: Actor, seen: int | None) -> tuple[Decision, str]:
    alert, now = desk.alert, desk.now
    _check_reopening(desk, seen)
    decision = desk.decision.change(lifecycle.apply(alert, lifecycle.Verb.RETURN, actor, now))
    anew = replace(decision.alert, parent_id=None, successor_id=None, appeal=None, was=None, stood_at=())
    decision = climbing.open_alert(decision.change(anew), now)
    decision = decision.tell(EntryKind.REOPENED, actor, f"Opened again by {desk.name(actor)}.", now)
    asked = _ask_in_charge(desk, _with_expiry(desk, decision))
    return asked, f"#{alert.number} is reopened: {desk.outcome(asked)}"


def _check_reopening(desk: Desk, seen: int | None) -> None:
    alert = desk.alert
    if alert.status is not Status.RESOLVED:
        raise Refused(desk.already(seen))
    if test_pages.is_drill(alert):
        raise Refused(f"#{alert.number} was a test page: make another with /pagertree me test")
    over = desk.now - (alert.settled_at or alert.changed_at)
    if over > LONGEST_AGO:
        typed = "/pagertree alert page makes a new one"
        raise Refused(f"#{alert.number} was resolved {say_duration(over)} ago; after a day it stays so. {typed}.")
    if alert.integration_id is None or not alert.dedup_key:
        return
    desk.uow.lock_dedup_keys(alert.integration_id, [alert.dedup_key])
    newer = desk.uow.live_alerts(alert.integration_id, [alert.dedup_key]).get(alert.dedup_key)
    if newer and (newer.alert.status is not Status.SUPPRESSED or newer.alert.parent_id):
        raise Refused(f"The same problem is #{newer.alert.number} by now, which is {newer.alert.status}.")


def _with_expiry(desk: Desk, decision: Decision) -> Decision:
    """Give an alert that its integration ends after a time all of that time once more."""
    alert, integration = decision.alert, desk.directory.integrations.get(decision.alert.integration_id or "")
    if integration is None or not integration.auto_resolve:
        return decision
    due_at, timer_id = desk.now + integration.auto_resolve, f"{alert.id}.expiry{alert.version}"
    timer = Timer(id=timer_id, kind=TimerKind.AUTO_RESOLVE, alert_id=alert.id, due_at=due_at)
    return decision.change(replace(alert, expiry=timer_id)).do(SetTimer(timer=timer))


def _ask_in_charge(desk: Desk, decision: Decision) -> Decision:
    """Ask those in charge from their first layer, at once: whatever a router would wait for is over."""
    alert = decision.alert
    routing = desk.route(alert, climbing.in_charge_of(alert, desk.directory))
    asked = repetition.ask_at_once(decision, routing.direct, routing.ladders, desk.directory, desk.now)
    return climbing.settle(asked, desk.directory, desk.now)


def _add(desk: Desk, actor: Actor, receivers: tuple[Receiver, ...], note: str) -> tuple[Decision, str]:
    alert, directory, now = desk.alert, desk.directory, desk.now
    if alert.status in {Status.RESOLVED, Status.SUPPRESSED}:
        raise Refused(desk.already())
    if alert.urgency is Urgency.SILENT:
        raise Refused(f"#{alert.number} is silent and pages nobody: change its urgency first.")
    if any(each.kind is ReceiverKind.ROUTER for each in receivers):
        raise Refused("A router decides about alerts and answers none: name a person, a team or a schedule.")
    named = consequences.say_receivers(receivers, directory)
    is_help = alert.status is Status.ACKNOWLEDGED
    said = f"{desk.name(actor)} asks {named} to {'help' if is_help else 'answer, too'}{f': {note}' if note else '.'}"
    appeal = Appeal(by=actor, note=note[:LONGEST_NOTE], is_help=True)
    decision = desk.decision.change(replace(lifecycle.touch(alert, now), appeal=appeal))
    decision = decision.tell(EntryKind.ESCALATED, actor, said[:LONGEST_NOTE], now)
    asked = _ask_beside(desk, decision, receivers)
    empty = consequences.unasked(receivers, asked)
    nobody = consequences.say_nobody(empty, directory, now)
    if consequences.asks_nobody(alert, asked):
        raise Refused(
            f"{nobody or consequences.say_nobody(receivers, directory, now)} {_stays(alert, receivers, desk)}"
        )
    told = news.tell_newly_asked(asked, decision, directory)
    follows = " ".join(each for each in (desk.outcome(told), nobody, _keeps(desk, alert)) if each)
    return told, f"{named} {'is' if len(receivers) == 1 else 'are'} asked about #{alert.number}: {follows}"


def _ask_beside(desk: Desk, decision: Decision, receivers: tuple[Receiver, ...]) -> Decision:
    """Ask those of the receivers who are not asked at this moment."""
    running = {each.receiver for each in decision.escalations}
    fresh = tuple(each for each in dict.fromkeys(receivers) if each not in running)
    if decision.alert.status is Status.ACKNOWLEDGED:
        return climbing.ask_for_help(decision, fresh, desk.directory, desk.now)
    opened = climbing.open_alert(decision, desk.now)
    return climbing.settle(climbing.assign_beside(opened, fresh, desk.directory, desk.now), desk.directory, desk.now)


def _keeps(desk: Desk, alert: Alert) -> str:
    is_had = alert.status is Status.ACKNOWLEDGED and alert.settled_by
    return f"{name_of(alert.settled_by, desk.directory)} keeps it." if is_had else ""


def _stays(alert: Alert, receivers: tuple[Receiver, ...], desk: Desk) -> str:
    running = {each.receiver for each in desk.decision.escalations}
    if running.issuperset(receivers):
        return "They are being asked already."
    return f"#{alert.number} stays as it was."
