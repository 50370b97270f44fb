"""The times of an escalation policy's layers, as people type them: `5m, 10m, 15m`."""

from dataclasses import replace

from bot.engine.durations import read_duration, write_duration
from bot.engine.model import Layer
from bot.errors import Invalid, Problem

_TIMES = {1: "twice", 2: "three times", 3: "four times"}  # passes of a policy that repeats so many times


def say_layers(layers: tuple[Layer, ...]) -> str:
    """Write the times as they are typed."""
    return ", ".join(write_duration(layer.timeout) for layer in layers)


def say_repeats(repeat: int) -> str:
    """How often all layers are gone through when nobody answers, empty for once."""
    return f", {_TIMES.get(repeat, f'{repeat + 1} times')} over" if repeat else ""


def read_layers(typed: str, block: str) -> tuple[Layer, ...]:
    """Read the times. Raises `Invalid` with every one that is none, shown under the input `block`."""
    parts = [part.strip() for part in typed.replace(";", ",").split(",") if part.strip()]
    problems: list[Problem] = []
    layers: list[Layer] = []
    for index, part in enumerate(parts, start=1):
        try:
            layers.append(Layer(number=index, timeout=read_duration(part)))
        except Invalid as invalid:
            problems += [replace(problem, where=(block,)) for problem in invalid.problems]
    if problems:
        raise Invalid(problems)
    return tuple(layers)
