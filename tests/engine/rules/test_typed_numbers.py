"""A number that there cannot be is refused with its reason; one that nobody knows yet is taken, and doubted."""

import pytest

from bot.engine.rules.numbers import check_possible, read_typed
from bot.errors import Invalid
from tests.surroundings import KINDS


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("+44207123456789", "+44207123456789 is too long for a number that begins with +44."),
        ("+1555123456", "+1555123456 is too short for a number that begins with +1."),
        ("+441234", "+441234 is of a wrong length for a number that begins with +44."),
        ("+9991234567", "No country has numbers that begin like +9991."),
    ],
)
def test_an_impossible_number_is_refused(typed: str, said: str) -> None:
    assert read_typed(typed).impossible == said


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+442071234567", "+442071234567"),
        ("+44 (0)20 7123 4567", "+442071234567"),
        ("+390612345678", "+390612345678"),
        ("+8613912345678", "+8613912345678"),
    ],
)
def test_a_number_is_written_as_it_is_called_from_abroad(typed: str, number: str) -> None:
    read = read_typed(typed)
    assert (read.number, read.impossible, read.doubt) == (number, "", "")


def test_a_number_of_no_known_range_is_taken_and_doubted() -> None:
    read = read_typed("+15551234567")
    assert (read.number, read.impossible) == ("+15551234567", "")
    assert read.doubt == "No range of +1 that is known holds this number."


def test_a_rule_that_spells_out_an_impossible_number_is_refused_in_its_place() -> None:
    steps = '      - {type: notify, channels: [sms], channel_options: {sms: "+1555123456"}}\n'
    with pytest.raises(Invalid) as refused:
        check_possible(f"rules:\n  - match: {{always: true}}\n    actions:\n{steps}", KINDS)
    (problem,) = refused.value.problems
    assert problem.message == "+1555123456 is too short for a number that begins with +1."
    assert problem.line == 4


@pytest.mark.parametrize(
    "text", ["", "+", "+\u0664\u0664", "+" + "1" * 100_000, "+1;ext=" + "9" * 10_000, "+1 800 FLOWERS" * 50]
)
def test_what_is_no_number_is_refused_and_never_fails(text: str) -> None:
    assert read_typed(text).impossible
