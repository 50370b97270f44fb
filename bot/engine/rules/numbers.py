"""The phone numbers that a notification rule spells out, and whether each of them may stand there.

Whoever can have any number called can have their own premium-rate number called (toll fraud).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from bot.engine.model import AddressForm, ChannelKinds
from bot.engine.rules.reading import Reading
from bot.engine.rules.yaml_tree import Where
from bot.errors import Invalid

_REMEMBERED = 512
_NAMED = frozenset({"", "primary", "secondary"})
_MEND = (
    "Verify it in Slack with /pagertree me add, write primary or secondary, or have an admin save the rule or allow "
    "the number in PHONE_ALLOW."
)


@lru_cache(maxsize=_REMEMBERED)
def spelled(text: str, channels: ChannelKinds) -> tuple[tuple[Where, str], ...]:
    """Each number of a rule as it is written, with its place; none of a text that is no YAML."""
    try:
        return tuple(_spelled(Reading(text).tree.value, channels.in_form(AddressForm.PHONE)))
    except Invalid:
        return ()


def check_numbers(text: str, channels: ChannelKinds, allows: Callable[[str], bool]) -> None:
    """Raise `Invalid` with the place of every number that is not allowed."""
    reading = Reading(text)
    for where, number in spelled(text, channels):
        if not allows(number):
            reading.wrong(where, f"{number!r:.40} is no verified number of yours, and nobody has allowed it.", _MEND)
    reading.finish()


def _spelled(tree: object, called: Sequence[str]) -> Iterator[tuple[Where, str]]:
    for rule_at, rule in _items(_field(tree, "rules"), ("rules",)):
        for at, action in _items(_field(rule, "actions"), (*rule_at, "actions")):
            options = _field(action, "channel_options")
            for channel in called:
                address = _field(options, channel)
                if isinstance(address, str) and address not in _NAMED:
                    yield (*at, "channel_options", channel), address


def _field(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, Mapping) else None


def _items(value: object, where: Where) -> Iterator[tuple[Where, object]]:
    if isinstance(value, list):
        yield from (((*where, index), item) for index, item in enumerate(value))
