"""Recurrence rules in words."""

import pytest

from bot.handlers.recurring import say_recurrence


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=WEEKLY", "every week"),
        ("FREQ=WEEKLY;INTERVAL=1", "every week"),
        ("FREQ=DAILY;INTERVAL=3", "every 3 days"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,SA", "every 2 weeks on Sat, Sun"),
        ("FREQ=DAILY;COUNT=3", "every day, 3 times"),
        ("FREQ=MONTHLY;UNTIL=20260301", "every month until 2026-03-01"),
        ("FREQ=WEEKLY;UNTIL=20260119T175959", "every week until 2026-01-19 17:59"),
        ("FREQ=MONTHLY;BYDAY=1SU", "`FREQ=MONTHLY;BYDAY=1SU`"),
        ("FREQ=WEEKLY;BYHOUR=9,17", "`FREQ=WEEKLY;BYHOUR=9,17`"),
        ("FREQ=NEVER", "`FREQ=NEVER`"),
        ("<!channel>", "`&lt;!channel&gt;`"),
    ],
)
def test_simple_rules_are_words_and_others_stay_rules(rule: str, said: str) -> None:
    assert say_recurrence(rule) == said
