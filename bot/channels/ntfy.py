"""Pages through ntfy: a topic of one's own on a phone, on ntfy.sh or a server of one's own."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

import msgspec

from bot import signing_keys
from bot.engine.alerts.lifecycle import Verb, allows
from bot.engine.delivery import card_text, storms
from bot.engine.delivery.card import Card
from bot.engine.delivery.pacing import Pace, scaled
from bot.engine.intake.automation_requests import Outgoing
from bot.engine.model import ChannelKind, NoticeKind, Status, Urgency, User
from bot.errors import Invalid, Limited, Problem, Rejected, Unavailable
from bot.outbound.guarded_requests import HttpAnswer, HttpRequester, Network, private_networks
from bot.ports import Announcement, Channel, Digest, Page, Receipt
from bot.service.links import Links, StormTicket, Ticket
from bot.variables import Group, Variable, times

KIND = ChannelKind(
    name="ntfy",
    title="ntfy",
    contact="ntfy",
    example="ntfy:my-secret-topic",
    missing="You have no ntfy topic.",
    mend="/pagertree me add ntfy:my-secret-topic adds one.",
    answers=True,
    sound=True,
    manual="docs/channels/ntfy.md",
)
VALID = timedelta(days=1)
"""How long the buttons and links of a message can be used, from when it was due."""
MOST_MESSAGE = 4_096
"""Bytes of a message; a server makes a file of a longer one (docs.ntfy.sh/publish, Limitations)."""
MOST_BODY = 8_192
"""Bytes of a request: twice a message, beyond which a server answers 413."""

_VARIABLE = "NTFY_ALLOW_PRIVATE"


_TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
_PATIENCE = 10.0  # seconds
_TITLE, _BODY, _WAIT, _LONGEST_WAIT = 200, 2_000, 5.0, 3_600.0
_DAILY = 42908  # the code of a 429 that lasts until midnight, UTC
# ntfy.sh takes 60 requests at once, and one more every five seconds (docs.ntfy.sh/config, Rate limiting).
_PACE = Pace(key="ntfy publish", period=timedelta(seconds=5), burst=60, spare=20)
_PRIORITIES: Mapping[Urgency, int] = {
    Urgency.CRITICAL: 5,
    Urgency.HIGH: 4,
    Urgency.MEDIUM: 3,
    Urgency.LOW: 2,
    Urgency.SILENT: 1,
}
_NEWS, _WORDS = 2, 3  # priorities: no sound; the usual one
_ASKING = frozenset({NoticeKind.OPEN, NoticeKind.DROPPED, NoticeKind.HANDOFF, NoticeKind.TIMEOUT, NoticeKind.REMINDER})


def build(environment: Mapping[str, str]) -> Channel | None:
    """Make the channel of `NTFY_URL`, or None without one. Raises `Invalid`."""
    base, allowed = _server(environment)
    if not base:
        return None
    links = signing_keys.links(environment) if signing_keys.public(environment) else None
    requester = HttpRequester(allowed, _PATIENCE, variable=_VARIABLE)
    speed = times(environment, "NTFY_RATES")
    return Ntfy(base, environment.get("NTFY_TOKEN", "").strip(), requester, links, speed=speed)


def _server(environment: Mapping[str, str]) -> tuple[str, tuple[Network, ...]]:
    """The server's address, "" for none, and the private networks in which it may be. Raises `Invalid`."""
    base, allowed = environment.get("NTFY_URL", "").strip().rstrip("/"), private_networks(environment, _VARIABLE)
    if base:
        _check_base(base, allowed)
    return base, allowed


def _check_base(base: str, allowed: tuple[Network, ...]) -> None:
    try:
        parts = urlsplit(base)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    is_plain = bool(host) and parts.username is None and not (parts.path or parts.query or parts.fragment)
    if not is_plain or parts.scheme not in ({"https", "http"} if allowed else {"https"}):
        mend = f"Write it like https://ntfy.sh; http:// is taken together with {_VARIABLE} only."
        raise Invalid([Problem(message="NTFY_URL: is not the address of a server.", mend=mend)])


