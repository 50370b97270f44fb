"""The texts and calls in the documentation are those that people get."""

from pathlib import Path

import pytest

from tests.recordings import PAGES, START, refresh

DOCS = Path(__file__).parents[1] / "docs" / "channels"


@pytest.mark.parametrize("page", PAGES)
def test_the_documentation_shows_what_arrives(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert START in text
    assert text == refresh(page, text), "run: python -m tests.recordings docs/channels"
