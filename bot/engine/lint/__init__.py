"""What can be saved and is probably a mistake: hints, as problems with their places, that refuse nothing."""

from bot.engine.lint.definitions import definition_hints
from bot.engine.lint.notifications import notification_hints
from bot.engine.lint.routers import router_hints

__all__ = ["definition_hints", "notification_hints", "router_hints"]
