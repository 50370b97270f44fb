"""When a change of who takes turns counts, and what it changes: asked in a form, said before and after saving."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.channels.blocks import Block, context, section, when
from bot.channels.forms import Choice, input_block, menu
from bot.engine.departing import staffed
from bot.engine.directory import Directory
from bot.engine.schedules import Schedule, Shift, layers, on_call
from bot.errors import Invalid
from bot.handlers import duty, rota_lines
from bot.handlers.filled import Filled
from bot.service.rotas import Effective

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


def say_changed(before: Schedule | None, after: Schedule, directory: Directory, now: datetime) -> Iterator[Block]:
    """Who is on call now, and whether that is as it was; who is next within four weeks; when nobody is."""
    try:
        yield section("\n".join(("*Now*", *_now(before, after, directory, now))))
        ahead = list(rota_lines.say_next(after, directory, now, _MOST_NEXT, _AHEAD))
    except Invalid as invalid:
        yield context(f"⚠️ It cannot be computed: {invalid.problems[0].message}")
        return
    yield section("\n".join(("*Next, within four weeks*", *(ahead or ["Nobody else goes on call."]))))
    yield from rota_lines.gaps_ahead(after, directory, now, _AHEAD)


def _now(before: Schedule | None, after: Schedule, directory: Directory, now: datetime) -> Iterator[str]:
    was = on_call(staffed(before, directory), now) if before else ()
    will = on_call(staffed(after, directory), now)
    present = sorted({*(layers(before) if before else ()), *layers(after)})
    for layer in present[:_MOST_LAYERS]:
        had, has = _of(was, layer), _of(will, layer)
        shown = rota_lines.say_people(list(has), directory)
        yield f"Layer {layer}: {shown}{_compared(had, has, directory) if before else ''}"


def _of(shifts: tuple[Shift, ...], layer: int) -> tuple[Shift, ...]:
    return tuple(each for each in shifts if each.layer == layer)


def _compared(had: tuple[Shift, ...], has: tuple[Shift, ...], directory: Directory) -> str:
    if {(each.user_id, each.end_at) for each in had} == {(each.user_id, each.end_at) for each in has}:
        return ", unchanged"
    said = ", ".join(f"{duty.name(directory, each.user_id)} until {when(each.end_at)}" for each in had)
    return f" (⚠️ changed: before, {said or 'nobody'})"
