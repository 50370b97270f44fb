"""Texts made to hurt: each ends in a clear refusal, or is read, and is bounded in what it takes."""

import sys
from collections.abc import Callable, Mapping

import pytest

from bot.engine.rules.integrations import read_integration_rules
from bot.engine.rules.notifications import read_notification_rule
from bot.engine.rules.routers import read_router
from bot.engine.rules.rule_list import MOST_RULES
from bot.engine.rules.yaml_tree import DEEPEST, LONGEST_TEXT, MOST_VALUES
from bot.errors import Invalid

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
ATTACKS: Mapping[str, str] = {
    "alias bomb": BOMB,
    "alias to itself": "rules: &a [*a]",
    "merge bomb": "rules:\n- &a {x: 1}\n- {<<: [*a, *a]}\n",
    "deep lists": "[" * 100_000,
    "deep mappings": "{a: " * 100_000,
    "deep blocks": "\n".join(" " * depth + "- " for depth in range(2_000)),
    "a megabyte of nesting": "- " * 499_999,
    "too long": "a" * (LONGEST_TEXT + 1),
    "too many values": "[" + "1," * MOST_VALUES + "]",
    "too many rules": "rules:\n" + "  - {}\n" * (MOST_RULES + 1),
    "duplicate keys": "rules: []\n" * 50_000,
    "a long key": "a" * 900_000 + ": 1",
    "a long number": "rules: " + "9" * 900_000,
    "a long float": "rules: " + "9" * 400_000 + "." + "9" * 400_000,
    "a long octal": "rules: 0o" + "7" * 900_000,
    "a long timestamp": "rules: 2026-01-05T09:00:00." + "0" * 900_000,
    "many tags": "rules: [" + "!x a, " * 100_000 + "]",
    "an object": "rules: !!python/object/apply:os.system ['true']",
    "a module": "rules: !!python/module:os",
    "a name": "rules: !!python/name:os.system",
    "a long tag": "rules: !<" + "x" * 900_000 + "> a",
    "a long anchor": "rules: &" + "x" * 900_000 + " a",
    "surrogates": "rules: \ud800",
    "nul": "rules: \0" * 100_000,
    "a byte order mark inside": "rules: \ufeff[]\ufeff",
    "many documents": "---\nrules: []\n" * 50_000,
    "many comments": "#\n" * 450_000,
    "open quotes": '"' * 899_999,
    "question marks": "? " * 400_000,
    "percent": "%" * 900_000,
    "a wrong key many times": "rules:\n  - {match: {always: true}, actions: [" + "{type: asign}, " * 20_000 + "]}",
    "a wrong receiver that is long": "rules: [{match: {always: true}, actions: [{type: assign, receiver: ["
    + "x" * 900_000
    + ", 1]}]}]",
    "many operators": "rules: [{match: {$or: ["
    + "{alert.title: {$ne: a}}, " * 20_000
    + "]}, actions: [{type: ignore}]}]",
    "a deep query": "rules: [{match: " + "{$and: [" * 29 + "{a: 1}" + "]}" * 29 + ", actions: [{type: ignore}]}]",
    "a long path": "rules: [{match: {data" + ".a" * 400_000 + ": 1}, actions: [{type: ignore}, 1]}]",
    "catastrophic pattern": "rules: [{match: {alert.title: {$regex: '(a+)+$'}}, actions: [{type: igno}]}]",
    "huge repetition": "rules: [{match: {alert.title: {$regex: '((a{1,999}){1,999}){1,999}'}}, actions: [1]}]",
    "deep pattern": "rules: [{match: {alert.title: {$regex: '" + "(" * 50_000 + "'}}, actions: [{type: ignore}]}]",
    "deep template": "rules: [{match: {always: true}, actions: [{type: setval, handlebars: true, map: {title: '"
    + "{{#if a}}" * 50_000
    + "'}}]}]",
    "template of code": "rules: [{match: {always: true}, actions: [{type: setval, handlebars: true, map: {title: "
    '\'{{__import__ "os"}}{{constructor.constructor "x"}}\'}}]}]',
    "a duration of digits": "rules: [{match: {always: true}, actions: [{type: assign, receiver: team:a, delay: '"
    + "9" * 900_000
    + "'}]}]",
    "an infinite duration": "rules: [{match: {}, actions: [{type: assign, receiver: team:a, delay: 1e999}]}]",
    "a huge repeat": "rules: [{match: {}, actions: [{type: escalate, repeat: 99999999999999999999, rules: []}]}]",
    "a huge test list": "rules: []\ntests: [" + "{expect: {}}, " * 600 + "]",
    "a far year": "rules: []\ntests: [{at: 9999-12-31T23:59, zone: Etc/GMT+12, expect: {}}]",
}
READERS: tuple[Callable[[str], object], ...] = (read_router, read_notification_rule, read_integration_rules)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: str(reader.__wrapped__.__name__))
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_ends_in_a_refusal(name: str, reader: Callable[[str], object]) -> None:
    with pytest.raises(Invalid) as raised:
        reader(ATTACKS[name])
    problem = raised.value.problems[0]
    assert problem.line
    assert len(problem.message) < 1_000, problem.message[:2_000]
    assert len(problem.mend) < 1_000


def test_recursion_is_never_near() -> None:
    deepest = "rules: [{match: {a: " + "[" * (DEEPEST - 6) + "]" * (DEEPEST - 6) + "}, actions: [{type: ignore}]}]"
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(500)
    try:
        with pytest.raises(Invalid, match="There is nothing at the path 'a'"):
            read_router(deepest)
    finally:
        sys.setrecursionlimit(limit)
