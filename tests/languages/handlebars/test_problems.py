"""What is refused when a template is saved: where it stands, what it is, and how to mend it."""

from typing import Final

import pytest

from bot.errors import Invalid
from bot.languages.handlebars import compile_template
from bot.languages.handlebars.limits import MAX_SOURCE

REFUSED: Final = [
    ("{{", "line 1, column 1: this tag is never closed. Close it with }}."),
    ("a\n  {{name", "line 2, column 3: this tag is never closed. Close it with }}."),
    ("{{#if x}}a", "line 1, column 1: the block if is never closed. Close it with {{/if}}."),
    ("x\n{{#if x}}a{{/each}}", "line 2, column 11: each closes the block if. Close if first."),
    ("{{/if}}", "line 1, column 1: '{{/' belongs to no open block. Open the block, or remove this."),
    ("{{else}}", "line 1, column 1: '{{else}}' belongs to no open block. Open the block, or remove this."),
    ("{{list.0}}", "line 1, column 8: a path cannot end in a bare number. Write the index in brackets: [0]."),
    (
        "{{a.this}}",
        "line 1, column 5: 'this' can stand only at the start of a path. Write [this] for a field of that name.",
    ),
    ("{{upercase x}}", "line 1, column 3: there is no helper 'upercase'. Did you mean uppercase?"),
    ("{{#eech x}}{{/eech}}", "line 1, column 4: there is no helper 'eech'. Did you mean each?"),
    ("{{zzzzzz 1}}", "line 1, column 3: there is no helper 'zzzzzz'. docs/templates.md lists the helpers."),
    ("{{read '/etc/passwd'}}", "line 1, column 3: the helper 'read' is left out. It reads files of the server."),
    ("{{filter}}", "line 1, column 3: filter works as a block only. Write {{#filter …}}…{{/filter}}."),
    ("{{divide 1}}", "line 1, column 3: divide is a helper and needs 2 values. Give it 2 values."),
    ("{{round}}", "line 1, column 3: round is a helper and needs 1 value. Write this.round for a field of that name."),
    ("{{if x}}", "line 1, column 3: if works as a block only. Write {{#if …}}…{{/if}}."),
    ("{{> card}}", "line 1, column 5: there is no partial 'card'. Define it with {{#*inline \"card\"}}…{{/inline}}."),
    ('{{#*inline "card"}}{{/inline}}{{> crad}}', "line 1, column 35: there is no partial 'crad'. Did you mean card?"),
    (
        "{{> (lookup . 'x') 1 2}}",
        "line 1, column 1: a partial takes one context at most. Pass the others as name=value.",
    ),
    ("{{!-- x", "line 1, column 1: this comment is never closed. Close it with --}}."),
    ("{{! x", "line 1, column 1: this comment is never closed. Close it with }}."),
    ("{{{{raw}}}} x", "line 1, column 12: this raw block is never closed. Close it with {{{{/its name}}}}."),
    ("{{x ; y}}", "line 1, column 5: ';' cannot stand here. Put texts in quotes, odd names in [ ]."),
    ("{{eq a=1 b}}", "line 1, column 10: a plain value follows name=value. Put plain values first."),
    ("a\x00b", "line 1, column 2: a template cannot hold the character NUL. Remove it."),
]


@pytest.mark.parametrize(("template", "message"), REFUSED)
def test_says_where_what_and_how_to_mend(template: str, message: str) -> None:
    with pytest.raises(Invalid) as refusal:
        compile_template(template)
    assert str(refusal.value) == message


def test_every_unknown_name_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        compile_template("{{upercase x}}\n{{> card}} {{eq (lenght x) 1}}")
    assert [(problem.line, problem.column) for problem in refusal.value.problems] == [(1, 3), (2, 5), (2, 18)]


@pytest.mark.parametrize("template", ["{{{x}}", "{{a..b}}", "{{#each x as |}}{{/each}}", "{{#*inline p}}{{/inline}}"])
def test_is_refused(template: str) -> None:
    with pytest.raises(Invalid, match="line 1"):
        compile_template(template)


def test_too_long_a_template_is_refused() -> None:
    with pytest.raises(Invalid, match="more than 100,000 characters"):
        compile_template("x" * (MAX_SOURCE + 1))
