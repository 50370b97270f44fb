"""The ways to reach people. A module here with a `KIND` and a `build` is a channel; nothing else has to name it.

Its `SETTINGS`, where it reads any, are what `.env.example` and docs/operations.md list, and what a misspelt one is held
against.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType

from bot.engine.model import ChannelKinds, kinds_of
from bot.ports import Channel
from bot.variables import Group


def discover(environment: Mapping[str, str]) -> Mapping[str, Channel]:
    """Build every channel that the environment configures, by name."""
    built: Iterator[Channel | None] = (module.build(environment) for module in _modules())
    return {channel.kind.name: channel for channel in built if channel is not None}


def known() -> ChannelKinds:
    """What is known of every channel, configured or not."""
    return kinds_of(module.KIND for module in _modules())


def declared() -> tuple[Group, ...]:
    """The variables that channels read: the `SETTINGS` of each module here that has any."""
    return tuple(module.SETTINGS for module in _found() if hasattr(module, "SETTINGS"))


def _modules() -> Iterator[ModuleType]:
    return (module for module in _found() if hasattr(module, "KIND"))


def _found() -> Iterator[ModuleType]:
    return (importlib.import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__))
