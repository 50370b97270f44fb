"""The forms of a schedule: its name and zone, and its events, one at a time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import ids
from bot.engine import schedules
from bot.engine.directory import Directory
from bot.engine.model import Role
from bot.engine.schedules import Schedule
from bot.errors import Invalid, NotFound
from bot.handlers.buttons import run
from bot.handlers.filled import Filled
from bot.handlers.modals import menus
from bot.handlers.modals.effective import effective_input, read_effective, say_changed, say_teams
from bot.handlers.modals.event_inputs import PEOPLE, Draft, changed_event, event_inputs, first_event, placed, read_event
from bot.handlers.modals.saving import ID, SEEN, edited, handle_of, save
from bot.handlers.modals.sharing import say_shared
from bot.handlers.modals.users_of import changed_teams, teams_input
from bot.handlers.permits import admit_to_all
from bot.handlers.renaming import offered
from bot.handlers.table import Modal, Said, Saved, Tool
from bot.handlers.visit import Visit
from bot.service import rotas
from bot.service.rotas import Effective, EventPart, Extent
from bot.slack.blocks import Block, actions, button, code, context, line, section
from bot.slack.forms import Choice, Form, input_block, menu, notice, text

_NEW, _NAMED, _EVENT = "schedule_new", "schedule", "schedule_event"
_NAME, _ZONE, _DEED = "name", "zone", "deed"
_EVENT_ID, _START, _EXTENT = "event", "start", "extent"
_LONGEST_NAME = 100
_CHANGE, _REMOVE = "change", "remove"
_PREVIEW = "schedule.preview"
_SAID = {
    Extent.THIS: "Only the turn that begins then is changed.",
    Extent.FOLLOWING: "The turn that begins then and all later ones are changed.",
    Extent.ALL: "All turns are changed.",
}


def new_schedule(visit: Visit) -> Form:
    """An empty form, with a first event."""
    zone, object_id = visit.user.zone, ids.new("sch")
    event = first_event(ids.new("evt"), visit.now.astimezone(ZoneInfo(zone)).replace(tzinfo=None))
    return Form(
        title="New schedule",
        name=_NEW,
        submit="Save",
        close="Cancel",
        notes={ID: object_id, _EVENT_ID: event.id},
        blocks=(
            *_name_inputs("", zone),
            teams_input(visit.directory(), object_id),
            *event_inputs(visit.directory(), Draft(event=event)),
        ),
    )


def edit_schedule(schedule: Schedule, seen: int, directory: Directory) -> Form:
    """The name and the zone of a schedule. Its events stay at the same times on the wall of the new zone."""
    return Form(
        title="Edit schedule",
        name=_NAMED,
        submit="Save",
        close="Cancel",
        notes={ID: schedule.id, SEEN: str(seen)},
        blocks=(
            *say_shared(directory, schedule),
            *_name_inputs(schedule.name, schedule.zone),
            teams_input(directory, schedule.id),
            effective_input(),
            context("Its events are changed one by one: see show."),
        ),
    )


def _name_inputs(name: str, zone: str) -> Iterator[Block]:
    yield input_block(_NAME, "Name", text(name, "Payments on call", _LONGEST_NAME))
    yield input_block(_ZONE, "Time zone", menu(menus.ZONE, menus.zones(), zone))


def new_event(schedule: Schedule, seen: int, directory: Directory, now: datetime) -> Form:
    """An empty event of a schedule."""
    wall = now.astimezone(ZoneInfo(schedule.zone)).replace(tzinfo=None)
    event = first_event(ids.new("evt"), wall)
    notes = {ID: schedule.id, SEEN: str(seen), _EVENT_ID: event.id}
    return _event_form(
        schedule, notes, iter((*say_shared(directory, schedule), *event_inputs(directory, Draft(event=event))))
    )


def edit_event(schedule: Schedule, seen: int, place: EventPart, directory: Directory) -> Form:
    """An event as it is: one of its turns, the rest of them, or all. Raises `Invalid` when there is no such turn."""
    draft = _draft(schedule, place)
    notes = {
        ID: schedule.id,
        SEEN: str(seen),
        _EVENT_ID: place.event_id,
        _START: place.start.isoformat(),
        _EXTENT: place.extent,
        "new": draft.event.id,
    }
    deeds = (
        Choice(value=_CHANGE, label="Change it to what is below"),
        Choice(value=_REMOVE, label="Remove it: it does not take place"),
    )
    first = (
        *say_shared(directory, schedule),
        context(f"{place.start:%Y-%m-%d %H:%M}, {line(schedule.zone)}: {_SAID[place.extent]}"),
        input_block(_DEED, "What to do", menu(_DEED, deeds, _CHANGE)),
    )
    last = (effective_input(), actions(button(_PREVIEW, "Show what changes"))) if place.extent is Extent.ALL else ()
    return _event_form(schedule, notes, iter((*first, *event_inputs(directory, draft), *last)))


def _draft(schedule: Schedule, place: EventPart) -> Draft:
    match place.extent:
        case Extent.THIS:
            own = schedules.single_out(schedule, place.event_id, place.start, ids.new("evt"))
            return Draft(event=own, alone=True)
        case Extent.FOLLOWING:
            return Draft(event=schedules.continue_from(schedule, place.event_id, place.start, ids.new("evt")))
        case Extent.ALL:
            return Draft(event=schedules.find_event(schedule, place.event_id))


def _event_form(schedule: Schedule, notes: dict[str, str], blocks: Iterator[Block]) -> Form:
    zone = context(f"Times are those on the wall in {line(schedule.zone)}.")
    return Form(title="Event", name=_EVENT, submit="Save", close="Cancel", notes=notes, blocks=(*blocks, zone))


# --- Saving -------------------------------------------------------------------------------------------------------


def _save_new(visit: Visit, filled: Filled) -> Saved:
    object_id, name = filled.notes[ID], filled.text(_NAME)
    began = first_event(filled.notes[_EVENT_ID], visit.now.replace(tzinfo=None))
    event = replace(read_event(visit, filled, began), id=filled.notes[_EVENT_ID])
    handle = handle_of(visit.directory(), Schedule, object_id, name)
    schedule = Schedule(id=object_id, name=name, handle=handle, zone=filled.choice(_ZONE), events=(event,))
    directory = visit.directory()
    try:
        save(visit, [(schedule, 0), *changed_teams(visit, filled, schedule)])
    except Invalid as invalid:
        raise placed(invalid) from invalid
    return _told(visit, None, schedule, directory)


def _save_named(visit: Visit, filled: Filled) -> Saved:
    admit_to_all(visit, filled.notes[ID])
    directory = visit.directory()
    found = directory.schedules.get(filled.notes[ID])
    if found is None:
        raise NotFound("The schedule was deleted.")
    read = _in_zone(visit, filled, replace(found, name=filled.text(_NAME)))
    schedule = edited(
        filled, found, read, {"name": (_NAME,), "zone": (_ZONE,), "events": (_ZONE,), "overrides": (_ZONE,)}
    )
    save(visit, [(schedule, int(filled.notes[SEEN])), *changed_teams(visit, filled, schedule)])
    return _told(visit, found, schedule, directory)


def _in_zone(visit: Visit, filled: Filled, schedule: Schedule) -> Schedule:
    """The schedule in the zone that was chosen; the wall clock of another one moves every turn."""
    moved = replace(schedule, zone=filled.choice(_ZONE))
    if moved.zone == schedule.zone or read_effective(filled) is Effective.NOW:
        return moved
    return rotas.from_next_turn(schedule, moved, visit.directory(), visit.now)


def _save_event(visit: Visit, filled: Filled) -> Saved:
    admit_to_all(visit, filled.notes[ID])
    schedule = visit.directory().schedules.get(filled.notes[ID])
    event_id = filled.notes.get("new", filled.notes[_EVENT_ID])
    try:
        return _told(visit, schedule, _put_event(visit, filled, schedule, event_id))
    except Invalid as invalid:
        raise placed(invalid) from invalid


def _put_event(visit: Visit, filled: Filled, schedule: Schedule | None, event_id: str) -> Schedule:
    notes, ports, seen = filled.notes, visit.ports, int(filled.notes[SEEN])
    if _EXTENT not in notes:
        began = first_event(event_id, visit.now.replace(tzinfo=None))
        event = read_event(visit, filled, began)
        return rotas.add_event(ports, notes[ID], event, visit.actor, seen=seen)
    start = datetime.fromisoformat(notes[_START])
    place = EventPart(event_id=notes[_EVENT_ID], start=start, extent=Extent(notes[_EXTENT]))
    effective = _effective(filled, place)
    if filled.choice(_DEED) == _REMOVE:
        return rotas.remove_event(ports, notes[ID], place, visit.actor, seen=seen, effective=effective)
    if schedule and not filled.touched(*filled.state):
        return schedule
    was = _draft(schedule, place).event if schedule else first_event(event_id, start)
    changed = replace(changed_event(visit, filled, was), id=event_id)
    return rotas.edit_event(ports, notes[ID], place, changed, visit.actor, seen=seen, effective=effective)


def _effective(filled: Filled, place: EventPart) -> Effective:
    """A turn that was named is changed as it is written; in a whole series, the present turn may be kept."""
    return read_effective(filled) if place.extent is Extent.ALL else Effective.NOW


def _preview(visit: Visit, filled: Filled) -> Form:
    """What saving the form as it is filled in would change of who is on call."""
    directory, notes = visit.directory(), filled.notes
    before = directory.schedules.get(notes[ID])
    if before is None:
        raise NotFound("The schedule was deleted.")
    try:
        place = EventPart(event_id=notes[_EVENT_ID], start=datetime.fromisoformat(notes[_START]), extent=Extent.ALL)
        after = _foreseen(visit, filled, before, place)
        return notice("What changes", [*say_changed(before, after, directory, visit.now)])
    except Invalid as invalid:
        return notice("What changes", [section(line(str(invalid.problems[0]), 1_000))])


def _foreseen(visit: Visit, filled: Filled, before: Schedule, place: EventPart) -> Schedule:
    if filled.choice(_DEED) == _REMOVE:
        after = schedules.remove_event(before, place.event_id)
    else:
        changed = replace(changed_event(visit, filled, _draft(before, place).event), id=place.event_id)
        after = schedules.edit_all(before, changed)
    if read_effective(filled) is Effective.NOW:
        return after
    return rotas.from_next_turn(before, after, visit.directory(), visit.now)


def _told(visit: Visit, before: Schedule | None, schedule: Schedule, was: Directory | None = None) -> Saved:
    said = f"Schedule *{line(schedule.name, 100)}* {code(f'schedule:{schedule.handle}')} is saved."
    show = actions(run("Show", f"schedule show {schedule.handle}"))
    directory = visit.directory()
    changed = say_changed(before, schedule, directory, visit.now)
    teams = say_teams(was, directory, visit.now) if was else ()
    return Saved(
        title="Saved",
        said=Said(text=said, blocks=(section(said), *offered(visit, before, schedule), *changed, *teams, show)),
    )


MODALS = (
    Modal(name=_NEW, anchor=_NAME, save=_save_new, role=Role.ADMIN),
    Modal(name=_NAMED, anchor=_NAME, save=_save_named),
    Modal(name=_EVENT, anchor=PEOPLE, save=_save_event),
)
TOOLS = (Tool(action_id=_PREVIEW, opens="What changes", use=_preview),)
