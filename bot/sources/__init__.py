"""Integration types, one file each: what a sender's payload asks for. A new file here is a new type."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType
from typing import cast

from bot.ports import Source


@cache
def discover() -> Mapping[str, Source]:
    """Every integration type by its NAME, in the order of their names.

    A source is a public module of this package that has a NAME; the others are what sources are written with.
    """
    sources = {module.NAME: cast("Source", module) for module in _modules() if hasattr(module, "NAME")}
    return MappingProxyType(dict(sorted(sources.items())))


def _modules() -> list[ModuleType]:
    names = sorted(found.name for found in iter_modules(__path__) if not found.name.startswith("_"))
    return [import_module(f"{__name__}.{name}") for name in names]
