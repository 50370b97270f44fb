"""Values of the domain as rows and back."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import Row as Fetched

from bot.engine.decision import OpenWindow
from bot.engine.delivery.order import precedence
from bot.engine.model import (
    Actor,
    Alert,
    Cycle,
    DeliveryState,
    Entry,
    EntryKind,
    Escalation,
    NoticeKind,
    Notification,
    ReceiverKind,
    Status,
    Timer,
    Trace,
    Urgency,
)
from bot.errors import Undecodable
from bot.ports import Log, LogState, Request, Settlement, StoredLog
from bot.store.schema import TIMER_PENDING, alerts, cycles, entries, escalations, logs, notifications, timers
from bot.store.searched_text import searched_text

Row: TypeAlias = dict[str, str | int | bool | None]
"""What is written: plain values that every database takes, by column."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_encode = msgspec.json.Encoder().encode
_alert = msgspec.json.Decoder(Alert).decode
_escalation = msgspec.json.Decoder(Escalation).decode
_cycle = msgspec.json.Decoder(Cycle).decode
_actor = msgspec.json.Decoder(Actor).decode
_request = msgspec.json.Decoder(Request).decode
_trace = msgspec.json.Decoder(Trace).decode
_ids = msgspec.json.Decoder(tuple[str, ...]).decode
_timer = msgspec.json.Decoder(Timer).decode


def micros(at: datetime) -> int:
    """Count the microseconds from 1970 to an aware instant."""
    return (at - _EPOCH) // _MICROSECOND


def instant(stored: int) -> datetime:
    """Turn stored microseconds back into an instant in UTC."""
    return _EPOCH + timedelta(microseconds=stored)


def document(value: object) -> str:
    """Encode a value as JSON text that is valid UTF-8, whatever a payload put into it."""
    try:
        return _encode(value).decode()
    except UnicodeEncodeError:  # half of a surrogate pair, which Python's own JSON reader lets through
        return _encode(_whole(msgspec.to_builtins(value))).decode()


@contextmanager
def reading(table: str, row_id: object) -> Iterator[None]:
    """Name the row that cannot be read, and the place in it, instead of showing what is in it. Raises `Undecodable`."""
    try:
        yield
    except (msgspec.DecodeError, ValueError, TypeError, OverflowError) as error:
        place = str(error).rpartition(" - at ")[2].strip("`") if isinstance(error, msgspec.ValidationError) else ""
        raise Undecodable(table, str(row_id), place if place.startswith("$") else "") from None


def _whole(value: object) -> object:
    match value:
        case str():
            return value.encode(errors="replace").decode()
        case dict():
            return {_whole(name): _whole(each) for name, each in value.items()}
        case list() | tuple():
            return [_whole(each) for each in value]
        case _:
            return value


