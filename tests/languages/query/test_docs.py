"""The examples of docs/matching.md compile, and match what they say."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.languages.query import Match, compile_rules

DOCS = Path(__file__).parents[3] / "docs" / "matching.md"
EXAMPLES = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)]


def first(example: Any, document: Any, now: datetime) -> str | None:
    rules = example["rules"]
    found = compile_rules([rule["match"] for rule in rules]).first({"always": True, **document}, now)
    return rules[found.index]["name"] if isinstance(found, Match) else None


MONDAY, SUNDAY = datetime(2026, 1, 5, 12, tzinfo=UTC), datetime(2026, 1, 4, 12, tzinfo=UTC)
STAGING = {"alert": {"title": "[Staging] disk full", "urgency": "low"}}
PAYMENTS = {"data": {"labels": {"service": "payments"}}}


@pytest.mark.parametrize(
    ("document", "now", "name"),
    [
        (STAGING, MONDAY, "staging noise"),
        (PAYMENTS, MONDAY, "payments, in office hours"),
        (PAYMENTS, SUNDAY, "everything else"),
    ],
)
def test_first_example(document: Any, now: datetime, name: str) -> None:
    assert first(EXAMPLES[0], document, now) == name


@pytest.mark.parametrize(
    ("now", "name"),
    [
        (datetime(2026, 1, 5, 12, tzinfo=UTC), "nights, and the holidays"),
        (datetime(2026, 1, 5, 18, tzinfo=UTC), None),
        (datetime(2026, 12, 25, 18, tzinfo=UTC), "nights, and the holidays"),
    ],
)
def test_second_example(now: datetime, name: str | None) -> None:
    assert first(EXAMPLES[1], {}, now) == name
