"""The form that asks for a word before a version comes back that leaves critical alerts to nobody."""

from bot.engine.model import Role
from bot.errors import Invalid, Problem, Refused
from bot.handlers import router_backtests
from bot.handlers.confirming import CONFIRM, Unconfirmed, is_confirmed
from bot.handlers.filled import Filled
from bot.handlers.modals.saving import ID
from bot.handlers.restoring import ASK, bring_back, effect_of
from bot.handlers.table import Button, Modal, Saved
from bot.handlers.visit import Visit, admit
from bot.slack.blocks import section
from bot.slack.forms import Form, input_block, notice, text

_FORM, _TITLE, _NUMBER = "restore", "Restore a version", "number"


def ask_for_word(visit: Visit, object_id: str, number: int) -> Form:
    """What the version would do, and the word to type. Raises `NotFound`, or `StillLooking`."""
    report = effect_of(visit, object_id, number)
    if report and (objection := router_backtests.objection(report)):
        return word_form(objection, object_id, number)
    return notice(_TITLE, [section("Nothing stands against it any more: restore it from the list of versions.")])


def word_form(objection: Unconfirmed, object_id: str, number: int) -> Form:
    """What stands against a version, and an input for the word."""
    return Form(
        title=_TITLE,
        name=_FORM,
        submit="Restore",
        close="Cancel",
        notes={ID: object_id, _NUMBER: str(number)},
        blocks=(
            section(f"⚠️ {objection.said}"),
            input_block(CONFIRM, f"Type {objection.word} to restore version {number}", text("", objection.word, 40)),
        ),
    )


def _press(visit: Visit, value: str) -> Form:
    admit(visit, Role.ADMIN)
    object_id, _, number = value.partition(":")
    if not number.isdecimal():
        raise Refused("This button is from another time: use history, and restore from there.")
    return ask_for_word(visit, object_id, int(number))


def _save(visit: Visit, filled: Filled) -> Saved:
    object_id, number = filled.notes[ID], int(filled.notes[_NUMBER])
    if not is_confirmed(filled, router_backtests.WORD):
        mend = f"Type {router_backtests.WORD}, or close this: nothing was changed."
        raise Invalid([Problem(message="This is not the word.", mend=mend, where=(CONFIRM,))])
    report = effect_of(visit, object_id, number)
    return Saved(title="Restored", said=bring_back(visit, object_id, number, report))


MODALS = (Modal(name=_FORM, anchor=CONFIRM, save=_save, role=Role.ADMIN),)
BUTTONS = (Button(action_id=ASK, press=_press, opens=_TITLE),)
