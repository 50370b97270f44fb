"""Ready definitions for custom webhooks, one file each: senders that a few rules are enough for."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Protocol, cast

from bot.ports import Example

TYPE = "custom_webhook"
"""The type of integration that reads by them."""
_MARK = f"{TYPE}:"


class ReadyDefinition(Protocol):
    """A sender that a custom webhook reads by this definition: a module with these names."""

    NAME: str
    TITLE: str
    SETUP: str
    """What has to be done at the sender, with `{url}` for the address."""
    DEFINITION: str
    OPTIONS: Mapping[str, object]
    """Settings of the custom webhook beside the definition: in which header the token or signature comes."""
    EXAMPLES: tuple[Example, ...]


@cache
def discover() -> Mapping[str, ReadyDefinition]:
    """Every ready definition by its NAME, in the order of their names."""
    return MappingProxyType({each.NAME: each for each in sorted(_modules(), key=lambda found: found.NAME)})


def choice(ready: ReadyDefinition) -> str:
    """How a ready definition is written where a type is chosen."""
    return f"{_MARK}{ready.NAME}"


def chosen(value: str) -> ReadyDefinition | None:
    """The ready definition that was chosen instead of a type, or None where it was a type."""
    return discover().get(value.removeprefix(_MARK)) if value.startswith(_MARK) else None


def settings(ready: ReadyDefinition) -> dict[str, object]:
    """The options of a custom webhook that reads by a definition."""
    return {"definition": ready.DEFINITION.strip() + "\n", **ready.OPTIONS}


def _modules() -> Iterator[ReadyDefinition]:
    for found in iter_modules(__path__):
        yield cast("ReadyDefinition", import_module(f"{__name__}.{found.name}"))
