"""Texts in parts: nothing is lost, and problems are found again in the part that they are in."""

from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Problem
from bot.handlers.filled import Filled
from bot.handlers.lists import pieces_of
from bot.handlers.modals.texts import FILE, part_name, relocate, split
from bot.slack.blocks import escape

_LINES = st.lists(st.text(alphabet="ab 🚒\t:#-", max_size=900), max_size=30)


@given(_LINES)
def test_parts_are_the_whole_text(lines: list[str]) -> None:
    text = "\n".join(lines)
    parts = split(text)

    assert parts is None or "\n".join(parts) == text
    assert parts is None or all(len(part.encode("utf-16-le")) // 2 <= 3_000 for part in parts)


def test_a_line_longer_than_an_input_cannot_be_split() -> None:
    assert split("x" * 3_001) is None


def _filled(**values: str) -> Filled:
    return Filled(state={name.replace("_", "."): {"value": value} for name, value in values.items()})


def test_a_problem_is_shown_in_its_part_with_the_line_of_that_part() -> None:
    filled = _filled(yaml="a\nb", yaml_2="c\nd\ne", yaml_3="f")
    problems = [Problem(message="x", where=("yaml", "rules"), line=line, column=1) for line in (1, 2, 3, 5, 6)]

    moved = relocate(problems, filled, "yaml").problems

    assert [(each.where, each.line) for each in moved] == [
        (("yaml",), 1),
        (("yaml",), 2),
        (("yaml.2",), 1),
        (("yaml.2",), 3),
        (("yaml.3",), 1),
    ]


def test_problems_of_something_else_stay_where_they_are() -> None:
    problem = Problem(message="x", where=("name",))

    assert relocate([problem], _filled(yaml="a"), "yaml").problems == (problem,)


def test_problems_of_a_file_are_shown_under_the_file() -> None:
    filled = Filled(state={"yaml": {"value": "a"}, FILE: {"files": [{"id": "F1"}]}})

    [moved] = relocate([Problem(message="x", where=("yaml",), line=9)], filled, "yaml").problems

    assert (moved.where, moved.line) == ((FILE,), 9)


def test_the_first_part_has_the_texts_name() -> None:
    assert [part_name("yaml", number) for number in (1, 2)] == ["yaml", "yaml.2"]


@given(st.lists(st.text(alphabet="ab&<`🚒\t:#-", max_size=4_000), max_size=12))
def test_the_pages_of_a_text_are_the_whole_text(lines: list[str]) -> None:
    text = "\n".join(lines)
    pieces = pieces_of(text)

    assert "".join(pieces) == text
    assert all(len(escape(piece, len(piece))) <= 2_800 for piece in pieces)
