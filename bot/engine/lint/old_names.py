"""Hints at names of PagerTree's that are understood, with the names used here."""

from collections.abc import Iterable

from bot.engine.lint.meanings import written_at
from bot.engine.rules.paths import name_here
from bot.engine.rules.reading import Reading
from bot.engine.rules.rewriting import Instead, InsteadOfKey, Rewrite
from bot.engine.rules.yaml_tree import Where


def hint_at_old_names(reading: Reading, where: Where, paths: Iterable[tuple[Where, str]]) -> None:
    """Note each path, with its place below `where`, that is understood by an old name."""
    for place, path in dict.fromkeys(paths):
        if here := name_here(path):
            at = (*where, *place)
            rewrite = _renamed(reading, at, path, here)
            reading.wrong(at, f"{path:.80} is called {here:.80} here.", f"Change it to {here:.80}.", rewrite)


def _renamed(reading: Reading, where: Where, path: str, here: str) -> Rewrite | None:
    """The key, the path or the template at a place with the other name."""
    if where[-1] == path:
        return InsteadOfKey(key=here)
    found = written_at(reading.tree.value, where)
    if found == path:
        return Instead(value=here)
    return Instead(value=found.replace(path, here)) if isinstance(found, str) and path in found else None
