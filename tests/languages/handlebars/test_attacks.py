"""Hostile templates and payloads: each ends in a refusal or in plain text, within the limits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final

import pytest

from bot.errors import Invalid, TemplateFailed
from bot.languages.handlebars import compile_template
from bot.languages.handlebars.limits import MAX_ARGUMENT_NESTING, MAX_NESTING, MAX_SOURCE
from tests.languages.handlebars.printing import NOW, shown


class Account:
    """An object with what a template must never reach."""

    secret = "hunter2"

    def __init__(self) -> None:
        self.calls = 0

    def delete(self) -> str:
        self.calls += 1
        return "deleted"

    def __call__(self) -> str:
        return self.delete()


UNREACHABLE: Final = [
    "{{account.secret}}",
    "{{account.delete}}",
    "{{account.__class__}}",
    "{{account.__init__.__globals__}}",
    "{{#each account.__dict__}}{{this}}{{/each}}",
    "{{#each account.delete.__globals__}}{{@key}}{{/each}}",
    "{{#account.delete}}{{this}}{{/account.delete}}",
    "{{name.__class__}}{{name.format}}{{name.__len__}}",
    "{{list.__class__}}{{list.append}}{{list.__class__.__mro__}}",
    "{{__class__}}{{this.__class__}}{{@root.__class__}}",
    "{{lookup name '__class__'}}{{lookup account 'secret'}}{{lookup list 'append'}}",
    "{{get '__class__' this}}{{get 'secret' account}}{{pluck list '__class__'}}",
    "{{constructor}}{{name.constructor.constructor}}{{__proto__}}{{list.constructor}}",
    "{{x.[x')or(__import__('os').getcwd())or(u']}}",
    "{{#if x.[__import__('os').getcwd()]}}{{/if}}",
    "{{@root.account.secret}}{{@__class__}}{{@root.__init__}}{{@_parent}}",
]


@pytest.mark.parametrize("template", UNREACHABLE)
def test_no_attribute_is_read_and_nothing_is_called(template: str) -> None:
    account = Account()
    context = {"account": account, "name": "x", "list": [1], "x": {"y": 1}}
    assert compile_template(template).render(context, NOW).replace("[object Object]", "") in {"", "1"}
    assert account.calls == 0


def test_keys_with_such_names_are_plain_keys() -> None:
    assert shown("{{__class__}} {{x.constructor}}", __class__="a", x={"constructor": "b"}) == "a b"


def nested(opening: str, closing: str, depth: int) -> str:
    return opening * depth + "x" + closing * depth


@pytest.mark.parametrize(
    "template",
    [
        nested("{{#if a}}", "{{/if}}", MAX_NESTING + 1),
        nested("{{#if a}}", "{{/if}}", 10_000),
        nested("{{^a}}", "{{/a}}", 10_000),
        nested("{{#> p}}", "{{/p}}", 9_000),
        nested("{{#a}}{{else}}", "{{/a}}", 5_000),
        "{{#if a}}" + "{{else if a}}" * 7_000 + "{{/if}}",
        "{{not " + "(not " * 9_000 + "a" + ")" * 9_000 + "}}",
        "{{" + "(" * 90_000 + "}}",
        "{{{{if a}}}}" + "{{{{a}}}}" * 10_000,
    ],
)
def test_deep_nesting_is_refused(template: str) -> None:
    with pytest.raises(Invalid):
        compile_template(template[:MAX_SOURCE])


def answer(source: str) -> str:
    try:
        compile_template(source)
    except Invalid:
        return "refused"
    return "compiled"


@pytest.mark.parametrize(
    "piece",
    [" ", "\n", "{", "}", "\\", "{{x}}", "{{!", "{{!--", "{{{{", "{{{{/", "\\{{", '{{"', "{{[", "{{x ", "{{x.",
     "{{x a=", "{{~", "{{else", "{{#if x}}\n", "{{x}} \n", "{{> ", "{{#*", "'", "as |", "a" * 100, " \n {{!}}"],
)  # fmt: skip
def test_no_text_takes_the_parser_long(piece: str) -> None:
    for template in (piece * (MAX_SOURCE // len(piece)), "{{x " + piece * 20_000, "x" + piece * 3_000 + "{{"):
        assert answer(template[:MAX_SOURCE]) in {"compiled", "refused"}


def test_nesting_at_the_limit_renders() -> None:
    assert shown(nested("{{#if a}}", "{{/if}}", MAX_NESTING), a=1) == "x"
    calls = MAX_ARGUMENT_NESTING
    assert shown("{{#if " + "(not " * calls + "a" + ")" * calls + "}}x{{/if}}", a=1) == "x"
    with pytest.raises(Invalid, match="too many parentheses"):
        compile_template("{{#if " + "(not " * (calls + 1) + "a" + ")" * (calls + 1) + "}}x{{/if}}")


ENDLESS: Final = [
    '{{#*inline "p"}}{{> p}}{{/inline}}{{> p}}',
    '{{#*inline "p"}}x{{> p}}{{> p}}{{/inline}}{{> p}}',
    '{{#*inline "p"}}{{> q}}{{/inline}}{{#*inline "q"}}{{> p}}{{/inline}}{{> p}}',
    '{{#*inline "p"}}{{#> p}}{{> @partial-block}}{{/p}}{{/inline}}{{#> p}}x{{/p}}',
    '{{#*inline "p"}}{{> (lookup . "name")}}{{/inline}}{{> p name="p"}}',
    '{{#*inline "p"}}{{> p x=(append x x)}}{{/inline}}{{> p x="ab"}}',
    '{{#*inline "p"}}{{> p x=(multiply x x)}}{{/inline}}{{> p x=99}}',
    '{{#*inline "p"}}{{> p x=(extend x a=x b=x)}}{{/inline}}{{> p x=this}}',
    '{{#*inline "p"}}{{#if (lt n 20)}}{{> p n=(add n 1) x=(extend b a=x b=x)}}{{/if}}{{stringify x}}{{/inline}}{{> p n=0}}',  # noqa: E501
]


@pytest.mark.parametrize("template", ENDLESS)
def test_endless_partials_are_stopped(template: str) -> None:
    with pytest.raises(TemplateFailed):
        shown(template, name="p", b={})


LOOPS: Final = "{{#each @root.l}}" * 4 + "x" + "{{/each}}" * 4
MUCH: Final = [
    LOOPS,
    "{{#each l}}{{@root.big}}{{/each}}",
    "{{#each l}}{{#each @root.l}}{{#each @root.l}}{{/each}}{{/each}}{{/each}}",
    "{{#each l}}{{length (sort @root.l)}}{{/each}}",
    "{{#each l}}{{#each @root.l}}{{length (unique @root.l)}}{{/each}}{{/each}}",
    "{{#each l}}{{#each @root.l}}{{lowercase @root.big}}{{/each}}{{/each}}",
    "{{length (replace big 'a' big)}}",
    "{{length (join l big)}}",
    "{{center 'x' 1e9}}{{center 'x' 1000000000}}",
    "{{length (center big 999999999999)}}",
    "{{#each l}}{{#each @root.l}}{{length (split @root.big '')}}{{length (JSONstringify @root.l)}}{{/each}}{{/each}}",
    "{{markdown big}}",
    "{{get (replace big 'a' 'a.') this}}",
    "{{toFixed 1 101}}",
    "{{#each l}}{{#each @root.l}}{{match @root.l '{a,b}{c,d}{e,f}'}}{{/each}}{{/each}}",
    "{{isMatch 'a' '{1..9999}{1..9999}{1..9999}'}}",
    "{{#eachIndex big}}{{/eachIndex}}",
    "{{#forOwn big}}{{/forOwn}}",
    "{{JSONparse (replace big 'a' '[')}}",
    "{{test big (toRegex (replace big 'a' '(a*)*'))}}",
    "{{test big (toRegex '(a+)+$(?=b)')}}",
]


@pytest.mark.parametrize("template", MUCH)
def test_work_beyond_the_limits_is_refused(template: str) -> None:
    with pytest.raises((TemplateFailed, Invalid)):
        shown(template.replace("1e9", "1000000000"), l=list(range(400)), big="a" * 300_000)


def test_patterns_that_make_others_hang_answer() -> None:
    template = "{{test x (toRegex '^(a+)+$')}} {{test x (toRegex '(.*)*b$')}} {{isMatch x '*a*a*a*a*a*a*a*a*b'}}"
    assert shown(template + "{{occurrences x ''}}", x="a" * 50_000 + "!") == "false false false0"


def printed_or_refused(template: str, value: object) -> bool:
    try:
        return bool(shown(template, x=value))
    except TemplateFailed as refusal:
        return "nested too deeply" in str(refusal)


def test_deep_payloads_are_printed_or_refused() -> None:
    deep: object = "x"
    for _ in range(5_000):
        deep = [deep]
    for template in ("{{x}}", "{{JSONstringify x}}", "{{length x}}", "{{#each x}}{{this}}{{/each}}", "{{eq x 'x'}}"):
        assert printed_or_refused(template, deep)


def test_threads_share_nothing() -> None:
    """180 templates compiled and rendered in six threads: every one prints its own text."""

    def print_own(number: int) -> bool:
        source = (
            f'{{{{#*inline "p"}}}}{number}{{{{x}}}}{{{{/inline}}}}{{{{#each l}}}}{{{{> p x=@index}}}},{{{{/each}}}}'
        )
        template = compile_template(source)
        return all(template.render({"l": [1, 2]}, NOW) == f"{number}0,{number}1," for _ in range(20))

    shared = compile_template("{{#each l}}{{@index}}{{../x}}{{/each}}")

    def print_shared(number: int) -> bool:
        return shared.render({"l": [1, 2, 3], "x": number}, NOW) == f"0{number}1{number}2{number}"

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(print_own, range(180)))
        assert all(pool.map(print_shared, range(180)))


def test_the_clock_is_the_one_that_is_given() -> None:
    later = datetime.fromisoformat("2031-07-09T23:59:59+05:00")
    assert compile_template("{{date}} {{year}} {{moment 'HH:mm'}}").render({}, later) == "July 09, 2031 2031 18:59"
