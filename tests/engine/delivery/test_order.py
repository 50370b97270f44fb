"""What is said of a message of the ledger."""

from dataclasses import replace

import pytest

from bot.engine.delivery.order import say_outcome
from bot.engine.model import DeliveryState, NoticeKind, Notification, Urgency
from tests.surroundings import START

PAGE = Notification(
    id="alt_1.1",
    alert_id="alt_1",
    kind=NoticeKind.OPEN,
    channel="slack",
    urgency=Urgency.HIGH,
    due_at=START,
    address="",
)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": DeliveryState.SENDING}, "on its way"),
        ({"state": DeliveryState.SENT}, "sent"),
        ({"state": DeliveryState.SENT, "attempts": 3}, "sent after 3 attempts"),
        ({"state": DeliveryState.SENT, "muted": True, "error": "do-not-disturb is on"}, "sent: do-not-disturb is on"),
        ({"error": "no room", "attempts": 2}, "not taken yet after 2 attempts, tried again: no room"),
        ({"state": DeliveryState.FAILED}, "not delivered: no reason was given"),
    ],
)
def test_what_became_of_a_message_is_said_with_the_reason(changes: dict[str, object], said: str) -> None:
    assert say_outcome(replace(PAGE, **changes)) == said  # type: ignore[arg-type]
