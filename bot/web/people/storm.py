"""`/storm/{token}`: the page that a mail or a notification about a storm leads to, on which all of it is taken.

Reading it changes nothing, and the signature in its address guards the form, as on the page of one alert. What takes
more than one alert asks once more.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.engine.delivery import card_text, storms
from bot.engine.delivery.storms import Mentioned, Summary
from bot.engine.model import User, person
from bot.errors import Forbidden, NotFound, PagerError, Refused
from bot.ports import Ports
from bot.service import storm_answers
from bot.service.links import PATHS, Links, Purpose, StormTicket
from bot.service.storm_summaries import summary_of
from bot.web.ingest.bodies import form_fields, read_body
from bot.web.people import pages, refusals
from bot.web.people.shown_moments import FIELD, ShownMoments

_BODY_LIMIT = 2_048  # bytes; ours has 250
_MOST_FIELDS = 5  # ours has two
_CHOICE, _ALL, _SURE = "take", "all", "all of them"
_CHOICES = frozenset({_ALL, _SURE})
_STANDS = "More came at once than can be read. Whoever has to be paged further still is."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A storm as it stands, for whom the link was made, and what came of their answer."""

    summary: Summary
    reader: User
    said: str = ""
    status: int = 200
    hidden: str = ""
    asks_again: bool = False

    @property
    def is_answered(self) -> bool:
        """Whether what could be done was done, or is over: then there is no button any more."""
        return bool(self.said) and self.status != 400


_Do = Callable[[StormTicket, _Shown, str, Mapping[str, str]], _Shown]


class StormPage:
    """Shows a storm to whoever has a link to it, and lets them take all of it."""

    def __init__(self, ports: Ports, links: Links) -> None:
        self._ports = ports
        self._links = links
        self._moments = ShownMoments(links)

    def routes(self) -> list[Route]:
        """Where it is reached."""
        return [Route(PATHS[Purpose.STORM] + "{token}", self.answer, methods=["GET", "POST"])]

    async def answer(self, request: Request) -> Response:
        """Show the storm (GET), or take all of it (POST), once more asked where that is more than one alert."""
        token = request.path_params["token"]
        body = await read_body(request.scope, request.receive, _BODY_LIMIT) if request.method == "POST" else b""
        fields = form_fields(body, _MOST_FIELDS) if isinstance(body, bytes) else {}
        do = self._take if request.method == "POST" else self._show
        return await asyncio.to_thread(self._respond, do, token, fields)

    def _respond(self, do: _Do, token: str, fields: Mapping[str, str]) -> Response:
        try:
            ticket, reader = self._read(token)
            hidden = self._moments.field(token, self._ports.clock.now())
            shown = _Shown(summary=self._summary(ticket), reader=reader, hidden=hidden)
            shown = do(ticket, shown, token, fields)
        except PagerError as error:
            status, said = refusals.explained(error)
            return refusals.as_page(said, status)
        return pages.page(storms.headline(shown.summary, 0), "\n".join(_parts(shown)), shown.status)

    def _show(self, _ticket: StormTicket, shown: _Shown, _token: str, _fields: Mapping[str, str]) -> _Shown:
        return shown

    def _take(self, ticket: StormTicket, shown: _Shown, token: str, fields: Mapping[str, str]) -> _Shown:
        choice, now = fields.get(_CHOICE, ""), self._ports.clock.now()
        why_not = self._moments.why_not(token, fields.get(FIELD, "") if choice in _CHOICES else "", now)
        asks_again = choice == _SURE or (choice == _ALL and not why_not and shown.summary.untaken > 1)
        if why_not:
            hidden = self._moments.field(token, now, fields.get(FIELD, ""))
            return replace(shown, said=why_not, status=400, hidden=hidden, asks_again=asks_again)
        if choice == _ALL and asks_again:
            return replace(shown, asks_again=True)
        said, status = self._taken(ticket, shown.reader)
        return replace(shown, summary=self._summary(ticket), said=said, status=status)

    def _taken(self, ticket: StormTicket, reader: User) -> tuple[str, int]:
        actor = person(reader.id, ticket.via)
        try:
            return storm_answers.take_in_time(self._ports, ticket.storm_id, actor, ticket.digest), 200
        except Refused as error:
            return str(error), 409

    def _read(self, token: str) -> tuple[StormTicket, User]:
        ticket = self._links.read_storm(token, self._ports.clock.now())
        user = self._ports.store.directory().users.get(ticket.user_id)
        if user is None or not user.active:
            raise Forbidden("This link belongs to somebody who is no longer here.")
        return ticket, user

    def _summary(self, ticket: StormTicket) -> Summary:
        with self._ports.store.begin() as uow:
            storm = uow.storm(ticket.storm_id)
            if storm is None:
                raise NotFound("This storm is over, and was forgotten.")
            return summary_of(uow, storm)


def _parts(shown: _Shown) -> Iterator[str]:
    summary, zone = shown.summary, shown.reader.zone
    loudest = next((urgency for urgency, _ in summary.urgencies), "")
    yield f'<h1 class="{loudest}">{escape(storms.headline(summary, 0))}</h1>'
    if shown.said:
        kind = "good" if shown.status == 200 else "bad"
        said = "<br>".join(escape(each) for each in shown.said.split("\n"))
        yield f'<p class="said {kind}" role="status">{said}</p>'
    yield f"<p><strong>{escape(card_text.counted(summary.statuses))}</strong></p>"
    since = card_text.when(summary.began_at, zone)
    yield f"<p>{escape(card_text.counted(summary.urgencies))} · since {escape(since)}</p>"
    yield f"<p>{_STANDS}</p>"
    if summary.untaken and not shown.is_answered:
        yield _form(shown)
    yield f"<table>{''.join(map(_row, summary.newest))}</table>"


def _form(shown: _Shown) -> str:
    count = shown.summary.untaken
    choice, label = (_SURE, f"Yes, all {count:,}") if shown.asks_again else (_ALL, f"Acknowledge all {count:,}")
    meaning = "<small>You take what nobody has; nobody else is paged for it.</small>"
    button = f'<button class=first name="{_CHOICE}" value="{choice}">{label}{meaning}</button>'
    asked = f'<p class="said" role="status">Take all {count:,}?</p>' if shown.asks_again else ""
    who = f'<p class="small">You answer as {escape(shown.reader.name)}.</p>'
    return f'{asked}<form method="post" class="answers">{shown.hidden}{button}</form>{who}'


def _row(alert: Mentioned) -> str:
    return f"<tr><th>#{alert.number}</th><td>{escape(card_text.line(alert.title, 200))} · {alert.status}</td></tr>"
