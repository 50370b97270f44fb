"""Reading alerts."""

from dataclasses import replace

import pytest

from bot.engine.decision import Decision, OpenWindow, PutEscalation
from bot.engine.model import Answer, Responder, Status, Urgency, person
from bot.ports import AlertFilter, AlertOrder, Store
from tests.store.making import NOW, TEAM, create, later, make_alert, make_entry, make_escalation, saved


def test_alert_is_read_back_as_it_was_saved(store: Store) -> None:
    alert = make_alert("disk", data={"deep": [1, {"a": None}], "großes": "ß"}, tags=("x", "y"))
    escalation = make_escalation(alert)
    assert saved(store, create(alert, PutEscalation(escalation=escalation))) == replace(alert, number=1)
    with store.begin() as uow:
        for reference in (alert.id, "1", "#1", " #1 "):
            situation = uow.situation(reference)
            assert situation is not None
            assert situation.escalations == (escalation,)


@pytest.mark.parametrize("reference", ["2", "#0", "-1", "", "#", "alt_none", "²", "9" * 19, "9" * 400, "\x00", "1\x00"])
def test_alert_that_does_not_exist_is_not_found(store: Store, reference: str) -> None:
    saved(store, create(make_alert()))
    with store.begin() as uow:
        assert uow.situation(reference) is None


def test_numbers_count_up(store: Store) -> None:
    saved(store, *(create(make_alert()) for _ in range(3)))
    assert saved(store, create(make_alert())).number == 4


def test_several_alerts_are_read_by_id_locked_or_at_a_glance(store: Store) -> None:
    alerts = [make_alert() for _ in range(3)]
    saved(store, *map(create, alerts))
    ids = [alert.id for alert in alerts]
    with store.begin() as uow:
        assert {*uow.situations([*ids[:2], "alt_none"])} == {*ids[:2]}
        assert uow.glance(ids[1:]).keys() == {*ids[1:]}
        assert uow.situations([]) == {}


def test_alert_with_a_key_is_found_until_it_is_resolved(store: Store) -> None:
    live = [make_alert(status, status) for status in Status if status is not Status.RESOLVED]
    saved(store, *map(create, live), create(make_alert("resolved", Status.RESOLVED)))
    keys = [alert.dedup_key for alert in live]
    with store.begin() as uow:
        uow.lock_dedup_keys("int_a", [*keys, "resolved"])
        found = uow.live_alerts("int_a", [*keys, "resolved", "unknown", ""])
        assert {key: situation.alert.id for key, situation in found.items()} == {
            alert.dedup_key: alert.id for alert in live
        }
        assert uow.live_alerts("int_b", keys) == {}


def test_alert_that_counts_repetitions_comes_before_suppressed_ones_with_its_key(store: Store) -> None:
    first, counting, last = make_alert("k", Status.SUPPRESSED), make_alert("k"), make_alert("k", Status.SUPPRESSED)
    saved(store, create(first), create(last))
    with store.begin() as uow:
        assert uow.live_alerts("int_a", ["k"])["k"].alert.id == last.id
        uow.save([create(counting), create(make_alert("k", Status.SUPPRESSED))])
        assert uow.live_alerts("int_a", ["k"])["k"].alert.id == counting.id


def test_hostile_keys_are_only_keys(store: Store) -> None:
    keys = ["k" * 100_000, "nul\x00", "half \ud800", "' OR 1=1 --", "%", "🦆"]
    alerts = [make_alert(key) for key in keys]
    saved(store, *map(create, alerts))
    with store.begin() as uow:
        uow.lock_dedup_keys("int_a", keys)
        found = uow.live_alerts("int_a", keys)
    assert [found[key].alert.id for key in keys] == [alert.id for alert in alerts]


def test_alerts_without_a_key_or_an_integration_do_not_meet(store: Store) -> None:
    loose = [make_alert("k", integration_id=None) for _ in range(2)]
    keyless = [replace(make_alert(), dedup_key="") for _ in range(2)]
    saved(store, *map(create, [*loose, *keyless]))
    with store.begin() as uow:
        assert len(uow.alerts(AlertFilter())) == 4
        assert uow.live_alerts("int_a", ["", "k"]) == {}


