"""The outbox and the delivery ledger."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.decision import Decision, Notify, Quiet
from bot.engine.model import Alert, DeliveryState, NoticeKind, Notification, Status, Urgency
from bot.ports import Receipt, Settlement, Store
from tests.store.making import NOW, create, later, make_alert, make_notification, saved

LEASE = timedelta(seconds=30)


def queue(store: Store, alert: Alert, *pages: Notification) -> Alert:
    return saved(store, create(alert, *(Notify(notification=page) for page in pages)))


def claim(store: Store, seconds: float = 0, limit: int = 10) -> list[str]:
    with store.begin() as uow:
        return [each.id for each in uow.claim_notifications(later(seconds), LEASE, limit)]


def stale(store: Store, seconds: float = 0, limit: int = 10) -> list[str]:
    with store.begin() as uow:
        return [each.id for each in uow.claim_stale_messages(["slack", "email"], later(seconds), limit)]


def settle(store: Store, *settlements: Settlement) -> None:
    with store.begin() as uow:
        uow.settle(settlements)


def raise_version(store: Store, alert: Alert, **changes: object) -> Alert:
    changed = replace(alert, version=alert.version + 1, **changes)  # type: ignore[arg-type]
    return saved(store, Decision(alert=changed, seen=alert.version))


def ledger(store: Store, alert: Alert) -> tuple[Notification, ...]:
    with store.begin() as uow:
        return uow.notifications([alert.id, "alt_none"]).get(alert.id, ())


def sent(notification_id: str, painted: int = 1, provider_id: str = "p1") -> Settlement:
    receipt = Receipt(provider_id=provider_id, conversation="D1")
    return Settlement(notification_id=notification_id, state=DeliveryState.SENT, receipt=receipt, painted=painted)


def test_loudest_and_longest_due_are_claimed_first_and_once(store: Store) -> None:
    alert = make_alert()
    order = [
        make_notification(alert, later(-1), urgency=Urgency.CRITICAL),
        make_notification(alert, later(0), urgency=Urgency.CRITICAL),
        make_notification(alert, later(-99), urgency=Urgency.HIGH),
        make_notification(alert, later(-9), urgency=Urgency.LOW),
    ]
    coming = make_notification(alert, later(0.000001), urgency=Urgency.CRITICAL)
    queue(store, alert, coming, *reversed(order))
    ids = [page.id for page in order]
    assert claim(store, limit=3) == ids[:3]
    assert claim(store) == ids[3:]
    assert claim(store) == []
    assert claim(store, 0.000001) == [coming.id]


def test_claim_counts_the_attempt(store: Store) -> None:
    alert = make_alert()
    page = make_notification(alert, deadline_at=later(60), cycle_id="c")
    queue(store, alert, page)
    with store.begin() as uow:
        claimed = uow.claim_notifications(NOW, LEASE, 1)
    assert claimed == (replace(page, state=DeliveryState.SENDING, attempts=1),)
    assert ledger(store, alert) == claimed


def test_claim_that_was_never_settled_is_due_again_after_the_lease(store: Store) -> None:
    alert = make_alert()
    page = make_notification(alert)
    queue(store, alert, page)
    claim(store)
    assert claim(store, 29.999999) == []
    assert claim(store, 30) == [page.id]
    assert ledger(store, alert)[0].attempts == 2
    assert claim(store, 59) == []


def test_pages_leave_before_cards_and_cards_before_news(store: Store) -> None:
    alert = make_alert()
    order = [
        make_notification(alert, kind=NoticeKind.OPEN, urgency=Urgency.CRITICAL),
        make_notification(alert, kind=NoticeKind.DROPPED, urgency=Urgency.HIGH),
        make_notification(alert, kind=NoticeKind.OPEN, urgency=Urgency.LOW),
        make_notification(alert, later(-1), kind=NoticeKind.CARD, urgency=Urgency.CRITICAL),
        make_notification(alert, later(-9), kind=NoticeKind.RESOLVED, urgency=Urgency.CRITICAL),
        make_notification(alert, later(-9), kind=NoticeKind.ASSIGNED, urgency=Urgency.HIGH),
    ]
    queue(store, alert, *reversed(order))
    assert [claim(store, limit=1) for _ in order] == [[page.id] for page in order]


def test_no_alert_takes_all_the_room(store: Store) -> None:
    telling_many, other = make_alert(), make_alert()
    queue(store, telling_many, *(make_notification(telling_many, later(-9)) for _ in range(12)))
    queue(store, other, page := make_notification(other))
    first = claim(store, limit=4)
    assert len(first) == 4
    assert page.id in first


def test_what_is_due_at_the_same_instant_leaves_as_it_was_queued(store: Store) -> None:
    ids = []
    for _ in range(40):
        page = make_notification(alert := make_alert())
        queue(store, alert, page)
        ids.append(page.id)
    assert [claim(store, limit=16), claim(store, limit=16), claim(store, limit=16)] == [ids[:16], ids[16:32], ids[32:]]


def test_what_pages_nobody_takes_no_more_than_its_share(store: Store) -> None:
    alert = make_alert()
    news = [make_notification(alert, later(-9), kind=NoticeKind.RESOLVED) for _ in range(6)]
    pages = [make_notification(alert) for _ in range(3)]
    queue(store, alert, *news, *pages)
    with store.begin() as uow:
        first = uow.claim_notifications(NOW, LEASE, 8, 2)
        second = uow.claim_notifications(NOW, LEASE, 8, 0)
        third = uow.claim_notifications(NOW, LEASE, 8)
    assert [each.kind for each in first] == [NoticeKind.OPEN] * 3 + [NoticeKind.RESOLVED] * 2
    assert second == ()
    assert len(third) == 4


def test_message_that_waits_for_its_turn_was_not_tried(store: Store) -> None:
    alert = make_alert()
    queue(store, alert, page := make_notification(alert))
    claim(store)
    turn = Settlement(notification_id=page.id, state=DeliveryState.QUEUED, retry_at=later(7), waits=True)
    settle(store, turn)
    (waiting,) = ledger(store, alert)
    assert (waiting.attempts, waiting.waited, waiting.due_at) == (0, True, later(7))
    assert claim(store, 6) == []
    assert claim(store, 7) == [page.id]
    settle(store, replace(turn, waits=False))
    (tried,) = ledger(store, alert)
    assert (tried.attempts, tried.waited) == (1, False)


@pytest.mark.parametrize("status", [each for each in Status if each not in {Status.OPEN, Status.QUEUED}])
def test_page_of_an_alert_that_needs_no_answer_is_cancelled_when_its_turn_comes(store: Store, status: Status) -> None:
    alert, other = make_alert(), make_alert()
    pages = [make_notification(alert, later(-9)) for _ in range(3)]
    notice = make_notification(alert, later(-5), kind=NoticeKind.RESOLVED)
    queue(store, other, page := make_notification(other))
    raise_version(store, queue(store, alert, *pages, notice), status=status)
    assert claim(store, limit=1) == [page.id]
    assert claim(store, limit=1) == [notice.id]
    assert [each.state for each in ledger(store, alert)] == [DeliveryState.CANCELLED] * 3 + [DeliveryState.SENDING]
    assert [each.attempts for each in ledger(store, alert)] == [0, 0, 0, 1]


def test_page_that_is_being_sent_is_its_senders_business(store: Store) -> None:
    alert = make_alert()
    alert = queue(store, alert, page := make_notification(alert))
    claim(store)
    saved(store, Decision(alert=replace(alert, version=2, status=Status.ACKNOWLEDGED), seen=1).do(Quiet()))
    assert ledger(store, alert)[0].state is DeliveryState.SENDING
    assert claim(store, 31) == [page.id]


def test_settlement_says_what_was_sent_and_when(store: Store) -> None:
    alert = make_alert()
    queue(store, alert, page := make_notification(alert))
    claim(store, 5)
    settle(store, sent(page.id, painted=1))
    (found,) = ledger(store, alert)
    assert (found.state, found.provider_id, found.conversation) == (DeliveryState.SENT, "p1", "D1")
    assert (found.sent_at, found.painted, found.error) == (later(5), 1, "")
    assert claim(store, 99) == []


def test_retry_goes_back_into_the_queue(store: Store) -> None:
    alert = make_alert()
    queue(store, alert, page := make_notification(alert))
    claim(store)
    again = Settlement(notification_id=page.id, state=DeliveryState.QUEUED, error="slow down\x00", retry_at=later(7))
    settle(store, again)
    (found,) = ledger(store, alert)
    assert (found.state, found.due_at, found.attempts) == (DeliveryState.QUEUED, later(7), 1)
    assert (found.error, found.sent_at) == ("slow down\ufffd", None)
    assert claim(store, 6) == []
    assert claim(store, 7) == [page.id]
    assert ledger(store, alert)[0].attempts == 2


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.DELIVERED),
        (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.FAILED),
        (DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.SENT),
        (DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.SENT),
        (DeliveryState.SENT, DeliveryState.CANCELLED, DeliveryState.SENT),
        (DeliveryState.DELIVERED, DeliveryState.SENT, DeliveryState.DELIVERED),
        (DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.DELIVERED),
        (DeliveryState.UNKNOWN, DeliveryState.DELIVERED, DeliveryState.DELIVERED),
        (DeliveryState.FAILED, DeliveryState.QUEUED, DeliveryState.FAILED),
        (DeliveryState.CANCELLED, DeliveryState.QUEUED, DeliveryState.CANCELLED),
    ],
)
def test_late_settlement_never_undoes_what_is_known(
    store: Store, first: DeliveryState, second: DeliveryState, stays: DeliveryState
) -> None:
    alert = make_alert()
    queue(store, alert, page := make_notification(alert))
    claim(store)
    settle(store, replace(sent(page.id), state=first))
    settle(store, Settlement(notification_id=page.id, state=second, retry_at=later(1)))
    (found,) = ledger(store, alert)
    assert (found.state, found.provider_id, found.conversation) == (stays, "p1", "D1")


def test_failure_that_was_reported_before_the_attempt_was_settled_stays_one(store: Store) -> None:
    alert = make_alert()
    queue(store, alert, page := make_notification(alert))
    claim(store)
    settle(store, replace(sent(page.id, provider_id="SM1"), state=DeliveryState.FAILED, error="unreachable"))
    settle(store, sent(page.id, provider_id="SM1"))
    (found,) = ledger(store, alert)
    assert (found.state, found.provider_id, found.error) == (DeliveryState.FAILED, "SM1", "unreachable")


def test_message_is_stale_when_its_alert_went_on(store: Store) -> None:
    alert = make_alert()
    pages = [make_notification(alert, channel=each, kind=NoticeKind.CARD) for each in ("slack", "email", "sms")]
    alert = queue(store, alert, *pages)
    claim(store)
    settle(store, *(sent(page.id) for page in pages))
    assert stale(store) == []
    raise_version(store, alert)
    assert {*stale(store)} == {page.id for page in pages[:2]}
    assert stale(store, 29) == []
    with store.begin() as uow:
        uow.paint({pages[0].id: 2})
    assert stale(store, 30) == [pages[1].id]
    with store.begin() as uow:
        uow.paint({pages[1].id: 2})
        uow.paint({})
    assert stale(store, 99) == []
    assert {each.id: each.painted for each in ledger(store, alert)} == {
        pages[0].id: 2,
        pages[1].id: 2,
        pages[2].id: 1,
    }


def test_cards_are_stale_once_something_became_of_a_page_on_another_channel(store: Store) -> None:
    alert = make_alert()
    card, page, text = (
        make_notification(alert, kind=NoticeKind.CARD),
        make_notification(alert),
        make_notification(alert, channel="sms"),
    )
    queue(store, alert, card, page, text)
    claim(store)
    settle(store, sent(card.id), sent(page.id))
    assert stale(store) == []
    settle(store, replace(sent(text.id), state=DeliveryState.FAILED))
    assert {*stale(store)} == {card.id, page.id}
    with store.begin() as uow:
        uow.paint({card.id: 1, page.id: 1})
    assert stale(store, 99) == []


def test_a_card_that_was_on_its_way_when_something_became_of_a_page_is_stale(store: Store) -> None:
    alert = make_alert()
    queue(store, alert, page := make_notification(alert), text := make_notification(alert, channel="sms"))
    claim(store)
    settle(store, sent(text.id))
    assert stale(store) == []
    settle(store, sent(page.id))
    assert stale(store) == [page.id]


def test_the_only_card_of_an_alert_of_our_own_is_stale_once_it_arrived(store: Store) -> None:
    alert = make_alert(integration_id=None)
    queue(store, alert, page := make_notification(alert))
    claim(store)
    settle(store, sent(page.id))
    assert stale(store) == [page.id]
    with store.begin() as uow:
        uow.paint({page.id: 1})
    assert stale(store, 99) == []


def test_message_that_was_on_its_way_while_its_alert_went_on_is_stale(store: Store) -> None:
    alert = make_alert()
    alert = queue(store, alert, page := make_notification(alert))
    claim(store)
    raise_version(store, alert)
    assert stale(store) == []
    settle(store, sent(page.id, painted=1))
    assert stale(store) == [page.id]


def test_message_that_was_sent_late_with_an_old_card_is_stale(store: Store) -> None:
    alert = make_alert()
    alert = queue(store, alert, page := make_notification(alert))
    raise_version(store, alert)
    assert stale(store) == []
    claim(store)
    settle(store, sent(page.id, painted=1))
    assert stale(store) == [page.id]


def test_message_that_never_arrived_cannot_be_stale(store: Store) -> None:
    alert = make_alert()
    alert = queue(store, alert, failed := make_notification(alert), unnamed := make_notification(alert))
    claim(store)
    settle(store, replace(sent(failed.id), state=DeliveryState.FAILED), sent(unnamed.id, provider_id=""))
    raise_version(store, alert)
    assert stale(store) == []


def test_older_paint_does_not_undo_a_newer_one(store: Store) -> None:
    alert = make_alert()
    alert = queue(store, alert, page := make_notification(alert))
    claim(store)
    settle(store, sent(page.id, painted=1))
    alert = raise_version(store, raise_version(store, alert))
    with store.begin() as uow:
        uow.paint({page.id: 3})
        uow.paint({page.id: 2})
    assert stale(store) == []


def test_stale_messages_are_claimed_up_to_the_limit(store: Store) -> None:
    alerts = [make_alert() for _ in range(3)]
    for each in alerts:
        queue(store, each, make_notification(each))
    settle(store, *(sent(page) for page in claim(store)))
    for each in alerts:
        raise_version(store, each)
    first, second = stale(store, limit=2), stale(store, limit=2)
    assert (len(first), len(second), len({*first, *second})) == (2, 1, 3)


def test_ledger_is_listed_oldest_first_by_alert(store: Store) -> None:
    alerts = [make_alert(), make_alert()]
    pages = [make_notification(alerts[n % 2], later(-n)) for n in range(6)]
    saved(store, *(create(each, *(Notify(notification=p) for p in pages if p.alert_id == each.id)) for each in alerts))
    with store.begin() as uow:
        found = uow.notifications(alert.id for alert in alerts)
    assert found == {alerts[n].id: tuple(pages[n::2]) for n in range(2)}


def test_message_is_found_by_its_id(store: Store) -> None:
    alert = make_alert()
    queue(store, alert, page := make_notification(alert), make_notification(alert))
    with store.begin() as uow:
        assert uow.notification(page.id) == page
        assert uow.notification("ntf_none") is None
        assert uow.notification("\x00'\ud800") is None


def test_whom_pages_reached_or_may_reach_just_now(store: Store) -> None:
    alert = make_alert()
    pages = {name: replace(make_notification(alert), user_id=name) for name in ("sent", "sending", "waiting", "late")}
    queue(store, alert, pages["sent"], pages["sending"])
    claim(store)
    settle(store, sent(pages["sent"].id))
    alert = saved(
        store, Decision(alert=replace(alert, version=2), seen=1, effects=(Notify(notification=pages["late"]),))
    )
    saved(
        store,
        Decision(alert=replace(alert, version=3), seen=2, effects=(Quiet(), Notify(notification=pages["waiting"]))),
    )
    with store.begin() as uow:
        reach = uow.reach([alert.id, "alt_none"])
    assert reach == {alert.id: {"sent": True, "sending": True, "waiting": False, "late": False}}
