"""The web process: ingest, Slack, health and metrics."""

from starlette.types import ASGIApp

from bot import garbage, wiring
from bot.web.app import assemble


def create() -> ASGIApp:
    """Make the app for this process, as uvicorn asks for it."""
    world = wiring.world()
    app = assemble(world.settings, world.ports, wiring.slack_app(world), world.queue.answers)
    garbage.collect_seldom()
    return app
