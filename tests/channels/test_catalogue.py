"""The table of channels in the documentation is what the channels say of themselves."""

from pathlib import Path

from tests.channel_table import refresh

PAGE = Path("docs/channels/README.md")


def test_the_page_is_as_the_channels_are() -> None:
    text = PAGE.read_text()
    assert text == refresh(text), "run: make docs"
