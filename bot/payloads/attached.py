"""Signals with more of what the sender says: labels, dimensions, fields of an event."""

from collections.abc import Mapping
from dataclasses import replace

from bot.engine.model import Signal
from bot.payloads.spreading import spread


def attach(found: tuple[Signal, ...], more: Mapping[str, object]) -> tuple[Signal, ...]:
    """The same signals with further data; what is empty is left out, and what they have already stays."""
    said = {name: value for name, value in more.items() if value not in ("", None, {}, [])}
    return tuple(replace(one, data=spread({**said, **one.data})) for one in found)
