"""The form that sends an integration an example: whom it would page, then that it does."""

from bot import ids
from bot.engine.model import Integration, Role
from bot.errors import NotFound
from bot.handlers.buttons import run
from bot.handlers.filled import Filled
from bot.handlers.modals.replay import rehearsal_of
from bot.handlers.modals.saving import ID
from bot.handlers.table import Modal, Said, Saved
from bot.handlers.visit import Visit
from bot.service import replay
from bot.slack.blocks import context, line, section
from bot.slack.forms import Form

_FORM, _LOG = "example", "log"


def ask_to_send(visit: Visit, integration: Integration) -> Form:
    """Rehearse an example of the integration's type, and ask. Raises `Refused` for a type that has none."""
    log = replay.example_of(visit.ports, integration, ids.new("log"))
    name = line(integration.name, 100)
    said = f"*Send it* gives *{name}* an example of what its sender sends. It is real, and this is what happens then:"
    return Form(
        title="Send an example",
        name=_FORM,
        submit="Send it",
        close="Cancel",
        notes={ID: integration.id, _LOG: log.id},
        blocks=(
            section(said),
            *rehearsal_of(visit, log, integration, visit.directory()),
            context("Nothing was sent and nobody was paged so far."),
        ),
    )


def _send(visit: Visit, filled: Filled) -> Saved:
    integration = visit.directory().integrations.get(filled.notes[ID])
    if integration is None:
        raise NotFound("The integration was deleted.")
    sent = replay.send_example(visit.ports, integration, filled.notes[_LOG], visit.actor)
    said = "It is sent." if sent else "It was sent already."
    why = run("What became of it", f"why {filled.notes[_LOG]}")
    return Saved(title="Sent", said=Said(text=said, blocks=(section(said, why),)))


MODALS = (Modal(name=_FORM, anchor="", save=_send, role=Role.ADMIN),)
