"""Storms in the store: held back, gathered once, counted as they stand, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from bot.engine.decision import Notify, consider
from bot.engine.delivery.storms import Storm, Traffic
from bot.engine.model import Alert, DeliveryState, Notification, Status, Urgency
from bot.ports import AlertFilter, Receipt, Settlement, Store
from bot.store import open_store
from tests.store.making import NOW, create, later, make_alert, make_notification, saved

LEASE = timedelta(seconds=30)
STORM = Storm(id="stm_1", channel="slack", address="primary", user_id="usr_zoe", began_at=NOW)


def paged(store: Store, count: int, **more: object) -> list[Alert]:
    """Alerts with a page each."""
    alerts = [make_alert(**more) for _ in range(count)]  # type: ignore[arg-type]
    return [saved(store, create(alert, Notify(notification=make_notification(alert)))) for alert in alerts]


def hold(store: Store) -> tuple[Notification, ...]:
    """Claim what is due and leave it to the storm."""
    with store.begin() as uow:
        claimed = uow.claim_notifications(NOW, LEASE, 100)
        uow.put_storm(STORM, later(1))
        uow.hold_back(STORM.id, claimed, NOW, later(60))
    return claimed


def test_what_is_held_back_is_not_due_until_the_net_and_was_no_attempt(store: Store) -> None:
    paged(store, 3)
    hold(store)
    with store.begin() as uow:
        assert uow.claim_notifications(later(59), LEASE, 100) == ()
        found = uow.claim_notifications(later(60), LEASE, 100)
    assert [(each.storm_id, each.attempts) for each in found] == [(STORM.id, 1)] * 3


def test_what_is_held_back_is_gathered_once_and_settled_as_sent(store: Store) -> None:
    alerts = paged(store, 3)
    hold(store)
    with store.begin() as uow:
        held = uow.gather(STORM.id, later(2), 100)
        assert uow.gather(STORM.id, later(2), 100) == ()
    receipt = Receipt(provider_id="1.0", conversation="D1", muted=True, remark="quiet")
    with store.begin() as uow:
        uow.settle(
            [Settlement(notification_id=each.id, state=receipt.state, receipt=receipt, error="quiet") for each in held]
        )
    with store.begin() as uow:
        rows = [row for of_alert in uow.notifications([each.id for each in alerts]).values() for row in of_alert]
        assert uow.claim_stale_messages(["slack"], later(3), 100) == ()
    assert [(row.state, row.provider_id, row.attempts, row.muted, row.error) for row in rows] == [
        (DeliveryState.SENT, "1.0", 1, True, "quiet")
    ] * 3
    assert {row.sent_at for row in rows} == {later(2)}


def test_a_page_that_was_answered_meanwhile_is_cancelled_instead_of_gathered(store: Store) -> None:
    paged(store, 1, status=Status.ACKNOWLEDGED)
    open_one = paged(store, 1)
    with store.begin() as uow:
        rows = uow.notifications([each.id for each in open_one])[open_one[0].id]
        uow.claim_notifications(NOW, LEASE, 100)
        uow.hold_back(STORM.id, rows, NOW, later(60))
    with store.begin() as uow:
        assert [each.alert_id for each in uow.gather(STORM.id, later(2), 100)] == [open_one[0].id]


def test_alerts_are_counted_as_they_stand_each_once(store: Store) -> None:
    alerts = paged(store, 4) + paged(store, 2, urgency=Urgency.LOW)
    hold(store)
    with store.begin() as uow:
        tally = uow.tally(STORM.id)
        listed = uow.alerts(AlertFilter(storm_id=STORM.id))
        assert uow.tally("stm_none").counts == ()
    assert sorted(tally.counts) == [(Status.OPEN, Urgency.HIGH, 4), (Status.OPEN, Urgency.LOW, 2)]
    assert [each.id for each in tally.newest] == [each.id for each in reversed(alerts)][:5]
    assert [each.id for each in listed] == [each.id for each in reversed(alerts)]


def test_a_storm_is_claimed_once_and_again_after_its_lease(store: Store) -> None:
    with store.begin() as uow:
        uow.put_storm(STORM, later(1))
        assert uow.claim_storms(NOW, LEASE, 10) == ()
        assert uow.claim_storms(later(1), LEASE, 10) == (STORM,)
        assert uow.claim_storms(later(30), LEASE, 10) == ()
        assert uow.claim_storms(later(31), LEASE, 10) == (STORM,)
        assert uow.storms_on() == (STORM,)
        uow.put_storm(STORM, None)
        assert uow.storms_on() == ()
        assert uow.storm(STORM.id) == STORM
        assert uow.storm("stm_none") is None


def test_two_that_look_at_one_place_at_once_do_so_in_turn(store: Store) -> None:
    def count(_: int) -> None:
        with store.begin() as uow:
            traffic = uow.traffic(["slack usr_zoe", "slack C0OPS"])["slack usr_zoe"]
            uow.put_traffic([Traffic(place=traffic.place, recent=(*traffic.recent, NOW), storm_id="stm_1")])

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(24)))
    with store.begin() as uow:
        found = uow.traffic(["slack usr_zoe", "slack C0OPS"])
    assert len(found["slack usr_zoe"].recent) == 24
    assert found["slack usr_zoe"].storm_id == "stm_1"
    assert found["slack C0OPS"] == Traffic(place="slack C0OPS")


def test_many_workers_gather_each_message_once(store: Store) -> None:
    paged(store, 40)
    hold(store)

    def gather(_: int) -> list[str]:
        with store.begin() as uow:
            return [each.id for each in uow.gather(STORM.id, later(2), 10)]

    with ThreadPoolExecutor(8) as threads:
        gathered = [each for found in threads.map(gather, range(16)) for each in found]
    assert len(gathered) == len(set(gathered)) == 40


def test_a_page_that_is_held_back_is_due_at_its_deadline_unless_that_has_passed(store: Store) -> None:
    alerts = [make_alert(), make_alert()]
    for alert, seconds in zip(alerts, (20, -5), strict=True):
        saved(store, create(alert, Notify(notification=make_notification(alert, deadline_at=later(seconds)))))
    hold(store)
    with store.begin() as uow:
        assert uow.claim_notifications(later(19), LEASE, 100) == ()
        assert [each.alert_id for each in uow.claim_notifications(later(20), LEASE, 100)] == [alerts[0].id]
    with store.begin() as uow:
        assert [each.alert_id for each in uow.claim_notifications(later(45), timedelta(hours=1), 100)] == []
        assert [each.alert_id for each in uow.claim_notifications(later(60), timedelta(hours=1), 100)] == [alerts[1].id]


def test_a_storm_is_forgotten_long_after_it_when_all_its_alerts_are_resolved(store: Store) -> None:
    (alert,) = paged(store, 1)
    hold(store)
    with store.begin() as uow:
        uow.put_storm(replace(STORM, over_at=later(10)), None)
        uow.put_storm(replace(STORM, id="stm_2"), later(10))
        assert uow.forget_storms(later(11)) == 0
    resolved = replace(alert, status=Status.RESOLVED, version=alert.version + 1)
    saved(store, consider(alert).change(resolved))
    with store.begin() as uow:
        assert uow.forget_storms(later(10)) == 0
        assert uow.forget_storms(later(11)) == 1
        assert uow.storm(STORM.id) is None
        assert uow.storm("stm_2")


def test_a_place_is_forgotten_long_after_the_last_message_but_not_in_a_storm(store: Store) -> None:
    calm, busy, stormy = (Traffic(place=each, recent=(NOW,)) for each in ("calm", "busy", "stormy"))
    kept = (replace(busy, recent=(NOW, later(20))), replace(stormy, storm_id="stm_1"))
    with store.begin() as uow:
        uow.put_traffic([calm, *kept])
        uow.forget_storms(later(10))
        found = uow.traffic(["calm", "busy", "stormy"])
    assert found == {"calm": Traffic(place="calm"), "busy": kept[0], "stormy": kept[1]}


def test_gathering_does_not_wait_for_whoever_claims_a_message_of_the_storm(postgres_url: str) -> None:
    with open_store(postgres_url, timedelta(seconds=1)) as store:
        (alert,) = paged(store, 1)
        hold(store)
        saved(store, consider(alert).change(replace(alert, version=alert.version + 1)))
        with store.begin() as claiming:
            assert len(claiming.claim_notifications(later(60), LEASE, 100)) == 1
            with store.begin() as uow:
                assert uow.gather(STORM.id, later(60), 100) == ()
