"""What an older version wrote is read as it was meant, and it reads what this one writes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from bot.engine.model import (
    Cycle,
    Escalation,
    Receiver,
    ReceiverKind,
    Rung,
    Stage,
    Timer,
    TimerKind,
    TraceLine,
    Verdict,
    cycle_id,
)

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
ESCALATION = Escalation(
    id="alt_1.1",
    alert_id="alt_1",
    receiver=Receiver(kind=ReceiverKind.TEAM, id="tem_1"),
    rungs=(Rung(number=1, timeout=timedelta(minutes=5)), Rung(number=2, timeout=timedelta(minutes=5))),
    started_at=NOW,
    position=1,
    passage=2,
)


def as_written_before(value: object, *names: str) -> bytes:
    document = msgspec.to_builtins(value)
    return msgspec.json.encode({name: each for name, each in document.items() if name not in names})


@pytest.mark.parametrize("kind", [TimerKind.LAYER_TIMEOUT, TimerKind.PAGING_STEP, TimerKind.AGGREGATION_END])
def test_a_timer_of_an_older_version_says_the_same(kind: TimerKind) -> None:
    now = Timer(
        id="t", kind=kind, alert_id="alt_1", due_at=NOW, position=1, rung=1, step=1, only_children=True, passage=2
    )
    before = msgspec.json.decode(as_written_before(now, "rung", "step", "only_children"), type=Timer)
    assert (before.ends_rung, before.next_step) == (now.ends_rung, now.next_step) == (1, 1)
    assert before.sends_children_only == (kind is TimerKind.AGGREGATION_END)
    assert now.sends_children_only


def test_a_cycle_of_an_older_version_belongs_to_the_layer_in_its_id() -> None:
    now = Cycle(
        id=cycle_id(ESCALATION, "usr_1"),
        alert_id="alt_1",
        escalation_id=ESCALATION.id,
        user_id="usr_1",
        steps=(),
        rung=1,
        passage=2,
    )
    before = msgspec.json.decode(as_written_before(now, "rung", "passage"), type=Cycle)
    assert before.rung is None
    for cycle in (now, before):
        assert cycle.is_of(ESCALATION)
        assert not cycle.is_of(replace(ESCALATION, position=0))
        assert not cycle.is_of(replace(ESCALATION, passage=1))


def test_a_reason_of_an_older_version_has_no_verdict() -> None:
    now = TraceLine(stage=Stage.ROUTER, subject="router:main", said="matched", verdict=Verdict.MATCHED)
    assert msgspec.json.decode(as_written_before(now, "verdict"), type=TraceLine) == replace(now, verdict=None)
