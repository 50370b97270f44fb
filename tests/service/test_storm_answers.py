"""What somebody hears who took a storm."""

import pytest

from bot.service.bulk import ActedOnAll
from bot.service.storm_answers import say

REFUSED = tuple(f"#{number} is already resolved, 4s ago by Bob." for number in range(1, 8))


@pytest.mark.parametrize(
    ("acted", "said"),
    [
        (ActedOnAll(count=0), "Somebody has each of them already, or they are over."),
        (ActedOnAll(count=1), "You have 1 alert of this storm."),
        (ActedOnAll(count=1_234), "You have 1,234 alerts of this storm."),
        (ActedOnAll(count=3, refused=REFUSED[:1]), f"You have 3 alerts of this storm. Not 1:\n{REFUSED[0]}"),
        (
            ActedOnAll(count=0, refused=REFUSED),
            "\n".join(("You have 0 alerts of this storm. Not 7:", *REFUSED[:5], "And 2 more.")),
        ),
    ],
)
def test_how_many_and_why_not_the_others(acted: ActedOnAll, said: str) -> None:
    assert say(acted) == said
