"""What puts somebody on call, in words instead of ids."""

from datetime import datetime, timedelta

import pytest

from bot.engine.directory import collect
from bot.engine.escalation.on_call_reasons import say_event
from bot.engine.model import User
from bot.engine.schedules import Event, Rotation

NAMES = ("ann", "bo", "cy", "dee", "eve", "flo")
PEOPLE = [User(id=f"usr_{name}", name=name.title(), handle=name) for name in NAMES]
START = datetime(2026, 1, 5, 9)  # noqa: DTZ001  # wall-clock time


@pytest.mark.parametrize(
    ("names", "recurrence", "rotation", "said"),
    [
        ("ann bo", "FREQ=WEEKLY", Rotation(), "weekly rotation of @ann, @bo"),
        ("ann bo", "FREQ=DAILY;INTERVAL=1", None, "daily shift of @ann, @bo"),
        ("ann", "FREQ=WEEKLY", Rotation(), "weekly shift of @ann"),
        ("ann bo", "FREQ=WEEKLY;INTERVAL=2", Rotation(), "rotation of @ann, @bo every 2 weeks"),
        ("ann bo", "FREQ=WEEKLY;BYDAY=MO,TU", Rotation(), "weekly rotation of @ann, @bo on Mon, Tue"),
        ("ann bo", "FREQ=MONTHLY;BYDAY=1MO", Rotation(), "monthly rotation of @ann, @bo"),
        ("ann", None, None, "single shift of @ann"),
        (" ".join(NAMES), "FREQ=DAILY", Rotation(), "daily rotation of @ann, @bo, @cy, @dee and 2 more"),
        ("ann ann gone", "FREQ=DAILY", None, "daily shift of @ann"),
    ],
)
def test_an_event_is_described_by_its_people_and_times(
    names: str, recurrence: str | None, rotation: Rotation | None, said: str
) -> None:
    event = Event(
        id="evt_1",
        attendees=tuple(f"usr_{name}" for name in names.split()),
        start=START,
        end=START + timedelta(days=1),
        recurrence=recurrence,
        rotation=rotation,
    )
    assert say_event(event, collect(PEOPLE)) == f"{said} (from 2026-01-05 09:00)"
