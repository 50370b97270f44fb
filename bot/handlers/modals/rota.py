"""The simple rota of a team: one person after the other, and behind them, in the next layers, whoever is next."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.engine.schedules import Event, Hours, Rotation, Schedule, daily, go_on, half_daily, monthly, weekly
from bot.handlers.modals.hours import part_of

RotaLength = Literal["weekly", "daily", "half_daily", "monthly"]
_RECURRENCE = re.compile(r"FREQ=(WEEKLY|DAILY|MONTHLY)(?:;INTERVAL=(\d{1,3})|;(BYHOUR)=\d{1,2},\d{1,2})?")
_TURNS: dict[str, RotaLength] = {
    "WEEKLY": "weekly",
    "DAILY": "daily",
    "MONTHLY": "monthly",
    "BYHOUR": "half_daily",
}
_MAKE = {"weekly": weekly, "daily": daily, "half_daily": half_daily, "monthly": monthly}
_LENGTHS = {"weekly": timedelta(weeks=1), "daily": timedelta(days=1), "half_daily": timedelta(hours=12)}
_EVERY_TIME = ";INTERVAL=1"  # says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """People in the order of their turns; `handover` is the wall-clock time, in `zone`, of the first turn."""

    people: tuple[str, ...]
    turn: RotaLength
    every: int
    handover: datetime
    zone: str
    hours: tuple[Hours, ...] = ()


def events_of(rota: Rota, schedule_id: str, layers: int) -> tuple[Event, ...]:
    """The events of a rota: in layer 2 is whoever has the next turn, and so on, as far as there are people."""
    return tuple(
        replace(
            _MAKE[rota.turn](
                id=f"{schedule_id.replace('sch_', 'evt_', 1)}{layer}",
                attendees=rota.people[layer - 1 :] + rota.people[: layer - 1],
                handover=rota.handover,
                every=rota.every,
                layer=layer,
            ),
            hours=rota.hours,
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
        turn=_TURNS[found[3] or found[1]],
        every=int(found[2] or 1),
        handover=first.start,
        zone=schedule.zone,
        hours=first.hours,
    )
    if part_of(rota.hours) is None:
        return None
    same = {_essence(event) for event in events_of(rota, schedule.id, len(schedule.events))}
    return rota if same == {_essence(event) for event in schedule.events} else None


def going_on(rota: Rota, before: Schedule, now: datetime) -> Rota:
    """The rota, so that the turn after the present one is that of whoever follows; see `schedules.go_on`.

    Where the first turn is moved to a time that is still to come, its people have their turns before it, too.
    """
    first, *_ = events_of(rota, before.id, 1)
    turned = go_on(before, replace(before, zone=rota.zone, events=(first,)), first.id, now)
    rota = replace(rota, people=turned.attendees)
    began = any(event.start <= now.astimezone(ZoneInfo(before.zone)).replace(tzinfo=None) for event in before.events)
    return _reaching_back(rota, now) if began else rota


def _reaching_back(rota: Rota, now: datetime) -> Rota:
    """The same turns, begun whole rounds earlier where the first is still to come: until then nobody else has them."""
    wall, turns = now.astimezone(ZoneInfo(rota.zone)).replace(tzinfo=None), rota.every * len(rota.people)
    while rota.people and rota.handover > wall:
        rota = replace(rota, handover=_earlier(rota, turns))
    return rota


def _earlier(rota: Rota, turns: int) -> datetime:
    if rota.turn != "monthly":
        return rota.handover - turns * _LENGTHS[rota.turn]
    months = rota.handover.year * 12 + rota.handover.month - 1 - turns
    return rota.handover.replace(year=months // 12, month=months % 12 + 1)


def _essence(event: Event) -> tuple[object, ...]:
    recurrence = (event.recurrence or "").removesuffix(_EVERY_TIME)
    return (
        event.layer,
        event.attendees,
        event.start,
        event.end,
        recurrence,
        event.rotation,
        event.exceptions,
        event.hours,
        event.zone,
    )


def first_rota(now: datetime, zone: str) -> Rota:
    """A rota to begin with: weekly, handed over on Mondays at nine, from this week on."""
    today = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None, hour=9, minute=0, second=0, microsecond=0)
    return Rota(people=(), turn="weekly", every=1, handover=today - timedelta(days=today.weekday()), zone=zone)
