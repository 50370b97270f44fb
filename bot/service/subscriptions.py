"""Who wants to be told, and where: browsers registered for push, and stakeholders who want no more mail."""

from dataclasses import replace

from bot.engine.model import SYSTEM
from bot.ports import Ports


def leave(ports: Ports, email: str) -> int:
    """Take an email address off every stakeholder and return from how many; doing it twice is harmless."""
    with ports.store.begin() as uow:
        listed = [each for each in uow.directory().stakeholders.values() if _lists(each.emails, email)]
        for each in listed:
            left = tuple(address for address in each.emails if address.lower() != email.lower())
            uow.put(replace(each, emails=left), SYSTEM, ports.clock.now(), seen=uow.version_of(each.id))
    return len(listed)


def _lists(emails: tuple[str, ...], email: str) -> bool:
    return any(address.lower() == email.lower() for address in emails)
