"""Pages by email: a mail that says everything, with links to a page on which the alert is answered."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime, parseaddr

import idna

from bot import signing_keys
from bot.channels.email.smtp import VARIABLES, Relay, Server, server
from bot.channels.email.text import UNREAD, Letter, as_html, as_text, compose, compose_storm
from bot.engine.delivery.card import Card
from bot.engine.delivery.pacing import Pace
from bot.engine.model import Account, AddressForm, ChannelKind, NoticeKind, User
from bot.errors import Invalid, Problem, Rejected
from bot.ports import Announcement, Channel, Digest, Page, Receipt
from bot.service.links import Links, StormTicket, Ticket
from bot.variables import Group, Variable

REPLIES = "page"
"""What the addresses begin with at which replies to pages come in: `page+<alert>.<key>@<MAIL_DOMAIN>`."""
_WINDOWS_BEGAN = datetime(1601, 1, 1, tzinfo=UTC)
VALID = timedelta(days=3)
"""How long the links in a mail can be used, from when it was due: over a weekend."""


class _Verbatim(UnstructuredHeader):
    """A header of one long word, as ids and addresses are: the library would encode it beyond recognition."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("message-id", "references", "in-reply-to", "list-unsubscribe"):
    _HEADERS.map_to_type(_name, _Verbatim)  # type: ignore[arg-type]  # a mixin is what it wants (docs.python.org)
_POLICY = policy.EmailPolicy(linesep="\r\n", cte_type="7bit", header_factory=_HEADERS)  # 7 bits pass every relay


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thread:
    """What a mail is about, which is its thread; what tells it from the others; and when it was due."""

    about: str
    key: str
    at: datetime


KIND = ChannelKind(
    name="email",
    title="Email",
    contact="email",
    account=Account.EMAIL,
    form=AddressForm.EMAIL,
    missing="You have no email address.",
    mend="/pagertree me add you@example.com adds one.",
    answers=True,
    manual="docs/channels/email.md",
)


def build(environment: Mapping[str, str]) -> Channel | None:
    """Make the channel of `SMTP_HOST` and `EMAIL_FROM`, or None without a host. Raises `Invalid`."""
    found = _read(environment)
    if found is None:
        return None
    to, sender = found
    links = signing_keys.links(environment)
    return Email(Relay(to, sender.domain), sender, links, reply_domain(environment))


def reply_domain(environment: Mapping[str, str]) -> str:
    """Where replies to pages come in: the domain of the listener, "" while none listens."""
    return environment.get("MAIL_DOMAIN", "").strip().lower() if environment.get("MAIL_PORT", "").strip() else ""


def _read(environment: Mapping[str, str]) -> tuple[Server, Address] | None:
    """The server, and whom mail comes from. Raises `Invalid`."""
    to = server(environment)
    return (to, _sender(environment.get("EMAIL_FROM", ""))) if to else None


def _sender(text: str) -> Address:
    mend = "Set it to an address that your server may send from, like PagerTree <pager@example.com>."
    name, spec = parseaddr(text)
    try:
        found = Address(name, addr_spec=spec)
    except (ValueError, IndexError, MessageError):
        found = Address()
    if not (found.username and found.domain and spec.isascii()):
        said = "is not an email address" if text.strip() else "is missing"
        raise Invalid([Problem(message=f"EMAIL_FROM: {said}.", mend=mend)])
    return found


SETTINGS = Group(
    heading="Pages by mail ([email](channels/email.md))",
    variables=(
        *VARIABLES,
        Variable(name="EMAIL_FROM", example="PagerTree <pager@example.com>", about="whom mail comes from"),
    ),
    checks=(_read,),
)


