"""`/answer/{token}`: the page that a mail or a notification leads to, and the answer that is given on it.

Reading it changes nothing, since scanners follow the links in mails. The signature in the address is what a form
would need a token against forgery for: who does not have it cannot post, whatever site they are on.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels import plain
from bot.engine.card import Card
from bot.engine.lifecycle import Verb, allows
from bot.engine.model import Actor, NoticeKind, Status, User, person
from bot.errors import Conflict, Forbidden, NotFound, PagerError, Refused, StoreUnavailable
from bot.ports import Ports
from bot.service import act, look
from bot.service.links import PATHS, Expired, Links, Purpose, Ticket
from bot.web import pages
from bot.web.payloads import Unread, form_fields, read_body

_BODY_LIMIT = 1_024  # bytes; ours has 16
_MOST_FIELDS = 5  # ours has one

_Act = Callable[[Ports, str, Actor, int], act.Acted]
_VERBS: Mapping[str, _Act] = {"acknowledge": act.acknowledge, "reject": act.reject, "resolve": act.resolve}
_STATUSES: tuple[tuple[type[PagerError], int], ...] = (
    (Expired, 410),
    (Forbidden, 403),
    (NotFound, 404),
    (Refused, 409),
    (Conflict, 409),
    (StoreUnavailable, 503),
)
_HELP: Mapping[int, str] = {
    403: "Copy the whole link from the message, or answer in Slack with /pagertree alert.",
    404: "It may have been deleted. /pagertree alert list in Slack shows what is open.",
    410: "Answer in Slack with /pagertree alert.",
    503: "Try again in a moment, or answer in Slack with /pagertree alert.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an answer: a sentence for the person, the HTTP status, and the alert as it is now."""

    said: str
    status: int = 200
    card: Card | None = None
    zone: str = "Etc/UTC"


class Confirm:
    """Shows an alert to whoever has a link to it, and takes their answer."""

    def __init__(self, ports: Ports, links: Links) -> None:
        self._ports = ports
        self._links = links

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
        outcome = await asyncio.to_thread(self._act, token, _verb(body))
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"said": outcome.said}, outcome.status, {"cache-control": "no-store"})
        return _as_page(outcome)

    def _show(self, token: str) -> Outcome:
        try:
            ticket, user = self._read(token)
            return Outcome(said="", card=self._card(ticket), zone=user.zone)
        except PagerError as error:
            return _refused(error)

    def _act(self, token: str, verb: str) -> Outcome:
        try:
            ticket, user = self._read(token)
            do = _VERBS.get(verb)
            if do is None:
                return Outcome(said="Choose one of the buttons.", status=400, card=self._card(ticket), zone=user.zone)
            said, status = self._done(do, ticket)
            return Outcome(said=said, status=status, card=self._card(ticket), zone=user.zone)
        except PagerError as error:
            return _refused(error)

    def _done(self, do: _Act, ticket: Ticket) -> tuple[str, int]:
        """Act; that somebody else was faster is an answer to be shown with the alert."""
        try:
            return do(self._ports, ticket.alert_id, person(ticket.user_id, ticket.via), ticket.version).said, 200
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
            found = look.cards(uow, {ticket.alert_id: [NoticeKind.OPEN]})
        card = found.get((ticket.alert_id, NoticeKind.OPEN))
        if card is None:
            raise NotFound("This alert does not exist any more.")
        return card


def _verb(body: bytes | Unread) -> str:
    return form_fields(body, _MOST_FIELDS).get("verb", "") if isinstance(body, bytes) else ""


def _refused(error: PagerError) -> Outcome:
    status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
    said = "The database does not answer." if status == 503 else str(error)
    return Outcome(said=said, status=status)


def _as_page(outcome: Outcome, wanted: str = "") -> Response:
    if outcome.card is None:
        return pages.refusal(outcome.said, _HELP.get(outcome.status, ""), outcome.status)
    markup = "\n".join(_parts(outcome, outcome.card, wanted))
    return pages.page(plain.headline(outcome.card, 80), markup, outcome.status)


def _parts(outcome: Outcome, card: Card, wanted: str) -> Iterator[str]:
    yield f'<h1 class="{card.urgency}">{escape(plain.headline(card))}</h1>'
    if outcome.said:
        yield f'<p class="said" role="status">{escape(outcome.said)}</p>'
    yield f"<p><strong>{escape(plain.state(card, outcome.zone))}</strong></p>"
    yield f"<p>{escape(plain.facts(card, outcome.zone))}</p>"
    yield _form(card, wanted)
    if card.description.strip():
        yield f'<div class="text">{escape(plain.paragraph(card.description, 6_000))}</div>'
    if card.fields:
        rows = (_row(plain.line(name, 80), plain.line(value, 500)) for name, value in card.fields)
        yield f"<table>{''.join(rows)}</table>"
    if card.link.startswith(("https://", "http://")):
        yield f'<p><a href="{escape(card.link)}" rel="noreferrer">Open at the source</a></p>'
    for each in plain.progress(card, outcome.zone):
        yield f'<p class="small">{escape(each)}</p>'


def _form(card: Card, wanted: str) -> str:
    """The answers that fit the alert's state, the one that was clicked in the message first."""
    fitting = [
        *(["acknowledge"] if allows(card.status, Verb.ACKNOWLEDGE) else []),
        *(["reject"] if card.status is Status.OPEN else []),
        *(["resolve"] if allows(card.status, Verb.RESOLVE) else []),
    ]
    fitting.sort(key=lambda verb: verb != wanted)  # stable
    buttons = (
        f'<button name="verb" value="{verb}"{"" if index else " class=first"}>{verb.capitalize()}</button>'
        for index, verb in enumerate(fitting)
    )
    return f'<form method="post">{"".join(buttons)}</form>' if fitting else ""


def _row(name: str, value: str) -> str:
    return f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>"
