"""The form of a maintenance window."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot import ids
from bot.engine.directory import Directory
from bot.engine.model import Integration, Maintenance
from bot.errors import Invalid, Problem
from bot.handlers.buttons import run
from bot.handlers.filled import Filled
from bot.handlers.modals import menus
from bot.handlers.modals.saving import ID, SEEN, edited, handle_of, save
from bot.handlers.permits import admit_to_silence
from bot.handlers.table import Menu, Modal, Said, Saved
from bot.handlers.visit import Visit
from bot.slack.blocks import Block, actions, code, line, section
from bot.slack.forms import Choice, Form, input_block, menu, moment, multi_menu, text

_FORM, _NAME, _INTEGRATIONS, _FROM, _TO = "maintenance", "name", "integrations", "start_at", "end_at"
_REPEATS, _RULE, _ZONE = "recurrence", "rule", "zone"
INTEGRATION = "integration_menu"
_LONGEST_NAME, _LONGEST_RULE = 100, 500
_ONCE, _OTHERWISE = "once", "otherwise"
_CHOICES: Mapping[str, str] = {
    _ONCE: "Only once",
    "FREQ=DAILY": "Every day",
    "FREQ=WEEKLY": "Every week",
    "FREQ=MONTHLY": "Every month",
    _OTHERWISE: "As written below",
}


def new_maintenance(visit: Visit) -> Form:
    """An empty form: an hour from the next full hour on."""
    begins = visit.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    window = Maintenance(
        id=ids.new("mnt"),
        name="",
        handle="",
        integration_ids=(),
        start_at=begins,
        end_at=begins + timedelta(hours=1),
        zone=visit.user.zone,
    )
    return _form(window, 0, visit.directory())


def edit_maintenance(window: Maintenance, seen: int, directory: Directory) -> Form:
    """A window as it was planned; of one that recurs, the first time and so all of them."""
    return _form(window, seen, directory)


def _form(window: Maintenance, seen: int, directory: Directory) -> Form:
    chosen = multi_menu(INTEGRATION, integration_choices(directory), window.integration_ids)
    first = "First time from" if seen and window.recurrence else "From"
    return Form(
        title="Edit maintenance" if seen else "New maintenance",
        name=_FORM,
        submit="Save",
        close="Cancel",
        notes={ID: window.id, SEEN: str(seen)},
        blocks=(
            input_block(_NAME, "Name", text(window.name, "Database upgrade", _LONGEST_NAME)),
            input_block(_INTEGRATIONS, "Integrations", chosen, hint="What they send is logged and alerts nobody."),
            input_block(_FROM, first, moment(window.start_at)),
            input_block(_TO, "Until", moment(window.end_at)),
            *_repeat_inputs(window),
        ),
    )


def _repeat_inputs(window: Maintenance) -> Iterator[Block]:
    known = window.recurrence or _ONCE
    choices = [Choice(value=value, label=label) for value, label in _CHOICES.items()]
    written = "" if known in _CHOICES else known[:_LONGEST_RULE]
    rule = text(written, "FREQ=MONTHLY;BYDAY=1SU", _LONGEST_RULE)
    hint = "The value of an RFC 5545 RRULE, used when you choose “As written below”."
    zone_hint = "When it repeats, it is at the same time on the clock there."
    yield input_block(_REPEATS, "Repeats", menu(_REPEATS, choices, known if known in _CHOICES else _OTHERWISE))
    yield input_block(_RULE, "Repeats otherwise", rule, hint=hint, optional=True)
    yield input_block(_ZONE, "Time zone", menu(menus.ZONE, menus.zones(), window.zone), hint=zone_hint)


def integration_choices(directory: Directory) -> tuple[Choice, ...]:
    """All integrations."""
    return menus.told_apart(directory.all(Integration))


def _save(visit: Visit, filled: Filled) -> Saved:
    directory, seen = visit.directory(), int(filled.notes[SEEN])
    had = directory.maintenances.get(filled.notes[ID])
    window = _still_ended(_read(filled, directory), had)
    touched = dict.fromkeys((*window.integration_ids, *(had.integration_ids if had else ())))
    admit_to_silence(visit, [each for each in map(directory.integrations.get, touched) if each])
    if window != had and window.recurrence is None and window.end_at <= visit.now:
        raise Invalid([Problem(message="The window is over already.", mend="Move its end.", where=(_TO,))])
    try:
        save(visit, [(window, seen)])
    except Invalid as invalid:
        raise Invalid(_placed(each) for each in invalid.problems) from invalid
    return _told(window)


def _read(filled: Filled, directory: Directory) -> Maintenance:
    object_id, name = filled.notes[ID], filled.text(_NAME)
    known = directory.maintenances.get(object_id)
    read = Maintenance(
        id=object_id,
        name=name,
        handle=handle_of(directory, Maintenance, object_id, name),
        integration_ids=filled.choices(_INTEGRATIONS),
        start_at=filled.moment(_FROM),
        end_at=filled.moment(_TO),
        zone=filled.choice(_ZONE),
        recurrence=_read_rule(filled),
    )
    places: dict[str, Sequence[str]] = {
        each: (each,) for each in (_NAME, _FROM, _TO, _ZONE)
    }  # these are called like their fields
    places |= {"integration_ids": (_INTEGRATIONS,), "recurrence": (_REPEATS, _RULE)}
    return edited(filled, known, read, places)


def _still_ended(window: Maintenance, had: Maintenance | None) -> Maintenance:
    """What somebody ended stays so, unless its times are changed."""
    if had is None or replace(window, name=had.name, integration_ids=had.integration_ids) == had:
        return window
    return replace(window, ended_at=None)


def _told(window: Maintenance) -> Saved:
    said = f"Maintenance *{line(window.name, 100)}* {code(window.handle)} is saved."
    show = actions(run("Show", f"maintenance show {window.handle}"))
    return Saved(title="Saved", said=Said(text=said, blocks=(section(said), show)))


def _read_rule(filled: Filled) -> str | None:
    chosen = filled.choice(_REPEATS)
    if chosen == _ONCE:
        return None
    if chosen != _OTHERWISE:
        return chosen
    written = filled.text(_RULE).upper().removeprefix("RRULE:")
    if not written:
        mend = "Write it like FREQ=MONTHLY;BYDAY=1SU, or choose another."
        raise Invalid([Problem(message="It is not written how it repeats.", mend=mend, where=(_RULE,))])
    return written


def _placed(problem: Problem) -> Problem:
    """A window is checked as an event of a schedule is."""
    own = problem.where[2:] if problem.where[:1] == ("events",) else problem.where
    name = {"start": _FROM, "end": _TO}.get(str(own[0]), str(own[0])) if own else _NAME
    return Problem(message=problem.message, mend=problem.mend, where=(name,))


def _find_integrations(visit: Visit, typed: str) -> Sequence[Choice]:
    return menus.matching(integration_choices(visit.directory()), typed)


MODALS = (Modal(name=_FORM, anchor=_NAME, save=_save),)
MENUS = (Menu(action_id=INTEGRATION, choices=_find_integrations),)
