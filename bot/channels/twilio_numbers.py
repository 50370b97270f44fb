"""The numbers that a page is tried on, until Twilio takes one."""

from collections.abc import Callable

from bot.engine import phones
from bot.engine.model import User
from bot.errors import Rejected
from bot.ports import Announcement, Page, Receipt


def first_taken(page: Page, send: Callable[[str], str]) -> Receipt:
    """Send to the person's numbers in turn until one is not refused; `send` returns Twilio's id.

    Raises `Rejected` with every reason when there is none left, and at once whatever else `send` raises.
    """
    return _first(page.user, page.notification.channel, page.notification.address, send)


def told(said: Announcement, user: User | None, send: Callable[[str], str]) -> Receipt:
    """Say a plain text to a number as it stands, or to the person's numbers in turn. Raises as `first_taken` does."""
    if number := phones.normal(said.address):
        return Receipt(provider_id=send(number), conversation=number)
    return _first(user, said.channel, said.address, send)


def _first(user: User | None, channel: str, address: str, send: Callable[[str], str]) -> Receipt:
    if user is None:
        raise Rejected("A conversation has no phone number.")
    numbers, why = phones.candidates(user, channel, address)
    refusals = [why] if why else []
    for number in numbers:
        try:
            return Receipt(provider_id=send(number), conversation=number)
        except Rejected as refusal:
            refusals.append(f"{number}: {refusal.reason}" if len(numbers) > 1 else refusal.reason)
    raise Rejected(" ".join(refusals))