SETTINGS = Group(
    heading="Pages by ntfy ([ntfy](channels/ntfy.md))",
    variables=(
        Variable(name="NTFY_URL", example="https://ntfy.sh", about="ntfy.sh or a server of your own; unset: no ntfy"),
        Variable(name="NTFY_TOKEN", about="an access token of that server, where it asks for one"),
        Variable(name=_VARIABLE, about="networks, with commas, in which a server of your own may be"),
        Variable(
            name="NTFY_RATES", default="1", about="how many times as fast as ntfy.sh's limits; 0: as fast as can be"
        ),
    ),
    checks=(
        _server,
        partial(times, name="NTFY_RATES"),
    ),
)


class Ntfy:
    """The channel `ntfy`. An address is a topic: who knows it can read the pages, so that it is a secret."""

    kind = KIND

    def __init__(
        self, base: str, token: str, requester: HttpRequester, links: Links | None, *, speed: float = 1.0
    ) -> None:
        self._base = base
        self._token = token
        self._requester = requester
        self._links = links
        self._speed = speed

    def read_address(self, text: str) -> str:
        """Read a topic, or the address of one on our server. Raises `Invalid`."""
        topic = text.strip().removeprefix(f"{self._base}/")
        if _TOPIC.fullmatch(topic):
            return topic
        mend = f"Write {KIND.example}: letters, digits, - and _, at most 64. It is a topic on {self._base}."
        raise Invalid([Problem(message=f"{text!r:.80} is no topic.", mend=mend, where=("address",))])

    def send(self, page: Page) -> Receipt:
        """Publish to the person's topic; raises `Undelivered`."""
        card, user = page.card, page.user
        url = self._answer_address(page, user) if user else ""
        is_page = card.kind is NoticeKind.OPEN and card.status is Status.OPEN
        return self._publish(
            _topic(user, page.notification.address),
            title=card_text.lead(card, _TITLE),
            message=_body(card, user.zone if user else "Etc/UTC"),
            priority=_PRIORITIES[card.urgency] if is_page or card.kind is NoticeKind.DROPPED else _NEWS,
            url=url,
            actions=tuple(_actions(card, url)),
        )

    def tell(self, said: Announcement, user: User | None) -> Receipt:
        """Publish plain text; without a person the address is a topic. Raises `Undelivered`."""
        topic = _topic(user, said.address) if user else said.address
        return self._publish(topic, title=card_text.line(said.title, _TITLE), message=said.text, priority=_WORDS)

    def narrate(self, digest: Digest) -> Receipt:
        """Publish the words of a storm, with the page that takes all of it; raises `Undelivered`."""
        summary = digest.summary
        told = (f"{storms.standing(summary)}.", *(card_text.line(each, _TITLE) for each in storms.newest(summary)))
        return self._publish(
            _topic(digest.user, digest.storm.address),
            title=storms.headline(summary, digest.fresh),
            message="\n".join(told),
            priority=max((_PRIORITIES[urgency] for urgency, _ in summary.urgencies), default=_WORDS),
            url=self._storm_address(digest),
        )

    def paces(self, page: Page) -> tuple[Pace, ...]:  # noqa: ARG002 - they all count alike
        """A message takes room at the server, which counts by our address."""
        return scaled(self._speed, _PACE)

    def summary_paces(self, digest: Digest) -> tuple[Pace, ...]:  # noqa: ARG002 - they all count alike
        """A storm takes the room of a message."""
        return scaled(self._speed, _PACE)

    def paces_of_words(self, said: Announcement, user: User | None) -> tuple[Pace, ...]:  # noqa: ARG002 - as above
        """What is said takes the room of a message."""
        return scaled(self._speed, _PACE)

    def repaint(self, page: Page) -> None:
        """A message stays as it is."""

    def verify(self) -> None:
        """Ask the server whether it takes the token, or is well; raises `Undelivered`."""
        path = "/v1/account" if self._token else "/v1/health"
        _read(
            self._requester.exchange(Outgoing(method="GET", url=f"{self._base}{path}", headers={}, secret=self._token))
        )

    def _publish(
        self,
        topic: str,
        *,
        title: str,
        message: str,
        priority: int,
        url: str = "",
        actions: tuple[Mapping[str, object], ...] = (),
    ) -> Receipt:
        said = {"topic": topic, "title": title, "priority": priority, "actions": actions}
        body = _fitted({**said, "click": url} if url else said, message)
        headers = {"Content-Type": "application/json"}
        asked = Outgoing(method="POST", url=f"{self._base}/", headers=headers, body=body, secret=self._token)
        return Receipt(provider_id=_id_of(_read(self._requester.exchange(asked))), conversation=topic)

    def _answer_address(self, page: Page, user: User) -> str:
        if self._links is None:
            return ""
        ticket = Ticket(
            alert_id=page.card.alert_id,
            version=page.card.version,
            user_id=user.id,
            via=KIND.name,
            expires_at=page.notification.due_at + VALID,
        )
        return self._links.answer(ticket)

    def _storm_address(self, digest: Digest) -> str:
        if self._links is None or digest.user is None:
            return ""
        until = digest.at + VALID
        return self._links.storm(
            StormTicket(storm_id=digest.storm.id, user_id=digest.user.id, via=KIND.name, expires_at=until)
        )


