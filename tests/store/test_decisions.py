"""Writing decisions."""

from contextlib import suppress
from dataclasses import replace

import pytest

from bot.engine.decision import (
    Decision,
    Effect,
    Interrupt,
    Notify,
    OpenWindow,
    PutCycle,
    PutEscalation,
    Quiet,
    RunAutomations,
    SetTimer,
)
from bot.engine.model import Alert, DeliveryState, Escalation, NoticeKind, Status, TimerKind
from bot.errors import Conflict
from bot.ports import AlertFilter, Store
from tests.store.making import (
    create,
    later,
    make_alert,
    make_cycle,
    make_entry,
    make_escalation,
    make_notification,
    make_timer,
    read,
    saved,
)


def change(alert: Alert, **changes: object) -> Decision:
    """Decide on an alert as it was read, raising its version."""
    changed = replace(alert, version=alert.version + 1, **changes)  # type: ignore[arg-type]
    return Decision(alert=changed, seen=alert.version)


def running(store: Store, alert: Alert) -> tuple[Escalation, ...]:
    with store.begin() as uow:
        return uow.glance([alert.id])[alert.id].escalations


def timers(store: Store, alert: Alert) -> list[str]:
    with store.begin() as uow:
        return [timer.id for timer in uow.pending_timers([alert.id])]


def states(store: Store, alert: Alert) -> list[DeliveryState]:
    with store.begin() as uow:
        return [each.state for each in uow.notifications([alert.id]).get(alert.id, ())]


def test_saving_nothing_is_nothing(store: Store) -> None:
    with store.begin() as uow:
        uow.save([])
        assert uow.alerts(AlertFilter()) == ()


def test_change_is_stored_over_the_version_that_was_seen(store: Store) -> None:
    alert = saved(store, create(make_alert()))
    changed = saved(store, change(alert, status=Status.ACKNOWLEDGED, title="new"))
    assert changed == replace(alert, version=2, status=Status.ACKNOWLEDGED, title="new")


def test_change_over_another_version_conflicts_and_nothing_of_it_is_written(store: Store) -> None:
    alert, other = saved(store, create(make_alert())), saved(store, create(make_alert()))
    saved(store, change(alert))
    late = change(alert, title="late").do(SetTimer(timer=make_timer(alert)))
    with pytest.raises(Conflict), store.begin() as uow:
        uow.save([change(other, title="swept along"), replace(late, entries=(make_entry(alert, "late"),))])
    assert read(store, other.id) == other
    assert timers(store, alert) == []


def save_despite_conflict(store: Store, sound: Decision, stale: Decision) -> None:
    with store.begin() as uow:
        uow.save([sound])
        with suppress(Conflict):
            uow.save([stale])


def test_transaction_that_met_a_conflict_is_never_committed(store: Store) -> None:
    alert, other = saved(store, create(make_alert())), saved(store, create(make_alert()))
    with pytest.raises(Conflict):
        save_despite_conflict(store, change(other, title="before"), Decision(alert=alert, seen=7))
    assert read(store, other.id) == other


@pytest.mark.parametrize("same", ["id", "dedup_key"])
def test_second_new_alert_with_the_same_id_or_key_conflicts(store: Store, same: str) -> None:
    alert = saved(store, create(make_alert("k")))
    twin = replace(make_alert(), **{same: getattr(alert, same)})
    with pytest.raises(Conflict), store.begin() as uow:
        uow.save([create(twin)])
    with store.begin() as uow:
        assert uow.alerts(AlertFilter()) == (alert,)


def test_reopening_conflicts_when_another_alert_has_the_key_by_now(store: Store) -> None:
    alert = saved(store, create(make_alert("k", Status.RESOLVED)))
    saved(store, create(make_alert("k")))
    with pytest.raises(Conflict), store.begin() as uow:
        uow.save([change(alert, status=Status.OPEN)])
    assert read(store, alert.id) == alert


def test_key_is_free_again_after_a_resolve(store: Store) -> None:
    alert = saved(store, create(make_alert("k")))
    with store.begin() as uow:
        uow.save([change(alert, status=Status.RESOLVED), create(make_alert("k"))])
        assert uow.live_alerts("int_a", ["k"])["k"].alert.number == 2


def test_decisions_on_one_alert_are_written_as_one(store: Store) -> None:
    first = create(make_alert())
    second = change(first.alert, count=2)
    third = change(second.alert, count=3)
    told = [replace(each, entries=(make_entry(first.alert, str(n)),)) for n, each in enumerate((first, second, third))]
    alert = saved(store, *told)
    assert (alert.number, alert.count, alert.version) == (1, 3, 3)
    with store.begin() as uow:
        assert [entry.text for entry in uow.entries(alert.id)] == ["0", "1", "2"]


