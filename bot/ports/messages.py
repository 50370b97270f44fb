"""Messages that go out, over channels and otherwise."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.engine.delivery.card import Card
from bot.engine.delivery.pacing import Pace
from bot.engine.delivery.storms import Storm, Summary
from bot.engine.intake.automation_requests import Outgoing
from bot.engine.model import ChannelKind, DeliveryState, Notification, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A notification with all that its channel needs to draw and address it. `user` is None for a conversation.

    `allowed` are the numbers beside their own that it may go to, see `phones.allowed_for`; `place` is where a
    conversation is, see `conversations.place_of`.
    """

    notification: Notification
    card: Card
    user: User | None = None
    allowed: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The provider's answer: its id of the message, the conversation it went to, and how far it got.

    A `muted` message was taken, and the person does not hear of it: it does not count as reaching them. `remark` is
    what the ledger says beside, and has to say of a muted one.
    """

    provider_id: str = ""
    conversation: str = ""
    state: DeliveryState = DeliveryState.SENT
    muted: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What answered an automation's request: the status, and the beginning of the body as text.

    `was_taken`: it was taken, and redirected to a page that answered this.
    """

    status: int
    said: str = ""
    was_taken: bool = False


class Channel(Protocol):
    """One way to reach a person: an object made by a module's `build` in `bot/channels`, discovered by that."""

    @property
    def kind(self) -> ChannelKind:
        """What is known of it: the module's `KIND`."""
        ...

    def send(self, page: Page) -> Receipt:
        """Send, or raise one of the `Undelivered` errors. Never called inside a transaction."""
        ...

    def repaint(self, page: Page) -> None:
        """Change what was sent (`page.notification.provider_id`) into what the card says now."""
        ...


class ShiftNoticeKind(StrEnum):
    """What is said of a shift ahead."""

    BEGINS = "begins"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftNotice:
    """That somebody was told of a shift: it begins, or it is not theirs after all.

    `number` is how often the shift had been taken back from them before.
    """

    kind: ShiftNoticeKind
    schedule_id: str
    layer: int
    start_at: datetime
    user_id: str
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Something to say that is about no alert: a shift, a gap, a maintenance window.

    Its id is made of what it is about, so that it is said once. `address` is as in a notification; `text` is plain.
    `notice` is set where it has to be known later what was said of a shift.
    """

    id: str
    channel: str
    address: str
    title: str
    text: str
    due_at: datetime
    user_id: str | None = None
    attempts: int = 0
    notice: ShiftNotice | None = None


@runtime_checkable
class Herald(Protocol):
    """What a channel has besides, that can say plain text."""

    def tell(self, said: Announcement, user: User | None) -> Receipt:
        """Say it, or raise one of the `Undelivered` errors. Never called inside a transaction."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackAccount:
    """Somebody's account at a provider. `why_gone` is why they are no member any more, empty while they are."""

    id: str
    why_gone: str = ""


@runtime_checkable
class Roster(Protocol):
    """What a channel has besides, whose provider says who still belongs to the workspace."""

    def accounts(self) -> tuple[SlackAccount, ...]:
        """Everybody whom it knows; or raise one of the `Undelivered` errors when it did not say so in full."""
        ...


@runtime_checkable
class Addressed(Protocol):
    """What a channel has besides, whose addresses are written in a way of its own."""

    def read_address(self, text: str) -> str:
        """An address as it is kept, of a person or of a team's place. Raises `Invalid` for what is none."""
        ...


@runtime_checkable
class Verifiable(Protocol):
    """What a channel has besides, whose provider can be asked whether it takes the credentials."""

    def verify(self) -> None:
        """Ask, or raise one of the `Undelivered` errors, whose reason says what to mend. Sends nothing to anybody."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A storm's summary with all that its channel needs to draw and address it. `user` is None for a conversation.

    `at` is when it is told, and `fresh` how many of its alerts are told for the first time. `allowed` and `place` are
    as in a page.
    """

    storm: Storm
    summary: Summary
    at: datetime
    fresh: int = 0
    user: User | None = None
    allowed: tuple[str, ...] = ()
    place: str = ""


@runtime_checkable
class Summariser(Protocol):
    """What a channel has besides, whose summary of a storm is one message that changes."""

    def summarise(self, digest: Digest) -> Receipt:
        """Post the summary, or change it in place when the storm has one; raises one of the `Undelivered` errors."""
        ...

    def summary_paces(self, digest: Digest) -> tuple[Pace, ...]:
        """What that takes room in at the provider."""
        ...


@runtime_checkable
class Narrator(Protocol):
    """What a channel has besides, that tells a storm in words of its own: another message each time."""

    def narrate(self, digest: Digest) -> Receipt:
        """Tell it, or raise one of the `Undelivered` errors. Never called inside a transaction."""
        ...

    def summary_paces(self, digest: Digest) -> tuple[Pace, ...]:
        """What that takes room in at the provider."""
        ...


class Requester(Protocol):
    """Makes the requests of automations."""

    def send(self, request: Outgoing) -> Answered:
        """Send, or raise `Rejected` (trying again cannot help), `Unavailable` or `Unanswered`.

        Never called inside a transaction. The answer is bounded in size, and all of it in time.
        """
        ...

    def objection(self, request: Outgoing) -> str:
        """Why `send` would refuse a request, or could not begin it now; empty where nothing stands against it.

        Names are looked up; nothing is sent.
        """
        ...


@runtime_checkable
class Fetcher(Protocol):
    """What a requester has besides, that can fetch something whole."""

    def fetch(self, url: str, most: int) -> bytes:
        """The body at an address, of at most so many bytes. Raises as `send` does; `Rejected` for any other answer."""
        ...


class Linker(Protocol):
    """Writes links that act for one person."""

    def register(self, user_id: str, expires_at: datetime) -> str:
        """The address at which a person registers a browser or a phone for push."""
        ...

    def mail_key(self, notification_id: str) -> str:
        """What names a message in the mail that it is: whoever writes it back has got the mail."""
        ...