def _topic(user: User | None, address: str) -> str:
    """The person's topic. Raises `Rejected` when there is none."""
    known = (
        [each.address for each in user.contacts if each.channel == KIND.contact and each.verified_at] if user else []
    )
    if not known:
        raise Rejected(f"{user.name if user else 'The team'} has no ntfy topic: {KIND.mend}")
    return known[1] if address == "secondary" and len(known) > 1 else known[0]


def _body(card: Card, zone: str) -> str:
    notice = card_text.NOTICES.get(card.kind, "")
    first = notice or card_text.paragraph(card.description, _BODY)
    said = card_text.appeal(card, _BODY)
    state = card_text.state(card, zone) if notice or card.status is not Status.OPEN else ""
    parts = (said, card_text.coming(card, zone), first, state, card_text.facts(card, zone))
    return "\n".join(each for each in parts if each)


def _actions(card: Card, url: str) -> Iterator[Mapping[str, object]]:
    """Buttons that answer: the app posts the signed link, and takes the message away when that was heard."""
    if not url or card.kind not in _ASKING:
        return
    for verb in _answers(card):
        yield {
            "action": "http",
            "label": verb.capitalize(),
            "url": url,
            "method": "POST",
            "headers": {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            "body": f"verb={verb}",
            "clear": True,
        }


def _answers(card: Card) -> Iterator[str]:
    """What can be answered, three at most: that is how many buttons a message has."""
    if allows(card.status, Verb.ACKNOWLEDGE):
        yield "acknowledge"
    if card.status is Status.OPEN and card.kind is NoticeKind.OPEN:
        yield "reject"
    if allows(card.status, Verb.RESOLVE):
        yield "resolve"


def _fitted(said: Mapping[str, object], message: str) -> bytes:
    """The request, whose message is shortened until both it and all of the request are taken."""
    left = message.encode()[:MOST_MESSAGE].decode(errors="ignore")
    while len(body := msgspec.json.encode({**said, "message": left or "-"})) > MOST_BODY and left:
        left = left[: len(left) * 3 // 4]
    return body


def _read(answer: HttpAnswer) -> bytes:
    """The body of an answer that took what was asked; raises `Undelivered` for any other."""
    said = card_text.line(answer.body[:400].decode("utf-8", "replace"), 160)
    text = f"ntfy said: {answer.status}{f' {said}' if said else ''}"
    match answer.status:
        case 200 | 202:
            return answer.body
        case 401 | 403:
            raise Rejected(f"{text}. Does NTFY_TOKEN let us publish to the topic?")
        case 429:
            raise Limited(text, _wait(answer))
        case status if status >= 500:
            raise Unavailable(text)
        case _:
            raise Rejected(text)


def _wait(answer: HttpAnswer) -> float:
    """How long to wait, in seconds: what a proxy asks for, or what the server's limit means."""
    asked = answer.headers.get("retry-after", "")
    if asked.isdecimal():
        return min(_LONGEST_WAIT, float(asked))
    return _LONGEST_WAIT if _fields(answer.body).get("code") == _DAILY else _WAIT


def _id_of(body: bytes) -> str:
    """The server's id of a message. Raises `Rejected` when it was no ntfy that answered, as a proxy's log-in page."""
    found = _fields(body).get("id")
    if not isinstance(found, str) or not found:
        raise Rejected("What answers at NTFY_URL is no ntfy server: its answer names no message.")
    return found[:100]


def _fields(body: bytes) -> Mapping[str, object]:
    try:
        return msgspec.json.decode(body, type=dict[str, object])
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
        return {}
