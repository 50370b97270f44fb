"""The form of an escalation policy: layers, repeats, what comes after, turns and reminders."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot import ids
from bot.engine.directory import Directory
from bot.engine.durations import read_duration, write_duration
from bot.engine.model import DEFAULT_LAYERS, Policy, Role
from bot.errors import Invalid
from bot.handlers.filled import Filled
from bot.handlers.modals import menus
from bot.handlers.modals.layers import read_layers, say_layers
from bot.handlers.modals.saving import ID, SEEN, edited, handle_of, save
from bot.handlers.modals.sharing import say_shared
from bot.handlers.modals.users_of import changed_teams, teams_input
from bot.handlers.permits import admit_to_all
from bot.handlers.renaming import offered
from bot.handlers.table import Menu, Modal, Said, Saved
from bot.handlers.visit import Visit, admit
from bot.slack.blocks import code, line, section
from bot.slack.forms import Choice, Form, input_block, menu, multi_menu, text

_FORM, _NAME, _LAYERS, _REPEAT = "policy", "name", "layers", "repeat"
_REASSIGN, _ASKED, _REMIND = "reassign", "round_robin", "remind_after"
REASSIGN = "reassign_menu"
_LONGEST_NAME = 100
_ALL, _ONE = "all", "one"
_REPEATS = tuple(Choice(value=str(n), label=label) for n, label in enumerate(("No", "Once", "Twice", "Three times")))
_WHO = (
    Choice(value=_ALL, label="Everyone on call in the layer"),
    Choice(value=_ONE, label="One of them, the next with each alert"),
)
_REMIND_HINT = "Whoever acknowledged is asked again after this time, until the alert is resolved. Empty: never."


def new_policy(directory: Directory) -> Form:
    """An empty form."""
    return _form(Policy(id=ids.new("esc"), name="", handle="", layers=DEFAULT_LAYERS), 0, directory)


def edit_policy(policy: Policy, seen: int, directory: Directory) -> Form:
    """The form of a policy as it is."""
    return _form(policy, seen, directory)


def reassign_choices(directory: Directory) -> tuple[Choice, ...]:
    """The teams and people that an alert can be reassigned to."""
    return menus.destinations(directory, *directory.routers, *directory.schedules)


def _form(policy: Policy, seen: int, directory: Directory) -> Form:
    chosen = [str(each) for each in policy.reassign]
    remind = write_duration(policy.remind_after) if policy.remind_after else ""
    then = multi_menu(REASSIGN, reassign_choices(directory), chosen, "Teams or people; nobody: the alert is dropped")
    return Form(
        title="Edit policy" if seen else "New policy",
        name=_FORM,
        submit="Save",
        close="Cancel",
        notes={ID: policy.id, SEEN: str(seen)},
        blocks=(
            *say_shared(directory, policy),
            input_block(_NAME, "Name", text(policy.name, "Office hours", _LONGEST_NAME)),
            input_block(
                _LAYERS,
                "Wait for an answer",
                text(say_layers(policy.layers), "5m, 10m, 15m", 200),
                hint="One time for each layer. After it the next layer is paged.",
            ),
            input_block(_ASKED, "Who is asked", menu(_ASKED, _WHO, _ONE if policy.round_robin else _ALL)),
            input_block(_REPEAT, "If nobody answers, begin again", menu(_REPEAT, _REPEATS, str(policy.repeat))),
            input_block(_REASSIGN, "After that, reassign to", then, optional=True),
            teams_input(directory, policy.id),
            input_block(
                _REMIND, "Remind of what is not resolved", text(remind, "2h", 50), hint=_REMIND_HINT, optional=True
            ),
        ),
    )


def _save(visit: Visit, filled: Filled) -> Saved:
    object_id, seen = filled.notes[ID], int(filled.notes[SEEN])
    if seen:
        admit_to_all(visit, object_id)
    else:
        admit(visit, Role.ADMIN)
    name = filled.text(_NAME)
    known = visit.directory().policies.get(object_id)
    read = Policy(
        id=object_id,
        name=name,
        handle=handle_of(visit.directory(), Policy, object_id, name),
        layers=read_layers(filled.text(_LAYERS), _LAYERS),
        repeat=int(filled.choice(_REPEAT)),
        reassign=tuple(menus.read_receiver(each) for each in filled.choices(_REASSIGN)),
        round_robin=filled.choice(_ASKED) == _ONE,
        remind_after=_read_remind(filled.text(_REMIND)),
    )
    fields = (_NAME, _LAYERS, _REPEAT, _REASSIGN, _ASKED, _REMIND)  # each input is called like its field
    policy = edited(filled, known, read, {each: (each,) for each in fields})
    save(visit, [(policy, seen), *changed_teams(visit, filled, policy)])
    said = f"Policy *{line(policy.name, 100)}* {code(policy.handle)} is saved."
    return Saved(title="Saved", said=Said(text=said, blocks=(section(said), *offered(visit, known, policy))))


def _read_remind(typed: str) -> timedelta | None:
    try:
        return read_duration(typed) if typed else None
    except Invalid as invalid:
        raise Invalid(replace(each, where=(_REMIND,)) for each in invalid.problems) from invalid


def _find_reassign(visit: Visit, typed: str) -> Sequence[Choice]:
    return menus.matching(reassign_choices(visit.directory()), typed)


MODALS = (Modal(name=_FORM, anchor=_NAME, save=_save),)
MENUS = (Menu(action_id=REASSIGN, choices=_find_reassign),)
