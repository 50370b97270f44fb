"""The Starlette app: what is reached at which address."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry
from slack_bolt import App
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Lifespan

from bot import signing_keys
from bot.ports import Ports
from bot.settings import Settings
from bot.web import openapi
from bot.web.doors import opsgenie, pagerduty
from bot.web.health import Metrics, ReadinessEndpoint, live
from bot.web.ingest.admission import Admission, parts_for
from bot.web.ingest.endpoint import Ingest
from bot.web.metrics import IngestFigures, WorkFigures
from bot.web.people import pages
from bot.web.people.calendars import Calendars
from bot.web.people.confirm import Confirm
from bot.web.people.forms import Forms
from bot.web.people.push import Registration
from bot.web.people.storm import StormPage
from bot.web.people.unsubscribe import Unsubscribe
from bot.web.slack import SlackEndpoint, Socket
from bot.web.twilio import callbacks
from bot.web.twilio.calls import LiveCalls

_FRONT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>PagerTree</title>
<h1>PagerTree</h1><p>This is an on-call alert router. It is used in Slack: type <code>/pagertree help</code> there.</p>
<p>Monitoring systems post to <code>/integrations/…</code>. Health: <a href="/health/ready">ready</a>,
<a href="/metrics">metrics</a>. How to run it is written in <code>docs/operations.md</code>.</p></html>"""

_BROKEN = "Something is broken here. Whoever runs this finds it in the log of the web process."


def assemble(settings: Settings, ports: Ports, slack: App | None, redis_answers: Callable[[], bool]) -> ASGIApp:
    """Put the app together, the ingest ahead of everything. `slack` is None when no workspace is connected."""
    parts = parts_for(settings, ports)
    admission = Admission(parts)
    behind = routed(settings, ports, slack, redis_answers, admission)
    return Ingest(LiveCalls(behind, settings, ports), admission, parts.judge)


def routed(
    settings: Settings, ports: Ports, slack: App | None, redis_answers: Callable[[], bool], admission: Admission
) -> Starlette:
    """Everything that has a route of its own."""
    ready = ReadinessEndpoint(ports.store, redis_answers)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(IngestFigures(admission.tally))
    registry.register(WorkFigures(ports.store, ports.clock, redis_answers))
    metrics = Metrics(registry)
    app_token = settings.slack_app_token.get_secret_value()
    links = signing_keys.links(settings.environment, settings.public)
    return Starlette(
        routes=[
            Route("/slack/events", SlackEndpoint(slack), methods=["POST"]),
            Route("/health/live", live),
            Route("/health/ready", ready.answer),
            Route("/metrics", metrics.answer),
            *Confirm(ports, links).routes(),
            *StormPage(ports, links).routes(),
            *Unsubscribe(ports, links).routes(),
            *Registration(ports, links).routes(),
            *Calendars(ports).routes(),
            Route("/", _front),
            *callbacks.routes(settings, ports),
            *pagerduty.routes(admission),
            *opsgenie.routes(admission, ports.store),
            *Forms(admission).routes(),
            *openapi.routes(),
        ],
        exception_handlers={HTTPException: _refuse, Exception: _apologise},
        lifespan=_lifespan(Socket(slack, app_token) if slack and app_token else None),
    )


def _lifespan(socket: Socket | None) -> Lifespan[Starlette]:
    @asynccontextmanager
    async def run(_app: Starlette) -> AsyncIterator[None]:
        if socket:
            socket.open()
        yield
        if socket:
            socket.close()

    return run


async def _front(_request: Request) -> Response:
    return HTMLResponse(_FRONT)


async def _refuse(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = "There is nothing at this address." if status == 404 else "This address does not take that."
    headers = error.headers if isinstance(error, HTTPException) else None
    return JSONResponse({"error": said}, status_code=status, headers=headers)


async def _apologise(request: Request, _error: Exception) -> Response:
    """Answer for a fault of ours; the server logs it."""
    if "text/html" in request.headers.get("accept", ""):
        return pages.refusal(_BROKEN, "Try again in a moment, or use /pagertree in Slack.", 500)
    return JSONResponse({"error": f"{_BROKEN} Send this again later."}, status_code=500)
