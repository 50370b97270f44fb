"""The forms of an override, and of a swap of two shifts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import ids
from bot.engine import schedules
from bot.engine.directory import Directory
from bot.engine.schedules import Action, Override, Schedule, Shift, layers, on_call, parts_of, shifts
from bot.engine.staffing import staffed
from bot.errors import Invalid, NotFound, Problem, Refused
from bot.handlers import permits
from bot.handlers.buttons import run
from bot.handlers.filled import Filled
from bot.handlers.modals.effective import say_span
from bot.handlers.modals.menus import matching, told_apart
from bot.handlers.modals.picking import linked, slack_ids
from bot.handlers.modals.saving import ID
from bot.handlers.table import Menu, Modal, Said, Saved, Tool
from bot.handlers.visit import Visit
from bot.service import rotas
from bot.slack.blocks import Block, actions, button, context, line, mention, section, when
from bot.slack.forms import Choice, Form, input_block, menu, moment, notice, people

_ADD, _REMOVE, _SWAP = "override", "override_delete", "swap"
_SCHEDULE, _WHO, _ACTION, _INSTEAD, _LAYER = "schedule", "user_ids", "action", "replaced_id", "layer"
_FROM, _TO, _ONE, _OTHER, _OVERRIDE = "start_at", "end_at", "one", "other", "override"
_EVERY_LAYER = "all"
OUTLOOK, _MOST_SHIFTS = timedelta(weeks=8), 100
_ACTIONS = (
    Choice(value=Action.REPLACE, label="They are on call instead"),
    Choice(value=Action.ADD, label="They are on call too"),
    Choice(value=Action.REMOVE, label="They are not on call"),
)
SCHEDULE = "schedule_menu"
_PREVIEW, _THEN = "override.preview", "Who is on call then"
_USUAL = timedelta(hours=8)


def schedule_choices(directory: Directory) -> tuple[Choice, ...]:
    """All schedules."""
    return told_apart(directory.all(Schedule))


def new_override(visit: Visit, schedule: Schedule | None) -> Form:
    """A form for the shift that is meant: whoever opens it takes it over, or gives it away where it is theirs."""
    directory = visit.directory()
    begins = visit.now.replace(second=0, microsecond=0)
    meant = _meant(visit, schedule) if schedule else None
    is_own = meant is not None and meant.user_id == visit.user.id
    present = layers(schedule) if schedule else tuple(range(1, 6))
    numbers = [Choice(value=str(number), label=f"Layer {number}") for number in present[:20]]
    numbers += [Choice(value=_EVERY_LAYER, label="All layers")]
    who = () if is_own else slack_ids(directory, (visit.user.id,))
    instead = slack_ids(directory, (meant.user_id,)) if meant else ()
    return Form(
        title="New override",
        name=_ADD,
        submit="Save",
        close="Cancel",
        notes={ID: ids.new("ovr")},
        blocks=(
            input_block(_SCHEDULE, "Schedule", _schedules(directory, schedule)),
            input_block(_WHO, "Who", people(who)),
            input_block(_ACTION, "What changes", menu(_ACTION, _ACTIONS, Action.REPLACE)),
            input_block(_INSTEAD, "In place of", people(instead), hint=_INSTEAD_HINT, optional=True),
            input_block(
                _LAYER, "Layer", menu(_LAYER, numbers, str(meant.layer if meant else present[0] if present else 1))
            ),
            input_block(_FROM, "From", moment(begins)),
            input_block(_TO, "Until", moment(meant.end_at if meant else begins + _USUAL)),
            actions(button(_PREVIEW, "Who is on call then")),
        ),
    )


_INSTEAD_HINT = "Nobody named: they take the place of everyone in the layer."


def _schedules(directory: Directory, schedule: Schedule | None) -> Block:
    return menu(SCHEDULE, schedule_choices(directory), schedule.id if schedule else "")


def _meant(visit: Visit, schedule: Schedule) -> Shift | None:
    """The present shift that somebody most likely means: their own, else that of the first layer."""
    try:
        present = on_call(staffed(schedule, visit.directory()), visit.now)
    except Invalid:
        return None
    own = (each for each in present if each.user_id == visit.user.id)
    return next(own, next(iter(present), None))


def _save(visit: Visit, filled: Filled) -> Saved:
    schedule = _schedule(visit, filled.choice(_SCHEDULE))
    override = _read(visit, filled)
    _admit(visit, schedule, override)
    try:
        changed = rotas.add_override(visit.ports, schedule.id, override, visit.actor)
    except Invalid as invalid:
        raise Invalid(replace(each, where=each.where[-1:]) for each in invalid.problems) from invalid
    said = f"Saved. {say_override(override, visit.directory())} in *{line(changed.name, 100)}*."
    undo = run("Undo", f"override delete {changed.handle} {override.id}")
    then = say_span(changed, visit.directory(), override.start_at, override.end_at, visit.now)
    return Saved(title="Saved", said=Said(text=said, blocks=(section(said, undo), *then)))


def _preview(visit: Visit, filled: Filled) -> Form:
    """Who would be on call with the override, layer by layer."""
    schedule = _schedule(visit, filled.choice(_SCHEDULE))
    try:
        override = _read(visit, filled)
        after = schedules.add_override(schedule, override)
        then = tuple(say_span(after, visit.directory(), override.start_at, override.end_at, visit.now))
    except Invalid as invalid:
        return notice(_THEN, [section(line(str(invalid.problems[0]), 1_000))])
    return notice(_THEN, [section(f"With {say_override(override, visit.directory())}:"), *then])


def _read(visit: Visit, filled: Filled) -> Override:
    layer, instead = filled.choice(_LAYER), linked(visit, filled, _INSTEAD)
    action = Action(filled.choice(_ACTION))
    if len(instead) > 1:
        mend = "Name one, or make an override for each."
        raise Invalid([Problem(message="Only one can be replaced at a time.", mend=mend, where=(_INSTEAD,))])
    return Override(
        id=filled.notes[ID],
        start_at=filled.moment(_FROM),
        end_at=filled.moment(_TO),
        action=action,
        user_ids=linked(visit, filled, _WHO),
        layer=None if layer == _EVERY_LAYER else int(layer),
        replaced_id=instead[0] if instead else None,
    )


def _admit(visit: Visit, schedule: Schedule, override: Override) -> None:
    """Members may step in themselves; whatever else changes who is on call is for the admins."""
    steps_in = override.user_ids == (visit.user.id,) and override.action is not Action.REMOVE
    if not permits.is_of(visit, schedule.id):
        permits.admit_to(visit, schedule.id)
    elif not steps_in:
        _admit_others(visit, schedule)


def _admit_others(visit: Visit, schedule: Schedule) -> None:
    try:
        permits.admit_to(visit, schedule.id)
    except Refused as refused:
        swap = f"/pagertree oncall swap {schedule.handle}"
        raise Refused(f"{refused} You may put yourself on call here, and swap a shift of yours: {swap}") from refused


def say_override(override: Override, directory: Directory) -> str:
    """Say an override in one sentence of markup."""
    who = ", ".join(_name(directory, each) for each in override.user_ids[:10])
    span = f"from {when(override.start_at)} until {when(override.end_at)}"
    where = f" in layer {override.layer}" if override.layer else ""
    match override.action:
        case Action.ADD:
            return f"{who} on call too{where}, {span}"
        case Action.REMOVE:
            return f"{who} not on call{where}, {span}"
        case Action.REPLACE:
            instead = _name(directory, override.replaced_id) if override.replaced_id else "everyone"
            return f"{who} instead of {instead}{where}, {span}"


def _name(directory: Directory, user_id: str) -> str:
    user = directory.users.get(user_id)
    return mention(user.slack_id, user.name) if user else "somebody who is gone"


def ask_to_remove(schedule: Schedule, override: Override, directory: Directory) -> Form:
    """Ask before an override is taken back."""
    halves = parts_of(schedule, override.id)
    listed = "; ".join(say_override(each, directory) for each in halves)
    whole = "\nThis is a swap: both halves of it are taken back, and both people hear of it." if len(halves) > 1 else ""
    said = f"Take this back? {listed} in *{line(schedule.name, 100)}*.{whole}"
    return Form(
        title="Delete override",
        name=_REMOVE,
        submit="Delete",
        close="Keep",
        notes={ID: schedule.id, _OVERRIDE: override.id},
        blocks=(section(said),),
    )


def _remove(visit: Visit, filled: Filled) -> Saved:
    schedule = _schedule(visit, filled.notes[ID])
    found = next((each for each in schedule.overrides if each.id == filled.notes[_OVERRIDE]), None)
    if found is None:
        raise NotFound("It was deleted already.")
    halves = parts_of(schedule, found.id)
    _admit_to_remove(visit, schedule, halves)
    after = rotas.remove_override(visit.ports, schedule.id, found.id, visit.actor)
    said = "The swap is taken back." if len(halves) > 1 else "The override is deleted."
    begins, ends = min(each.start_at for each in halves), max(each.end_at for each in halves)
    then = say_span(after, visit.directory(), begins, ends, visit.now)
    return Saved(title="Deleted", said=Said(text=said, blocks=(section(said), *then)))


def _admit_to_remove(visit: Visit, schedule: Schedule, halves: Sequence[Override]) -> None:
    """A swap may be taken back, as a whole, by either of the two; another override by whoever might have made it."""
    if len(halves) > 1 and any(visit.user.id in (*each.user_ids, each.replaced_id) for each in halves):
        return
    _admit(visit, schedule, halves[0])


def _schedule(visit: Visit, schedule_id: str) -> Schedule:
    found = visit.directory().schedules.get(schedule_id)
    if found is None:
        raise NotFound("The schedule was deleted.")
    return found


# --- Swaps --------------------------------------------------------------------------------------------------------


def new_swap(visit: Visit, schedule: Schedule) -> Form:
    """Two shifts to choose, of the next eight weeks; one of them of whoever opens it, if they have one."""
    ahead = shifts(staffed(schedule, visit.directory()), visit.now, visit.now + OUTLOOK)[:_MOST_SHIFTS]
    if len({each.user_id for each in ahead}) < 2:
        raise Refused("There are no shifts of two people in the next eight weeks to swap")
    choices = [shift_choice(each, visit) for each in ahead]
    own = next((value.value for value, each in zip(choices, ahead, strict=True) if each.user_id == visit.user.id), "")
    return Form(
        title="Swap shifts",
        name=_SWAP,
        submit="Swap",
        close="Cancel",
        notes={ID: schedule.id},
        blocks=(
            context(f"Shifts of {line(schedule.name, 100)}; times are in your time zone, {line(visit.user.zone)}."),
            input_block(_ONE, "This shift", menu(_ONE, choices, own)),
            input_block(_OTHER, "for this one", menu(_OTHER, choices)),
        ),
    )


def shift_choice(shift: Shift, visit: Visit) -> Choice:
    """A shift as a choice: its value names it, also when the schedule changed meanwhile."""
    user = visit.directory().users.get(shift.user_id)
    name = user.name if user else "somebody who is gone"
    begins, ends = _local(shift.start_at, visit), _local(shift.end_at, visit)
    value = f"{shift.user_id}|{shift.layer}|{int(shift.start_at.timestamp())}|{int(shift.end_at.timestamp())}"
    return Choice(
        value=value, label=f"{begins:%a %d %b %H:%M} to {ends:%a %d %b %H:%M} {name[:22]}, layer {shift.layer}"
    )


def _local(at: datetime, visit: Visit) -> datetime:
    return at.astimezone(ZoneInfo(visit.user.zone))


def read_shift(value: str) -> Shift:
    """The shift of a choice."""
    user_id, layer, start, end = value.split("|")
    begins, ends = datetime.fromtimestamp(int(start), UTC), datetime.fromtimestamp(int(end), UTC)
    return Shift(user_id=user_id, layer=int(layer), start_at=begins, end_at=ends, source_id="")


def _swap(visit: Visit, filled: Filled) -> Saved:
    schedule = _schedule(visit, filled.notes[ID])
    one, other = read_shift(filled.choice(_ONE)), read_shift(filled.choice(_OTHER))
    if visit.user.id not in {one.user_id, other.user_id} or not permits.is_of(visit, schedule.id):
        permits.admit_to(visit, schedule.id)
    try:
        swapped = rotas.swap(visit.ports, schedule.id, one, other, visit.actor)
    except Invalid as invalid:
        raise Invalid(replace(each, where=(_OTHER,)) for each in invalid.problems) from invalid
    said = "\n".join(_say_swapped(visit, one, other))
    half = next((each for each in reversed(swapped.overrides) if each.swap_id), None)
    undo = [run("Undo", f"override delete {swapped.handle} {half.id}")] if half else []
    return Saved(title="Swapped", said=Said(text=said, blocks=(section(said, *undo),)))


def _say_swapped(visit: Visit, one: Shift, other: Shift) -> Iterator[str]:
    for mine, theirs in ((one, other), (other, one)):
        name = _name(visit.directory(), theirs.user_id)
        yield f"{name} is on call from {when(mine.start_at)} until {when(mine.end_at)}, layer {mine.layer}."


def _find_schedules(visit: Visit, typed: str) -> Sequence[Choice]:
    return matching(schedule_choices(visit.directory()), typed)


MODALS = (
    Modal(name=_ADD, anchor=_WHO, save=_save),
    Modal(name=_REMOVE, anchor="", save=_remove),
    Modal(name=_SWAP, anchor=_ONE, save=_swap),
)
MENUS = (Menu(action_id=SCHEDULE, choices=_find_schedules),)
TOOLS = (Tool(action_id=_PREVIEW, opens=_THEN, use=_preview),)