def test_decisions_on_one_alert_that_saw_the_same_version_conflict(store: Store) -> None:
    alert = saved(store, create(make_alert()))
    with pytest.raises(Conflict), store.begin() as uow:
        uow.save([change(alert), change(alert)])
    assert read(store, alert.id).version == 1


def test_alert_that_was_saved_before_it_had_a_number_keeps_the_one_it_got(store: Store) -> None:
    first = create(make_alert())
    with store.begin() as uow:
        uow.save([first])
        uow.save([change(first.alert)])
    assert read(store, first.alert.id).number == 1


def test_quiet_stops_what_pages_and_nothing_else(store: Store) -> None:
    alert = make_alert()
    escalation = make_escalation(alert)
    cycle = make_cycle(escalation)
    kept = (TimerKind.AUTO_RESOLVE, TimerKind.AGGREGATION_END)
    effects: list[Effect] = [SetTimer(timer=make_timer(alert, later(n), kind)) for n, kind in enumerate(TimerKind)]
    pages = [make_notification(alert), make_notification(alert, kind=NoticeKind.ACKNOWLEDGED)]
    effects += [PutEscalation(escalation=escalation), PutCycle(cycle=cycle)]
    effects += [Notify(notification=page) for page in pages]
    bystander = make_alert()
    other = make_timer(bystander)
    saved(store, create(alert, *effects), create(bystander, SetTimer(timer=other)))
    saved(store, change(alert).do(Quiet()))
    with store.begin() as uow:
        assert {timer.kind for timer in uow.pending_timers([alert.id])} == {*kept}
        assert uow.pending_timers([bystander.id]) == (other,)
        assert uow.cycles([cycle.id]) == {cycle.id: replace(cycle, running=False)}
    assert running(store, alert) == ()
    assert states(store, alert) == [DeliveryState.CANCELLED, DeliveryState.QUEUED]


def test_quiet_for_one_escalation_leaves_the_others(store: Store) -> None:
    alert = make_alert()
    ended, going = make_escalation(alert, 1), make_escalation(alert, 2)
    effects: list[Effect] = []
    for each in (ended, going):
        cycle = make_cycle(each)
        effects += [PutEscalation(escalation=each), PutCycle(cycle=cycle)]
        effects += [SetTimer(timer=make_timer(alert, escalation_id=each.id))]
        effects += [Notify(notification=make_notification(alert, cycle_id=cycle.id))]
    saved(store, create(alert, *effects))
    saved(store, change(alert).do(Quiet(escalation_id=ended.id)))
    assert running(store, alert) == (going,)
    assert len(timers(store, alert)) == 1
    assert states(store, alert) == [DeliveryState.CANCELLED, DeliveryState.QUEUED]
    with store.begin() as uow:
        found = uow.cycles([make_cycle(ended).id, make_cycle(going).id])
    assert [found[make_cycle(each).id].running for each in (ended, going)] == [False, True]


def test_an_interrupt_stops_the_cycles_of_an_escalation_and_its_layer_goes_on(store: Store) -> None:
    alert = make_alert()
    asked, other = make_escalation(alert, 1), make_escalation(alert, 2)
    effects: list[Effect] = []
    for each in (asked, other):
        cycle = make_cycle(each)
        effects += [PutEscalation(escalation=each), PutCycle(cycle=cycle)]
        for kind in (TimerKind.LAYER_TIMEOUT, TimerKind.PAGING_STEP):
            effects += [SetTimer(timer=make_timer(alert, kind=kind, escalation_id=each.id))]
        effects += [Notify(notification=make_notification(alert, cycle_id=cycle.id))]
    saved(store, create(alert, *effects))
    again = replace(make_cycle(asked), id=f"{make_cycle(asked).id}.again2")
    anew = make_notification(alert, cycle_id=again.id)
    saved(
        store,
        change(alert).do(Interrupt(escalation_id=asked.id), PutCycle(cycle=again), Notify(notification=anew)),
    )
    assert {each.id for each in running(store, alert)} == {asked.id, other.id}
    with store.begin() as uow:
        kinds = [(each.escalation_id, each.kind) for each in uow.pending_timers([alert.id])]
        found = uow.cycles([make_cycle(asked).id, again.id, make_cycle(other).id])
    assert sorted(kinds) == sorted(
        [
            (asked.id, TimerKind.LAYER_TIMEOUT),
            (other.id, TimerKind.LAYER_TIMEOUT),
            (other.id, TimerKind.PAGING_STEP),
        ]
    )
    assert {each: cycle.running for each, cycle in found.items()} == {
        make_cycle(asked).id: False,
        again.id: True,
        make_cycle(other).id: True,
    }
    assert states(store, alert) == [DeliveryState.CANCELLED, DeliveryState.QUEUED, DeliveryState.QUEUED]


