"""The ways to reach a person. A module here with a `build` is a channel; nothing else has to name it.

Its `SETTINGS`, where it reads any, are what `.env.example` and docs/operations.md list, and what a misspelt one is held
against.
"""

import importlib
import pkgutil
from collections.abc import Mapping

from bot.ports import Channel
from bot.variables import Group


def discover(environment: Mapping[str, str]) -> Mapping[str, Channel]:
    """Build every channel that the environment configures, by name."""
    built = (_build(found.name, environment) for found in pkgutil.iter_modules(__path__))
    return {channel.name: channel for channel in built if channel is not None}


def declared() -> tuple[Group, ...]:
    """The variables that channels read: the `SETTINGS` of each module here that has any."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return tuple(module.SETTINGS for module in modules if hasattr(module, "SETTINGS"))


def _build(name: str, environment: Mapping[str, str]) -> Channel | None:
    module = importlib.import_module(f"{__name__}.{name}")
    build = getattr(module, "build", None)
    channel: Channel | None = build(environment) if build else None
    return channel
