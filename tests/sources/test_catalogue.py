"""The documentation's table says what the types say."""

from pathlib import Path

from bot.sources import discover
from bot.sources.catalogue import reading, refresh, row

DOCUMENT = Path(__file__).parents[2] / "docs" / "integrations.md"


def test_the_documentation_lists_the_types_as_they_are() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == refresh(text), "run: python -m bot.sources.catalogue docs/integrations.md"


def test_every_type_says_what_it_takes_from_where_and_how_it_was_verified() -> None:
    for source in discover().values():
        cells = (*row(source).split(" | "), *reading(source).split(" | "))
        assert len(cells) == 6 + 8
        assert all(cell.strip("| ") for cell in cells), source.NAME
