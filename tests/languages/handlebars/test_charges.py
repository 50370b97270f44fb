"""Helpers are charged for what they do, so that hostile texts end in a refusal and not in waiting."""

from datetime import UTC, datetime

import pytest

from bot.errors import TemplateFailed
from bot.languages.handlebars import compile_template

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize("piece", ["[", "![", "<[", "[a](", "a*", "a|b\n-|-\n", "*a_", "<", "&"])
def test_markdown_that_takes_long_is_refused(piece: str) -> None:
    template = compile_template("{{#each data.items}}{{markdown this}}{{/each}}")
    items = [(piece * 19_000)[:19_000]] * 4
    with pytest.raises(TemplateFailed, match="takes more than"):
        template.render({"data": {"items": items}}, NOW)


def test_markdown_as_people_write_it_is_not() -> None:
    text = "**disk full** on `db-1`\n\n- [runbook](https://example.com/runbook)\n- since 09:00, see #42\n\n"
    template = compile_template("{{#each data.items}}{{markdown this}}{{/each}}")
    assert template.render({"data": {"items": [text * 20] * 4}}, NOW).count("<li>") == 160


def test_a_key_with_full_stops_is_written_as_in_rules() -> None:
    labels = {"service.name": "shop", "a]b": {"c.d": 1}}
    template = compile_template(
        """{{data.labels["service.name"]}} {{#if data.labels['service.name']}}{{data["labels"]["a]b"]["c.d"]}}{{/if}}"""
    )
    assert template.render({"data": {"labels": labels}}, NOW) == "shop 1"
