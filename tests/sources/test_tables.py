"""The documentation's table says what the types say."""

from pathlib import Path

from bot.sources import discover, ready
from tests.source_tables import reading, refresh, row, senders

DOCUMENT = Path(__file__).parents[2] / "docs" / "integrations.md"


def test_the_documentation_lists_the_types_as_they_are() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == refresh(text), "run: python -m tests.source_tables docs/integrations.md"


def test_every_type_says_what_it_takes_from_where_and_how_it_was_verified() -> None:
    for source in discover().values():
        cells = (*row(source).split(" | "), *reading(source).split(" | "))
        assert len(cells) == 6 + 8
        assert all(cell.strip("| ") for cell in cells), source.NAME


def test_every_sender_names_what_is_there_and_nothing_that_is_there_is_left_out() -> None:
    named = {way for _, ways in senders() for way in ways}
    there = {*discover(), *(ready.choice(each) for each in ready.discover().values())}
    assert named == there


def test_no_sender_is_named_twice() -> None:
    names = [sender.name for sender, _ in senders()]
    assert len(set(names)) == len(names)
