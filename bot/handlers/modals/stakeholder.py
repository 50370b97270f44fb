"""The form of a stakeholder: people and addresses that are told and never asked."""

from bot import ids
from bot.engine.directory import Directory
from bot.engine.model import Role, Stakeholder
from bot.handlers.filled import Filled
from bot.handlers.modals.picking import linked, slack_ids
from bot.handlers.modals.saving import ID, SEEN, handle_of, save
from bot.handlers.table import Modal, Said, Saved
from bot.handlers.visit import Visit
from bot.slack.blocks import code, line
from bot.slack.forms import Form, input_block, lines, people, text

_FORM, _NAME, _PEOPLE, _EMAILS = "stakeholder", "name", "users", "emails"
_LONGEST_NAME = 100
_HINT = "One address a line. They hear when an alert is assigned, acknowledged, resolved or dropped."


def new_stakeholder(directory: Directory) -> Form:
    """An empty form."""
    return _form(Stakeholder(id=ids.new("stk"), name="", handle=""), 0, directory)


def edit_stakeholder(stakeholder: Stakeholder, seen: int, directory: Directory) -> Form:
    """The form of a stakeholder as it is."""
    return _form(stakeholder, seen, directory)


def _form(stakeholder: Stakeholder, seen: int, directory: Directory) -> Form:
    chosen = people(slack_ids(directory, stakeholder.user_ids))
    addresses = lines("\n".join(stakeholder.emails)[:2_900], "press@example.com")
    return Form(
        title="Edit stakeholder" if seen else "New stakeholder",
        name=_FORM,
        submit="Save",
        close="Cancel",
        notes={ID: stakeholder.id, SEEN: str(seen)},
        blocks=(
            input_block(_NAME, "Name", text(stakeholder.name, "Customer care", _LONGEST_NAME)),
            input_block(_PEOPLE, "People", chosen, optional=True),
            input_block(_EMAILS, "Email addresses", addresses, hint=_HINT, optional=True),
        ),
    )


def _save(visit: Visit, filled: Filled) -> Saved:
    object_id, name = filled.notes[ID], filled.text(_NAME)
    stakeholder = Stakeholder(
        id=object_id,
        name=name,
        handle=handle_of(visit.directory(), Stakeholder, object_id, name),
        user_ids=linked(visit, filled, _PEOPLE),
        emails=tuple(dict.fromkeys(filled.text(_EMAILS).replace(",", " ").split())),
    )
    save(visit, [(stakeholder, int(filled.notes[SEEN]))])
    typed = code(f"stakeholder:{stakeholder.handle}")
    said = f"Stakeholder *{line(name, 100)}* {typed} is saved. A router's rule can attach it, or a team."
    return Saved(title="Saved", said=Said(text=said))


MODALS = (Modal(name=_FORM, anchor=_NAME, save=_save, role=Role.ADMIN),)
