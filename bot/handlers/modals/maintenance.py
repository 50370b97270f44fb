"""The form of a maintenance window."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot import ids
from bot.channels.blocks import code, line
from bot.channels.forms import Choice, Form, input_block, menu, moment, multi_menu, text
from bot.engine.directory import Directory
from bot.engine.model import Integration, Maintenance
from bot.errors import Invalid, Problem
from bot.handlers.filled import Filled
from bot.handlers.modals import menus
from bot.handlers.modals.saving import ID, SEEN, handle_of, save
from bot.handlers.permits import admit_to_silence
from bot.handlers.table import Menu, Modal, Said, Saved
from bot.handlers.visit import Visit

_FORM, _NAME, _INTEGRATIONS, _FROM, _TO = "maintenance", "name", "integrations", "start_at", "end_at"
_REPEATS, _RULE, _ZONE = "recurrence", "rule", "zone"
INTEGRATION = "integration_menu"
_LONGEST_NAME = 100
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
    return Form(
        title="New maintenance",
        name=_FORM,
        submit="Save",
        close="Cancel",
        notes={ID: ids.new("mnt"), SEEN: "0"},
        blocks=(
            input_block(_NAME, "Name", text("", "Database upgrade", _LONGEST_NAME)),
            input_block(
                _INTEGRATIONS,
                "Integrations",
                multi_menu(INTEGRATION, integration_choices(visit.directory())),
                hint="What they send is logged and alerts nobody.",
            ),
            input_block(_FROM, "From", moment(begins)),
            input_block(_TO, "Until", moment(begins + timedelta(hours=1))),
            input_block(
                _REPEATS, "Repeats", menu(_REPEATS, [Choice(value=k, label=v) for k, v in _CHOICES.items()], _ONCE)
            ),
            input_block(
                _RULE,
                "Repeats otherwise",
                text("", "FREQ=MONTHLY;BYDAY=1SU", 500),
                hint="The value of an RFC 5545 RRULE, used when you choose “As written below”.",
                optional=True,
            ),
            input_block(
                _ZONE,
                "Time zone",
                menu(menus.ZONE, menus.zones(), visit.user.zone),
                hint="When it repeats, it is at the same time on the clock there.",
            ),
        ),
    )


def integration_choices(directory: Directory) -> tuple[Choice, ...]:
    """All integrations."""
    return tuple(Choice(value=each.id, label=each.name) for each in directory.all(Integration))


def _save(visit: Visit, filled: Filled) -> Saved:
    directory, object_id, name = visit.directory(), filled.notes[ID], filled.text(_NAME)
    chosen = filled.choices(_INTEGRATIONS)
    admit_to_silence(visit, [each for each in map(directory.integrations.get, chosen) if each])
    window = Maintenance(
        id=object_id,
        name=name,
        handle=handle_of(directory, Maintenance, object_id, name),
        integration_ids=chosen,
        start_at=filled.moment(_FROM),
        end_at=filled.moment(_TO),
        zone=filled.choice(_ZONE),
        recurrence=_read_rule(filled),
    )
    if window.recurrence is None and window.end_at <= visit.now:
        raise Invalid([Problem(message="The window is over already.", mend="Move its end.", where=(_TO,))])
    try:
        save(visit, [(window, int(filled.notes[SEEN]))])
    except Invalid as invalid:
        raise Invalid(_placed(each) for each in invalid.problems) from invalid
    return Saved(title="Saved", said=Said(text=f"Maintenance *{line(name, 100)}* {code(window.handle)} is saved."))


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
