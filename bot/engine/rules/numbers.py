"""Phone numbers as people write them: whether there can be such a number, and whether a rule may spell it out.

Whoever can have any number called can have their own premium-rate number called (toll fraud).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    ValidationResult,
    format_number,
    is_possible_number_with_reason,
    is_valid_number,
    parse,
)

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


LOOK_AGAIN = "Look at each of its digits again."
_TOO = {ValidationResult.TOO_SHORT: "too short", ValidationResult.TOO_LONG: "too long"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A number that somebody typed, as `+442071234567`.

    `impossible` says why there can be no such number where it is from: it is mistyped. `doubt` says that no range of
    that country is known to hold it. Such a number may be new, and is taken: the list of ranges is older than it.
    """

    number: str
    impossible: str = ""
    doubt: str = ""


def read_typed(number: str) -> Typed:
    """Hold an international number (`+` and digits) against what each country has numbers for.

    Its length there is what decides; a zero that belongs to calls within the country is left out.
    """
    try:
        parsed = parse(number, None)
    except NumberParseException:
        return Typed(number=number, impossible=f"No country has numbers that begin like {number[:5]}.")
    written = format_number(parsed, PhoneNumberFormat.E164)
    if impossible := _why_impossible(written, parsed):
        return Typed(number=written, impossible=impossible)
    doubt = "" if is_valid_number(parsed) else f"No range of +{parsed.country_code} that is known holds this number."
    return Typed(number=written, doubt=doubt)


def _why_impossible(written: str, parsed: PhoneNumber) -> str:
    reason = is_possible_number_with_reason(parsed)
    if reason == ValidationResult.IS_POSSIBLE:
        return ""
    wrong = _TOO.get(reason, "of a wrong length")
    return f"{written} is {wrong} for a number that begins with +{parsed.country_code}."


@lru_cache(maxsize=_REMEMBERED)
def spelled(text: str, channels: ChannelKinds) -> tuple[tuple[Where, str], ...]:
    """Each number of a rule as it is written, with its place; none of a text that is no YAML."""
    try:
        return tuple(_spelled(Reading(text).tree.value, channels.in_form(AddressForm.PHONE)))
    except Invalid:
        return ()


def check_possible(text: str, channels: ChannelKinds) -> None:
    """Raise `Invalid` with the place of every number that there cannot be, whoever saves the rule."""
    reading = Reading(text)
    for where, number in spelled(text, channels):
        if number.startswith("+") and (impossible := read_typed(number).impossible):
            reading.wrong(where, impossible, LOOK_AGAIN)
    reading.finish()


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
