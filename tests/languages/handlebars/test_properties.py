"""Whatever is written and whatever comes in: a template is Invalid or compiles; it prints or fails clearly."""

from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import Invalid, TemplateFailed
from bot.languages.handlebars import Template, compile_template
from bot.languages.handlebars.helpers import HELPERS

TAGS: Final = (
    "{{ }} {{{ }}} {{# {{/ {{^ {{else}} {{> {{#> {{! {{!-- --}} {{{{ }}}} {{~ ~}} {{& {{/if}} {{/each}} {{/inline}}"
)
WORDS: Final = (
    "@ @index @root ../ this . / [ ] ( ) = ' | a b x if each with unless lookup p 0 -1.5 true null undefined é \\"
)
SPACED: Final = (
    "{{else if ",
    "{{#*inline 'p'}}",
    "as |x|",
    " ",
    "\n",
    "\r\n",
    "\t",
    '"',
    "{{#if a}}",
    "{{#each b}}",
    "{{> p}}",
)
BLOCKS: Final = ("{{#if a}}", "{{#each b}}", "{{> p}}", "{{/if}}", "{{/each}}", "{{/inline}}")
PIECES: Final = (*TAGS.split(), *WORDS.split(), *SPACED, *BLOCKS)
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "x", "0"]), inner, max_size=3)
    ),
    max_leaves=8,
)
CONTEXTS: Final = st.dictionaries(st.sampled_from(["a", "b", "x"]), JSON)
INSTANTS: Final = st.datetimes(timezones=st.just(UTC))
NAMES: Final = [
    "a",
    "b",
    "x",
    "a.b",
    "b.[0]",
    "null",
    "5",
    "-1",
    "0.5",
    "'a'",
    "''",
    "'x-y'",
    "true",
    "missing",
    "this",
]


def compiled(text: str) -> Template | None:
    try:
        return compile_template(text)
    except Invalid as refusal:
        placed = all(problem.line and problem.column for problem in refusal.problems)
        return None if placed else pytest.fail(f"a problem without a place: {refusal}")


def rendered(template: Template, context: dict[str, object], now: datetime) -> str:
    try:
        return template.render(context, now)
    except TemplateFailed as refusal:
        return str(refusal)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(), CONTEXTS, INSTANTS)
def test_any_text_compiles_or_is_invalid(text: str, context: dict[str, object], now: datetime) -> None:
    template = compiled(text)
    assert template is None or isinstance(rendered(template, context, now), str)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(NAMES), max_size=4), st.booleans(), CONTEXTS, INSTANTS)
def test_any_helper_answers_any_values(
    values: list[str], block: bool, context: dict[str, object], now: datetime
) -> None:
    """Every helper is asked with what was drawn: drawing takes ten times as long as asking one."""
    for name in sorted(HELPERS):
        call = " ".join([name, *values])
        template = compiled(f"{{{{#{call}}}}}{{{{this}}}}{{{{else}}}}-{{{{/{name}}}}}" if block else f"{{{{{call}}}}}")
        assert template is None or isinstance(rendered(template, context, now), str), call


@given(st.text(alphabet=st.characters(exclude_characters="{\\\x00")), INSTANTS)
def test_text_without_braces_is_itself(text: str, now: datetime) -> None:
    assert compile_template(text).render({}, now) == text
