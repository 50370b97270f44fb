"""The statements that a decision is written with."""

from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, case, false, or_, select, update

from bot.engine.model import DeliveryState, TimerKind
from bot.store.bulk import Bulk, RowFields, Statement
from bot.store.schema import (
    ESCALATING,
    PAGE,
    PAGING,
    PENDING,
    QUEUED,
    TIMER_CANCELLED,
    alerts,
    automation_runs,
    cycles,
    entries,
    escalations,
    notifications,
    responders,
    timers,
    turns,
    windows,
    word,
)

_PAGING_TIMERS = (
    TimerKind.ASSIGN_DELAY,
    TimerKind.LAYER_TIMEOUT,
    TimerKind.PAGING_STEP,
    TimerKind.SNOOZE_END,
    TimerKind.ACKNOWLEDGE_REMINDER,
)


# --- Alerts -------------------------------------------------------------------------------------------------------


def _change_alerts(row: RowFields) -> Statement:
    """Write alerts as they are now; one whose text changed has to be put into the index of texts again."""
    kept = {"number", "id", "indexed"}
    values = {each.name: row[each.name] for each in alerts.c if each.name not in kept}
    values["indexed"] = case((alerts.c.search == row["search"], alerts.c.indexed))
    return update(alerts).where(alerts.c.id == row["id"], alerts.c.version == row["seen"]).values(values)


ADD_ALERTS = Bulk(list(alerts.c), lambda rows: rows.insert(alerts))
CHANGE_ALERTS = Bulk(list(alerts.c), _change_alerts, seen=alerts.c.version)
ADD_ENTRIES = Bulk([each for each in entries.c if each is not entries.c.seq], lambda rows: rows.insert(entries))


# --- Rows that are put, or put once -------------------------------------------------------------------------------


_SENDING = ("attempts", "sent_at", "provider_id", "conversation", "painted", "error", "claimed_at", "repainting_until")
_GIVEN_LATER = {"seq", "storm_id", "muted", "waited", *_SENDING}


def _put_once(table: Table, *key: Column[Any]) -> Bulk:
    fields = [each for each in table.c if each.name not in _GIVEN_LATER]
    return Bulk(fields, lambda rows: rows.insert(table).on_conflict_do_nothing(index_elements=key))


def _put(table: Table, key: Column[Any], *replaced: str) -> Bulk:
    def build(rows: RowFields) -> Statement:
        insert = rows.insert(table)
        return insert.on_conflict_do_update(
            index_elements=[key], set_={name: insert.excluded[name] for name in replaced}
        )

    return Bulk(list(table.c), build)


def _take_turn(row: RowFields) -> Statement:
    insert = row.insert(turns)
    return insert.on_conflict_do_update(
        index_elements=[turns.c.receiver_id], set_={"taken": turns.c.taken + insert.excluded.taken}
    )


PUT_RESPONDERS = _put_once(responders, responders.c.user_id, responders.c.alert_id)
SET_TIMERS = _put_once(timers, timers.c.id)
NOTIFY = _put_once(notifications, notifications.c.id)
RUN_AUTOMATIONS = _put_once(automation_runs, automation_runs.c.alert_id, automation_runs.c.automation_id)
PUT_ESCALATIONS = _put(escalations, escalations.c.id, "running", "document")
PUT_CYCLES = _put(cycles, cycles.c.id, "running", "document")
TAKE_TURN = Bulk(list(turns.c), _take_turn)
OPEN_WINDOWS = _put(windows, windows.c.digest, "alert_id", "end_at")


# --- Quiet --------------------------------------------------------------------------------------------------------


def _free(table: Table, key: Column[Any], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Pick the rows that nobody is claiming at this moment.

    A claim holds timers or notifications and may then wait for the alert, which a decision holds already: waiting
    for the claim would be a deadlock. What it takes is checked against the alert again before anything is sent.
    """
    chosen = select(key).where(*conditions).with_for_update(of=table, skip_locked=True)
    return key.in_(chosen.correlate(None))


def _of_escalation(row: RowFields, escalation_id: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(row["escalation_id"] == word(""), escalation_id == row["escalation_id"])


def _cancel_timers(row: RowFields) -> Statement:
    paging = timers.c.kind.in_([word(kind) for kind in _PAGING_TIMERS])
    mine = timers.c.alert_id == row["alert_id"]
    chosen = _free(timers, timers.c.id, PENDING, mine, paging, _of_escalation(row, timers.c.escalation_id))
    return update(timers).where(chosen).values(state=word(TIMER_CANCELLED))


def _cancel_steps(row: RowFields) -> Statement:
    steps = timers.c.kind == word(TimerKind.PAGING_STEP)
    mine = and_(timers.c.alert_id == row["alert_id"], timers.c.escalation_id == row["escalation_id"])
    chosen = _free(timers, timers.c.id, PENDING, steps, mine)
    return update(timers).where(chosen).values(state=word(TIMER_CANCELLED))


def _cancel_pages(row: RowFields) -> Statement:
    of_escalation = select(cycles.c.id).where(cycles.c.escalation_id == row["escalation_id"])
    mine = notifications.c.alert_id == row["alert_id"]
    meant = or_(row["escalation_id"] == word(""), notifications.c.cycle_id.in_(of_escalation))
    chosen = _free(notifications, notifications.c.seq, QUEUED, PAGE, mine, meant)
    return update(notifications).where(chosen).values(state=word(DeliveryState.CANCELLED))


def _end_cycles(row: RowFields) -> Statement:
    mine = cycles.c.alert_id == row["alert_id"]
    return update(cycles).where(PAGING, mine, _of_escalation(row, cycles.c.escalation_id)).values(running=false())


def _end_escalations(row: RowFields) -> Statement:
    mine = escalations.c.alert_id == row["alert_id"]
    return update(escalations).where(ESCALATING, mine, _of_escalation(row, escalations.c.id)).values(running=false())


_QUIETENED = [timers.c.alert_id, timers.c.escalation_id]
INTERRUPT = tuple(Bulk(_QUIETENED, stop) for stop in (_cancel_steps, _cancel_pages, _end_cycles))
QUIET = tuple(Bulk(_QUIETENED, stop) for stop in (_cancel_timers, _cancel_pages, _end_cycles, _end_escalations))
