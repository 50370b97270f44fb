"""Who is on call when, as it is stored (schedule, event, override) and as it is computed (shift)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """How the attendees of an event take turns.

    Of the attendees in order, `at_once` are on call in an occurrence, and each occurrence starts `step` attendees
    further on. `at_once=2, step=2` is a rota of pairs; `at_once=2, step=1` keeps one of the pair for a second turn.
    """

    at_once: int = 1
    step: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A part of the week: on these `days` (Monday is 0) from `start` to `end` on the wall clock.

    An end that is not after the start is that of the next day, so that 09:00 to 09:00 is a whole day.
    """

    days: tuple[int, ...]
    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a schedule: attendees in order, and when.

    `start` and `end` are naive wall-clock times in the schedule's zone (`end` is the first moment that is no longer
    on call). `recurrence` is the value of an RFC 5545 RRULE (`FREQ=WEEKLY;INTERVAL=2`), counted in wall-clock time;
    None happens once. `rotation` None puts all attendees on call together. `exceptions` are the starts of
    occurrences that do not take place; they still count in the rotation, so a day off changes nobody else's turn.
    `hours` are when in an occurrence its people are on call (nothing: all the time); `zone` is whose wall clock all of
    this is on, where it is not the schedule's.
    """

    id: str
    layer: int = 1
    attendees: tuple[str, ...]
    start: datetime
    end: datetime
    recurrence: str | None = None
    rotation: Rotation | None = None
    exceptions: tuple[datetime, ...] = ()
    hours: tuple[Hours, ...] = ()
    zone: str = ""

    @property
    def duration(self) -> timedelta:
        """The length of an occurrence on the wall clock."""
        return self.end - self.start


class Action(StrEnum):
    """What an override does to the people of a span."""

    REPLACE = "replace"
    ADD = "add"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A change to who is on call between two instants, in one layer or (None) in every layer.

    `replace` puts `user_ids` on call instead of everyone; with `replaced_id`, instead of that user only, and only
    while that user would be. `add` puts them on call too; `remove` takes them off. Later overrides of a schedule
    work on what earlier ones left. `author_id` is the user who made it, where that was written down. `cause` is `KEPT`
    where a change of the events left a turn as it was, else empty. `swap_id` is the same for the two halves of a swap.
    """

    id: str
    start_at: datetime
    end_at: datetime
    action: Action
    user_ids: tuple[str, ...]
    layer: int | None = None
    replaced_id: str | None = None
    author_id: str = ""
    cause: str = ""
    swap_id: str = ""


KEPT = "kept"
"""The cause of an override that lets somebody keep the turn that they had when the events were changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A named set of events and overrides; the events' wall-clock times are in `zone` (a zone database name).

    `feed_key` is the secret part of its calendar's address. `feed_url` is where its events are read from, if they are.
    """

    id: str
    name: str
    handle: str
    zone: str
    events: tuple[Event, ...] = ()
    overrides: tuple[Override, ...] = ()
    feed_key: str = ""
    feed_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One user on call in one layer from `start_at` up to but not including `end_at`.

    Computed, never stored. `source_id` is the event or the override that makes it so.
    """

    user_id: str
    layer: int
    start_at: datetime
    end_at: datetime
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Nobody is on call in this layer from `start_at` up to but not including `end_at`."""

    layer: int
    start_at: datetime
    end_at: datetime