def test_effects_happen_in_their_order(store: Store) -> None:
    alert = make_alert()
    first, second = make_escalation(alert, 1), make_escalation(alert, 2)
    before, after = make_timer(alert), make_timer(alert)
    decision = create(
        alert,
        PutEscalation(escalation=first),
        SetTimer(timer=before),
        Quiet(),
        Quiet(escalation_id=first.id),
        PutEscalation(escalation=replace(first, position=3, running=False)),
        PutEscalation(escalation=second),
        SetTimer(timer=after),
    )
    bystander = make_alert()
    own = make_timer(bystander)
    saved(store, decision, create(bystander, Quiet(), SetTimer(timer=own)))
    assert timers(store, alert) == [after.id]
    assert timers(store, bystander) == [own.id]
    assert running(store, alert) == (second,)


def test_decision_that_quietens_last_leaves_nothing(store: Store) -> None:
    alert = make_alert()
    saved(store, create(alert, SetTimer(timer=make_timer(alert)), Quiet()))
    assert timers(store, alert) == []


def test_timer_and_notification_with_a_known_id_change_nothing(store: Store) -> None:
    alert = make_alert()
    timer, page = make_timer(alert), make_notification(alert)
    again: list[Effect] = [
        SetTimer(timer=replace(timer, due_at=later(9))),
        Notify(notification=replace(page, address="other")),
    ]
    alert = saved(store, create(alert, SetTimer(timer=timer), Notify(notification=page), *again))
    saved(store, change(alert).do(*again))
    with store.begin() as uow:
        assert uow.pending_timers([alert.id]) == (timer,)
        assert uow.notifications([alert.id]) == {alert.id: (page,)}


def test_timer_that_fired_is_not_set_again(store: Store) -> None:
    alert = make_alert()
    timer = make_timer(alert)
    alert = saved(store, create(alert, SetTimer(timer=timer)))
    with store.begin() as uow:
        uow.due_timers(timer.due_at, 1)
    saved(store, change(alert).do(SetTimer(timer=timer)))
    assert timers(store, alert) == []


def test_escalation_and_cycle_are_replaced_by_later_ones(store: Store) -> None:
    alert = make_alert()
    escalation = make_escalation(alert)
    cycle = make_cycle(escalation)
    steps = [replace(escalation, position=n) for n in range(3)]
    alert = saved(store, create(alert, *(PutEscalation(escalation=each) for each in steps[:2]), PutCycle(cycle=cycle)))
    assert running(store, alert) == (steps[1],)
    later_on = replace(cycle, position=4)
    saved(store, change(alert).do(PutEscalation(escalation=steps[2]), PutCycle(cycle=later_on)))
    assert running(store, alert) == (steps[2],)
    with store.begin() as uow:
        assert uow.cycles([cycle.id, "none"]) == {cycle.id: later_on}


def test_automations_are_asked_for_once(store: Store) -> None:
    alert = saved(store, create(make_alert(), RunAutomations(ids=("atm_a", "atm_b", "atm_a"))))
    assert saved(store, change(alert).do(RunAutomations(ids=("atm_b", "atm_c")))).version == 2


def test_whatever_a_payload_says_can_be_saved(store: Store) -> None:
    odd = "nul \x00 half \ud800 duck 🦆 quote ' \" backslash \\ %s %(x)s :x ?"
    plain = odd.replace("\ud800", "?")
    alert = make_alert(odd, title=odd, description=odd, tags=(odd,), data={odd: [odd, 2**80, float("inf")]})
    page = make_notification(alert, address=odd)
    window = OpenWindow(fingerprint=odd, end_at=later(1))
    decision = create(alert, Notify(notification=page), window)
    found = saved(store, replace(decision, entries=(make_entry(alert, odd),)))
    assert (found.title, found.description, found.tags) == (plain, plain, (plain,))
    assert found.data == {plain: [plain, 2**80, None]}
    with store.begin() as uow:
        assert [entry.text for entry in uow.entries(alert.id)] == [plain.replace("\x00", "\ufffd")]
        assert uow.window(odd, later(0)) is not None


def test_many_decisions_with_everything_are_saved_at_once(store: Store) -> None:
    alerts = [make_alert() for _ in range(1000)]
    decisions = [create(each, PutEscalation(escalation=make_escalation(each))) for each in alerts]
    full = [
        each.do(SetTimer(timer=make_timer(each.alert)), Notify(notification=make_notification(each.alert)))
        for each in decisions
    ]
    saved(store, *full)
    ids = [alert.id for alert in alerts]
    with store.begin() as uow:
        assert len(uow.situations(ids)) == len(uow.pending_timers(ids)) == len(uow.notifications(ids)) == 1000
        uow.save([change(situation.alert).do(Quiet()) for situation in uow.situations(ids).values()])
        assert uow.pending_timers(ids) == ()
        assert [found.escalations for found in uow.situations(ids).values()] == [()] * 1000
