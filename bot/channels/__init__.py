"""The ways to reach people. Each module here is a channel: its `KIND` and `build` say all, and no other file names it.

Its `SETTINGS`, where it reads any, are what `.env.example` and docs/operations.md list, and what a misspelt one is held
against.
"""

import importlib.machinery
import importlib.util
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import ModuleType

from bot.engine.model import ChannelKinds, kinds_of
from bot.ports import Channel
from bot.variables import Group

FOLDERS: tuple[str, ...] = tuple(__path__)
"""Where channels are looked for."""


def discover(environment: Mapping[str, str], folders: Sequence[str] = FOLDERS) -> Mapping[str, Channel]:
    """Build every channel that the environment configures, by name."""
    built: Iterator[Channel | None] = (module.build(environment) for module in _modules(folders))
    return {channel.kind.name: channel for channel in built if channel is not None}


def known(folders: Sequence[str] = FOLDERS) -> ChannelKinds:
    """What is known of every channel, configured or not."""
    return kinds_of(module.KIND for module in _modules(folders))


def declared() -> tuple[Group, ...]:
    """The variables that channels read: the `SETTINGS` of each module here that has any."""
    return tuple(module.SETTINGS for module in _modules(FOLDERS) if hasattr(module, "SETTINGS"))


def _modules(folders: Sequence[str]) -> Iterator[ModuleType]:
    for folder in folders:
        yield from (_load(folder, each.name) for each in pkgutil.iter_modules([folder]))


@cache
def _load(folder: str, name: str) -> ModuleType:
    if folder in FOLDERS:
        return importlib.import_module(f"{__name__}.{name}")
    spec = importlib.machinery.PathFinder.find_spec(name, [folder])
    if spec is None or spec.loader is None:
        raise ImportError(f"There is no channel {name} in {folder}.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
