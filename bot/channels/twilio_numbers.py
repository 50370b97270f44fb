"""The numbers that a page is tried on, until Twilio takes one."""

from collections.abc import Callable

from bot.engine import phones
from bot.errors import Rejected
from bot.ports import Page, Receipt


def first_taken(page: Page, send: Callable[[str], str]) -> Receipt:
    """Send to the person's numbers in turn until one is not refused; `send` returns Twilio's id.

    Raises `Rejected` with every reason when there is none left, and at once whatever else `send` raises.
    """
    if page.user is None:
        raise Rejected("A conversation has no phone number.")
    numbers, why = phones.candidates(page.user, page.notification.channel, page.notification.address)
    refusals = [why] if why else []
    for number in numbers:
        try:
            return Receipt(provider_id=send(number), conversation=number)
        except Rejected as refusal:
            refusals.append(f"{number}: {refusal.reason}" if len(numbers) > 1 else refusal.reason)
    raise Rejected(" ".join(refusals))
