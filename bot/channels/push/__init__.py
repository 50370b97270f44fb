"""The channel `push`: notifications of a browser, by Web Push."""

from bot.channels.push.channel import SETTINGS, build

__all__ = ["SETTINGS", "build"]
