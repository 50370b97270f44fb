"""What people answer by mail, and what mail servers say later of a mail that they had taken."""

import hmac
from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol

from bot.engine.model import DeliveryState, Notification, User, person
from bot.errors import NotFound, Refused
from bot.ports import Announcement, Ports, UnitOfWork
from bot.service import callbacks, replies
from bot.service.callbacks import DeliveryReport
from bot.service.desk import Repeated
from bot.service.replies import Order

VALID = timedelta(days=3)
"""How long a mail can be answered, from when it was due: as long as its links."""
_EMAIL = "email"
_MOST_HELPED = 5  # answers in an hour to what somebody writes and we do not understand
_HELP = "Write A in the first line to acknowledge, R to reject, C to close."


class MailName(Protocol):
    """What names a mail of ours; `key` is a secret between us and whoever got it."""

    @property
    def alert_id(self) -> str:
        """The alert that the mail is about."""
        ...

    @property
    def key(self) -> str:
        """The key of the notification that the mail is."""
        ...


def bounce(ports: Ports, names: Iterable[MailName], why: str) -> None:
    """Note that a mail did not arrive after all; a page gives way to the next channel. Raises `NotFound`."""
    with ports.store.begin() as uow:
        sent = _named(ports, uow, names)
    report = DeliveryReport(
        notification_id=sent.id,
        provider_id=sent.provider_id,
        state=DeliveryState.FAILED,
        reason=why,
        overturns=True,
    )
    callbacks.take(ports, report)


def answer(ports: Ports, names: Iterable[MailName], said: str, mail_id: str) -> None:
    """Do what the first line of a reply says, and tell the person by mail what came of it. Raises `NotFound`."""
    now = ports.clock.now()
    with ports.store.begin() as uow:
        sent = _named(ports, uow, names)
        user = uow.directory().users.get(sent.user_id or "")
    if user is None or not user.active:
        raise NotFound("Whoever got this mail is not here any more.")
    order = replies.read(said)
    if now - sent.due_at > VALID:
        told = f"Nothing was changed: that mail is older than {VALID.days} days. Answer a newer one, or in Slack."
    elif isinstance(order, Order) and not order.all_of_it:
        told = _obeyed(ports, order, sent, mail_id)
    else:
        told = _helped(ports, user)
    if told:
        _tell(ports, user, told, mail_id)


def _obeyed(ports: Ports, order: Order, sent: Notification, mail_id: str) -> str:
    actor = person(sent.user_id or "", _EMAIL)
    try:
        return replies.act(ports, order.verb, order.reference or sent.alert_id, actor, f"mail {mail_id}")
    except Repeated:
        return ""
    except NotFound:
        return f"There is no alert #{order.reference[:20]}. {_HELP}"
    except Refused as refused:
        return str(refused)


def _helped(ports: Ports, user: User) -> str:
    """What to say to a reply that is no answer; nothing after a few an hour, for it may be a machine that writes."""
    now = ports.clock.now()
    hour = f"unread mail {user.id} {now:%Y-%m-%d %H}"
    with ports.store.begin() as uow:
        has_room = any(uow.first_sight(f"{hour} {each}", now) for each in range(_MOST_HELPED))
    return f"Your reply is no answer that we know, and nothing was changed. {_HELP}" if has_room else ""


def _tell(ports: Ports, user: User, said: str, mail_id: str) -> None:
    now = ports.clock.now()
    told = Announcement(
        id=f"answer.{mail_id}.{user.id}",
        channel=_EMAIL,
        address="primary",
        title=said,
        text=said,
        due_at=now,
        user_id=user.id,
    )
    with ports.store.begin() as uow:
        uow.announce((told,))


def _named(ports: Ports, uow: UnitOfWork, names: Iterable[MailName]) -> Notification:
    """The first message of ours that one of the names is of. Raises `NotFound`."""
    for name in names:
        for sent in uow.notifications([name.alert_id]).get(name.alert_id, ()):
            if sent.channel == _EMAIL and _is_key(ports, sent, name.key):
                return sent
    raise NotFound("This mail speaks of none of ours.")


def _is_key(ports: Ports, sent: Notification, key: str) -> bool:
    return ports.links is not None and hmac.compare_digest(ports.links.mail_key(sent.id), key)
