"""The channel `email`: a mail for each page, through one's own mail server."""

from bot.channels.email.channel import KIND, SETTINGS, build

__all__ = ["KIND", "SETTINGS", "build"]
