"""What comes back of the mails that page people: replies, and bounces."""

import logging
from email.utils import parseaddr

from bot.channels.email.channel import REPLIES, reply_domain
from bot.errors import PagerError, StoreUnavailable, Unreadable
from bot.payloads.returned_mail import Returned, read_returned
from bot.ports import Ports
from bot.service import mailed_answers
from bot.settings import Settings

logger = logging.getLogger(__name__)


class ReturnedMail:
    """Takes messages to the addresses that our own mails come from, and that they are answered at."""

    def __init__(self, ports: Ports, sender: str, domain: str) -> None:
        self._ports = ports
        self._sender = sender.lower()
        self._domain = domain.lower()

    def is_ours(self, address: str) -> bool:
        """Whether mail to an address is about one of our mails."""
        local, _, domain = address.lower().rpartition("@")
        return address.lower() == self._sender or (local.startswith(f"{REPLIES}+") and domain == self._domain)

    def take(self, address: str, content: bytes) -> None:
        """Do what a message says. Raises `StoreUnavailable`; what cannot be read or acted on is only logged."""
        try:
            self._take(read_returned(content, address))
        except StoreUnavailable:
            raise
        except (PagerError, Unreadable) as error:
            logger.warning("a mail that came back was not acted on: %s", error)

    def _take(self, returned: Returned) -> None:
        logger.info("mail came back", extra={"bounced": bool(returned.bounced)})
        if returned.bounced:
            mailed_answers.bounce(self._ports, returned.names, returned.bounced)
        elif not returned.is_automatic:
            mailed_answers.answer(self._ports, returned.names, returned.said, returned.id)


def returned_mail(settings: Settings, ports: Ports) -> ReturnedMail | None:
    """What hears of our mails, None where no mail is sent."""
    sender = parseaddr(settings.environment.get("EMAIL_FROM", ""))[1]
    domain = reply_domain(settings.environment) or settings.mail_domain
    return ReturnedMail(ports, sender, domain) if sender and ports.links else None
