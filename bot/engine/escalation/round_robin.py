"""Whose turn it is in teams whose policy asks one person at a time."""

from collections.abc import Iterable
from dataclasses import replace

from bot.engine.decision import Effect, TakeTurn
from bot.engine.directory import Directory


def after(directory: Directory, effects: Iterable[Effect]) -> Directory:
    """The directory with the turns that were taken, for what is decided next in the same transaction."""
    taken = [effect.receiver_id for effect in effects if isinstance(effect, TakeTurn)]
    if not taken:
        return directory
    turns = dict(directory.turns)
    for each in taken:
        turns[each] = turns.get(each, 0) + 1
    return replace(directory, turns=turns)
