"""Integration types, one file each and nothing else: what a sender's payload asks for. A new file is a new type."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType
from typing import cast

from bot.ports import Source


@cache
def discover() -> Mapping[str, Source]:
    """Every integration type by its NAME, in the order of their names."""
    return types_in(import_module(__name__))


def types_in(package: ModuleType) -> Mapping[str, Source]:
    """The types of a package, by NAME: its public modules that have one; the others are what types are written with."""
    sources = {module.NAME: cast("Source", module) for module in _modules(package) if hasattr(module, "NAME")}
    return MappingProxyType(dict(sorted(sources.items())))


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in iter_modules(package.__path__):
        if not found.name.startswith("_"):
            yield import_module(f"{package.__name__}.{found.name}")
