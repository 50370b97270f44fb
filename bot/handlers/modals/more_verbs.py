"""What else can be done to an alert: one form to choose from, and a form for each thing that needs words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.engine.directory import Configured
from bot.engine.model import Automation, Receiver, ReceiverKind, Severity, Stakeholder, Status, Urgency
from bot.errors import Invalid, NotFound, Problem, Refused
from bot.handlers.actions import said_of
from bot.handlers.filled import Filled
from bot.handlers.modals import menus
from bot.handlers.modals.verbs import (
    ALERT,
    PICK,
    alert_of,
    ask_how_long,
    ask_note,
    ask_whom,
    form_about,
    picked_alerts,
)
from bot.handlers.table import Menu, Modal, Quoted, Saved, Shortcut
from bot.handlers.visit import Visit
from bot.service import alterations, amends, answers
from bot.slack.blocks import context
from bot.slack.forms import Choice, Form, input_block, lines, menu, multi_menu, text

MORE, ASK, URGENCY, INCIDENT, ATTACH, RUN_FOR = "more", "ask", "urgency", "incident", "attach", "run_for"
_VERB, _TO, _NOTE, _HOW, _SEVERITY, _WHO, _WHAT = "verb", "to", "note", "how", "severity", "who", "what"
_SHELF, _RUNNABLE, _HELPER = "alert.stakeholder", "alert.automation", "alert.helper"
_NO_INCIDENT = "end"
_LOUD = tuple(each for each in menus.URGENCIES if each.value != Urgency.SILENT)
_SEVERITIES = tuple(Choice(value=each, label=each) for each in Severity)
_ALIVE = frozenset({Status.QUEUED, Status.OPEN, Status.ACKNOWLEDGED, Status.DROPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherVerb:
    """Something that can be done to an alert: its form, or what is done at once."""

    label: str
    statuses: frozenset[Status]
    form: Callable[[Visit, str], Form] | None = None
    do: Callable[[Visit, str], Saved] | None = None


def ask_what(visit: Visit, reference: str) -> Form:
    """The form that offers all that can be done to an alert as it stands. Raises `NotFound`."""
    alert, _ = alert_of(visit, reference)
    fitting = [Choice(value=name, label=each.label) for name, each in VERBS.items() if alert.status in each.statuses]
    return form_about("More", MORE, alert, input_block(_VERB, "What", menu(_VERB, fitting)), submit="Go on")


def ask_what_of(visit: Visit, quoted: Quoted) -> Form:
    """The same for the alert whose card or thread a message is, or another one that is picked."""
    choices, chosen = picked_alerts(visit, quoted)
    verbs = [Choice(value=name, label=each.label) for name, each in VERBS.items()]
    return Form(
        title="Work on an alert",
        name=MORE,
        submit="Go on",
        close="Cancel",
        blocks=(
            input_block(ALERT, "Alert", menu(PICK, choices, chosen)),
            input_block(_VERB, "What", menu(_VERB, verbs)),
        ),
    )


def ask_helpers(visit: Visit, reference: str) -> Form:
    """The form that asks others beside those who are asked, or who have it. Raises `NotFound`."""
    alert, _ = alert_of(visit, reference)
    told = "Whoever has it keeps it." if alert.status is Status.ACKNOWLEDGED else "Those who are asked already stay so."
    return form_about(
        "Ask others, too",
        ASK,
        alert,
        input_block(_TO, "Whom", multi_menu(_HELPER, _helpers(visit), (), "People, teams, schedules")),
        input_block(_NOTE, "Note", lines("", "What you need of them"), optional=True),
        context(told),
    )


def ask_urgency(visit: Visit, reference: str) -> Form:
    """The form of an urgency. Raises `NotFound`."""
    alert, _ = alert_of(visit, reference)
    said = "More urgent than ever before pages those again who are asked. Less urgent is shown, and wakes nobody."
    chosen = input_block(_HOW, "How urgent it is", menu("urgency", _LOUD, alert.urgency))
    return form_about("Change urgency", URGENCY, alert, chosen, context(said))


def ask_severity(visit: Visit, reference: str) -> Form:
    """The form that declares an incident, changes one, or ends it. Raises `NotFound`."""
    alert, _ = alert_of(visit, reference)
    known = alert.incident
    ends = (Choice(value=_NO_INCIDENT, label="No incident any more"),) if known else ()
    chosen = menu(_SEVERITY, (*_SEVERITIES, *ends), known.severity if known else Severity.UNKNOWN)
    return form_about(
        "Incident",
        INCIDENT,
        alert,
        input_block(_SEVERITY, "Severity", chosen),
        input_block(_NOTE, "Message", text(known.message if known else "", "What it means for others"), optional=True),
    )


def ask_stakeholder(visit: Visit, reference: str) -> Form:
    """The form that attaches a stakeholder. Raises `NotFound`, or `Refused` where there is none to attach."""
    return _ask_for(
        visit, reference, _PickedKind(Stakeholder, "Attach stakeholder", ATTACH, _WHO, "Who is told", _SHELF)
    )


def ask_automation(visit: Visit, reference: str) -> Form:
    """The form that runs an automation. Raises `NotFound`, or `Refused` where there is none to run."""
    return _ask_for(visit, reference, _PickedKind(Automation, "Run automation", RUN_FOR, _WHAT, "What runs", _RUNNABLE))


@dataclass(frozen=True, slots=True)
class _PickedKind:
    kind: type[Configured]
    title: str
    name: str
    block: str
    label: str
    menu: str


def _ask_for(visit: Visit, reference: str, wanted: _PickedKind) -> Form:
    alert, directory = alert_of(visit, reference)
    found = directory.all(wanted.kind)
    noun = wanted.kind.__name__.lower()
    if not found:
        raise Refused(f"There is no {noun} yet. An admin makes one with /pagertree {noun} add.")
    return form_about(
        wanted.title, wanted.name, alert, input_block(wanted.block, wanted.label, menu(wanted.menu, _listed(found)))
    )


def _listed(found: Sequence[Configured]) -> tuple[Choice, ...]:
    return tuple(Choice(value=each.id, label=each.name) for each in found)


def _helpers(visit: Visit) -> tuple[Choice, ...]:
    found = menus.destinations(visit.directory())
    return tuple(each for each in found if not each.value.startswith(f"{ReceiverKind.ROUTER}:"))


# --- Doing it -----------------------------------------------------------------------------------------------------


def _go_on(visit: Visit, filled: Filled) -> Saved | Form:
    reference = filled.notes.get(ALERT) or filled.choice(ALERT)
    verb = VERBS.get(filled.choice(_VERB))
    if verb is None:
        raise Invalid([Problem(message="Choose one of them.", where=(_VERB,))])
    if verb.form:
        return verb.form(visit, reference)
    if verb.do is None:
        raise NotFound("There is nothing to do.")
    return verb.do(visit, reference)


def _take_back(visit: Visit, reference: str) -> Saved:
    return Saved(title="Taken back", said=said_of(amends.take_back(visit.ports, reference, visit.actor)))


def _reopen(visit: Visit, reference: str) -> Saved:
    return Saved(title="Reopened", said=said_of(amends.reopen(visit.ports, reference, visit.actor)))


def _escalate(visit: Visit, reference: str) -> Saved:
    return Saved(title="Escalated", said=said_of(answers.escalate(visit.ports, reference, visit.actor)))


def _ask(visit: Visit, filled: Filled) -> Saved:
    receivers: tuple[Receiver, ...] = tuple(menus.read_receiver(value) for value in filled.choices(_TO))
    acted = amends.add_responders(visit.ports, filled.notes[ALERT], visit.actor, receivers, filled.text(_NOTE))
    return Saved(title="Asked", said=said_of(acted))


def _change(visit: Visit, filled: Filled) -> Saved:
    urgency = Urgency(filled.choice(_HOW))
    acted = alterations.change_urgency(visit.ports, filled.notes[ALERT], visit.actor, urgency)
    return Saved(title="Urgency", said=said_of(acted))


def _declare(visit: Visit, filled: Filled) -> Saved:
    chosen, reference = filled.choice(_SEVERITY), filled.notes[ALERT]
    if chosen == _NO_INCIDENT:
        return Saved(title="Incident", said=said_of(alterations.end_incident(visit.ports, reference, visit.actor)))
    note = filled.text(_NOTE)
    acted = alterations.declare_incident(visit.ports, reference, visit.actor, Severity(chosen), note)
    return Saved(title="Incident", said=said_of(acted))


def _attach(visit: Visit, filled: Filled) -> Saved:
    acted = alterations.attach_stakeholder(visit.ports, filled.notes[ALERT], visit.actor, filled.choice(_WHO))
    return Saved(title="Attached", said=said_of(acted))


def _run(visit: Visit, filled: Filled) -> Saved:
    acted = alterations.run_automation(visit.ports, filled.notes[ALERT], visit.actor, filled.choice(_WHAT))
    return Saved(title="Automation", said=said_of(acted))


_NOW = frozenset({Status.OPEN})
_HAD = frozenset({Status.ACKNOWLEDGED})
VERBS: Mapping[str, FurtherVerb] = {
    "unack": FurtherVerb(label="Take the acknowledgement back", statuses=_HAD, do=_take_back),
    "reopen": FurtherVerb(label="Reopen", statuses=frozenset({Status.RESOLVED}), do=_reopen),
    "escalate": FurtherVerb(label="Escalate now", statuses=_NOW, do=_escalate),
    "ask": FurtherVerb(label="Ask others, too", statuses=_ALIVE, form=ask_helpers),
    "handoff": FurtherVerb(label="Hand off", statuses=_ALIVE - {Status.QUEUED}, form=ask_whom),
    "snooze": FurtherVerb(label="Snooze", statuses=_HAD, form=ask_how_long),
    "urgency": FurtherVerb(label="Change the urgency", statuses=_ALIVE, form=ask_urgency),
    "incident": FurtherVerb(label="Declare, change or end an incident", statuses=frozenset(Status), form=ask_severity),
    "stakeholder": FurtherVerb(label="Attach a stakeholder", statuses=frozenset(Status), form=ask_stakeholder),
    "run": FurtherVerb(label="Run an automation", statuses=_ALIVE, form=ask_automation),
    "note": FurtherVerb(label="Add a note", statuses=frozenset(Status), form=ask_note),
}
"""All that is in no button of a card, by the verb that can be typed."""


def _find_helpers(visit: Visit, typed: str) -> Sequence[Choice]:
    return menus.matching(_helpers(visit), typed)


def _find_stakeholders(visit: Visit, typed: str) -> Sequence[Choice]:
    return menus.matching(_listed(visit.directory().all(Stakeholder)), typed)


def _find_automations(visit: Visit, typed: str) -> Sequence[Choice]:
    return menus.matching(_listed(visit.directory().all(Automation)), typed)


MODALS = (
    Modal(name=MORE, anchor=_VERB, save=_go_on),
    Modal(name=ASK, anchor=_TO, save=_ask),
    Modal(name=URGENCY, anchor=_HOW, save=_change),
    Modal(name=INCIDENT, anchor=_SEVERITY, save=_declare),
    Modal(name=ATTACH, anchor=_WHO, save=_attach),
    Modal(name=RUN_FOR, anchor=_WHAT, save=_run),
)
MENUS = (
    Menu(action_id=_HELPER, choices=_find_helpers),
    Menu(action_id=_SHELF, choices=_find_stakeholders),
    Menu(action_id=_RUNNABLE, choices=_find_automations),
)
SHORTCUTS = (Shortcut(callback_id="work_on_alert", opens="Work on an alert", open=ask_what_of),)
