"""The inputs of an event of a schedule: who, in which turns, from when to when, how often."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.engine.directory import Directory
from bot.engine.schedules import Event, Rotation
from bot.engine.schedules.checking import MOST_LAYERS
from bot.errors import Invalid, Problem
from bot.handlers.filled import Filled
from bot.handlers.modals import menus
from bot.handlers.modals.hours import HOURS_BLOCKS, PART, WeekPart, hours_inputs, part_of, read_hours
from bot.handlers.modals.picking import people_inputs, picked, picking_blocks
from bot.handlers.modals.saving import edited
from bot.handlers.visit import Visit
from bot.slack.blocks import Block
from bot.slack.forms import Choice, date, input_block, menu, number, text, time

PEOPLE, TURNS, LAYER = "attendees", "rotation", "layer"
DAY, TIME, END_DAY, END_TIME = "start", "start_time", "end", "end_time"
REPEATS, RULE, CLOCK = "recurrence", "rule", "clock"

_ONCE, _OTHERWISE, _TOGETHER = "once", "otherwise", "together"
_REPEATS: Mapping[str, str] = {
    "FREQ=WEEKLY": "Every week",
    "FREQ=WEEKLY;INTERVAL=2": "Every two weeks",
    "FREQ=DAILY": "Every day",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR": "Monday to Friday",
    "FREQ=WEEKLY;BYDAY=SA,SU": "On weekends",
    "FREQ=MONTHLY": "Every month",
    "FREQ=MONTHLY;INTERVAL=3": "Every quarter",
    "FREQ=YEARLY": "Every year",
    _ONCE: "Only once",
    _OTHERWISE: "As written below",
}
_TURNS = (
    Choice(value="1", label="One after the other"),
    Choice(value="2", label="Two at a time"),
    Choice(value="3", label="Three at a time"),
    Choice(value=_TOGETHER, label="All of them together"),
)
_PLACES: Mapping[str, str] = {"exceptions": DAY}
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "attendees": picking_blocks(PEOPLE),
    "layer": (LAYER,),
    "start": (DAY, TIME),
    "end": (END_DAY, END_TIME),
    "recurrence": (REPEATS, RULE),
    "rotation": (TURNS,),
    "hours": HOURS_BLOCKS,
    "zone": (CLOCK,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An event that is being written: what a form begins with."""

    event: Event
    alone: bool = False
    """Whether it is one occurrence, which neither repeats nor has turns."""


def first_event(event_id: str, now: datetime) -> Event:
    """A week that begins today at nine, on the wall clock that `now` shows."""
    start = now.replace(hour=9, minute=0, second=0, microsecond=0)
    return Event(
        id=event_id,
        attendees=(),
        start=start,
        end=start + timedelta(weeks=1),
        recurrence="FREQ=WEEKLY",
        rotation=Rotation(),
    )


def event_inputs(directory: Directory, draft: Draft) -> Iterator[Block]:
    """The inputs of an event as it is."""
    event = draft.event
    who = "On call" if draft.alone else "On call, in the order of their turns"
    yield from people_inputs(PEOPLE, who, event.attendees, directory)
    if not draft.alone:
        yield input_block(TURNS, "How many at a time", menu(TURNS, _TURNS, _turns_of(event)))
    yield input_block(LAYER, "Layer", number(event.layer, 1, MOST_LAYERS), hint="Layer 1 is paged first.")
    yield input_block(DAY, "First day", date(f"{event.start:%Y-%m-%d}"))
    yield input_block(TIME, "From", time(f"{event.start:%H:%M}"))
    yield input_block(END_DAY, "Last day of this turn", date(f"{event.end:%Y-%m-%d}"))
    yield input_block(END_TIME, "Until", time(f"{event.end:%H:%M}"))
    if not draft.alone:
        yield from _repeat_inputs(event)
        yield from hours_inputs(event.hours)
        zone_hint = "Nothing chosen: that of the schedule. Another one lets a team follow the sun."
        zones = menu(menus.ZONE, menus.zones(), event.zone)
        yield input_block(CLOCK, "On the clock of", zones, hint=zone_hint, optional=True)


def _repeat_inputs(event: Event) -> Iterator[Block]:
    known = (event.recurrence or _ONCE).removesuffix(";INTERVAL=1")
    choices = [Choice(value=value, label=label) for value, label in _REPEATS.items()]
    yield input_block(REPEATS, "Repeats", menu(REPEATS, choices, known if known in _REPEATS else _OTHERWISE))
    written = "" if known in _REPEATS else known[:500]
    hint = "The value of an RFC 5545 RRULE, used when you choose “As written below”."
    rule = text(written, "FREQ=WEEKLY;INTERVAL=3", 500)
    yield input_block(RULE, "Repeats otherwise", rule, hint=hint, optional=True)


def _turns_of(event: Event) -> str:
    return str(min(event.rotation.at_once, 3)) if event.rotation else _TOGETHER


def read_event(visit: Visit, filled: Filled, was: Event) -> Event:
    """The event as it was filled in; what the form does not ask for stays as it was. Raises `Invalid`."""
    event = replace(
        was,
        attendees=picked(visit, filled, PEOPLE, was.attendees),
        layer=int(filled.text(LAYER)),
        start=_read_time(filled, DAY, TIME),
        end=_read_time(filled, END_DAY, END_TIME),
    )
    if REPEATS not in filled.state:
        return event
    hours = read_hours(filled) if part_of(was.hours) or filled.choice(PART) not in {"", WeekPart.ALWAYS} else was.hours
    return replace(
        event,
        recurrence=_read_rule(filled),
        rotation=_read_turns(filled.choice(TURNS), was),
        hours=hours,
        zone=filled.choice(CLOCK),
    )


def changed_event(visit: Visit, filled: Filled, was: Event) -> Event:
    """A known event with what was touched in its form; the rest stays as it was, to the second. Raises `Invalid`."""
    return edited(filled, was, read_event(visit, filled, was), _FIELDS)


def _read_time(filled: Filled, day: str, at: str) -> datetime:
    return datetime.fromisoformat(f"{filled.date(day)}T{filled.time(at)}")


def _read_rule(filled: Filled) -> str | None:
    chosen = filled.choice(REPEATS)
    if chosen == _ONCE:
        return None
    if chosen != _OTHERWISE:
        return chosen
    if written := filled.text(RULE).upper().removeprefix("RRULE:"):
        return written
    mend = "Write it like FREQ=WEEKLY;INTERVAL=3, or choose another."
    raise Invalid([Problem(message="It is not written how it repeats.", mend=mend, where=(RULE,))])


def _read_turns(chosen: str, was: Event) -> Rotation | None:
    """A rotation that the form has no words for stays, as long as nobody chooses another."""
    if chosen == _turns_of(was):
        return was.rotation
    return None if chosen == _TOGETHER else Rotation(at_once=int(chosen), step=int(chosen))


def placed(invalid: Invalid) -> Invalid:
    """Put the problems of a schedule under the inputs of the event that they are about."""
    return Invalid(_placed(problem) for problem in invalid.problems)


def _placed(problem: Problem) -> Problem:
    if problem.where == ("events",):
        return replace(problem, where=(LAYER,))
    own = problem.where[2:] if problem.where[:1] == ("events",) else problem.where
    name = str(own[0]) if own else PEOPLE
    return replace(problem, where=(_PLACES.get(name, name),))