def clean(text: str) -> str:
    """Replace what PostgreSQL cannot store in text: the NUL character and halves of surrogate pairs."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "\ufffd").encode(errors="replace").decode()


def digest(*parts: str) -> str:
    """Name parts of any length and content by 32 characters, so that an index can hold them."""
    joined = "\x1f".join(parts).encode(errors="surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).hexdigest()


# --- Payloads -----------------------------------------------------------------------------------------------------


def log_row(log: Log) -> dict[str, object]:
    """Write a log."""
    request = log.request
    envelope = {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": request.headers,
        "remote": request.remote,
    }
    return {
        "id": log.id,
        "integration_id": log.integration_id,
        "at": micros(log.at),
        "answered": log.answered,
        "request": document(envelope),
        "body": request.body,
        **settled_log_row(log),
    }


def settled_log_row(log: Log) -> Row:
    """Write what became of a log."""
    return {
        "id": log.id,
        "state": log.state.value,
        "outcome": clean(log.outcome),
        "trace": document(log.trace),
        "alert_ids": document(log.alert_ids),
    }


def read_log(row: Fetched[Any]) -> Log:
    """Read a log."""
    with reading(logs.name, row.id):
        return Log(
            seq=row.seq,
            id=row.id,
            integration_id=row.integration_id,
            at=instant(row.at),
            request=replace(_request(row.request), body=bytes(row.body), at=instant(row.at)),
            answered=row.answered,
            state=LogState(row.state),
            outcome=row.outcome,
            trace=_trace(row.trace),
            alert_ids=_ids(row.alert_ids),
        )


def read_envelope(row: Fetched[Any]) -> Log:
    """Say of a log that cannot be read what its plain columns say: that it came, when, and for whom."""
    at = instant(row.at)
    request = Request(method="", path="", at=at)
    return Log(seq=row.seq, id=row.id, integration_id=row.integration_id, at=at, request=request, answered=row.answered)


def read_answered(row: Fetched[Any]) -> Log:
    """Read when a log came and what became of it, without what was sent."""
    with reading(logs.name, row.id):
        return replace(read_envelope(row), state=LogState(row.state), outcome=row.outcome)


def read_stored_log(row: Fetched[Any]) -> StoredLog:
    """Read what deciding whether to keep a log needs of it; one that cannot be read counts as unread, and is kept."""
    at = instant(row.at)
    try:
        state, alert_ids = LogState(row.state), _ids(row.alert_ids)
    except ValueError:
        state, alert_ids = LogState.UNREAD, ()
    return StoredLog(seq=row.seq, at=at, state=state, alert_ids=alert_ids, size=row.size)


# --- Alerts -------------------------------------------------------------------------------------------------------


def dedup_digest(integration_id: str, key: str) -> str:
    """Name a dedup key of an integration."""
    return digest("dedup", integration_id, key)


def alert_row(alert: Alert, seen: int) -> Row:
    """Write an alert over the version that was `seen`."""
    keyed = bool(alert.integration_id and alert.dedup_key)
    return {
        "number": alert.number,
        "id": alert.id,
        "version": alert.version,
        "status": alert.status.value,
        "integration_id": alert.integration_id,
        "dedup_digest": dedup_digest(alert.integration_id or "", alert.dedup_key) if keyed else None,
        "parent_id": alert.parent_id,
        "repaint": seen > 0,
        "search": clean(searched_text(alert)),
        "document": document(alert),
        "loudness": alert.urgency.loudness,
        "created_at": micros(alert.created_at),
        "holder_id": alert.settled_by.id if alert.settled_by and alert.status is Status.ACKNOWLEDGED else None,
        "indexed": None,
        "seen": seen,
    }


def read_alert(number: int, stored: str) -> Alert:
    """Read an alert; the number is the column's, because the value may have been saved before it had one."""
    with reading(alerts.name, f"#{number}"):
        alert = _alert(stored)
    return alert if alert.number == number else replace(alert, number=number)


def responder_rows(alert: Alert) -> list[Row]:
    """Write who was asked to answer: people, and what they were asked for, such as their team."""
    people = [each.user_id for each in alert.responders]
    others = [each.id for each in alert.receivers if each.kind is not ReceiverKind.USER]
    return [{"user_id": each, "alert_id": alert.id} for each in dict.fromkeys((*people, *others))]


def entry_row(entry: Entry) -> Row:
    """Write a line of the timeline."""
    return {
        "alert_id": entry.alert_id,
        "at": micros(entry.at),
        "kind": entry.kind.value,
        "actor": document(entry.actor),
        "text": clean(entry.text),
    }


def read_entry(row: Fetched[Any]) -> Entry:
    """Read a line of the timeline."""
    with reading(entries.name, row.seq):
        return Entry(
            alert_id=row.alert_id,
            at=instant(row.at),
            kind=EntryKind(row.kind),
            actor=_actor(row.actor),
            text=row.text,
        )


def window_row(alert_id: str, window: OpenWindow) -> Row:
    """Write an aggregation window."""
    return {"digest": digest(window.fingerprint), "alert_id": alert_id, "end_at": micros(window.end_at)}


