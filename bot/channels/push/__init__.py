"""The channel `push`: notifications of a browser, by Web Push."""

from bot.channels.push.channel import KIND, SETTINGS, build

__all__ = ["KIND", "SETTINGS", "build"]
