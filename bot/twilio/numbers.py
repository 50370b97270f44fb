"""The numbers that a message is tried on, until Twilio takes one."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.engine.model import User
from bot.engine.paging import phones
from bot.errors import Rejected
from bot.ports import Announcement, Digest, Page, Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Whose phone it is, the channel, and the address as a notification has it; see `bot.engine.paging.phones`.

    `allowed` are the numbers beside their own that may be spelled out.
    """

    user: User | None
    channel: str
    address: str
    allowed: tuple[str, ...] = ()


def of_page(page: Page) -> Recipient:
    """Whom a page goes to."""
    sent = page.notification
    return Recipient(user=page.user, channel=sent.channel, address=sent.address, allowed=page.allowed)


def of_digest(digest: Digest) -> Recipient:
    """Whom a storm is told to."""
    storm = digest.storm
    return Recipient(user=digest.user, channel=storm.channel, address=storm.address, allowed=digest.allowed)


def first_taken(to: Recipient, send: Callable[[str], str]) -> Receipt:
    """Send to the person's numbers in turn until one is not refused; `send` returns Twilio's id.

    Raises `Rejected` with every reason when there is none left, and at once whatever else `send` raises.
    """
    if to.user is None:
        raise Rejected("A conversation has no phone number.")
    numbers, why = phones.candidates(to.user, to.channel, to.address, to.allowed)
    refusals = [why] if why else []
    for number in numbers:
        try:
            return Receipt(provider_id=send(number), conversation=number)
        except Rejected as refusal:
            refusals.append(f"{number}: {refusal.reason}" if len(numbers) > 1 else refusal.reason)
    raise Rejected(" ".join(refusals))


def told(said: Announcement, user: User | None, send: Callable[[str], str]) -> Receipt:
    """Say a plain text to a number as it stands, or to the person's numbers in turn. Raises as `first_taken` does."""
    if number := phones.normal(said.address):
        return Receipt(provider_id=send(number), conversation=number)
    return first_taken(Recipient(user=user, channel=said.channel, address=said.address), send)
