"""The form of a stakeholder: people and addresses that are told and never asked."""

from itertools import accumulate

from bot import ids
from bot.engine.directory import Directory
from bot.engine.model import Role, Stakeholder
from bot.handlers.filled import Filled
from bot.handlers.modals.picking import people_inputs, picked, picking_blocks
from bot.handlers.modals.saving import ID, SEEN, edited, handle_of, save
from bot.handlers.table import Modal, Said, Saved
from bot.handlers.visit import Visit
from bot.slack.blocks import code, line
from bot.slack.forms import Form, input_block, lines, text

_FORM, _NAME, _PEOPLE, _EMAILS = "stakeholder", "name", "users", "emails"
_LONGEST_NAME = 100
_MOST_SHOWN = 2_900  # characters of addresses, under Slack's 3,000
_HINT = "One address a line. They hear when an alert is assigned, acknowledged, resolved or dropped."


def new_stakeholder(directory: Directory) -> Form:
    """An empty form."""
    return _form(Stakeholder(id=ids.new("stk"), name="", handle=""), 0, directory)


def edit_stakeholder(stakeholder: Stakeholder, seen: int, directory: Directory) -> Form:
    """The form of a stakeholder as it is."""
    return _form(stakeholder, seen, directory)


def _form(stakeholder: Stakeholder, seen: int, directory: Directory) -> Form:
    shown = shown_addresses(stakeholder)
    addresses = lines("\n".join(shown), "press@example.com")
    hidden = len(stakeholder.emails) - len(shown)
    hint = f"{_HINT} {hidden} more do not fit here and stay." if hidden else _HINT
    return Form(
        title="Edit stakeholder" if seen else "New stakeholder",
        name=_FORM,
        submit="Save",
        close="Cancel",
        notes={ID: stakeholder.id, SEEN: str(seen)},
        blocks=(
            input_block(_NAME, "Name", text(stakeholder.name, "Customer care", _LONGEST_NAME)),
            *people_inputs(_PEOPLE, "People", stakeholder.user_ids, directory, optional=True),
            input_block(_EMAILS, "Email addresses", addresses, hint=hint, optional=True),
        ),
    )


def shown_addresses(stakeholder: Stakeholder) -> tuple[str, ...]:
    """The addresses that fit into the form."""
    ends = accumulate(len(each) + 1 for each in stakeholder.emails)
    return tuple(each for each, end in zip(stakeholder.emails, ends, strict=True) if end <= _MOST_SHOWN)


def _save(visit: Visit, filled: Filled) -> Saved:
    object_id, name = filled.notes[ID], filled.text(_NAME)
    known = visit.directory().stakeholders.get(object_id)
    hidden = known.emails[len(shown_addresses(known)) :] if known else ()
    read = Stakeholder(
        id=object_id,
        name=name,
        handle=handle_of(visit.directory(), Stakeholder, object_id, name),
        user_ids=picked(visit, filled, _PEOPLE, known.user_ids if known else ()),
        emails=tuple(dict.fromkeys((*filled.text(_EMAILS).replace(",", " ").split(), *hidden))),
    )
    places = {"name": (_NAME,), "user_ids": picking_blocks(_PEOPLE), "emails": (_EMAILS,)}
    stakeholder = edited(filled, known, read, places)
    save(visit, [(stakeholder, int(filled.notes[SEEN]))])
    typed = code(f"stakeholder:{stakeholder.handle}")
    said = f"Stakeholder *{line(name, 100)}* {typed} is saved. A router's rule can attach it, or a team."
    return Saved(title="Saved", said=Said(text=said))


MODALS = (Modal(name=_FORM, anchor=_NAME, save=_save, role=Role.ADMIN),)