def test_window_is_open_until_it_ends(store: Store) -> None:
    alert = make_alert()
    saved(store, create(alert, OpenWindow(fingerprint="f" * 10_000, end_at=later(60))))
    with store.begin() as uow:
        situation = uow.window("f" * 10_000, later(59.999999))
        assert situation is not None
        assert situation.alert.id == alert.id
        assert uow.window("f" * 10_000, later(60)) is None
        assert uow.window("another", NOW) is None


def test_later_window_takes_the_place_of_an_earlier_one(store: Store) -> None:
    first, second = make_alert(), make_alert()
    saved(store, create(first, OpenWindow(fingerprint="f", end_at=later(60))))
    saved(store, create(second, OpenWindow(fingerprint="f", end_at=later(120))))
    with store.begin() as uow:
        situation = uow.window("f", later(90))
    assert situation is not None
    assert situation.alert.id == second.id


def test_children_are_listed_oldest_first(store: Store) -> None:
    parent = make_alert()
    children = [make_alert(status=Status.SUPPRESSED, parent_id=parent.id) for _ in range(3)]
    saved(store, create(parent), *map(create, children))
    with store.begin() as uow:
        assert [child.id for child in uow.children(parent.id)] == [child.id for child in children]
        assert uow.children(children[0].id) == ()


WANTED: dict[AlertFilter, list[int]] = {
    AlertFilter(): [3, 2, 1],
    AlertFilter(limit=2): [3, 2],
    AlertFilter(limit=2, skipped=2): [1],
    AlertFilter(order=AlertOrder.OLDEST): [1, 2, 3],
    AlertFilter(order=AlertOrder.URGENCY): [1, 3, 2],
    AlertFilter(order=AlertOrder.URGENCY, limit=1): [1],
    AlertFilter(before_number=2): [1],
    AlertFilter(before_number=1): [],
    AlertFilter(statuses=(Status.RESOLVED, Status.OPEN)): [2, 1],
    AlertFilter(integration_id="int_a"): [3, 1],
    AlertFilter(parent_id="alt_p"): [3],
    AlertFilter(responder_id="usr_a"): [1],
    AlertFilter(responder_id="usr_b"): [],
    AlertFilter(responder_id=TEAM.id): [1],
    AlertFilter(concerned_id="usr_a"): [1],
    AlertFilter(concerned_id="usr_b"): [3],
    AlertFilter(urgency=Urgency.CRITICAL): [1],
    AlertFilter(since=later(1)): [3],
    AlertFilter(since=NOW, urgency=Urgency.LOW): [2],
    AlertFilter(text="GRÖSSE"): [1],
    AlertFilter(text="disk full on GRÖßE"): [1],
    AlertFilter(text="größe full"): [1],
    AlertFilter(text="größe missing"): [],
    AlertFilter(text="PROD"): [2],
    AlertFilter(text="0% of_it/"): [3],
    AlertFilter(text="0%0"): [],
    AlertFilter(text="ofXit"): [],
    AlertFilter(text="k2"): [2],
    AlertFilter(text="db-7.example"): [2],
    AlertFilter(text="4711"): [2],
    AlertFilter(text="チーム"): [3],
    AlertFilter(text='"); DROP'): [],
    AlertFilter(text="\x00"): [3, 2, 1],
}


