"""A storm's summary, while it is on and when it is over, with every text, as Slack would take it."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from bot.engine.model import Status
from bot.slack.summaries import draw_summary
from sandbox.blocks import ALL_TEXT, message_problems, text_size
from tests.channels.samples import AT, storm
from tests.golden.asking import Golden
from tests.golden.texts import HOSTILE, TEXTS


@pytest.mark.parametrize("text", TEXTS)
def test_a_storm_is_as_agreed_and_within_slacks_sizes(text: str, golden: Golden) -> None:
    on = storm(TEXTS[text])
    for name, shown in (("on", on), ("over", replace(on, over_at=AT + timedelta(minutes=7)))):
        drawn = draw_summary(shown)
        assert message_problems(drawn.blocks) == []
        assert text_size(drawn.blocks) < ALL_TEXT
        assert 0 < len(drawn.text) < 4_000
        golden.check(f"storm_{name}", text, asdict(drawn))


def test_nothing_is_acknowledged_that_somebody_has() -> None:
    taken = replace(storm("disk full"), statuses=((Status.ACKNOWLEDGED, 3),))
    [row] = [block for block in draw_summary(taken).blocks if block["type"] == "actions"]
    assert [each["text"]["text"] for each in row["elements"]] == ["Show"]


def test_foreign_text_mentions_nobody_and_links_nowhere() -> None:
    drawn = str(asdict(draw_summary(storm(HOSTILE))))
    assert "<!channel>" not in drawn
    assert "<@" not in drawn
    assert "<https://evil.example" not in drawn