class Email:
    """The channel `email`. An address is a person's, or, without a person, a stakeholder's own."""

    kind = KIND

    def __init__(self, relay: Relay, sender: Address, links: Links, replies_to: str = "") -> None:
        """`replies_to` is the domain at which replies are read, "" where they are not."""
        self._relay = relay
        self._replies_to = replies_to
        self._sender = sender
        self._links = links

    def send(self, page: Page) -> Receipt:
        """Hand the mail in; raises `Undelivered`. The receipt holds what the server called it."""
        recipient = _recipient(page)
        mail = self.write(page, recipient)
        named = f"{page.card.alert_id}.{self._links.mail_key(page.notification.id)}"
        said = self._relay.hand_in(self._sender.addr_spec, recipient.addr_spec, mail.as_bytes(), named)
        return Receipt(provider_id=said, conversation=recipient.addr_spec)

    def tell(self, said: Announcement, user: User | None) -> Receipt:
        """Hand in a mail of plain text; raises `Undelivered`."""
        recipient = _address_of(said.address, user)
        mail = EmailMessage(_POLICY)
        mail["Subject"], mail["From"], mail["To"] = " ".join(said.title.split())[:200], self._sender, recipient
        mail["Date"] = format_datetime(said.due_at)
        mail["Message-ID"] = f"<{hashlib.sha256(said.id.encode()).hexdigest()[:32]}@{self._sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834
        mail.set_content(f"{said.text.rstrip()}\n\n{UNREAD}\n", cte="quoted-printable")
        answer = self._relay.hand_in(self._sender.addr_spec, recipient.addr_spec, mail.as_bytes())
        return Receipt(provider_id=answer, conversation=recipient.addr_spec)

    def narrate(self, digest: Digest) -> Receipt:
        """Hand in a mail that tells a storm; all of a storm's mails are one thread. Raises `Undelivered`."""
        storm, user = digest.storm, digest.user
        recipient = _address_of(storm.address, user)
        letter = compose_storm(digest, user.zone if user else "Etc/UTC", self._storm_address(digest))
        key = hashlib.sha256(f"{storm.id}.{digest.at.timestamp()}".encode()).hexdigest()[:20]
        mail = EmailMessage(_POLICY)
        self._address(mail, recipient, letter, _Thread(about=storm.id, key=key, at=digest.at))
        _fill(mail, letter, key)
        answer = self._relay.hand_in(self._sender.addr_spec, recipient.addr_spec, mail.as_bytes())
        return Receipt(provider_id=answer, conversation=recipient.addr_spec)

    def verify(self) -> None:
        """Ask the mail server whether it lets us in and takes mail from `EMAIL_FROM`. Raises `Undelivered`."""
        self._relay.verify(self._sender.addr_spec)

    def summary_paces(self, digest: Digest) -> tuple[Pace, ...]:  # noqa: ARG002 - as for a page
        """Nothing is counted."""
        return ()

    def repaint(self, page: Page) -> None:
        """A mail stays as it is."""

    def close(self) -> None:
        """Leave the mail server."""
        self._relay.close()

    def write(self, page: Page, recipient: Address) -> EmailMessage:
        """Write the mail. Its id is the same each time it is sent again, so that mail programs show it once."""
        leave = "" if page.user or not self._links.public_url else self._links.unsubscribe(recipient.addr_spec)
        zone = page.user.zone if page.user else "Etc/UTC"
        is_heard = bool(self._replies_to and page.user) and not page.card.is_news
        letter = compose(page.card, zone, self._answer_address(page), leave, is_heard=is_heard)
        mail = EmailMessage(_POLICY)
        key = self._links.mail_key(page.notification.id)
        self._address(mail, recipient, letter, _Thread(about=page.card.alert_id, key=key, at=page.notification.due_at))
        if page.card.urgency.is_loud and page.card.kind is NoticeKind.OPEN:
            mail["Importance"], mail["X-Priority"] = "high", "1"
        if is_heard:
            local = f"{REPLIES}+{page.card.alert_id}.{key}"
            mail["Reply-To"] = Address(self._sender.display_name, local, self._replies_to)
        mail["Thread-Topic"] = f"Alert #{page.card.number}"
        mail["Thread-Index"] = _thread_index(page.card)
        _fill(mail, letter, key)
        return mail

    def _address(self, mail: EmailMessage, recipient: Address, letter: Letter, thread: _Thread) -> None:
        domain, about = self._sender.domain, thread.about
        mail["Subject"] = letter.subject
        mail["From"] = self._sender
        mail["To"] = recipient
        mail["Date"] = format_datetime(thread.at)
        mail["Message-ID"] = f"<{about}.{thread.key}@{domain}>"
        mail["References"] = f"<{about}@{domain}>"
        mail["In-Reply-To"] = f"<{about}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834
        mail["X-Auto-Response-Suppress"] = "All"
        if letter.leave:
            mail["List-Unsubscribe"] = f"<{letter.leave}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058

    def _answer_address(self, page: Page) -> str:
        if page.user is None or not self._links.public_url:
            return ""
        ticket = Ticket(
            alert_id=page.card.alert_id,
            version=page.card.version,
            user_id=page.user.id,
            via=self.kind.name,
            expires_at=page.notification.due_at + VALID,
        )
        return self._links.answer(ticket)

    def _storm_address(self, digest: Digest) -> str:
        if digest.user is None or not self._links.public_url:
            return ""
        storm_id, user_id = digest.storm.id, digest.user.id
        ticket = StormTicket(storm_id=storm_id, user_id=user_id, via=self.kind.name, expires_at=digest.at + VALID)
        return self._links.storm(ticket)


def addresses(user: User) -> tuple[str, ...]:
    """A person's email addresses, the primary one first: their contacts, then the one of their account."""
    own = (contact.address for contact in user.contacts if contact.channel == "email")
    return tuple(dict.fromkeys(address for address in (*own, user.email) if address))


def _recipient(page: Page) -> Address:
    return _address_of(page.notification.address, page.user)


def _address_of(wanted: str, user: User | None) -> Address:
    found = wanted if "@" in wanted else _of_person(user, wanted)
    local, _, domain = found.strip().rpartition("@")
    try:
        address = Address(addr_spec=f"{local}@{domain if domain.isascii() else _as_sent(domain)}")
    except (ValueError, IndexError, MessageError):
        address = Address()
    if not (address.username and address.domain and local.isascii()):
        raise Rejected(f"{found[:100]!r} is not an email address that mail can be sent to.")
    return address


def _as_sent(domain: str) -> str:
    """A domain by IDNA 2008, for which faß.de is another domain than fass.de. Raises `ValueError` for none."""
    return idna.encode(domain, uts46=True).decode()


def _of_person(user: User | None, wanted: str) -> str:
    known = addresses(user) if user else ()
    if not known:
        raise Rejected(f"{user.name if user else 'The stakeholder'} has no email address.")
    return known[1] if wanted == "secondary" and len(known) > 1 else known[0]


def _fill(mail: EmailMessage, letter: Letter, key: str) -> None:
    mail.set_content(as_text(letter), cte="quoted-printable")
    mail.add_alternative(as_html(letter), subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{key}")  # never part of quoted-printable text (RFC 2045, 6.7)


def _thread_index(card: Card) -> str:
    """The conversation as Outlook names it: a time in units of 6.5 ms, and an id that is the same for all its mails.

    https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxomsg/9e994fbb-b839-495f-84e3-2c8c02c7dd9b
    """
    ticks = int((card.created_at - _WINDOWS_BEGAN) / timedelta(microseconds=1)) * 10
    stamp = ticks.to_bytes(8, "big")[:6]
    return base64.b64encode(stamp + hashlib.sha256(card.alert_id.encode()).digest()[:16]).decode()
