"""`/unsubscribe/{token}`: a stakeholder's email address leaves, by one click in a mail program (RFC 8058) or here."""

import asyncio
from html import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import Conflict, Forbidden, StoreUnavailable
from bot.ports import Ports
from bot.service import subscriptions
from bot.service.links import PATHS, Links, Purpose
from bot.web.people import pages


class Unsubscribe:
    """Asks once more (GET) and takes the address off every stakeholder (POST)."""

    def __init__(self, ports: Ports, links: Links) -> None:
        self._ports = ports
        self._links = links

    def routes(self) -> list[Route]:
        """Where it is reached."""
        return [Route(PATHS[Purpose.UNSUBSCRIBE] + "{token}", self.answer, methods=["GET", "POST"])]

    async def answer(self, request: Request) -> Response:
        """Answer with a page; what a POST carries is not read, since the address says it all."""
        try:
            email = await asyncio.to_thread(self._links.read_unsubscribe, request.path_params["token"])
            if request.method != "POST":
                return pages.page("No more mail?", _question(email))
            await asyncio.to_thread(subscriptions.leave, self._ports, email)
        except Forbidden as error:
            return pages.refusal(str(error), "Copy the whole link from the mail.", 403)
        except (StoreUnavailable, Conflict):
            return pages.refusal("This could not be saved.", "Try again in a moment.", 503)
        said = f"{email} gets no more mail about alerts as a stakeholder."
        return pages.page("No more mail", f'<p class="said">{escape(said)}</p>')


def _question(email: str) -> str:
    return (
        f'<p class="said">Shall {escape(email)} get no more mail about alerts?</p>\n'
        '<form method="post"><button class="first">No more mail</button></form>'
    )
