"""Asking before something is deleted, and saying what still uses it."""

from collections.abc import Sequence

from bot.engine.directory import PREFIXES, Configured, Directory
from bot.engine.model import Integration, Maintenance, NotificationRule, Policy, Role, Team
from bot.engine.schedules import Schedule
from bot.errors import NotFound
from bot.handlers.filled import Filled
from bot.handlers.lookup import noun_of
from bot.handlers.modals.effective import say_deleted
from bot.handlers.modals.saving import ID
from bot.handlers.permits import admit_to_delete, admit_to_rule, admit_to_silence
from bot.handlers.table import Modal, Said, Saved
from bot.handlers.visit import Visit, admit
from bot.service import manage
from bot.service.references import Reference, references_to
from bot.slack.blocks import context, line, section
from bot.slack.forms import Form

_DELETE = "delete"
_MOST_USES = 20


def ask_to_delete(directory: Directory, found: Configured) -> Form:
    """Ask, naming what uses the object and what goes with it."""
    noun = noun_of(type(found))
    with_it = [f"{noun_of(type(each))} {each.handle}" for each in belongings(directory, found)]
    uses = references_to(directory, found.id)
    blocks = [section(f"Delete the {noun} *{line(found.name, 100)}*? Its old versions stay readable.")]
    if isinstance(found, Integration):
        blocks.append(
            section("⚠️ Its address ceases to exist: what its sender still posts is answered 404 and kept nowhere.")
        )
    if uses:
        named = "\n".join(f"• {line(str(use), 120)}" for use in uses[:_MOST_USES])
        more = f"\n… and {len(uses) - _MOST_USES} more" if len(uses) > _MOST_USES else ""
        blocks.append(section(f"⚠️ *Still used by*\n{named}{more}"))
        blocks.append(context("They go on without it: choose what takes its place there."))
    if with_it:
        blocks.append(context(f"Deleted with it, as nothing else uses it: {line(', '.join(with_it), 300)}"))
    return Form(
        title=f"Delete {noun}", blocks=tuple(blocks), name=_DELETE, submit="Delete", close="Keep", notes={ID: found.id}
    )


def belongings(directory: Directory, found: Configured) -> Sequence[Configured]:
    """What was made together with an object and is of no use without it: a team's schedule and policy."""
    if not isinstance(found, Team):
        return ()
    parts = (directory.schedules.get(found.schedule_id or ""), directory.policies.get(found.policy_id or ""))
    return [part for part in parts if part and references_to(directory, part.id) == uses_by(found)]


def uses_by(team: Team) -> tuple[Reference, ...]:
    """How a part that only the team uses is used."""
    return (Reference(noun="team", handle=team.handle),)


def _delete(visit: Visit, filled: Filled) -> Saved:
    directory = visit.directory()
    found = directory.get(PREFIXES[filled.notes[ID].partition("_")[0]], filled.notes[ID])
    if found is None:
        raise NotFound("It was deleted already.")
    admit_deletion(visit, found)
    with_it = belongings(directory, found)
    manage.remove_all(visit.ports, [each.id for each in (found, *with_it)], visit.actor)
    said = f"{', '.join(each.handle for each in (found, *with_it))} deleted."
    emptied = (each for each in (found, *with_it) if isinstance(each, Schedule))
    then = [block for each in emptied for block in say_deleted(each, directory, visit.now)]
    return Saved(title="Deleted", said=Said(text=line(said), blocks=(section(line(said)), *then) if then else ()))


def admit_deletion(visit: Visit, found: Configured) -> None:
    """Raise `Refused` unless the person may delete the object: before asking, and again before doing it."""
    match found:
        case NotificationRule():
            admit_to_rule(visit, found.id)
        case Schedule() | Policy():
            admit_to_delete(visit, found.id)
        case Maintenance():
            known = visit.directory().integrations
            admit_to_silence(visit, [known[each] for each in found.integration_ids if each in known])
        case _:
            admit(visit, Role.ADMIN)


MODALS = (Modal(name=_DELETE, anchor="", save=_delete),)
