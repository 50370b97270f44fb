"""What every integration type keeps, whatever it reads."""

from datetime import UTC, datetime

import pytest

from bot.ports import Example, Source
from bot.sources import discover

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
SOURCES = discover()
EXAMPLES = [
    pytest.param(source, example, id=f"{name}: {example.name}")
    for name, source in SOURCES.items()
    for example in source.EXAMPLES
]


@pytest.mark.parametrize(("source", "example"), EXAMPLES)
def test_an_example_reads_as_declared(source: Source, example: Example) -> None:
    assert source.read(example.request, example.options) == example.signals
