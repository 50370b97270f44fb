"""The web process: ingest, Slack, health and metrics."""

import gc

from starlette.types import ASGIApp

from bot import wiring
from bot.web.app import assemble

_YOUNG = 20_000  # objects between two collections of young ones; Python's own 700 costs ingest a third of its speed


def create() -> ASGIApp:
    """Make the app for this process, as uvicorn asks for it."""
    world = wiring.world()
    app = assemble(world.settings, world.ports, wiring.slack_app(world), world.queue.answers)
    gc.collect()
    gc.freeze()  # what is loaded now stays: no collection has to look at it again
    gc.set_threshold(_YOUNG, 50, 100)
    return app
