"""Finds what the modules of commands and modals offer: a new module is found, nothing else has to name it."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from bot.handlers import actions, commands, modals, storm_buttons
from bot.handlers.table import Table


def collect() -> Table:
    """Put together the table of everything that can be asked for; nouns by name."""
    modules = [actions, storm_buttons, *_modules(commands), *_modules(modals)]
    nouns = [module.NOUN for module in modules if hasattr(module, "NOUN")]
    return Table(
        nouns=tuple(sorted(nouns, key=lambda noun: noun.name)),
        modals=tuple(each for module in modules for each in getattr(module, "MODALS", ())),
        buttons=tuple(each for module in modules for each in getattr(module, "BUTTONS", ())),
        menus=tuple(each for module in modules for each in getattr(module, "MENUS", ())),
        tools=tuple(each for module in modules for each in getattr(module, "TOOLS", ())),
        shortcuts=tuple(each for module in modules for each in getattr(module, "SHORTCUTS", ())),
    )


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"{package.__name__}.{found.name}")
