"""Which product a pasted text is of. A text that is of none, such as a router's own, is left as it is."""

import json
from collections.abc import Callable, Mapping

from bot.engine.rules.yaml_tree import read_yaml
from bot.engine.translation import alertmanager, oncall, opsgenie, pagerduty
from bot.engine.translation.written import Translation
from bot.errors import Invalid


def translate(text: str) -> Translation | None:
    """Translate a pasted text that is of another product; None for any other text, and for what cannot be read."""
    value = _read(text)
    readers: tuple[Callable[[object], Translation | None], ...] = (
        alertmanager.translate,
        pagerduty.translate,
        opsgenie.translate,
        oncall.translate,
    )
    return next((found for reader in readers if (found := reader(value)) is not None), None)


def _read(text: str) -> object:
    if text.lstrip()[:1] in {"{", "["}:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            pass
    try:
        value = read_yaml(text).value
    except Invalid:
        return None
    return value if isinstance(value, Mapping | list) else None
