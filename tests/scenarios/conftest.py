"""Every scenario runs on both databases; its further variants take turns with them (`tests/databases.py`)."""

from collections.abc import Iterator

import pytest

from bot.ports import Store
from tests.harness import World, world_on


@pytest.fixture
def world(store: Store) -> Iterator[World]:
    """A World that fails at its end on any message that nobody expected."""
    with world_on(store) as world:
        yield world
