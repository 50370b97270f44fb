"""Short ways to print a template in tests."""

from datetime import UTC, datetime
from typing import Final

from bot.languages.handlebars import compile_template

NOW: Final = datetime(2026, 1, 5, 9, 30, 15, tzinfo=UTC)


def shown(template: str, **context: object) -> str:
    return compile_template(template).render(context, NOW)
