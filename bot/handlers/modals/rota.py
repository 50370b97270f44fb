"""The simple rota of a team: one person after the other, and behind them, in the next layers, whoever is next."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.engine.schedules import Event, Rotation, Schedule, daily, weekly

RotaLength = Literal["weekly", "daily"]
_RECURRENCE = re.compile(r"FREQ=(WEEKLY|DAILY)(?:;INTERVAL=(\d{1,3}))?")
_EVERY_TIME = ";INTERVAL=1"  # says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """People in the order of their turns; `handover` is the wall-clock time, in `zone`, of the first turn."""

    people: tuple[str, ...]
    turn: RotaLength
    every: int
    handover: datetime
    zone: str


def events_of(rota: Rota, schedule_id: str, layers: int) -> tuple[Event, ...]:
    """The events of a rota: in layer 2 is whoever has the next turn, and so on, as far as there are people."""
    make = weekly if rota.turn == "weekly" else daily
    return tuple(
        make(
            id=f"{schedule_id.replace('sch_', 'evt_', 1)}{layer}",
            attendees=rota.people[layer - 1 :] + rota.people[: layer - 1],
            handover=rota.handover,
            every=rota.every,
            layer=layer,
        )
        for layer in range(1, min(layers, len(rota.people)) + 1)
    )


def rota_of(schedule: Schedule) -> Rota | None:
    """The rota that a schedule was made of; None when it says more than a rota can."""
    first = next((event for event in schedule.events if event.layer == 1), None)
    found = _RECURRENCE.fullmatch(first.recurrence or "") if first else None
    if first is None or found is None or first.rotation != Rotation():
        return None
    rota = Rota(
        people=first.attendees,
        turn="weekly" if found[1] == "WEEKLY" else "daily",
        every=int(found[2] or 1),
        handover=first.start,
        zone=schedule.zone,
    )
    same = {_essence(event) for event in events_of(rota, schedule.id, len(schedule.events))}
    return rota if same == {_essence(event) for event in schedule.events} else None


def _essence(event: Event) -> tuple[object, ...]:
    recurrence = (event.recurrence or "").removesuffix(_EVERY_TIME)
    return (event.layer, event.attendees, event.start, event.end, recurrence, event.rotation, event.exceptions)


def first_rota(now: datetime, zone: str) -> Rota:
    """A rota to begin with: weekly, handed over on Mondays at nine, from this week on."""
    today = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None, hour=9, minute=0, second=0, microsecond=0)
    return Rota(people=(), turn="weekly", every=1, handover=today - timedelta(days=today.weekday()), zone=zone)
