"""Reading alerts."""

from bot.engine.decision import PutEscalation
from bot.engine.model import Status
from bot.ports import Store
from tests.store.making import create, make_alert, make_escalation, saved


def test_alert_is_read_back_as_it_was_saved(store: Store) -> None:
    alert = make_alert("disk", data={"deep": [1, {"a": None}]}, tags=("x", "y"))
    escalation = make_escalation(alert)
    found = saved(store, create(alert, PutEscalation(escalation=escalation)))
    assert found.number == 1
    with store.begin() as uow:
        for reference in (alert.id, "1", "#1", " #1 "):
            situation = uow.situation(reference)
            assert situation is not None
            assert situation.escalations == (escalation,)
        assert uow.situation("2") is None
        assert uow.situation("alt_none") is None


def test_alert_with_a_key_is_found_until_it_is_resolved(store: Store) -> None:
    saved(store, create(make_alert("a")), create(make_alert("b", Status.RESOLVED)))
    with store.begin() as uow:
        uow.lock_dedup_keys("int_a", ["b", "a"])
        assert list(uow.live_alerts("int_a", ["a", "b", "c"])) == ["a"]
        assert uow.live_alerts("int_b", ["a"]) == {}
