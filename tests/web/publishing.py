"""Somebody's calendar on the web."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FEED = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//somebody//else//EN
BEGIN:VEVENT
UID:one@example.com
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Berlin:20260105T090000
DTEND;TZID=Europe/Berlin:20260105T170000
RRULE:FREQ=DAILY
SUMMARY:On call
ATTENDEE:mailto:{email}
ATTENDEE:mailto:stranger@example.com
END:VEVENT
END:VCALENDAR
"""


class Publisher:
    """Serves a text, which may be changed, at `/calendar.ics`."""

    def __init__(self, text: str = "") -> None:
        self.text = text or FEED.format(email="Alice@Example.com")
        self.encoding = "utf-8"
        self.app = Starlette(routes=[Route("/calendar.ics", self._answer)])

    async def _answer(self, _request: Request) -> Response:
        return Response(self.text.encode(self.encoding), media_type="text/calendar")
