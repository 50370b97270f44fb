"""Asking before somebody is deactivated: what counts on them, said before and after, with how to mend it."""

from collections.abc import Iterator

from bot.engine.model import Role, User
from bot.errors import NotFound
from bot.handlers.buttons import run
from bot.handlers.filled import Filled
from bot.handlers.modals.saving import ID
from bot.handlers.table import Modal, Said, Saved
from bot.handlers.visit import Visit
from bot.service import people
from bot.service.dependents import Dependence, dependences_on
from bot.slack.blocks import Block, code, context, line, mention, section, when, whole_lines
from bot.slack.forms import Form

_DEACTIVATE = "user.deactivate"
_MOST_DUTIES = 20


def ask_to_deactivate(visit: Visit, user: User) -> Form:
    """Ask, naming where the person is on call and what else names them."""
    ask = f"Deactivate {mention(user.slack_id, user.name)}? They are paged no more, and can change nothing here."
    duties = dependences_on(visit.directory(), user, visit.now)
    return Form(
        title="Deactivate somebody",
        blocks=(section(ask), *_counting_on(user, duties)),
        name=_DEACTIVATE,
        submit="Deactivate",
        close="Keep",
        notes={ID: user.id},
    )


def _counting_on(user: User, duties: tuple[Dependence, ...]) -> Iterator[Block]:
    if not duties:
        yield context("They are on call nowhere, and nothing else names them.")
        return
    listed = whole_lines([*map(_say, duties)], _MOST_DUTIES)
    yield section(f"⚠️ *What counts on {line(user.name, 60)}*\n{listed}")
    replaced = code(f"/pagertree user replace {user.handle} <user>")
    yield context(f"{replaced} puts somebody else in their place, everywhere at once.")
    yield context(
        "Put somebody else there: until then they are left out, and a layer that has nobody else is passed over."
    )


def _say(duty: Dependence) -> str:
    begins = f", next {when(duty.begins_at)}" if duty.begins_at else ""
    return f"• {line(duty.said, 160)}{begins}: {code(f'/pagertree {duty.typed}')}"


def _deactivate(visit: Visit, filled: Filled) -> Saved:
    user = visit.directory().users.get(filled.notes[ID])
    if user is None:
        raise NotFound("There is no such person.")
    duties = dependences_on(visit.directory(), user, visit.now)
    people.set_active(visit.ports, user.id, False, visit.actor)
    said = f"{mention(user.slack_id, user.name)} is deactivated: they are paged no more."
    undo = run("Activate", f"user activate {user.handle}")
    blocks = (section(said, undo), *(_counting_on(user, duties) if duties else ()))
    return Saved(title="Deactivated", said=Said(text=said, blocks=blocks))


MODALS = (Modal(name=_DEACTIVATE, anchor="", save=_deactivate, role=Role.ADMIN),)
