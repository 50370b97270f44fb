"""YAML as values with places, and what is refused."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.rules.yaml_tree import read_yaml
from bot.errors import Invalid


def test_values_are_those_of_yaml_1_2() -> None:
    text = "a: yes\nb: 09:00\nc: 1\nd: 1.5\ne: ~\nf: 0x10\ng: 2026-01-05\n"
    text += "h: 'true'\ni: true\nj: 1e3\nk: 0o10\nl: 012\nm:\n- ~\n"
    assert read_yaml(text).value == {
        "a": "yes",
        "b": "09:00",
        "c": 1,
        "d": 1.5,
        "e": None,
        "f": 16,
        "g": datetime(2026, 1, 5, tzinfo=UTC),
        "h": "true",
        "i": True,
        "j": 1000.0,
        "k": 8,
        "l": 12,
        "m": [None],
    }


def test_every_part_has_a_place() -> None:
    tree = read_yaml("rules:\n  - match: {a: 1}\n    actions:\n      - {type: assign, receiver: team:x}\n")
    assert tree.place(("rules", 0, "match", "a")) == (2, 16)
    assert tree.place(("rules", 0, "actions", 0, "receiver")) == (4, 34)
    assert tree.place(("rules", 0, "nowhere")) == (2, 5)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: [1", 2, "This is not YAML"),
        ("a: b: c", 1, "mapping values are not allowed"),
        ("x: &a [1]\ny: *a", 2, "The alias *a is not taken"),
        ("x: &a 1\n*a : 1", 2, "Write out here what &a stands for."),
        ("a:\n  <<: {b: 1}", 2, "The merge key << is not taken. Write the keys out that it would add."),
        ("a: !!python/object/apply:os.system [ls]", 1, "is not taken"),
        ("a: !binary aGk=", 1, "The tag !binary is not taken"),
        ("a: 1\nb: 2\na: 3", 3, "stands twice, first in line 1"),
        ("a: 1\n---\nb: 2", 2, "There is a second document"),
        ("[a]: 1", 1, "A key has to be text"),
        ("[" * 1000, 1, "nested more than 64 levels deep"),
        ("a: \x00", 1, "it holds the character U+0000"),
        ("a: ü\nb: 😀\x07", 2, "it holds the character U+0007"),
        ("a: ü\nb: \ud800", 2, "it holds the character U+D800"),
    ],
)
def test_what_is_refused_names_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(Invalid) as raised:
        read_yaml(text)
    assert raised.value.problems[0].line == line
    assert said in str(raised.value)


def test_an_alias_bomb_is_refused_at_its_first_alias() -> None:
    levels = "\n".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(8))
    with pytest.raises(Invalid, match="alias"):
        read_yaml(f"a: &a [lol]\n{levels}")


def test_every_alias_is_told_at_once() -> None:
    with pytest.raises(Invalid) as raised:
        read_yaml("a: &a [1]\nb: *a\nc: {<<: *a}\nd: '<<'\n")
    assert [(problem.line, problem.message) for problem in raised.value.problems] == [
        (2, "The alias *a is not taken."),
        (3, "The merge key << is not taken."),
        (3, "The alias *a is not taken."),
    ]


@pytest.mark.parametrize(
    ("opened", "column"),
    [("[", 65), ("{a: ", 257), ("- ", 129), ("['[[[', [", 289), ('["]]]\\"", ', 641), ("[ # [[\n", 1)],
)
@pytest.mark.parametrize("levels", [65, 999, 200_000])
def test_nesting_is_refused_in_our_words_at_its_place_whatever_the_parser_does(
    opened: str, column: int, levels: int
) -> None:
    with pytest.raises(Invalid) as raised:
        read_yaml(opened * levels)
    problem = raised.value.problems[0]
    assert (problem.message, problem.mend) == ("Values are nested more than 64 levels deep.", "Make it flatter.")
    assert problem.column == column


@pytest.mark.parametrize("opened", ["{", "[{", "[\t", "[[ "])
def test_brackets_that_a_parser_reads_ahead_are_nesting(opened: str) -> None:
    with pytest.raises(Invalid, match="nested more than 64 levels"):
        read_yaml(opened * 100_000)


def test_a_mistake_among_brackets_that_are_closed_is_not_called_nesting() -> None:
    with pytest.raises(Invalid, match="This is not YAML"):
        read_yaml("a: " + "[]" * 200 + "\nb: [1, 2\nc: ]]")


def test_a_megabyte_of_text_is_refused() -> None:
    with pytest.raises(Invalid, match="characters"):
        read_yaml("a" * 2_000_001)


@given(st.text(st.characters()))
def test_any_text_is_read_or_invalid(text: str) -> None:
    try:
        read_yaml(text)
    except Invalid as invalid:
        lines = [problem.line for problem in invalid.problems]
    else:
        lines = [1]
    assert all(lines)
