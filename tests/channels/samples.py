"""Cards to draw: every state and kind, with any text in every place that foreign text can reach."""

from datetime import UTC, datetime, timedelta

from bot.engine.delivery.card import Asked, Card, Person
from bot.engine.delivery.storms import Mentioned, Storm, Summary
from bot.engine.model import Answer, NoticeKind, Status, Urgency, User
from bot.ports import Digest

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def card(text: str, status: Status, kind: NoticeKind = NoticeKind.OPEN) -> Card:
    """A card with that text wherever the text comes from outside."""
    settled = status not in {Status.OPEN, Status.QUEUED}
    return Card(
        kind=kind,
        alert_id="alt_01k9card",
        number=1042,
        version=7,
        title=text,
        status=status,
        urgency=Urgency.HIGH,
        created_at=AT,
        description=text,
        integration=text,
        incident=text,
        tags=(text,) * 12,
        fields=tuple((f"{index} {text}", text) for index in range(12)),
        link="https://prometheus.example/graph?g0.expr=up&g0.tab=1",
        runbook="https://runbooks.example/disk",
        count=3,
        stage=30,
        children=(text,) * 5,
        gathered=40,
        asked=tuple(_asked(text, index) for index in range(30)),
        settled_by=Person(name=text) if settled else None,
        settled_via="sms" if settled else "",
        settled_at=AT + timedelta(minutes=4) if settled else None,
        next_said=text,
        next_at=AT + timedelta(minutes=5),
        undelivered=(text,) * 7,
    )


def _asked(text: str, index: int) -> Asked:
    answer = Answer.REJECTED if index % 3 == 1 else None
    person = Person(name=text, slack_id=f"U0PERSON{index:03}" if index % 2 else None)
    return Asked(person=person, layer=1 + index // 12, channels=("slack", "sms"), answer=answer)


def small(status: Status = Status.OPEN, kind: NoticeKind = NoticeKind.OPEN) -> Card:
    """The least that a card can say."""
    return Card(
        kind=kind,
        alert_id="alt_01k9card",
        number=7,
        version=1,
        title="ping",
        status=status,
        urgency=Urgency.LOW,
        created_at=AT,
    )


def storm(text: str) -> Summary:
    """A storm of which the newest alerts are called so."""
    newest = tuple(
        Mentioned(
            number=1042 - index,
            title=text,
            urgency=Urgency.HIGH if index % 2 else Urgency.LOW,
            status=Status.OPEN if index else Status.RESOLVED,
            link="https://prometheus.example/graph?g0.expr=up&g0.tab=1" if index < 3 else "",
        )
        for index in range(5)
    )
    return Summary(
        storm_id="stm_01k9storm",
        began_at=AT,
        over_at=None,
        statuses=((Status.OPEN, 9_900), (Status.ACKNOWLEDGED, 12), (Status.RESOLVED, 87), (Status.DROPPED, 1)),
        urgencies=((Urgency.HIGH, 9_000), (Urgency.LOW, 1_000)),
        newest=newest,
    )


def digest(text: str, channel: str, user: User) -> Digest:
    """The same storm as it is told to somebody on a channel: 7 of its alerts for the first time."""
    on = Storm(id="stm_01k9storm", channel=channel, address="primary", began_at=AT, user_id=user.id)
    return Digest(storm=on, summary=storm(text), at=AT + timedelta(minutes=3), fresh=7, user=user)
