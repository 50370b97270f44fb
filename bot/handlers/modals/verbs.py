"""The forms of what people do to an alert that needs words: hand it off, snooze it, add a note, add a message."""

from collections.abc import Sequence
from datetime import timedelta

from bot.engine.alerts.lifecycle import Verb, allows, can_be_handed_off
from bot.engine.directory import Directory
from bot.engine.durations import read_duration
from bot.engine.model import Alert, Status
from bot.errors import Invalid, NotFound, Problem, Refused
from bot.handlers.actions import said_of
from bot.handlers.filled import Filled
from bot.handlers.modals import menus
from bot.handlers.table import Menu, Modal, Quoted, Saved, Shortcut
from bot.handlers.visit import Visit
from bot.ports import AlertFilter, UnitOfWork
from bot.service import answers
from bot.service.standing import say_already
from bot.shown_text import clip
from bot.slack.blocks import context, line, section
from bot.slack.forms import Choice, Form, input_block, lines, menu, multi_menu, text

HAND_OFF, SNOOZE, NOTE, GATHER = "hand_off", "snooze", "note", "gather"
ALERT, _SEEN = "alert", "seen"
_TO, _NOTE, _FOR, _EXACTLY = "to", "note", "for", "exactly"
PICK = "alert.pick"
_LONGEST_SNOOZE, _SHORTEST_SNOOZE = timedelta(days=7), timedelta(minutes=1)
_LONGEST_NOTE = 3_000
_SPANS = tuple(
    Choice(value=value, label=label)
    for value, label in (
        ("15m", "15 minutes"),
        ("30m", "30 minutes"),
        ("1h", "1 hour"),
        ("2h", "2 hours"),
        ("4h", "4 hours"),
        ("8h", "8 hours"),
        ("1d", "1 day"),
        ("3d", "3 days"),
        ("7d", "7 days"),
    )
)
_NEWEST = 50


def ask_whom(visit: Visit, reference: str) -> Form:
    """The form of a handoff. Raises `NotFound`, or `Refused` when nobody has to answer for the alert."""
    alert, directory = alert_of(visit, reference)
    if not can_be_handed_off(alert.status):
        raise Refused(f"{say_already(alert, directory, visit.now)}: there is nothing to hand off.")
    choices = menus.destinations(directory)
    return form_about(
        "Hand off",
        HAND_OFF,
        alert,
        input_block(_TO, "To", multi_menu(menus.DESTINATION, choices, (), "People, teams, schedules")),
        input_block(_NOTE, "Note", lines("", "What they need to know"), optional=True),
    )


def ask_how_long(visit: Visit, reference: str) -> Form:
    """The form of a snooze. Raises `NotFound`, or `Refused` when nobody has acknowledged the alert."""
    alert, _ = alert_of(visit, reference)
    if alert.status is not Status.ACKNOWLEDGED:
        raise Refused(f"#{alert.number} is {alert.status}; only an acknowledged alert can be snoozed.")
    return form_about(
        "Snooze",
        SNOOZE,
        alert,
        input_block(_FOR, "For", menu(_FOR, _SPANS, "1h")),
        input_block(_EXACTLY, "Or exactly", text("", "90m", 50), hint="Used in place of the choice.", optional=True),
        context("If it is not resolved by then, it opens again and pages."),
    )


def ask_note(visit: Visit, reference: str) -> Form:
    """The form of a note. Raises `NotFound`."""
    alert, _ = alert_of(visit, reference)
    return form_about("Add note", NOTE, alert, input_block(_NOTE, "Note", lines("", "What you found or did")))


def add_message(visit: Visit, quoted: Quoted) -> Form:
    """The form that adds a message to an alert's timeline: the alert of its thread, or else the newest."""
    choices, chosen = picked_alerts(visit, quoted)
    return Form(
        title="Add to the alert",
        name=GATHER,
        submit="Add",
        close="Cancel",
        blocks=(
            input_block(ALERT, "Alert", menu(PICK, choices, chosen)),
            input_block(_NOTE, "Goes into its timeline", lines(clip(quoted.text, _LONGEST_NOTE))),
        ),
    )


def picked_alerts(visit: Visit, quoted: Quoted) -> tuple[Sequence[Choice], str]:
    """The newest alerts to pick from, and the one that a message is about. Raises `NotFound` where there are none."""
    with visit.ports.store.begin() as uow:
        newest = uow.alerts(AlertFilter(limit=_NEWEST))
        own = _of_thread(uow, newest, quoted)
    if not newest:
        raise NotFound("There are no alerts yet.")
    chosen = own or next((each for each in newest if not allows(each.status, Verb.REOPEN)), newest[0])
    return tuple(map(_choice, newest)), chosen.id


