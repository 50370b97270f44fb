"""docs/templates.md is true: its examples print what it says, and it names every helper."""

import re
from pathlib import Path
from typing import Final

from bot.languages.handlebars import limits
from bot.languages.handlebars.helpers import HELPERS, WITHHELD
from tests.languages.handlebars.printing import shown

PAGE: Final = (Path(__file__).parents[3] / "docs" / "templates.md").read_text(encoding="utf-8")
EXAMPLE: Final = re.compile(r"^- `(.+)` prints `(.+)`$", re.MULTILINE)
CONTEXT: Final[dict[str, object]] = {
    "alert": {"title": "disk full", "urgency": "high", "tags": ["db", "prod"]},
    "data": {"region": "eu", "items": [{"name": "a"}, {"name": "b"}], "load": 0.75, "odd key": 1, "note": None},
}


def test_the_examples_print_what_the_page_says() -> None:
    examples = EXAMPLE.findall(PAGE)
    assert len(examples) == PAGE.count("` prints `") >= 15
    assert [shown(template, **CONTEXT) for template, _ in examples] == [text for _, text in examples]


def test_the_page_names_every_helper() -> None:
    table = PAGE[PAGE.index("## Helpers") : PAGE.index("## Where we differ")]
    assert set(re.findall("`([\\w-]+)`", table)) == {*HELPERS, *WITHHELD}


def test_the_page_tells_the_limits() -> None:
    told = (limits.MAX_SOURCE, limits.MAX_NESTING, limits.MAX_STEPS, limits.MAX_OUTPUT, limits.MAX_TEXT)
    assert [limit for limit in told if f"{limit:,}" not in PAGE] == []
