"""The texts and calls in the documentation are those that people get."""

from pathlib import Path

import pytest

from tests import bad_night
from tests.recordings import PAGES, START, refresh

DOCS = Path(__file__).parents[1] / "docs" / "channels"


def test_the_bad_night_is_what_the_channels_say() -> None:
    text = (DOCS / bad_night.PAGE).read_text(encoding="utf-8")
    assert len(bad_night.TITLES) == 20
    assert text == bad_night.refresh(text), "run: python -m tests.bad_night docs/channels"


@pytest.mark.parametrize("page", PAGES)
def test_the_documentation_shows_what_arrives(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert START in text
    assert text == refresh(page, text), "run: python -m tests.recordings docs/channels"
