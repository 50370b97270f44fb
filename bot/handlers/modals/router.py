"""The form of a router: name, default destination, and the rules as YAML."""

from bot import ids
from bot.channels.blocks import code, line, section
from bot.channels.forms import Form, input_block, menu, text
from bot.engine.directory import Directory
from bot.engine.model import Role, Router
from bot.engine.rules.routers import read_router
from bot.errors import Invalid
from bot.handlers.filled import Filled
from bot.handlers.modals import menus
from bot.handlers.modals.saving import ID, SEEN, handle_of, save
from bot.handlers.modals.texts import read_text, relocate, text_inputs
from bot.handlers.table import Modal, Said, Saved
from bot.handlers.visit import Visit

_FORM, _NAME, _YAML, _DEFAULT = "router", "name", "yaml", "default_destination"
_EXAMPLE = "rules:\n  - match: {alert.urgency: critical}\n    actions:\n      - {type: assign, receiver: team:payments}"
_HINT = "The first rule that matches decides. Problems are shown here, with line and column."
_LONGEST_NAME = 100


def new_router(directory: Directory) -> Form:
    """An empty form."""
    return _form(Router(id=ids.new("rtr"), name="", handle="", yaml=""), 0, directory)


def edit_router(router: Router, seen: int, directory: Directory) -> Form:
    """The form of a router as it is."""
    return _form(router, seen, directory)


def _form(router: Router, seen: int, directory: Directory) -> Form:
    choices = menus.destinations(directory, router.id)
    chosen = str(router.default_destination or "")
    default = menu(menus.DESTINATION, choices, chosen, "Where to when no rule matches")
    return Form(
        title="Edit router" if seen else "New router",
        name=_FORM,
        submit="Save",
        close="Cancel",
        notes={ID: router.id, SEEN: str(seen)},
        blocks=(
            input_block(_NAME, "Name", text(router.name, "Dev alerts", _LONGEST_NAME)),
            input_block(_DEFAULT, "Default destination", default, optional=True),
            *text_inputs(_YAML, "Rules (YAML)", router.yaml, _EXAMPLE, _HINT),
        ),
    )


def _save(visit: Visit, filled: Filled) -> Saved:
    directory, object_id = visit.directory(), filled.notes[ID]
    known = directory.routers.get(object_id)
    router = Router(
        id=object_id,
        name=filled.text(_NAME),
        handle=handle_of(directory, Router, object_id, filled.text(_NAME)),
        yaml=read_text(visit, filled, _YAML),
        enabled=known.enabled if known else True,
        default_destination=menus.read_receiver(filled.choice(_DEFAULT)) if filled.choice(_DEFAULT) else None,
    )
    try:
        save(visit, [(router, int(filled.notes[SEEN]))])
    except Invalid as invalid:
        raise relocate(invalid.problems, filled, _YAML) from invalid
    return Saved(title="Saved", said=_said(router))


def _said(router: Router) -> Said:
    count = len(read_router(router.yaml).rules)
    text_ = f"Router *{line(router.name, 100)}* is saved with {count} rule{'' if count == 1 else 's'}."
    use = f"Send an integration's alerts to it: choose {code(f'router:{router.handle}')} as its destination."
    return Said(text=text_, blocks=(section(text_), section(use)))


MODALS = (Modal(name=_FORM, anchor=_NAME, save=_save, role=Role.ADMIN),)
