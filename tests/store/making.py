"""Values for the store's tests, with as little said as the test needs."""

from datetime import UTC, datetime, timedelta

from bot import ids
from bot.engine.decision import Decision, Effect
from bot.engine.model import (
    Actor,
    ActorKind,
    Alert,
    Cycle,
    Entry,
    EntryKind,
    Escalation,
    NoticeKind,
    Notification,
    PagingStep,
    Receiver,
    ReceiverKind,
    Rung,
    Status,
    Timer,
    TimerKind,
    Urgency,
)
from bot.ports import Log, LogState, Request, Store

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
SENDER = Actor(kind=ActorKind.INTEGRATION, id="int_a")
TEAM = Receiver(kind=ReceiverKind.TEAM, id="tem_a")


def later(seconds: float) -> datetime:
    """Name an instant after `NOW`."""
    return NOW + timedelta(seconds=seconds)


def make_log(number: int = 0, integration_id: str = "int_a", state: LogState = LogState.UNREAD) -> Log:
    """Make a log."""
    request = Request(method="POST", path="/integrations/k", body=b'{"n": %d}' % number, headers={"x-a": "b"})
    return Log(id=ids.new("log"), integration_id=integration_id, at=NOW, request=request, answered=200, state=state)


def make_alert(key: str = "", status: Status = Status.OPEN, **more: object) -> Alert:
    """Make an alert that was never saved."""
    values: dict[str, object] = {
        "id": ids.new("alt"),
        "title": "disk full",
        "urgency": Urgency.HIGH,
        "created_at": NOW,
        "changed_at": NOW,
        "status": status,
        "version": 1,
        "integration_id": "int_a",
        "dedup_key": key or ids.new("key"),
    }
    return Alert(**(values | more))  # type: ignore[arg-type]


def make_escalation(alert: Alert, number: int = 1) -> Escalation:
    """Make an escalation with one layer."""
    return Escalation(
        id=f"{alert.id}:{number}",
        alert_id=alert.id,
        receiver=TEAM,
        rungs=(Rung(number=1, timeout=timedelta(minutes=5)),),
        started_at=NOW,
    )


def make_cycle(escalation: Escalation, user_id: str = "usr_a") -> Cycle:
    """Make a paging cycle."""
    return Cycle(
        id=f"{escalation.id}:{user_id}",
        alert_id=escalation.alert_id,
        escalation_id=escalation.id,
        user_id=user_id,
        steps=(PagingStep(channels=()),),
    )


def make_timer(
    alert: Alert, due_at: datetime = NOW, kind: TimerKind = TimerKind.LAYER_TIMEOUT, escalation_id: str = ""
) -> Timer:
    """Make a timer."""
    return Timer(id=ids.new("tmr"), kind=kind, alert_id=alert.id, due_at=due_at, escalation_id=escalation_id)


def make_notification(alert: Alert, due_at: datetime = NOW, **more: object) -> Notification:
    """Make a page that waits to be sent."""
    values: dict[str, object] = {
        "id": ids.new("ntf"),
        "alert_id": alert.id,
        "kind": NoticeKind.OPEN,
        "channel": "slack",
        "address": "U1",
        "urgency": alert.urgency,
        "due_at": due_at,
        "user_id": "usr_a",
    }
    return Notification(**(values | more))  # type: ignore[arg-type]


def make_entry(alert: Alert, text: str) -> Entry:
    """Make a line of the timeline."""
    return Entry(alert_id=alert.id, at=NOW, kind=EntryKind.NOTE, actor=SENDER, text=text)


def create(alert: Alert, *effects: Effect) -> Decision:
    """Decide on a new alert."""
    return Decision(alert=alert, seen=0).do(*effects)


def saved(store: Store, *decisions: Decision) -> Alert:
    """Save decisions and read back the first one's alert."""
    with store.begin() as uow:
        uow.save(decisions)
    return read(store, decisions[0].alert.id)


def read(store: Store, reference: str) -> Alert:
    """Read an alert that exists."""
    with store.begin() as uow:
        situation = uow.situation(reference)
    assert situation is not None
    return situation.alert
