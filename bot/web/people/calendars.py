"""`GET /ical/{secret}.ics`: who is on call, for any calendar that subscribes to it."""

import asyncio
import hashlib

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import Invalid, NotFound, StoreUnavailable
from bot.ports import Ports
from bot.service import calendars

_LONGEST_KEY = 64
_HEADERS = {"cache-control": "private, max-age=900", "x-robots-tag": "noindex", "referrer-policy": "no-referrer"}


class Calendars:
    """Answers calendars. The address is the secret: whoever has it may read, until it is renewed."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def routes(self) -> list[Route]:
        """Where it is reached."""
        return [Route(calendars.path_of("{secret}"), self.answer, methods=["GET"])]

    async def answer(self, request: Request) -> Response:
        """Answer with the calendar, or 304 when the client has it already."""
        key = request.path_params["secret"][:_LONGEST_KEY]
        try:
            text = await asyncio.to_thread(calendars.read, self._ports, key)
        except NotFound as error:
            return PlainTextResponse(str(error), 404)
        except Invalid as error:
            return PlainTextResponse(f"The schedule cannot be computed: {error}", 503)
        except StoreUnavailable:
            return PlainTextResponse("The database does not answer: try again.", 503, {"retry-after": "60"})
        tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={**_HEADERS, "etag": tag})
        return Response(text, media_type="text/calendar; charset=utf-8", headers={**_HEADERS, "etag": tag})