# --- What is under way --------------------------------------------------------------------------------------------


def escalation_row(escalation: Escalation) -> Row:
    """Write an escalation."""
    return {
        "id": escalation.id,
        "alert_id": escalation.alert_id,
        "running": escalation.running,
        "document": document(escalation),
    }


def read_escalation(row: Fetched[Any]) -> Escalation:
    """Read a running escalation."""
    with reading(escalations.name, row.id):
        return _escalation(row.document)


def cycle_row(cycle: Cycle) -> Row:
    """Write a paging cycle."""
    return {
        "id": cycle.id,
        "alert_id": cycle.alert_id,
        "escalation_id": cycle.escalation_id,
        "running": cycle.running,
        "document": document(cycle),
    }


def read_cycle(row: Fetched[Any]) -> Cycle:
    """Read a paging cycle; whether it runs is the column's to say."""
    with reading(cycles.name, row.id):
        cycle = _cycle(row.document)
    return cycle if cycle.running == row.running else replace(cycle, running=row.running)


def timer_row(timer: Timer) -> Row:
    """Write a timer that is to come."""
    return {
        "id": timer.id,
        "alert_id": timer.alert_id,
        "escalation_id": timer.escalation_id,
        "kind": timer.kind.value,
        "due_at": micros(timer.due_at),
        "state": TIMER_PENDING,
        "document": document(timer),
    }


def read_timer(row: Fetched[Any]) -> Timer:
    """Read a timer."""
    with reading(timers.name, row.id):
        return _timer(row.document)


# --- The ledger ---------------------------------------------------------------------------------------------------


def notification_row(notification: Notification) -> Row:
    """Write a notification that nobody has claimed; what comes of it later begins with the columns' defaults."""
    return {
        "id": notification.id,
        "alert_id": notification.alert_id,
        "kind": notification.kind.value,
        "channel": notification.channel,
        "address": clean(notification.address),
        "urgency": notification.urgency.value,
        "precedence": precedence(notification.kind, notification.urgency),
        "due_at": micros(notification.due_at),
        "user_id": notification.user_id,
        "cycle_id": notification.cycle_id,
        "state": notification.state.value,
        "deadline_at": _maybe_micros(notification.deadline_at),
        "because": clean(notification.because) or None,
    }


def read_notification(row: Fetched[Any]) -> Notification:
    """Read a notification."""
    with reading(notifications.name, row.id):
        return _notification(row)


def _notification(row: Fetched[Any]) -> Notification:
    return Notification(
        id=row.id,
        alert_id=row.alert_id,
        kind=NoticeKind(row.kind),
        channel=row.channel,
        address=row.address,
        urgency=Urgency(row.urgency),
        due_at=instant(row.due_at),
        user_id=row.user_id,
        cycle_id=row.cycle_id,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        deadline_at=_maybe_instant(row.deadline_at),
        sent_at=_maybe_instant(row.sent_at),
        provider_id=row.provider_id,
        conversation=row.conversation,
        painted=row.painted,
        error=row.error,
        muted=bool(row.muted),
        waited=bool(row.waited),
        storm_id=row.storm_id,
        because=row.because or "",
    )


def settlement_row(settlement: Settlement) -> Row:
    """Write what became of an attempt."""
    return {
        "id": settlement.notification_id,
        "state": settlement.state.value,
        "provider_id": clean(settlement.receipt.provider_id),
        "conversation": clean(settlement.receipt.conversation),
        "painted": settlement.painted,
        "error": clean(settlement.error),
        "muted": settlement.receipt.muted,
        "waits": settlement.waits,
        "overturns": settlement.overturns,
        "retry_at": _maybe_micros(settlement.retry_at),
    }


def _maybe_micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def _maybe_instant(stored: int | None) -> datetime | None:
    return None if stored is None else instant(stored)
