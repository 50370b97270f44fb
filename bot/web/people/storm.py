"""`/storm/{token}`: the page that a mail or a notification about a storm leads to, on which all of it is taken.

Reading it changes nothing, and the signature in its address guards the form, as on the page of one alert.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
from bot.web.people import pages, refusals

_STANDS = "More came at once than can be read. Whoever has to be paged further still is."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A storm as it stands, for whom the link was made, and what came of their answer."""

    summary: Summary
    reader: User
    said: str = ""
    status: int = 200


class StormPage:
    """Shows a storm to whoever has a link to it, and lets them take all of it."""

    def __init__(self, ports: Ports, links: Links) -> None:
        self._ports = ports
        self._links = links

    def routes(self) -> list[Route]:
        """Where it is reached."""
        return [Route(PATHS[Purpose.STORM] + "{token}", self.answer, methods=["GET", "POST"])]

    async def answer(self, request: Request) -> Response:
        """Show the storm (GET), or take all of it (POST); what a POST carries is not read: there is one answer."""
        do = self._take if request.method == "POST" else self._show
        return await asyncio.to_thread(self._respond, do, request.path_params["token"])

    def _respond(self, do: Callable[[StormTicket, User], _Shown], token: str) -> Response:
        try:
            shown = do(*self._read(token))
        except PagerError as error:
            status, said = refusals.explained(error)
            return refusals.as_page(said, status)
        return pages.page(storms.headline(shown.summary, 0), "\n".join(_parts(shown)), shown.status)

    def _show(self, ticket: StormTicket, reader: User) -> _Shown:
        return _Shown(summary=self._summary(ticket), reader=reader)

    def _take(self, ticket: StormTicket, reader: User) -> _Shown:
        actor = person(reader.id, ticket.via)
        try:
            said, status = storm_answers.take_in_time(self._ports, ticket.storm_id, actor, ticket.digest), 200
        except Refused as error:
            said, status = str(error), 409
        return _Shown(summary=self._summary(ticket), reader=reader, said=said, status=status)

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
    if summary.untaken and not shown.said:
        yield _form(summary, shown.reader)
    yield f"<table>{''.join(map(_row, summary.newest))}</table>"


def _form(summary: Summary, reader: User) -> str:
    meaning = "<small>You take what nobody has; nobody else is paged for it.</small>"
    button = f"<button class=first>Acknowledge all {summary.untaken:,}{meaning}</button>"
    who = f'<p class="small">You answer as {escape(reader.name)}.</p>'
    return f'<form method="post" class="answers">{button}</form>{who}'


def _row(alert: Mentioned) -> str:
    return f"<tr><th>#{alert.number}</th><td>{escape(card_text.line(alert.title, 200))} · {alert.status}</td></tr>"
