"""The documentation of the commands is the one that the table writes."""

from pathlib import Path

from bot.handlers.collecting import collect
from bot.handlers.reference import write

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"


def test_the_page_is_what_the_table_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == write(collect()), "python -m bot.handlers.reference > docs/commands.md"
