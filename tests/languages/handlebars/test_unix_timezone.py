"""`unix-timezone`, a helper of PagerTree's own: seconds since 1970 on the clock of a zone."""

from datetime import UTC, datetime

import pytest

from bot.languages.handlebars import compile_template


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        ("{{unix-timezone 1767225600}}", "2026-01-01T00:00:00Z"),
        ("{{unix-timezone 1767225600 'Europe/Berlin'}}", "2026-01-01T01:00:00+01:00"),
        ("{{unix-timezone 1767225600 'Europe/Berlin' 'HH:mm'}}", "01:00"),
        ("{{unix-timezone 1767225600 'Nowhere/No'}}", "Invalid date"),
        ("{{unix-timezone 'x'}}", "Invalid date"),
    ],
)
def test_seconds_are_shown_on_the_clock_of_a_zone(template: str, printed: str) -> None:
    assert compile_template(template).render({}, datetime(2030, 5, 5, tzinfo=UTC)) == printed