@pytest.mark.parametrize("indexed", [0, 2, 3])
def test_lists_are_filtered_sorted_and_paged_whether_or_not_their_texts_are_indexed(store: Store, indexed: int) -> None:
    asked = Responder(user_id="usr_a", escalation_id="e", layer=1, passage=0, answer=Answer.REJECTED)
    alerts = [
        make_alert(
            "k1", title="Disk FULL on Größe", responders=(asked, asked), receivers=(TEAM,), urgency=Urgency.CRITICAL
        ),
        make_alert(
            "k2",
            Status.RESOLVED,
            integration_id="int_b",
            tags=("prod",),
            urgency=Urgency.LOW,
            data={"host": {"name": ["db-7.example.com"]}, "code": 4711},
        ),
        make_alert(
            "k3",
            Status.ACKNOWLEDGED,
            title="100% of_it/here 決済チームの",
            parent_id="alt_p",
            created_at=later(2),
            settled_by=person("usr_b", "slack"),
        ),
    ]
    saved(store, *map(create, alerts))
    with store.begin() as uow:
        assert uow.index_texts(indexed) == indexed
    with store.begin() as uow:
        found = {wanted: [alert.number for alert in uow.alerts(wanted)] for wanted in WANTED}
        counted = {wanted: uow.count_alerts(replace(wanted, limit=1, skipped=0), 2) for wanted in WANTED}
    assert found == WANTED
    assert all(counted[each] == min(2, len(numbers)) for each, numbers in WANTED.items() if each.limit == 20)


def test_a_text_that_changed_is_found_as_it_is_now(store: Store) -> None:
    alert = saved(store, create(make_alert(title="disk full")))
    with store.begin() as uow:
        uow.index_texts(10)
    saved(store, Decision(alert=replace(alert, version=2, title="network down"), seen=1))
    for _ in range(2):
        with store.begin() as uow:
            assert not uow.alerts(AlertFilter(text="disk"))
            assert len(uow.alerts(AlertFilter(text="network"))) == 1
            uow.index_texts(10)


def test_an_alert_whose_text_stays_is_indexed_once(store: Store) -> None:
    alert = saved(store, create(make_alert()))
    with store.begin() as uow:
        assert uow.index_texts(10) == 1
    saved(store, Decision(alert=replace(alert, version=2), seen=1))
    with store.begin() as uow:
        assert uow.index_texts(10) == 0


def test_timeline_is_kept_in_order(store: Store) -> None:
    alert = make_alert()
    entries = tuple(make_entry(alert, f"line {number}") for number in range(12))
    saved(store, replace(create(alert), entries=entries[:7]))
    saved(store, replace(create(replace(alert, version=2)), seen=1, entries=entries[7:]))
    with store.begin() as uow:
        assert uow.entries(alert.id) == entries
        assert uow.entries("alt_none") == ()


def test_all_that_have_a_key_are_found_the_one_that_counts_first(store: Store) -> None:
    first, counting, last = make_alert("k", Status.SUPPRESSED), make_alert("k"), make_alert("k", Status.SUPPRESSED)
    saved(store, *map(create, (first, counting, last, make_alert("k", Status.RESOLVED))))
    with store.begin() as uow:
        found = uow.namesakes("int_a", ["k", "unknown"])
    assert {key: [each.alert.id for each in situations] for key, situations in found.items()} == {
        "k": [counting.id, last.id, first.id]
    }


def test_the_last_that_had_a_key_is_found_for_a_while_after_it_was_resolved(store: Store) -> None:
    over = [make_alert("k", Status.RESOLVED, settled_at=later(seconds)) for seconds in (10, 20)]
    old = make_alert("old", Status.RESOLVED, settled_at=later(-10))
    saved(store, *map(create, (*over, old, make_alert("open"))))
    with store.begin() as uow:
        found = uow.lately_resolved("int_a", ["k", "old", "open", ""], later(0))
        assert {key: each.alert.id for key, each in found.items()} == {"k": over[1].id}
        assert uow.lately_resolved("int_b", ["k"], later(0)) == {}
        assert uow.lately_resolved("int_a", [], later(0)) == {}


def test_those_that_have_gathered_others_are_known(store: Store) -> None:
    parent, childless = make_alert(), make_alert()
    children = [make_alert(status=Status.SUPPRESSED, parent_id=parent.id) for _ in range(2)]
    over = make_alert(status=Status.RESOLVED, parent_id=parent.id)
    saved(store, *map(create, (parent, childless, *children, over)))
    with store.begin() as uow:
        assert uow.parents_among([parent.id, childless.id]) == {parent.id}
        assert uow.parents_among([]) == frozenset()
        gathering = uow.gatherings([parent.id, childless.id])[parent.id]
    assert (gathering.count, gathering.over) == (3, 1)
    assert [each.id for each in gathering.listed] == [child.id for child in reversed(children)]
