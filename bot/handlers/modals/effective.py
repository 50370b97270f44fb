"""When a change of who takes turns counts, and what it changes: asked in a form, said before and after saving."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations

from bot.engine.directory import Directory
from bot.engine.schedules import Schedule, Shift, following_start, gaps, layers, merge, on_call, shifts
from bot.engine.staffing import staffed
from bot.errors import Invalid
from bot.handlers import on_call_lines, rota_lines
from bot.handlers.filled import Filled
from bot.service.rotas import Effective
from bot.slack.blocks import Block, code, context, line, section, when
from bot.slack.forms import Choice, input_block, menu

WHEN = "effective"
_AHEAD = timedelta(weeks=4)
_MOST_LAYERS, _MOST_NEXT = 5, 10
_CHOICES = (
    Choice(value=Effective.NEXT_TURN, label="With the next turn: nobody on call now changes"),
    Choice(value=Effective.NOW, label="At once, as it is written here"),
)


def effective_input() -> Block:
    """When it counts."""
    return input_block(WHEN, "This counts", menu(WHEN, _CHOICES, Effective.NEXT_TURN), optional=True)


def read_effective(filled: Filled) -> Effective:
    """What was chosen; with the next turn where nothing was."""
    return Effective(filled.choice(WHEN) or Effective.NEXT_TURN)


def say_deleted(schedule: Schedule, directory: Directory, now: datetime) -> Iterator[Block]:
    """Who was on call now in a schedule that is deleted."""
    emptied = replace(schedule, events=(), overrides=())
    yield section("\n".join(("*Now*", *_now_safely(schedule, emptied, directory, now))))


def say_teams(before: Directory, after: Directory, now: datetime) -> Iterator[Block]:
    """Of teams that have another schedule than before: who is asked now, and who was."""
    for team in after.teams.values():
        had = before.teams.get(team.id)
        if had is None or had.schedule_id == team.schedule_id:
            continue
        was, has = (
            each.schedules.get(which or "") for each, which in ((before, had.schedule_id), (after, team.schedule_id))
        )
        said = _now_safely(was or _NO_SCHEDULE, has or _NO_SCHEDULE, after, now)
        yield section("\n".join((f"*Team {line(team.name, 100)}* has the schedule {_called(has)} now", *said)))


_NO_SCHEDULE = Schedule(id="", name="none", handle="", zone="Etc/UTC")


def _called(schedule: Schedule | None) -> str:
    return code(f"schedule:{schedule.handle}") if schedule else "no more"


def say_changed(before: Schedule | None, after: Schedule, directory: Directory, now: datetime) -> Iterator[Block]:
    """Who is on call now, and whether that is as it was; who is next within four weeks; when nobody is."""
    try:
        yield section("\n".join(("*Now*", *_now(before, after, directory, now))))
        ahead = list(rota_lines.say_next(after, directory, now, _MOST_NEXT, _AHEAD))
    except Invalid as invalid:
        yield context(f"⚠️ It cannot be computed: {invalid.problems[0].message}")
        return
    yield section("\n".join(("*Next, within four weeks*", *(ahead or ["Nobody else goes on call."]))))
    if doubled := tuple(_overlapping(after)):
        yield section("\n".join(doubled))
    yield from rota_lines.gaps_ahead(after, directory, now, _AHEAD)


def _overlapping(schedule: Schedule) -> Iterator[str]:
    """Events whose turns go on when the next one has begun: two people are on call then, or one is twice."""
    for event in schedule.events:
        second = following_start(event)
        if second and event.end > second and not event.hours:
            yield (
                f"⚠️ A turn of the event from {event.start:%Y-%m-%d %H:%M} lasts until {event.end:%Y-%m-%d %H:%M}, and "
                f"the next one begins on {second:%Y-%m-%d %H:%M} already: both are on call in between."
            )


def _now(before: Schedule | None, after: Schedule, directory: Directory, now: datetime) -> Iterator[str]:
    was = on_call(staffed(before, directory), now) if before else ()
    will = on_call(staffed(after, directory), now)
    present = sorted({*(layers(before) if before else ()), *layers(after)})
    for layer in present[:_MOST_LAYERS]:
        had, has = _of(was, layer), _of(will, layer)
        shown = rota_lines.say_people(list(has), directory)
        yield f"Layer {layer}: {shown}{_compared(had, has, directory) if before else ''}"


def _now_safely(before: Schedule, after: Schedule, directory: Directory, now: datetime) -> list[str]:
    try:
        return list(_now(before, after, directory, now))
    except Invalid as invalid:
        return [f"⚠️ It cannot be computed: {line(invalid.problems[0].message, 300)}"]


def _of(shifts: tuple[Shift, ...], layer: int) -> tuple[Shift, ...]:
    return tuple(each for each in shifts if each.layer == layer)


def _compared(had: tuple[Shift, ...], has: tuple[Shift, ...], directory: Directory) -> str:
    if {(each.user_id, each.end_at) for each in had} == {(each.user_id, each.end_at) for each in has}:
        return ", unchanged"
    said = ", ".join(f"{on_call_lines.name(directory, each.user_id)} until {when(each.end_at)}" for each in had)
    return f" (⚠️ changed: before, {said or 'nobody'})"


def say_span(
    schedule: Schedule, directory: Directory, start_at: datetime, end_at: datetime, now: datetime
) -> Iterator[Block]:
    """Who is on call in each layer between two instants, and what is wrong with that: an empty layer, one for two."""
    begins = max(start_at, now)
    if begins >= end_at:
        return
    lived = staffed(schedule, directory)
    found = merge(shifts(lived, begins, end_at))
    rows = [_layer_then(layer, found, directory) for layer in layers(lived)[:_MOST_LAYERS]]
    yield section("\n".join(("*On call then*", *rows)))
    if warned := [*_empty(lived, begins, end_at), *_shared(found, directory)]:
        yield section("\n".join(warned))


def _layer_then(layer: int, found: tuple[Shift, ...], directory: Directory) -> str:
    own = [each for each in found if each.layer == layer][:_MOST_NEXT]
    said = [
        f"{on_call_lines.name(directory, each.user_id)} {when(each.start_at)} to {when(each.end_at)}" for each in own
    ]
    return f"Layer {layer}: {'; '.join(said) or 'nobody'}"


def _empty(schedule: Schedule, begins: datetime, ends: datetime) -> Iterator[str]:
    for gap in gaps(schedule, begins, ends)[:_MOST_LAYERS]:
        yield f"⚠️ Nobody is on call in layer {gap.layer} from {when(gap.start_at)} until {when(gap.end_at)}."


def _shared(found: tuple[Shift, ...], directory: Directory) -> Iterator[str]:
    """Who is in several layers at the same time: when they do not answer, nobody else is asked in the next one."""
    for user_id in dict.fromkeys(each.user_id for each in found):
        own = [each for each in found if each.user_id == user_id]
        twice = {
            layer
            for one, other in combinations(own, 2)
            if one.layer != other.layer and one.start_at < other.end_at and other.start_at < one.end_at
            for layer in (one.layer, other.layer)
        }
        if twice:
            named = " and ".join(map(str, sorted(twice)))
            who = on_call_lines.name(directory, user_id)
            yield f"⚠️ {who} is in layers {named} at once: nobody else is asked after them."
