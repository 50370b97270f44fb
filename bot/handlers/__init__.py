"""What arrives from Slack: commands, clicks, forms and events."""

from bot.handlers.app import build

__all__ = ["build"]
