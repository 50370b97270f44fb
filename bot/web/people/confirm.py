"""`/answer/{token}`: the page that a mail or a notification leads to, and the answer that is given on it.

Reading it changes nothing, since scanners follow the links in mails. The signature in the address is what a form
would need a token against forgery for: who does not have it cannot post, whatever site they are on.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.engine.alerts.lifecycle import Verb, allows
from bot.engine.delivery import card_text
from bot.engine.delivery.card import Card
from bot.engine.model import Actor, NoticeKind, Status, User, person
from bot.errors import Forbidden, NotFound, PagerError, Refused
from bot.ports import Ports
from bot.service import alert_cards, answers
from bot.service.desk import Acted
from bot.service.links import PATHS, Links, Purpose, Ticket
from bot.web.ingest.bodies import form_fields, read_body
from bot.web.people import pages, refusals
from bot.web.people.shown_moments import FIELD, ShownMoments

_BODY_LIMIT = 2_048  # bytes; ours has 250
_MOST_FIELDS = 5  # ours has two

_Act = Callable[[Ports, str, Actor, int, str], Acted]
_VERBS: Mapping[str, _Act] = {"acknowledge": answers.acknowledge, "reject": answers.reject, "resolve": answers.resolve}
_NEXT: Mapping[Status, str] = {
    Status.ACKNOWLEDGED: "Nobody else is paged. When the problem is over, press Resolve below.",
    Status.RESOLVED: "Nothing is left to do.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an answer: a sentence for the person, the HTTP status, and the alert as it is now.

    `reader` is the name and `zone` the time zone of whom the link was made for.
    """

    said: str
    status: int = 200
    card: Card | None = None
    reader: str = ""
    zone: str = "Etc/UTC"
    hidden: str = ""


class Confirm:
    """Shows an alert to whoever has a link to it, and takes their answer."""

    def __init__(self, ports: Ports, links: Links) -> None:
        self._ports = ports
        self._links = links
        self._moments = ShownMoments(links)

    def routes(self) -> list[Route]:
        """Where it is reached."""
        return [Route(PATHS[Purpose.ANSWER] + "{token}", self.answer, methods=["GET", "POST"])]

    async def answer(self, request: Request) -> Response:
        """Show the alert (GET), or act on it (POST) and say what came of it; as JSON to who asks for that."""
        token = request.path_params["token"]
        if request.method != "POST":
            outcome = await asyncio.to_thread(self._show, token)
            return _as_page(outcome, request.query_params.get("do", ""))
        body = await read_body(request.scope, request.receive, _BODY_LIMIT)
        fields = form_fields(body, _MOST_FIELDS) if isinstance(body, bytes) else {}
        by_program = "application/json" in request.headers.get("accept", "")  # our own, at the push of a button
        outcome = await asyncio.to_thread(self._act, token, fields, by_program)
        if by_program:
            return JSONResponse({"said": outcome.said}, outcome.status, {"cache-control": "no-store"})
        return _as_page(outcome)

    def _show(self, token: str) -> Outcome:
        try:
            return self._shown(token, *self._read(token))
        except PagerError as error:
            return _refused(error)

    def _act(self, token: str, fields: Mapping[str, str], by_program: bool) -> Outcome:
        try:
            ticket, user = self._read(token)
            do = _VERBS.get(fields.get("verb", ""))
            if do is None:
                return self._shown(token, ticket, user, "Choose one of the buttons.", 400)
            why_not = self._moments.why_not(token, fields.get(FIELD, ""), self._ports.clock.now())
            if why_not and not by_program:
                shown = self._shown(token, ticket, user, why_not, 400)
                return replace(shown, hidden=self._moments.field(token, self._ports.clock.now(), fields.get(FIELD, "")))
            return self._shown(token, ticket, user, *self._done(do, ticket))
        except PagerError as error:
            return _refused(error)

    def _shown(self, token: str, ticket: Ticket, user: User, said: str = "", status: int = 200) -> Outcome:
        hidden = self._moments.field(token, self._ports.clock.now())
        return Outcome(
            said=said, status=status, card=self._card(ticket), reader=user.name, zone=user.zone, hidden=hidden
        )

    def _done(self, do: _Act, ticket: Ticket) -> tuple[str, int]:
        """Act; that somebody else was faster, or the link is used up, is an answer to be shown with the alert."""
        actor = person(ticket.user_id, ticket.via)
        try:
            return do(self._ports, ticket.alert_id, actor, ticket.version, ticket.digest).said, 200
        except Refused as error:
            return str(error), 409

    def _read(self, token: str) -> tuple[Ticket, User]:
        ticket = self._links.read_answer(token, self._ports.clock.now())
        user = self._ports.store.directory().users.get(ticket.user_id)
        if user is None or not user.active:
            raise Forbidden("This link belongs to somebody who is no longer here.")
        return ticket, user

    def _card(self, ticket: Ticket) -> Card:
        with self._ports.store.begin() as uow:
            found = alert_cards.cards(uow, {ticket.alert_id: [NoticeKind.OPEN]})
        card = found.get((ticket.alert_id, NoticeKind.OPEN))
        if card is None:
            raise NotFound("This alert does not exist any more.")
        return card


