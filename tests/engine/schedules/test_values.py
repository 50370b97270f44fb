"""Schedules keep every word when they are stored as JSON."""

import msgspec

from bot.engine.schedules import Action, Override, Rotation, Schedule
from tests.engine.schedules.samples import event, instant, schedule


def test_a_schedule_survives_being_stored() -> None:
    series = event(
        "2026-10-25T02:30", "2026-10-25T09:00", "ada", "bo",
        recurrence="FREQ=DAILY", rotation=Rotation(at_once=2), exceptions=("2026-10-26T02:30",),
    )  # fmt: skip
    override = Override(
        id="ovr_1",
        start_at=instant("2026-10-25T00:30"),
        end_at=instant("2026-10-26T00:30"),
        action=Action.REPLACE,
        user_ids=("cy",),
        replaced_id="ada",
    )
    given = schedule(series, zone="Europe/Berlin", overrides=(override,))
    assert msgspec.json.decode(msgspec.json.encode(given), type=Schedule) == given
