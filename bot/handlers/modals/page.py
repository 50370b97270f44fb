"""The form that pages somebody by hand."""

from bot import ids
from bot.engine.model import Receiver, Urgency
from bot.handlers.actions import said_of
from bot.handlers.filled import Filled
from bot.handlers.modals import menus
from bot.handlers.modals.saving import ID
from bot.handlers.table import Modal, Quoted, Saved, Shortcut
from bot.handlers.visit import Visit
from bot.service.page import PageRequest, page
from bot.slack.blocks import context
from bot.slack.forms import Form, input_block, lines, menu, multi_menu

_FORM, _WHOM, _TEXT, _URGENCY = "page", "receivers", "text", "urgency"
_LOUD = tuple(each for each in menus.URGENCIES if each.value != Urgency.SILENT)


def ask_whom_to_page(visit: Visit, receivers: tuple[Receiver, ...] = ()) -> Form:
    """The form, with those who are named already."""
    chosen = [str(each) for each in receivers]
    choices = menus.destinations(visit.directory())
    return Form(
        title="Page somebody",
        name=_FORM,
        submit="Page",
        close="Cancel",
        notes={ID: ids.new("alt")},
        blocks=(
            input_block(_WHOM, "Whom", multi_menu(menus.DESTINATION, choices, chosen, "People, teams, schedules")),
            input_block(_TEXT, "What about", lines("", "Checkout fails for everybody"), hint=_HINT),
            input_block(_URGENCY, "Urgency", menu("urgency", _LOUD, Urgency.HIGH)),
            context("They are paged until somebody acknowledges, like for any alert."),
        ),
    )


_HINT = "The first line is the title: phones show it first."


def _open(visit: Visit, _quoted: Quoted) -> Form:
    return ask_whom_to_page(visit)


def _page(visit: Visit, filled: Filled) -> Saved:
    call = PageRequest(
        alert_id=filled.notes[ID],
        receivers=tuple(menus.read_receiver(value) for value in filled.choices(_WHOM)),
        text=filled.typed(_TEXT),
        urgency=Urgency(filled.choice(_URGENCY)),
    )
    return Saved(title="Paged", said=said_of(page(visit.ports, call, visit.actor)))


MODALS = (Modal(name=_FORM, anchor=_TEXT, save=_page),)
SHORTCUTS = (Shortcut(callback_id="page_somebody", opens="Page somebody", open=_open),)
