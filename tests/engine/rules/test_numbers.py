"""Numbers that a notification rule spells out: found where they stand, and refused with their place."""

import pytest

from bot.engine.rules.numbers import check_numbers, spelled
from bot.errors import Invalid
from tests.surroundings import KINDS

RULE = """\
rules:
  - match: {always: true}
    actions:
      - {type: notify, channels: [sms], channel_options: {sms: "+44 20 7123 0001", email: a@example.com}}
      - type: notify
        channels: [voice]
        channel_options:
          voice: "+19005550199"
          voice_fallback: true
      - {type: notify, channels: [voice, sms], channel_options: {voice: primary, sms: secondary}}
"""


def test_every_number_is_found_with_its_place() -> None:
    assert spelled(RULE, KINDS) == (
        (("rules", 0, "actions", 0, "channel_options", "sms"), "+44 20 7123 0001"),
        (("rules", 0, "actions", 1, "channel_options", "voice"), "+19005550199"),
    )


@pytest.mark.parametrize(
    "text", ["", "rules", "rules: 3", "rules: [3]", "rules: [{actions: {a: 1}}]", "rules: [{actions: [{}]}]", "{{"]
)
def test_what_is_no_rule_spells_nothing(text: str) -> None:
    assert spelled(text, KINDS) == ()


def test_each_number_that_is_not_allowed_is_refused_where_it_stands() -> None:
    with pytest.raises(Invalid) as refused:
        check_numbers(RULE, KINDS, lambda _: False)

    first, second = refused.value.problems
    assert (first.line, first.column) == (4, 64)
    assert str(second) == (
        "line 8, column 18: '+19005550199' is no verified number of yours, and nobody has allowed it. Verify it in "
        "Slack with /pagertree me add, write primary or secondary, or have an admin save the rule or allow the "
        "number in PHONE_ALLOW."
    )


def test_those_that_are_allowed_are_not() -> None:
    check_numbers(RULE, KINDS, lambda _: True)
    with pytest.raises(Invalid) as refused:
        check_numbers(RULE, KINDS, lambda number: number.startswith("+44"))
    assert len(refused.value.problems) == 1
