"""Pages as notifications of a browser, on a phone or a desktop, by Web Push."""

import hashlib
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import parseaddr
from functools import partial
from urllib.parse import urlsplit

from bot import signing_keys
from bot.channels.push import text
from bot.channels.push.text import greeting, payload
from bot.channels.push.web import Delivery, Gone, Networks, PushWeb
from bot.engine.delivery.pacing import Pace
from bot.engine.model import ChannelKind, NoticeKind, Urgency, User
from bot.errors import Invalid, PagerError, Problem, Rejected, Undelivered
from bot.outbound.guarded_requests import private_networks
from bot.ports import Channel, Digest, Page, Receipt
from bot.service.links import Links, StormTicket, Ticket
from bot.service.subscriptions import MOST, PUSH, Device, Subscription, devices
from bot.variables import Group, Variable

VALID = timedelta(days=1)
"""How long a notification can be answered, from when it was due."""

_PAGE_TTL, _NEWS_TTL = 30 * 60, 60 * 60  # seconds that a service keeps a message for a device that is away
# Apple refuses every message (403 BadJwtToken) for another `sub`: https://github.com/web-push-libs/pywebpush/issues/175.
_ADDRESS = re.compile(r"[^\s<>,;:@\"]+@[^\s<>,;:@\"]+\.[^\s<>,;:@\".]+")
_QUIET = frozenset({Urgency.SILENT, Urgency.LOW})
_VARIABLE = "PUSH_ALLOW_PRIVATE"

_log = logging.getLogger(__name__)


KIND = ChannelKind(
    name=PUSH,
    title="Push",
    contact=PUSH,
    missing="No browser of yours is registered for push.",
    mend="/pagertree me push shows how.",
    hidden=True,
    answers=True,
    sound=True,
    manual="docs/channels/push.md",
)


def build(environment: Mapping[str, str]) -> Channel | None:
    """Make the channel of `PUBLIC_URL`, or None without one. Raises `Invalid`."""
    contact = _contact(environment)
    if not signing_keys.public(environment) or not contact:
        return None
    vapid = signing_keys.Vapid(environment)
    return Push(vapid, contact, signing_keys.links(environment), private_networks(environment, _VARIABLE))


def _contact(environment: Mapping[str, str]) -> str:
    """Whom push services write to: `PUSH_CONTACT`, or our public host, or whoever our mail comes from."""
    if set_to := environment.get("PUSH_CONTACT", "").strip():
        given = set_to.removeprefix("mailto:").strip()
        if not _ADDRESS.fullmatch(given):
            mend = "Write one plain address that is read, such as ops@example.com, without a name."
            raise Invalid([Problem(message="PUSH_CONTACT: is not one plain email address.", mend=mend)])
        return f"mailto:{given}"
    parts = urlsplit(signing_keys.public(environment))
    if parts.scheme == "https":
        return f"https://{parts.hostname}"
    sender = parseaddr(environment.get("EMAIL_FROM", ""))[1]
    return f"mailto:{sender}" if sender else ""


SETTINGS = Group(
    heading="Pages in the browser ([push](channels/push.md))",
    variables=(
        Variable(
            name="VAPID_PRIVATE_KEY",
            about="what push is signed with: made in `DATA_DIR` where it is left out. The same on all machines",
        ),
        Variable(name="PUSH_CONTACT", about="an email address for the operators of push services"),
        Variable(name=_VARIABLE, about="networks, with commas, in which a push service of your own runs"),
    ),
    checks=(
        _contact,
        signing_keys.Vapid,
        partial(private_networks, variable=_VARIABLE),
    ),
)


