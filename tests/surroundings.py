"""What stands around the World: a clock that is moved by hand, alarms that can be lost, phones that can fail."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot import channels, ids
from bot.engine.delivery.pacing import Pace
from bot.engine.intake.automation_requests import Outgoing
from bot.engine.model import ChannelKind, NoticeKind, User
from bot.errors import Undelivered
from bot.ports import Announcement, Answered, Digest, Job, Page, Receipt

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)  # a Monday


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def move_to(self, now: datetime) -> None:
        self._now = max(self._now, now)


class AlarmBook:
    """A queue that notes what it was asked to wake, so that the World can keep or lose it."""

    def __init__(self) -> None:
        self.awake: list[Job] = []
        self.alarms: list[tuple[datetime, Job]] = []

    def wake(self, job: Job) -> None:
        self.awake.append(job)

    def wake_at(self, job: Job, at: datetime) -> None:
        self.alarms.append((at, job))

    def smash(self) -> None:
        """Forget everything, as a flushed Redis does."""
        self.awake.clear()
        self.alarms.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What somebody heard: who, over which channel, why, and about what."""

    to: str
    channel: str
    kind: NoticeKind
    title: str

    def __str__(self) -> str:
        return f"{self.to} by {self.channel}: {self.kind} {self.title!r}"


KINDS = channels.known()
"""What the channels' own files say of them."""


@dataclass
class Phones:
    """One channel whose messages land in the World's inbox; it can be told to fail."""

    name: str
    inbox: list[Message]
    repaints: bool = False
    trouble: list[Undelivered] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    resting: set[str] = field(default_factory=set)

    @property
    def kind(self) -> ChannelKind:
        return replace(KINDS.of(self.name), repaints=self.repaints)

    def tell(self, said: Announcement, user: User | None) -> Receipt:
        if self.trouble:
            raise self.trouble.pop(0)
        self.told.append(f"{user.handle if user else said.address}: {said.text}")
        return Receipt(provider_id=ids.new("msg"))

    def send(self, page: Page) -> Receipt:
        if self.trouble:
            raise self.trouble.pop(0)
        to = page.user.handle if page.user else page.notification.address
        self.inbox.append(Message(to=to, channel=self.name, kind=page.notification.kind, title=page.card.title))
        muted = to in self.resting
        remark = "do-not-disturb is on" if muted else ""
        return Receipt(provider_id=ids.new("msg"), conversation=to, muted=muted, remark=remark)

    def repaint(self, page: Page) -> None:
        """These messages are never repainted."""


@dataclass
class Chat(Phones):
    """A channel whose summaries of storms are messages that change; `summaries` holds what each shows, by storm."""

    summaries: dict[str, list[Digest]] = field(default_factory=dict)

    def summarise(self, digest: Digest) -> Receipt:
        if self.trouble:
            raise self.trouble.pop(0)
        self.summaries.setdefault(digest.storm.id, []).append(digest)
        muted = bool(digest.user and digest.user.handle in self.resting)
        remark = "do-not-disturb is on" if muted else ""
        posted = digest.storm.provider_id or ids.new("msg")
        return Receipt(provider_id=posted, conversation=digest.storm.place, muted=muted, remark=remark)

    def summary_paces(self, digest: Digest) -> tuple[Pace, ...]:
        return (Pace(key=f"summaries {digest.storm.place}", period=timedelta(seconds=1), burst=1),)


@dataclass
class Website:
    """What automations ask; it answers 200 unless it is told otherwise."""

    asked: list[Outgoing] = field(default_factory=list)
    answers: list[Answered | Undelivered] = field(default_factory=list)
    objects: str = ""

    def objection(self, request: Outgoing) -> str:  # noqa: ARG002  # whatever is asked
        return self.objects

    def send(self, request: Outgoing) -> Answered:
        self.asked.append(request)
        answer = self.answers.pop(0) if self.answers else Answered(status=200, said="done")
        if isinstance(answer, Undelivered):
            raise answer
        return answer
