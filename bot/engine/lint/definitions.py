"""Hints about a definition of a custom integration: old names, and values that can hardly be meant."""

from collections.abc import Mapping

from bot.engine.lint.meanings import hint_at_meanings
from bot.engine.lint.routers import collected
from bot.engine.rules.definitions import OLD_KEYS
from bot.engine.rules.reading import Reading
from bot.engine.rules.rewriting import InsteadOfKey
from bot.engine.rules.yaml_tree import Where
from bot.errors import Problem


def definition_hints(text: str) -> tuple[Problem, ...]:
    """All hints about a definition that can be read, in the order of its text."""

    def note(reading: Reading) -> None:
        root = reading.tree.value if isinstance(reading.tree.value, Mapping) else {}
        rules = root.get("rules")
        for index, rule in enumerate(rules if isinstance(rules, list) else ()):
            match = rule.get("match") if isinstance(rule, Mapping) else None
            if isinstance(match, Mapping):
                hint_at_meanings(reading, ("rules", index, "match"), match)
            _hint_at_old_keys(reading, ("rules", index, "actions"), rule)
        _hint_at_old_keys(reading, ("default", "actions"), root.get("default"))

    return collected(text, note)


def _hint_at_old_keys(reading: Reading, where: Where, rule: object) -> None:
    actions = rule.get("actions") if isinstance(rule, Mapping) else None
    for number, action in enumerate(actions if isinstance(actions, list) else ()):
        for key in (key for key in OLD_KEYS if isinstance(action, Mapping) and key in action):
            said, here = f"{key} is called {OLD_KEYS[key]} here.", OLD_KEYS[key]
            reading.wrong((*where, number, key), said, f"Change it to {here}.", InsteadOfKey(key=here))
