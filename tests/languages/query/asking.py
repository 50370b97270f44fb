"""Short ways to put queries to documents."""

from datetime import UTC, datetime
from typing import Any

from bot.languages.query import compile_query

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""A Monday."""


def matches(query: Any, document: Any, now: datetime = NOW) -> bool:
    """Whether a document matches, with the explanation checked to agree."""
    predicate = compile_query(query)
    matched = predicate.test(document, now)
    assert (predicate.explain(document, now) is None) is matched
    return matched
