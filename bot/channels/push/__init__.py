"""The channel `push`: notifications of a browser, by Web Push."""

from bot.channels.push.channel import KIND, build

__all__ = ["KIND", "build"]
