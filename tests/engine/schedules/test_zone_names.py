"""Which time zone was probably meant."""

import pytest

from bot.engine.schedules.zone_names import suggest_zone


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Europ/Paris", "Did you mean Europe/Paris?"),
        ("europe/paris", "Did you mean Europe/Paris?"),
        ("Berln", "Did you mean Europe/Berlin?"),
        (" new york ", "Did you mean America/New_York?"),
        ("utc", "Did you mean UTC?"),
        ("Mars", "Write it like Europe/London."),
        ("GMT+2", "Write it like Europe/London."),
        ("", "Write it like Europe/London."),
        ("x" * 100_000, "Write it like Europe/London."),
    ],
)
def test_the_nearest_zone_is_suggested_where_one_is_near(written: str, said: str) -> None:
    assert suggest_zone(written) == said
