"""The settings that change how fast providers are asked."""

from datetime import timedelta

import pytest

from bot.engine.delivery.pacing import Pace, scaled
from bot.errors import Invalid
from bot.variables import times

PACE = Pace(key="a", period=timedelta(seconds=1), burst=3, spare=1)


def test_a_pace_can_be_faster_slower_or_none() -> None:
    assert scaled(1.0, PACE) == (PACE,)
    assert scaled(4.0, PACE) == (Pace(key="a", period=timedelta(seconds=0.25), burst=12, spare=4),)
    assert scaled(0.5, PACE) == (Pace(key="a", period=timedelta(seconds=2), burst=3, spare=1),)
    assert scaled(0.0, PACE) == ()


@pytest.mark.parametrize(("given", "factor"), [("", 1.0), (" 2.5 ", 2.5), ("0", 0.0)])
def test_a_setting_says_how_many_times_as_fast(given: str, factor: float) -> None:
    assert times({"SLACK_RATES": given}, "SLACK_RATES") == factor
    assert times({}, "SLACK_RATES") == 1.0


@pytest.mark.parametrize("given", ["fast", "-1", "nan", "inf"])
def test_what_is_no_rate_is_a_sentence(given: str) -> None:
    with pytest.raises(Invalid, match=r"SLACK_RATES: is not a number such as 1, 2.5 or 0"):
        times({"SLACK_RATES": given}, "SLACK_RATES")
