"""The channel `push`: notifications of a browser, by Web Push."""

from bot.channels.push.channel import build

__all__ = ["build"]
