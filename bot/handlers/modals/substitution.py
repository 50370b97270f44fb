"""Asking before one takes another's place everywhere: what changes, what has to be changed by hand, and a way back."""

from collections.abc import Iterator

from bot.engine.directory import Configured
from bot.engine.model import Role
from bot.errors import NotFound, Refused
from bot.handlers.buttons import run
from bot.handlers.filled import Filled
from bot.handlers.lookup import noun_of
from bot.handlers.table import Modal, Said, Saved
from bot.handlers.visit import Visit
from bot.service.substitution import Substitution, carry_out, foresee
from bot.slack.blocks import Block, context, line, section
from bot.slack.forms import Form

_REPLACE, _OLD, _NEW = "replace", "old", "new"
_MOST_NAMED = 60
_UNDO = "Undo has all of it as it was, unless it was changed since."


def ask_to_replace(visit: Visit, old: Configured, new: Configured) -> Form:
    """Ask, with a list of what changes. Raises `Refused` where nothing does."""
    foreseen = foresee(visit.directory(), old, new, visit.now)
    if not foreseen.changed:
        by_hand = f" Only rules do: {', '.join(map(str, foreseen.by_hand))}." if foreseen.by_hand else ""
        raise Refused(f"Nothing that could be changed names {old.name}.{by_hand}"[:400])
    return Form(
        title="Replace everywhere",
        name=_REPLACE,
        submit="Replace",
        close="Cancel",
        notes={_OLD: old.id, _NEW: new.id},
        blocks=(
            section(f"Put *{line(new.name, 100)}* in the place of *{line(old.name, 100)}*, everywhere at once?"),
            *_listed(foreseen),
        ),
    )


def _listed(foreseen: Substitution) -> Iterator[Block]:
    count, named = len(foreseen.changed), foreseen.changed[:_MOST_NAMED]
    names = ", ".join(f"{noun_of(type(each))} {each.handle}" for each in named)
    more = f" and {count - len(named):,} more" if count > len(named) else ""
    yield section(f"*{count:,} {'object changes' if count == 1 else 'objects change'}*\n{line(names, 2_500)}{more}")
    if foreseen.by_hand:
        rules = line(", ".join(map(str, foreseen.by_hand)), 1_500)
        yield section(f"⚠️ *Rules name it as well, and stay as they are:* {rules}")


def _save(visit: Visit, filled: Filled) -> Saved:
    old, new = (_found(visit, filled.notes[each]) for each in (_OLD, _NEW))
    foreseen = foresee(visit.directory(), old, new, visit.now)
    if not foreseen.changed:
        return Saved(title="Replaced", said=Said(text="It is done already."))
    at = carry_out(visit.ports, old, new, visit.actor)
    said = f"*{line(new.name, 100)}* is in the place of *{line(old.name, 100)}* now."
    undo = run("Undo", f"audit undo {at.isoformat()}")
    blocks = (
        section(said, undo),
        *_listed(foreseen),
        context(_UNDO),
    )
    return Saved(title="Replaced", said=Said(text=said, blocks=blocks))


def _found(visit: Visit, object_id: str) -> Configured:
    directory = visit.directory()
    kinds = (directory.users, directory.teams, directory.schedules, directory.routers)
    found = next((shelf[object_id] for shelf in kinds if object_id in shelf), None)
    if found is None:
        raise NotFound("It was deleted meanwhile. Nothing was changed.")
    return found


MODALS = (Modal(name=_REPLACE, anchor="", save=_save, role=Role.ADMIN),)
