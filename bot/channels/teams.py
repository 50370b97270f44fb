"""Cards of a team in Microsoft Teams: posted through a webhook that the team made with Workflows."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

import msgspec

from bot.engine.delivery import card_text, storms
from bot.engine.delivery.card import Card
from bot.engine.delivery.pacing import Pace, scaled
from bot.engine.intake.automation_requests import Outgoing
from bot.engine.model import ChannelKind, Status, Urgency, User
from bot.errors import Invalid, Limited, Problem, Rejected, Unavailable
from bot.outbound.guarded_requests import HttpAnswer, HttpRequester, private_networks
from bot.ports import Announcement, Channel, Digest, Page, Receipt
from bot.variables import Group, Variable, times

KIND = ChannelKind(
    name="teams",
    title="Microsoft Teams",
    contact="teams",
    example="https://….environment.api.powerplatform.com/…",
    pages=False,
    cards=True,
    place="Webhook of a Microsoft Teams channel",
    manual="docs/channels/teams.md",
)
MOST = 20 * 1024
"""Bytes of a message: 28 KB are taken (learn.microsoft.com/microsoftteams, "Create incoming webhooks"), and a sixth
more is counted than was sent (https://github.com/MicrosoftDocs/msteams-docs/issues/11274)."""
_FAILED = re.compile(r"delivery failed with error:(?:.{0,80}HTTP error (\d{3}))?", re.IGNORECASE)

_VARIABLE = "TEAMS_ALLOW_PRIVATE"
_PATIENCE = 10.0  # seconds
_LONGEST_URL, _LONGEST_WAIT, _WAIT = 2_000, 3_600.0, 1.0
_DESCRIPTIONS = (3_000, 1_000, 200)  # characters, the first that fits
_FIELDS, _NOTES = 10, 5
# A webhook takes four requests a second; a tenth slower, as what leaves at an even pace does not arrive at one.
_PACE = Pace(key="teams", period=timedelta(seconds=0.28), burst=4, spare=1)
_STYLES: Mapping[Urgency, str] = {
    Urgency.CRITICAL: "attention",
    Urgency.HIGH: "warning",
    Urgency.MEDIUM: "accent",
    Urgency.LOW: "emphasis",
    Urgency.SILENT: "emphasis",
}


SETTINGS = Group(
    heading="Cards in Microsoft Teams ([teams](channels/teams.md)): each team names its own webhook",
    variables=(
        Variable(name=_VARIABLE, about="networks, with commas, in which a gateway of your own to Teams may be"),
        Variable(
            name="TEAMS_RATES", default="1", about="how many times as fast as Teams' limits; 0: as fast as can be"
        ),
    ),
    checks=(
        partial(private_networks, variable=_VARIABLE),
        partial(times, name="TEAMS_RATES"),
    ),
)


def build(environment: Mapping[str, str]) -> Channel | None:
    """Make the channel: it needs no settings, since each team names its own webhook. Raises `Invalid`."""
    allowed = private_networks(environment, _VARIABLE)
    requester = HttpRequester(allowed, _PATIENCE, variable=_VARIABLE)
    return Teams(requester, times(environment, "TEAMS_RATES"), schemes=("https", *(["http"] if allowed else [])))


class Teams:
    """The channel `teams`. A place is the address of a webhook, which is a secret: who has it can post."""

    kind = KIND

    def __init__(self, requester: HttpRequester, speed: float = 1.0, schemes: tuple[str, ...] = ("https",)) -> None:
        self._requester = requester
        self._speed = speed
        self._schemes = schemes

    def read_address(self, text: str) -> str:
        """Read the address of a webhook. Raises `Invalid`."""
        url = text.strip()
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host, parts = None, urlsplit("")
        fits = len(url) <= _LONGEST_URL and url.isascii() and url.isprintable() and " " not in url
        if fits and host and parts.scheme in self._schemes and parts.username is None:
            return url
        mend = "Copy the whole address that Workflows shows; it starts with https://."
        raise Invalid([Problem(message="That is not the address of a webhook.", mend=mend, where=("address",))])

    def send(self, page: Page) -> Receipt:
        """Post the card, or what became of it: a card that was posted cannot be changed. Raises `Undelivered`."""
        return self._post(page.place, _fitted(page.card))

    def tell(self, said: Announcement, user: User | None) -> Receipt:  # noqa: ARG002 - a conversation is told
        """Post plain text; raises `Undelivered`."""
        text = card_text.paragraph(said.text, _DESCRIPTIONS[0])
        return self._post(said.address, _message([_text(card_text.line(said.title, 200), bold=True), _text(text)], []))

    def narrate(self, digest: Digest) -> Receipt:
        """Post the words of a storm; raises `Undelivered`."""
        summary = digest.summary
        body = [
            _text(storms.headline(summary, digest.fresh), bold=True),
            _text(f"{storms.standing(summary)}."),
            *(_text(card_text.line(each, 200)) for each in storms.newest(summary)),
        ]
        return self._post(digest.place, _message(body, []))

    def paces(self, page: Page) -> tuple[Pace, ...]:
        """A card takes room at its webhook."""
        return self._paces(page.place)

    def summary_paces(self, digest: Digest) -> tuple[Pace, ...]:
        """A storm takes the room of a card."""
        return self._paces(digest.place)

    def paces_of_words(self, said: Announcement, user: User | None) -> tuple[Pace, ...]:  # noqa: ARG002 - as in `tell`
        """What is said takes the room of a card."""
        return self._paces(said.address)

    def repaint(self, page: Page) -> None:
        """A card stays as it is: what becomes of the alert is posted below."""

    def _paces(self, place: str) -> tuple[Pace, ...]:
        named = Pace(key=f"{_PACE.key} {_name(place)}", period=_PACE.period, burst=_PACE.burst, spare=_PACE.spare)
        return scaled(self._speed, named)

    def _post(self, place: str, body: bytes) -> Receipt:
        if not urlsplit(place).netloc:
            raise Rejected("The team names no webhook of Microsoft Teams any more.")
        asked = Outgoing(method="POST", url=place, headers={"Content-Type": "application/json"}, body=body)
        _check(self._requester.exchange(asked))
        return Receipt(provider_id=_name(place), conversation=urlsplit(place).hostname or "")


def _fitted(card: Card) -> bytes:
    """The card, with as much of its description and fields as a message holds."""
    for most in _DESCRIPTIONS:
        drawn = _message([*_body(card, most, _FIELDS if most > _DESCRIPTIONS[-1] else 0)], [*_links(card)])
        if len(drawn) <= MOST:
            return drawn
    return _message([_text(card_text.headline(card), bold=True), _text(card_text.state(card, "Etc/UTC"))], [])


def _body(card: Card, most: int, fields: int) -> Iterator[dict[str, object]]:
    """What the card says. All foreign text is in runs, which take no markup."""
    style = _STYLES[card.urgency] if card.status in storms.UNTAKEN else "good"
    head = [_text(card_text.headline(card), bold=True), _text(card_text.state(card, "Etc/UTC"))]
    yield {"type": "Container", "style": style, "bleed": True, "items": head}
    if said := card_text.appeal(card):
        yield _text(said)
    if notice := card_text.NOTICES.get(card.kind, ""):
        yield _text(notice)
    else:
        yield from _details(card, most, fields)
    if card.status is Status.OPEN:
        yield _text(f"Answer in Slack: /pagertree alert ack #{card.number}", subtle=True)


def _details(card: Card, most: int, fields: int) -> Iterator[dict[str, object]]:
    if card.description:
        yield _text(card_text.paragraph(card.description, most))
    yield _text(card_text.facts(card, "Etc/UTC"), subtle=True)
    for name, value in card.fields[:fields]:
        yield _text(f"{card_text.line(name, 80)}: {card_text.line(value, 300)}")
    if left := card_text.left_out(card, fields):
        yield _text(left, subtle=True)
    notes = [*card_text.progress(card), card_text.outlook(card, "Etc/UTC")]
    yield from (_text(note, subtle=True) for note in notes[:_NOTES] if note)


def _links(card: Card) -> Iterator[dict[str, object]]:
    for label, url in card_text.links(card):
        yield {"type": "Action.OpenUrl", "title": label, "url": url[:_LONGEST_URL]}


def _text(said: str, *, bold: bool = False, subtle: bool = False) -> dict[str, object]:
    """A paragraph that is shown as it stands: a TextBlock would read Markdown in it, a run does not."""
    run: dict[str, object] = {"type": "TextRun", "text": said}
    if bold:
        run |= {"weight": "bolder", "size": "medium"}
    if subtle:
        run |= {"isSubtle": True}
    return {"type": "RichTextBlock", "inlines": [run]}


def _message(body: list[dict[str, object]], links: list[dict[str, object]]) -> bytes:
    """An adaptive card as a Workflows webhook takes it (learn.microsoft.com, "Create incoming webhooks")."""
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
        "actions": links,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    return msgspec.json.encode({"type": "message", "attachments": [attachment]})


def _check(answer: HttpAnswer) -> None:
    """Raise `Undelivered` unless the webhook took the card. 202: it is on its way; nothing tells when it is there."""
    said = card_text.line(answer.body[:400].decode("utf-8", "replace"), 160)
    text = f"Microsoft Teams said: {answer.status}{f' {said}' if said else ''}"
    match _meant(answer.status, said):
        case 200 | 202:
            return
        case 401 | 403 | 404 | 410:
            raise Rejected(
                f"{text}. Is the workflow turned off, or its webhook gone? Make one anew in the team's form."
            )
        case 429:
            raise Limited(text, _wait(answer.headers))
        case status if status >= 500:
            raise Unavailable(text, _wait(answer.headers))
        case _:
            raise Rejected(text)


def _meant(status: int, said: str) -> int:
    """The status that is meant: some webhooks answer 200 and say in words that the card was refused.

    https://github.com/MicrosoftDocs/msteams-docs/issues/1810
    """
    failed = _FAILED.search(said) if status == 200 else None
    return int(failed[1] or 500) if failed else status


def _wait(headers: Mapping[str, str]) -> float:
    asked = headers.get("retry-after", "")
    return min(_LONGEST_WAIT, float(asked)) if asked.isdecimal() else _WAIT


def _name(place: str) -> str:
    """A name of a webhook that gives nothing of it away."""
    return hashlib.sha256(place.encode()).hexdigest()[:16]
