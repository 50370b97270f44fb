"""The language, on templates of the kind people write."""

from typing import Final

import pytest

from bot.languages.handlebars import compile_template
from tests.languages.handlebars.printing import NOW, shown

ALERT: Final[dict[str, object]] = {
    "alert": {"title": "disk <full>", "urgency": "high", "tags": ["db", "prod"], "count": 3},
    "data": {"items": [{"name": "first"}, {"name": "second"}], "region": "eu", "load": 0.75, "note": None},
}

PRINTED: Final = [
    ("[{{data.region}}] {{alert.title}}", "[eu] disk <full>"),
    ("{{{alert.title}}}{{&alert.title}}", "disk <full>disk <full>"),
    ("{{data.items.0.name}} {{data.items.[1].name}}", "first second"),
    ("{{data.load}} {{alert.count}} {{data.note}}{{data.none}}", "0.75 3 "),
    ("{{alert}} {{alert.tags}}", "[object Object] db,prod"),
    ("{{#if data.note}}a{{else if alert.count}}b{{else}}c{{/if}}", "b"),
    ("{{#unless data.note}}none{{else}}some{{/unless}}", "none"),
    ("{{#each data.items}}{{@index}}{{name}}{{#unless @last}}, {{/unless}}{{/each}}", "0first, 1second"),
    ("{{#each alert}}{{@key}} {{/each}}", "title urgency tags count "),
    ("{{#each alert.tags as |tag at|}}{{at}}={{tag}};{{/each}}", "0=db;1=prod;"),
    ("{{#with data}}{{region}} {{../alert.count}} {{@root.alert.urgency}}{{/with}}", "eu 3 high"),
    ("{{lookup alert 'urgency'}} {{lookup (lookup data.items 1) 'name'}}", "high second"),
    ("{{uppercase alert.urgency}} {{join alert.tags '/'}}", "HIGH db/prod"),
    ("{{#each alert.tags}}\n- {{this}}\n{{/each}}\nend", "- db\n- prod\nend"),
    ("a {{~alert.count~}} b", "a3b"),
    ("{{! note }}x{{!-- {{y}} --}}", "x"),
    ("\\{{alert.title}} {{{{raw}}}}{{x}}{{{{/raw}}}}", "{{alert.title}} \\{{x}}"),
    ('{{#*inline "tag"}}<{{this}}>{{/inline}}{{#each alert.tags}}{{> tag}}{{/each}}', "<db><prod>"),
    ('{{#*inline "box"}}[{{> @partial-block}}]{{/inline}}{{#> box}}{{data.region}}{{/box}}', "[eu]"),
    ("{{eq data.none null}} {{eq data.note null}} {{typeOf data.none}}", "false true undefined"),
    ("{{year}} {{date}} {{moment '1 hour ago' 'HH:mm'}}", "2026 January 05, 2026 08:30"),
    ("{{length}} {{error}}{{this.alert.count}}", "0 3"),
]


@pytest.mark.parametrize(("template", "text"), PRINTED)
def test_prints(template: str, text: str) -> None:
    assert compile_template(template).render(ALERT, NOW) == text


def test_only_double_braces_are_escaped() -> None:
    template = compile_template("{{x}} {{{x}}} {{&x}} {{n}} {{none}}")
    assert template.render({"x": "a", "n": 1}, NOW, lambda text: f"<{text}>") == "<a> a a <1> "


def test_the_context_is_left_as_it_was() -> None:
    context: dict[str, object] = {"users": [{"n": 2}, {"n": 1}], "list": ["b", "a"], "more": {"x": 1}}
    template = "{{sort list}}{{#forEach users}}{{index}}{{/forEach}}{{#withSort users 'n'}}{{n}}{{/withSort}}"
    assert shown(template + "{{length (merge more y=2)}}", **context) == "a,b12122"
    assert context == {"users": [{"n": 2}, {"n": 1}], "list": ["b", "a"], "more": {"x": 1}}


def test_a_number_drawn_at_an_instant_is_the_same_at_that_instant() -> None:
    template = compile_template("{{random 1 1000}} {{random 1 1000}}")
    first, second = template.render({}, NOW).split()
    assert template.render({}, NOW) == f"{first} {second}"
    assert first != second
    assert 1 <= int(first) <= 1000


def test_a_date_the_calendar_lacks_is_no_date() -> None:
    assert shown("{{date x 'YYYY'}}", x=10**30) == "Invalid date"
    assert shown("{{date '2024-02-31' 'YYYY' datejs=false}}") == "Invalid date"
