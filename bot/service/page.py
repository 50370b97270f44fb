"""Paging somebody by hand: an alert that no integration sent, to ask for help or to test how they are paged."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.alerts.routing import Material, route
from bot.engine.decision import Decision
from bot.engine.directory import Directory, name_of
from bot.engine.intake import creation, signal_intake
from bot.engine.model import Actor, Alert, Receiver, Status, Urgency, User
from bot.engine.paging import test_pages
from bot.engine.paging.readiness import every_channel
from bot.errors import Invalid, NotFound, Problem, Refused
from bot.ports import AlertFilter, Ports, UnitOfWork
from bot.service import consequences, unreachable_layers
from bot.service.desk import Acted
from bot.service.waking import wake_for

_LONGEST_TEXT = 3_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Who is paged, and what about: the first line of `text` is the title, all of it the description.

    `alert_id` is made by whoever asks, so that the same call that comes again pages once.
    """

    alert_id: str
    receivers: tuple[Receiver, ...]
    text: str
    urgency: Urgency = Urgency.HIGH


def page(ports: Ports, call: PageRequest, actor: Actor) -> Acted:
    """Make an alert and page its receivers.

    Raises `Invalid` when nobody or nothing is named, or when nobody would be paged: who pages has to ask others then.
    """
    checked = replace(call, text=_checked(call))
    now = ports.clock.now()
    with ports.store.begin() as uow:
        directory = uow.directory()
        known = uow.situation(call.alert_id)
        decided = () if known else (_decide(directory, checked, actor, now),)
        for decision in decided:
            _refuse_unheard(decision, call, directory, now)
        decisions = unreachable_layers.go_on_from_silence(uow, decided, now)
        uow.save(decisions)
        situation = known or uow.situation(call.alert_id)
    wake_for(ports.queue, decisions)
    if situation is None:
        raise NotFound(f"{call.alert_id} was not saved.")
    said = f"#{situation.alert.number} pages {consequences.say_receivers(call.receivers, directory)}"
    follows = " ".join(_said(each, call, directory, now) for each in decisions)
    return Acted(alert=situation.alert, said=f"{said}: {follows}" if follows else f"{said}.")


def _said(decision: Decision, call: PageRequest, directory: Directory, now: datetime) -> str:
    """Who is paged, and for whom of those named nobody is."""
    follows = consequences.say_outcome(
        replace(decision.alert, responders=(), status=Status.QUEUED), decision, directory, now
    )
    nobody = consequences.say_nobody(consequences.unasked(call.receivers, decision), directory, now)
    return " ".join(each for each in (follows, nobody) if each)


def _refuse_unheard(decision: Decision, call: PageRequest, directory: Directory, now: datetime) -> None:
    """Raise `Invalid` when a page would reach nobody, with who is next."""
    if not consequences.asks_nobody(replace(decision.alert, responders=()), decision):
        return
    nobody = consequences.say_nobody(call.receivers, directory, now)
    mend = "Name somebody else: /pagertree oncall shows who is on call."
    raise Invalid([Problem(message=f"{nobody} Nobody was paged.", mend=mend, where=("receivers",))])


def page_oneself(ports: Ports, alert_id: str, user: User, actor: Actor) -> Acted:
    """Page somebody on each of their channels at once, to see that the pages come.

    Raises `Refused` when they have no channel that is set up, or have not answered the last test.
    """
    now = ports.clock.now()
    channels = every_channel(user, ports.store.directory().channel_kinds, ports.channels)
    if not channels:
        raise Refused("No channel that is set up here has an address of yours: /pagertree me add +442071234567")
    with ports.store.begin() as uow:
        _refuse_second(uow, user)
        decision = test_pages.page(alert_id, user, channels, actor, now)
        uow.save([decision])
        situation = uow.situation(alert_id)
    wake_for(ports.queue, [decision])
    if situation is None:
        raise NotFound(f"{alert_id} was not saved.")
    said = f"#{situation.alert.number} is on its way to you by {', '.join(channels)}."
    return Acted(alert=situation.alert, said=said)


def _refuse_second(uow: UnitOfWork, user: User) -> None:
    """One test at a time: nobody's phone is made to ring by a button that is pressed again and again."""
    under_way = uow.alerts(AlertFilter(statuses=(Status.OPEN,), responder_id=user.id))
    last = next((each for each in under_way if test_pages.is_drill(each)), None)
    if last:
        raise Refused(f"Your test page #{last.number} is still open: answer or resolve it first")


def _decide(directory: Directory, call: PageRequest, actor: Actor, now: datetime) -> Decision:
    title, _, _ = call.text.partition("\n")
    alert = Alert(
        id=call.alert_id,
        title=title[: creation.LONGEST_TITLE],
        description=call.text if call.text != title else "",
        urgency=call.urgency,
        created_at=now,
        changed_at=now,
        dedup_key=call.alert_id,
    )
    routing = route(alert, Material(), call.receivers, directory, now)
    decision = signal_intake.dispatch(routing, directory, now)
    made, *rest = decision.entries
    said = f"{name_of(actor, directory)} pages by hand: {title[:200]}"
    return replace(decision, entries=(replace(made, actor=actor, text=said), *rest))


def _checked(call: PageRequest) -> str:
    text = call.text.replace("\0", "").strip()
    if not text:
        mend = "Write one line: it is the first thing that they read."
        raise Invalid([Problem(message="It does not say what it is about.", mend=mend, where=("text",))])
    if len(text) > _LONGEST_TEXT:
        message = f"The text has {len(text)} characters; the most is {_LONGEST_TEXT}."
        raise Invalid([Problem(message=message, where=("text",))])
    if not call.receivers:
        raise Invalid([Problem(message="Nobody is named.", mend="Name a person or a team.", where=("receivers",))])
    if call.urgency is Urgency.SILENT:
        mend = "Choose another urgency."
        raise Invalid([Problem(message="Silent alerts page nobody.", mend=mend, where=("urgency",))])
    return text
