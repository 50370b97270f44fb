"""What stands on an alert's card: put together from the alert, its pages, what it gathered, and what comes next."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.engine.alerts.lifecycle import is_asking, loudest
from bot.engine.decision import consider
from bot.engine.delivery.card import Asked, Card, Person
from bot.engine.delivery.lost_pages import is_in_trouble
from bot.engine.delivery.order import say_outcome
from bot.engine.directory import Directory, name_of
from bot.engine.escalation.who_is_asked import asked_now
from bot.engine.intake.returning import is_flapping
from bot.engine.model import Alert, DeliveryState, NoticeKind, Notification, Responder, Status
from bot.engine.paging.test_pages import is_drill
from bot.engine.rehearsal.next_step import next_step
from bot.engine.rehearsal.playthrough import Pending

_MOST_FIELDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """An aggregate's children: how many there are, how many of them are over, and the newest few of the others."""

    count: int
    over: int
    listed: tuple[Alert, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMaterial:
    """All that is known of an alert when its card is drawn: `ledger` holds its messages, `pending` what is to come.

    `why_dropped` says of a dropped alert why nobody is left to ask.
    """

    alert: Alert
    pending: Pending
    ledger: tuple[Notification, ...]
    gathered: Gathering | None
    why_dropped: str = ""


def draw(known: CardMaterial, kinds: Iterable[NoticeKind], directory: Directory) -> Mapping[NoticeKind, Card]:
    """An alert's card for each kind of notice that shows it."""
    seen = _Seen(
        alert=known.alert,
        asked=asked_now(consider(known.alert, known.pending.escalations)),
        coming=next_step(known.alert, known.pending, directory),
        ledger=known.ledger,
        gathered=known.gathered,
        why_dropped=known.why_dropped,
    )
    return {kind: _draw(seen, kind, directory) for kind in kinds}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """An alert as it is drawn: `asked` are the people who are asked now, `coming` is what happens next, and when."""

    alert: Alert
    asked: tuple[str, ...]
    coming: tuple[str, datetime | None]
    ledger: tuple[Notification, ...]
    gathered: Gathering | None
    why_dropped: str


def further_fields(alert: Alert) -> tuple[tuple[str, str], ...]:
    """The fields of an alert that have no room on its card, as names with values."""
    return _fields(alert)[_MOST_FIELDS:]


def _draw(seen: _Seen, kind: NoticeKind, directory: Directory) -> Card:
    alert, ledger = seen.alert, seen.ledger
    integration = directory.integrations.get(alert.integration_id or "")
    fields = _fields(alert)
    said, at = seen.coming
    return Card(
        kind=kind,
        alert_id=alert.id,
        number=alert.number,
        version=alert.version,
        title=alert.title,
        status=alert.status,
        urgency=alert.urgency,
        created_at=alert.created_at,
        description=alert.description,
        integration=integration.name if integration else "",
        incident=_incident(alert),
        tags=alert.tags,
        fields=fields[:_MOST_FIELDS],
        fields_left=len(fields[_MOST_FIELDS:]),
        link=source_link(alert),
        runbook=_runbook(alert),
        stage=len(alert.responders),
        children=tuple(f"#{each.number} {each.title}" for each in seen.gathered.listed) if seen.gathered else (),
        child_states=tuple(_say_child(each) for each in seen.gathered.listed) if seen.gathered else (),
        over=seen.gathered.over if seen.gathered else 0,
        was=alert.was if loudest(alert) is alert.urgency else None,
        is_worse=alert.is_worse,
        asks_help=alert.asks_help,
        appeal_by=name_of(alert.appeal.by, directory) if alert.appeal else "",
        appeal_note=alert.appeal.note if alert.appeal else "",
        is_help=alert.appeal is not None and alert.appeal.is_help,
        why_dropped=seen.why_dropped,
        joined=alert.joined,
        returns=len(alert.returns) if is_flapping(alert.returns) else 0,
        gathered=seen.gathered.count if seen.gathered else 0,
        count=alert.count,
        asked=tuple(_responder(each, directory, ledger, seen.asked) for each in _latest(alert.responders)),
        settled_by=_person(alert, directory) if alert.settled_by else None,
        settled_via=alert.settled_by.via if alert.settled_by else "",
        settled_at=alert.settled_at,
        next_said=said,
        next_at=at,
        maintenance=alert.maintenance if is_asking(alert) else "",
        maintenance_until=alert.maintenance_until,
        teams=tuple(directory.teams[each.id].name for each in alert.receivers if each.id in directory.teams),
        undelivered=tuple(dict.fromkeys(_failures(ledger, directory))),
        ledger=_outcomes(ledger) if is_drill(alert) else (),
    )


def _say_child(child: Alert) -> str:
    """The state of a child: how urgent it is, how often it came, and whether somebody has it."""
    status = "not over" if child.status is Status.SUPPRESSED else str(child.status)
    often = f", seen {child.count} times" if child.count > 1 else ""
    return f"{child.urgency}, {status}{often}"


def _outcomes(ledger: tuple[Notification, ...]) -> tuple[str, ...]:
    pages = (each for each in ledger if each.kind is NoticeKind.OPEN)
    return tuple(f"{each.channel}: {say_outcome(each)}" for each in pages)


def _incident(alert: Alert) -> str:
    if alert.incident is None:
        return ""
    return f"{alert.incident.severity} {alert.incident.message}".strip()


def _fields(alert: Alert) -> tuple[tuple[str, str], ...]:
    """The scalars among the additional data, which is what a person can read at a glance."""
    scalars = ((key, value) for key, value in alert.data.items() if isinstance(value, str | int | float))
    return tuple((str(key), str(value)) for key, value in scalars if str(value) and not _is_link(value))


def source_link(alert: Alert) -> str:
    """The sender's own page of what is wrong."""
    return next((str(value) for key, value in alert.data.items() if _is_link(value) and not _is_runbook(key)), "")


def _runbook(alert: Alert) -> str:
    return next((str(value) for key, value in alert.data.items() if _is_link(value) and _is_runbook(key)), "")


def _is_runbook(key: object) -> bool:
    return "runbook" in str(key).lower() or "playbook" in str(key).lower()


def _is_link(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://"))


def _latest(responders: tuple[Responder, ...]) -> tuple[Responder, ...]:
    """Each person once, as they were asked last."""
    return tuple({each.user_id: each for each in responders}.values())


def _responder(
    responder: Responder, directory: Directory, ledger: tuple[Notification, ...], now: tuple[str, ...]
) -> Asked:
    user = directory.users.get(responder.user_id)
    reached = (each.channel for each in ledger if each.user_id == responder.user_id and _is_heard(each))
    person = Person(name=user.name, slack_id=user.slack_id) if user else Person(name=responder.user_id)
    channels = tuple(dict.fromkeys(reached))
    return Asked(
        person=person,
        layer=responder.layer,
        channels=channels,
        answer=responder.answer,
        waits=responder.user_id in now,
        unpaged=responder.unpaged,
    )


def _person(alert: Alert, directory: Directory) -> Person:
    user = directory.users.get(alert.settled_by.id) if alert.settled_by else None
    return Person(name=name_of(alert.settled_by, directory), slack_id=user.slack_id if user else None)


def _is_heard(message: Notification) -> bool:
    """Whether a message asks the person, or is about to: a card is drawn while others are on their way."""
    return message.state is not DeliveryState.CANCELLED and not is_in_trouble(message)


def _failures(ledger: tuple[Notification, ...], directory: Directory) -> Iterator[str]:
    pages = (each for each in ledger if each.kind is NoticeKind.OPEN and each.state is not DeliveryState.CANCELLED)
    yield from (_undelivered(each, directory) for each in pages if is_in_trouble(each))


def _undelivered(notification: Notification, directory: Directory) -> str:
    user = directory.users.get(notification.user_id or "")
    return f"{user.name if user else 'Somebody'} by {notification.channel}: {notification.error or 'not in time'}"