class Push:
    """The channel `push`. A page goes to all browsers of a person at once, and counts when one service took it."""

    kind = KIND

    def __init__(self, vapid: "signing_keys.Vapid", contact: str, links: Links, allowed: Networks = ()) -> None:
        self._vapid = vapid
        self._contact = contact
        self._links = links
        self._allowed = allowed
        self._opened: PushWeb | None = None
        self.gone: Callable[[str, str], None] = _keep

    @property
    def server_key(self) -> str:
        """The public key that a browser subscribes with, as base64url."""
        return self._vapid.public

    def send(self, page: Page) -> Receipt:
        """Send to every browser of the person; raises `Undelivered` when no service took it."""
        user, known = _registered(page.user)
        message = payload(page.card, user.zone, self._answer_address(page, user))
        return self._tell_all(user, known, message, _delivery(page))

    def narrate(self, digest: Digest) -> Receipt:
        """Tell a storm on every browser of the person, in the place of what was told last; raises as `send` does."""
        user, known = _registered(digest.user)
        message = text.storm(digest, self._storm_address(digest, user))
        return self._tell_all(user, known, message, _delivery_of_storm(digest))

    def summary_paces(self, digest: Digest) -> tuple[Pace, ...]:  # noqa: ARG002 - as for a page
        """Nothing is counted."""
        return ()

    def repaint(self, page: Page) -> None:
        """A notification stays as it is, until one with the same tag replaces it."""

    def greet(self, user: User, subscription: Subscription) -> None:
        """Send a first notification to a browser; raises `Undelivered`, of which `Gone` when it can never get one."""
        self._web().deliver(subscription, greeting(user.name), Delivery(ttl=300, urgency="normal", topic="registered"))

    def check(self, subscription: Subscription) -> None:
        """Raise `Gone` when a subscription can never be used."""
        self._web().check(subscription)

    def close(self) -> None:
        """Close idle connections."""
        if self._opened:
            self._opened.close()

    def _tell_all(self, user: User, known: Sequence[Device], message: bytes, delivery: Delivery) -> Receipt:
        with ThreadPoolExecutor(len(known), "push") as pool:
            return _first(list(pool.map(lambda device: self._tell(user, device, message, delivery), known)))

    def _tell(self, user: User, device: Device, message: bytes, delivery: Delivery) -> Receipt | Undelivered:
        try:
            name = self._web().deliver(device.subscription, message, delivery)
        except Gone as error:
            self._forget(user, device)
            return error
        except Undelivered as error:
            return error
        return Receipt(provider_id=name, conversation=urlsplit(device.subscription.endpoint).hostname or "")

    def _forget(self, user: User, device: Device) -> None:
        """Whatever hinders forgetting does not hinder paging: the service will say again that it is gone."""
        try:
            self.gone(user.id, device.address)
        except PagerError as error:
            _log.warning("a subscription that is gone could not be forgotten: %s", error)

    def _web(self) -> PushWeb:
        """Made when it is first needed: reading the key may make it, which a process that never pushes must not."""
        if self._opened is None:
            self._opened = PushWeb(self._vapid.signer, self._contact, self._allowed)
        return self._opened

    def _answer_address(self, page: Page, user: User) -> str:
        ticket = Ticket(
            alert_id=page.card.alert_id,
            version=page.card.version,
            user_id=user.id,
            via=self.kind.name,
            expires_at=page.notification.due_at + VALID,
        )
        return self._links.answer(ticket)

    def _storm_address(self, digest: Digest, user: User) -> str:
        ticket = StormTicket(
            storm_id=digest.storm.id, user_id=user.id, via=self.kind.name, expires_at=digest.at + VALID
        )
        return self._links.storm(ticket)


def _registered(user: User | None) -> tuple[User, Sequence[Device]]:
    """A person and their browsers. Raises `Rejected` when there is none."""
    known = devices(user)[:MOST] if user else ()
    if user is None or not known:
        name = user.name if user else "The team"
        raise Rejected(f"{name} has no browser registered for push: /pagertree me gives the link.")
    return user, known


def _delivery(page: Page) -> Delivery:
    """A page wakes the phone; a later message about the same alert replaces one that still waits for the device."""
    is_page = page.card.kind is NoticeKind.OPEN
    loud = is_page and page.card.urgency not in _QUIET
    ttl = _PAGE_TTL if is_page else _NEWS_TTL
    return Delivery(ttl=ttl, urgency="high" if loud else "normal", topic=_topic(page.card.alert_id))


def _delivery_of_storm(digest: Digest) -> Delivery:
    """A storm wakes the phone as its loudest alert would."""
    loud = any(urgency not in _QUIET for urgency, _ in digest.summary.urgencies)
    return Delivery(ttl=_PAGE_TTL, urgency="high" if loud else "normal", topic=_topic(digest.storm.id))


def _topic(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def _first(answers: list[Receipt | Undelivered]) -> Receipt:
    errors = [each for each in answers if isinstance(each, Undelivered)]
    taken = next((each for each in answers if isinstance(each, Receipt)), None)
    if taken:
        return taken
    raise next((error for error in errors if error.retryable), errors[0])


def _keep(_user_id: str, _address: str) -> None:
    """What happens to a lost subscription until somebody watches."""
