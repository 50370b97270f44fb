"""The ways to reach people. A module here with a `KIND` and a `build` is a channel; nothing else has to name it."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType

from bot.engine.model import ChannelKinds, kinds_of
from bot.ports import Channel


def discover(environment: Mapping[str, str]) -> Mapping[str, Channel]:
    """Build every channel that the environment configures, by name."""
    built: Iterator[Channel | None] = (module.build(environment) for module in _modules())
    return {channel.kind.name: channel for channel in built if channel is not None}


def known() -> ChannelKinds:
    """What is known of every channel, configured or not."""
    return kinds_of(module.KIND for module in _modules())


def _modules() -> Iterator[ModuleType]:
    found = (importlib.import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__))
    return (module for module in found if hasattr(module, "KIND"))