def _of_thread(uow: UnitOfWork, newest: Sequence[Alert], quoted: Quoted) -> Alert | None:
    """The alert whose card the message was written under."""
    ledger = uow.notifications(alert.id for alert in newest)
    return next(
        (
            alert
            for alert in newest
            for sent in ledger.get(alert.id, ())
            if quoted.thread and (sent.provider_id, sent.conversation) == (quoted.thread, quoted.conversation)
        ),
        None,
    )


def alert_of(visit: Visit, reference: str) -> tuple[Alert, Directory]:
    """An alert by number or id, and the configuration. Raises `NotFound`."""
    with visit.ports.store.begin() as uow:
        found = uow.situation(reference)
        directory = uow.directory()
    if found is None:
        raise NotFound(f"There is no alert #{reference[:30].lstrip('#')}.")
    return found.alert, directory


def form_about(title: str, name: str, alert: Alert, *inputs: dict[str, object], submit: str = "") -> Form:
    """A form about one alert, which is named above its inputs."""
    headline = section(f"*#{alert.number}* {line(alert.title, 300)}")
    return Form(
        title=title,
        name=name,
        submit=submit or title,
        close="Cancel",
        blocks=(headline, *inputs),
        notes={ALERT: alert.id},
    )


def _choice(alert: Alert) -> Choice:
    return Choice(value=alert.id, label=f"#{alert.number} {alert.title} ({alert.status})")


# --- Doing it -----------------------------------------------------------------------------------------------------


def _hand_off(visit: Visit, filled: Filled) -> Saved:
    receivers = tuple(menus.read_receiver(value) for value in filled.choices(_TO))
    acted = answers.hand_off(visit.ports, filled.notes[ALERT], visit.actor, receivers, filled.text(_NOTE))
    return Saved(title="Handed off", said=said_of(acted))


def _snooze(visit: Visit, filled: Filled) -> Saved:
    typed = filled.text(_EXACTLY)
    try:
        span = read_span(typed or filled.choice(_FOR))
    except Invalid as invalid:
        message, mend = invalid.problems[0].message, invalid.problems[0].mend
        raise Invalid([Problem(message=message, mend=mend, where=(_EXACTLY if typed else _FOR,))]) from invalid
    return Saved(title="Snoozed", said=said_of(answers.snooze(visit.ports, filled.notes[ALERT], visit.actor, span)))


def read_span(typed: str) -> timedelta:
    """Read how long to snooze, or raise `Invalid`."""
    span = read_duration(typed)
    if not _SHORTEST_SNOOZE <= span <= _LONGEST_SNOOZE:
        mend = "Snooze for 1m to 7d."
        raise Invalid([Problem(message=f"“{typed[:40]}” is too short or too long.", mend=mend)])
    return span


def _note(visit: Visit, filled: Filled) -> Saved:
    return _noted(visit, filled.notes[ALERT], filled)


def _gather(visit: Visit, filled: Filled) -> Saved:
    return _noted(visit, filled.choice(ALERT), filled)


def _noted(visit: Visit, alert_id: str, filled: Filled) -> Saved:
    said = filled.text(_NOTE)
    if not said:
        raise Invalid([Problem(message="The note is empty.", where=(_NOTE,))])
    return Saved(title="Noted", said=said_of(answers.add_note(visit.ports, alert_id, visit.actor, said)))


def _find_alerts(visit: Visit, typed: str) -> Sequence[Choice]:
    with visit.ports.store.begin() as uow:
        found = uow.alerts(AlertFilter(text=typed.lstrip("#"), limit=_NEWEST))
        numbered = uow.situation(typed) if typed.lstrip("#").isdecimal() else None
    named = [numbered.alert] if numbered else []
    return [_choice(each) for each in (*named, *(each for each in found if each not in named))]


MODALS = (
    Modal(name=HAND_OFF, anchor=_TO, save=_hand_off),
    Modal(name=SNOOZE, anchor=_FOR, save=_snooze),
    Modal(name=NOTE, anchor=_NOTE, save=_note),
    Modal(name=GATHER, anchor=_NOTE, save=_gather),
)
MENUS = (Menu(action_id=PICK, choices=_find_alerts),)
SHORTCUTS = (Shortcut(callback_id="add_to_alert", opens="Add to the alert", open=add_message),)
