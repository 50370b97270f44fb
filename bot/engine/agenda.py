"""Two weeks of a schedule, laid out by layer: who has it, by an override or not, and when nobody has."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.engine.directory import Directory
from bot.engine.schedules import KEPT, Schedule, gaps, layers, shifts
from bot.engine.schedules.walltime import find_zone
from bot.engine.staffing import staffed

SPAN = timedelta(days=14)
_MOST_LAYERS = 4
_MOST_SAID = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class LanePart:
    """A part of a lane, between two instants. Nobody is in it where `name` is empty."""

    start_at: datetime
    end_at: datetime
    name: str = ""
    by_override: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One layer; people who are on call in it at the same time have blocks that overlap."""

    layer: int
    blocks: tuple[LanePart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What is drawn: from the start of today, in `zone`, for two weeks; `left` is how many layers have no room."""

    name: str
    zone: ZoneInfo
    now: datetime
    start_at: datetime
    end_at: datetime
    lanes: tuple[Lane, ...]
    left: int = 0


def lay_out(schedule: Schedule, directory: Directory, now: datetime) -> Agenda:
    """The next two weeks; now to the full quarter of an hour. Raises Invalid where it cannot be computed."""
    zone, lived = find_zone(schedule.zone), staffed(schedule, directory)
    shown = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    start = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    end = (start.replace(tzinfo=None) + SPAN).replace(tzinfo=zone)
    present = layers(lived) or (1,)
    lanes = tuple(
        Lane(layer=layer, blocks=tuple(_blocks(lived, layer, (start, end), directory)))
        for layer in present[:_MOST_LAYERS]
    )
    left = len(present) - len(lanes)
    return Agenda(name=schedule.name, zone=zone, now=shown, start_at=start, end_at=end, lanes=lanes, left=left)


def _blocks(
    schedule: Schedule, layer: int, span: tuple[datetime, datetime], directory: Directory
) -> Iterator[LanePart]:
    by_people = {each.id for each in schedule.overrides if each.cause != KEPT}
    for shift in shifts(schedule, *span):
        if shift.layer == layer:
            user = directory.users.get(shift.user_id)
            yield LanePart(
                start_at=max(shift.start_at, span[0]),
                end_at=min(shift.end_at, span[1]),
                name=user.name if user else "somebody who is gone",
                by_override=shift.source_id in by_people,
            )
    for gap in gaps(schedule, *span, layer):
        yield LanePart(start_at=gap.start_at, end_at=gap.end_at)


def describe(agenda: Agenda) -> str:
    """The same facts as text, for those who do not see the picture: layer by layer, in order of time."""
    return " ".join(f"Layer {lane.layer}: {'; '.join(_describe(lane, agenda))}." for lane in agenda.lanes)


def _describe(lane: Lane, agenda: Agenda) -> Iterator[str]:
    ahead = sorted((each for each in lane.blocks if each.end_at > agenda.now), key=lambda each: each.start_at)
    for block in ahead[:_MOST_SAID]:
        begins, ends = (f"{at.astimezone(agenda.zone):%a %d %b %H:%M}" for at in (block.start_at, block.end_at))
        yield f"{block.name or 'nobody'} {begins} to {ends}{', by an override' if block.by_override else ''}"
    if len(ahead) > _MOST_SAID:
        yield f"and {len(ahead) - _MOST_SAID} more"
