"""`/unsubscribe/{token}`: a stakeholder's email address leaves, by one click in a mail program (RFC 8058) or here."""

import asyncio
import re
from html import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import Conflict, Forbidden, StoreUnavailable
from bot.ports import Ports
from bot.service import subscriptions
from bot.service.links import PATHS, Links, Purpose
from bot.web.ingest.bodies import form_fields, read_body
from bot.web.people import pages
from bot.web.people.shown_moments import FIELD, ShownMoments

_BODY_LIMIT = 2_048  # bytes
_MOST_FIELDS = 5
_CHOICE, _LEAVE = "mail", "none"
_ONE_CLICK = re.compile(rb"List-Unsubscribe(?:=|\"\s{1,4})One-Click")  # as a form's field or a part (RFC 8058, 3.2)


class Unsubscribe:
    """Asks once more (GET) and takes the address off every stakeholder (POST)."""

    def __init__(self, ports: Ports, links: Links) -> None:
        self._ports = ports
        self._links = links
        self._moments = ShownMoments(links)

    def routes(self) -> list[Route]:
        """Where it is reached."""
        return [Route(PATHS[Purpose.UNSUBSCRIBE] + "{token}", self.answer, methods=["GET", "POST"])]

    async def answer(self, request: Request) -> Response:
        """Answer with a page. A mail program posts what RFC 8058 names, a person our own form."""
        token = request.path_params["token"]
        body = await read_body(request.scope, request.receive, _BODY_LIMIT) if request.method == "POST" else b""
        try:
            email = await asyncio.to_thread(self._links.read_unsubscribe, token)
            why_not = self._why_not(token, body if isinstance(body, bytes) else b"")
            if why_not or request.method != "POST":
                hidden = self._moments.field(token, self._ports.clock.now())
                asked = request.method != "POST"
                return pages.page(
                    "No more mail?", _question(email, hidden, "" if asked else why_not), 200 if asked else 400
                )
            await asyncio.to_thread(subscriptions.leave, self._ports, email)
        except Forbidden as error:
            return pages.refusal(str(error), "Copy the whole link from the mail.", 403)
        except (StoreUnavailable, Conflict):
            return pages.refusal("This could not be saved.", "Try again in a moment.", 503)
        said = f"{email} gets no more mail about alerts as a stakeholder."
        return pages.page("No more mail", f'<p class="said">{escape(said)}</p>')

    def _why_not(self, token: str, body: bytes) -> str:
        if _ONE_CLICK.search(body):
            return ""
        fields = form_fields(body, _MOST_FIELDS)
        given = fields.get(FIELD, "") if fields.get(_CHOICE) == _LEAVE else ""
        return self._moments.why_not(token, given, self._ports.clock.now())


def _question(email: str, hidden: str, why_not: str) -> str:
    told = f'<p class="said bad" role="status">{escape(why_not)}</p>\n' if why_not else ""
    return (
        f'{told}<p class="said">Shall {escape(email)} get no more mail about alerts?</p>\n'
        f'<form method="post">{hidden}'
        f'<button class="first" name="{_CHOICE}" value="{_LEAVE}">No more mail</button></form>'
    )
