"""What is configured, as it can be compared before and after a change."""

from collections.abc import Mapping

from bot.engine.directory import PREFIXES, Configured, Directory


def bodies_of(directory: Directory) -> Mapping[str, Configured]:
    """Every object by its id."""
    return {each.id: each for kind in PREFIXES.values() for each in directory.all(kind)}
