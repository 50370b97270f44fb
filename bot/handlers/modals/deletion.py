"""Asking before something is deleted, and saying what still uses it."""

from collections.abc import Sequence

from bot.engine.directory import PREFIXES, Configured, Directory, receiver_of
from bot.engine.model import Integration, Maintenance, NotificationRule, Policy, Role, Team
from bot.engine.schedules import Schedule
from bot.errors import Invalid, NotFound, Problem, Refused
from bot.handlers.filled import Filled
from bot.handlers.lookup import noun_of
from bot.handlers.modals import menus
from bot.handlers.modals.effective import say_deleted
from bot.handlers.modals.saving import ID
from bot.handlers.permits import admit_to_delete, admit_to_rule, admit_to_silence
from bot.handlers.table import Modal, Said, Saved
from bot.handlers.visit import Visit, admit
from bot.service import manage
from bot.service.references import Reference, references_to
from bot.service.replacing import Uses, remove_and_replace, uses_of
from bot.slack.blocks import context, line, section
from bot.slack.forms import Form, input_block, menu

_DELETE, _DELETE_AND_SEND, _INSTEAD = "delete", "delete_and_send", "instead"
_MOST_USES = 20


def ask_to_delete(visit: Visit, found: Configured) -> Form:
    """Ask, naming what uses the object and what goes with it; what sends alerts there is asked where to, instead.

    Raises `Refused` while rules name what alerts go to.
    """
    with visit.ports.store.begin() as uow:
        uses = uses_of(uow, found)
        directory = uow.directory()
    _refuse_written(found, uses)
    return drawn(directory, found, uses)


def drawn(directory: Directory, found: Configured, sent: Uses) -> Form:
    """The form, for what is known of an object's uses."""
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
        instead = "Choose below where these send alerts from now on." if sent.replaced else ""
        blocks.append(context(instead or "They go on without it: choose what takes its place there."))
    if sent.alerts:
        numbers = ", ".join(f"#{each.number}" for each in sent.alerts[:_MOST_USES])
        more = f" and {len(sent.alerts) - _MOST_USES:,} more" if len(sent.alerts) > _MOST_USES else ""
        blocks.append(section(f"⚠️ It answers for {numbers}{more}: those who take its place are asked about them."))
    if sent.asks_for_another:
        choices = menus.destinations(directory, found.id, *(each.id for each in belongings(directory, found)))
        picked = menu(menus.DESTINATION, choices, "", "A team, router, schedule or person")
        blocks.append(input_block(_INSTEAD, "Where to instead", picked))
    if with_it:
        blocks.append(context(f"Deleted with it, as nothing else uses it: {line(', '.join(with_it), 300)}"))
    return Form(
        title=f"Delete {noun}",
        blocks=tuple(blocks),
        name=_DELETE_AND_SEND if sent.asks_for_another else _DELETE,
        submit="Delete",
        close="Keep",
        notes={ID: found.id},
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
    names = ", ".join(each.handle for each in (found, *with_it))
    moved = _remove(visit, found, [each.id for each in (found, *with_it)], filled.choice(_INSTEAD))
    said = line(f"{names} deleted.{moved}")
    emptied = (each for each in (found, *with_it) if isinstance(each, Schedule))
    then = [block for each in emptied for block in say_deleted(each, directory, visit.now)]
    return Saved(title="Deleted", said=Said(text=said, blocks=(section(said), *then) if then else ()))


def _remove(visit: Visit, found: Configured, object_ids: list[str], instead: str) -> str:
    """Delete, and say what became of what was sent there."""
    with visit.ports.store.begin() as uow:
        uses = uses_of(uow, found)
    _refuse_written(found, uses)
    receiver = receiver_of(found)
    if receiver is None or not uses.asks_for_another:
        manage.remove_all(visit.ports, object_ids, visit.actor)
        return ""
    if not instead:
        mend = "Choose one: what still comes in would reach nobody."
        raise Invalid([Problem(message="It does not say where to instead.", mend=mend, where=(_INSTEAD,))])
    new = menus.read_receiver(instead)
    if new.id in object_ids:
        raise Invalid([Problem(message="That is deleted, too.", mend="Choose another.", where=(_INSTEAD,))])
    alerts = remove_and_replace(visit.ports, object_ids, receiver, new, visit.actor)
    name = visit.directory().name(new)
    changed = f" {', '.join(map(str, uses.replaced[:_MOST_USES]))} sends to {name} now." if uses.replaced else ""
    return f"{changed}{f' {name} answers for {alerts:,} of its alerts.' if alerts else ''}"


def _refuse_written(found: Configured, uses: Uses) -> None:
    if not uses.written:
        return
    named = ", ".join(map(str, uses.written[:_MOST_USES]))
    noun = noun_of(type(found))
    raise Refused(f"The {noun} {found.handle} is still needed by {named}: put another there, then delete it.")


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


MODALS = (
    Modal(name=_DELETE, anchor="", save=_delete),
    Modal(name=_DELETE_AND_SEND, anchor=_INSTEAD, save=_delete),
)
