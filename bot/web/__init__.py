"""The web process: ingest, Slack, health and metrics."""

from starlette.applications import Starlette

from bot import wiring
from bot.web.app import assemble


def create() -> Starlette:
    """Make the app for this process, as uvicorn asks for it."""
    world = wiring.world()
    return assemble(world.settings, world.ports, wiring.slack_app(world), world.queue.answers)