def _refused(error: PagerError) -> Outcome:
    status, said = refusals.explained(error)
    return Outcome(said=said, status=status)


def _as_page(outcome: Outcome, wanted: str = "") -> Response:
    if outcome.card is None:
        return refusals.as_page(outcome.said, outcome.status)
    markup = "\n".join(_parts(outcome, outcome.card, wanted))
    return pages.page(card_text.headline(outcome.card, 80), markup, outcome.status)


def _parts(outcome: Outcome, card: Card, wanted: str) -> Iterator[str]:
    """What happened, what was answered, and what can be answered.

    After an answer the buttons move to the end: a thumb that taps twice must not press the next one.
    """
    is_answered = bool(outcome.said) and outcome.status == 200
    yield f'<h1 class="{card.urgency}">{escape(card_text.headline(card))}</h1>'
    yield from _answered(outcome, card, is_answered)
    yield f"<p><strong>{escape(card_text.state(card, outcome.zone))}</strong></p>"
    yield from (
        f"<p>{escape(each)}</p>"
        for each in (card_text.outlook(card, outcome.zone), card_text.facts(card, outcome.zone))
    )
    told = (card_text.appeal(card), card_text.worse(card), card_text.flapping(card))
    yield from (f"<p>{escape(each)}</p>" for each in told if each)
    form = _form(card, outcome, "" if is_answered else wanted or "acknowledge")
    yield "" if is_answered else form
    yield from _details(card)
    yield form if is_answered else ""


def _answered(outcome: Outcome, card: Card, is_answered: bool) -> Iterator[str]:
    if not outcome.said:
        return
    next_said = _NEXT.get(card.status, "") if is_answered else ""
    after = f"<br><small>{escape(next_said)}</small>" if next_said else ""
    kind = "good" if is_answered else "bad"
    yield f'<p class="said {kind}" role="status">{escape(outcome.said)}{after}</p>'


def _details(card: Card) -> Iterator[str]:
    if links := "".join(_link(label, url) for label, url in card_text.links(card)):
        yield f'<p class="links">{links}</p>'
    if card.description.strip():
        yield f'<div class="text">{escape(card_text.paragraph(card.description, 6_000))}</div>'
    if card.fields:
        rows = (_row(card_text.line(name, 80), card_text.line(value, 500)) for name, value in card.fields)
        yield f"<table>{''.join(rows)}</table>"
    yield from (f'<p class="small">{escape(each)}</p>' for each in card_text.progress(card))


def _form(card: Card, outcome: Outcome, wanted: str) -> str:
    """The answers that fit the alert's state, the one that was clicked in the message first and in colour."""
    fitting = [
        *(["acknowledge"] if card.can_be_taken or card.asks else []),
        *(["reject"] if card.asks else []),
        *(["resolve"] if allows(card.status, Verb.RESOLVE) else []),
    ]
    if not fitting:
        return ""
    shown = wanted if wanted in fitting else "acknowledge" if wanted else ""
    fitting.sort(key=lambda verb: verb != shown)  # stable
    buttons = "".join(_button(verb, verb == shown) for verb in fitting)
    who = f'<p class="small">You answer as {escape(outcome.reader)}.</p>'
    return f'<form method="post" class="answers">{outcome.hidden}{buttons}</form>{who}'


def _button(verb: str, is_first: bool) -> str:
    first = " class=first" if is_first else ""
    meaning = f"<small>{escape(card_text.MEANINGS[verb])}</small>"
    return f'<button name="verb" value="{verb}"{first}>{verb.capitalize()}{meaning}</button>'


def _link(label: str, url: str) -> str:
    return f'<a href="{escape(url)}" rel="noreferrer">{escape(label)}</a>'


def _row(name: str, value: str) -> str:
    return f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>"
