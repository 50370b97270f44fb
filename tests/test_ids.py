"""Ids sort by time, differ, and name their kind; secrets cannot be guessed."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot import ids

_CHARACTERS = "[0-9a-hjkmnp-tv-z]"


def test_an_id_is_a_prefix_and_twenty_characters() -> None:
    assert re.fullmatch(rf"alt_{_CHARACTERS}{{20}}", ids.new("alt"))


def test_a_thousand_ids_differ_and_their_first_halves_never_go_back() -> None:
    made = [ids.new("log") for _ in range(1000)]
    assert len(set(made)) == 1000
    halves = [each[:14] for each in made]
    assert halves == sorted(halves)


def test_a_secret_has_160_bits() -> None:
    assert re.fullmatch(rf"{_CHARACTERS}{{32}}", ids.secret())
    assert ids.secret() != ids.secret()


@given(st.integers(0, 2**50 - 1), st.integers(0, 2**50 - 1))
def test_numbers_sort_as_they_are_written(one: int, other: int) -> None:
    written = [ids._base32(each, 5) for each in (one, other)]
    assert (written[0] < written[1]) == (one < other)
