"""Rules of PagerDuty, Opsgenie and Grafana OnCall, as their APIs give them."""

import json
from datetime import UTC, datetime

import pytest

from bot.engine.rules.routers import read_router
from bot.engine.translation import Translation, translate
from bot.languages.query import compile_query

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def translated(value: object) -> Translation:
    found = translate(json.dumps(value))
    assert found is not None
    if found.rules:
        read_router(found.yaml)
    return found


def holds(translation: Translation, data: object) -> list[str]:
    """The rules that match a payload."""
    document = {"always": True, "data": data}
    return [each.name for each in translation.rules if compile_query(each.match).test(document, NOW)]


def subcondition(operator: str, path: str, value: str = "") -> dict[str, object]:
    return {"operator": operator, "parameters": {"path": path, "value": value}}


def ruleset(operator: str, *parts: object, **actions: object) -> dict[str, object]:
    acts = actions or {"route": {"value": "Shop"}}
    return {"conditions": {"operator": operator, "subconditions": list(parts)}, "actions": acts}


SUMMARY = {"payload": {"summary": "disk (full) on db-1", "custom_details": {"code": 5}}}


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (ruleset("and", subcondition("contains", "payload.summary", "(full)")), True),
        (ruleset("and", subcondition("ncontains", "payload.summary", "(full)")), False),
        (ruleset("and", subcondition("matches", "payload.summary", "(?i)DISK.*db")), True),
        (ruleset("and", subcondition("nmatches", "payload.summary", "x")), True),
        (ruleset("and", subcondition("equals", "payload.custom_details.code", "5")), True),
        (ruleset("and", subcondition("nequals", "payload.custom_details.code", "5")), False),
        (ruleset("and", subcondition("exists", "payload.source")), False),
        (ruleset("or", subcondition("exists", "payload.source"), subcondition("exists", "payload.summary")), True),
        (ruleset("and", subcondition("exists", "payload.source"), subcondition("exists", "payload.summary")), False),
    ],
)
def test_event_rules_of_pagerduty(rule: dict[str, object], fits: bool) -> None:
    found = translated({"rules": [rule]})

    assert found.left_out == ()
    assert bool(holds(found, SUMMARY)) is fits


def test_actions_of_pagerduty_and_what_has_no_counterpart() -> None:
    part = subcondition("exists", "payload.summary")
    found = translated(
        [
            ruleset("and", part, severity={"value": "error"}, route={"value": "Shop & Co"}),
            ruleset("and", part, suppress={"value": True}),
            ruleset("and", part, suppress={"value": True, "threshold_value": 3}),
            ruleset("and", part, annotate={"value": "x"}),
            ruleset("and", subcondition("exists", "headers.x")),
            ruleset("and", subcondition("sounds-like", "payload.summary")),
            {"disabled": True, **ruleset("and", part)},
        ]
    )

    assert [list(each.actions) for each in found.rules] == [
        [{"type": "setval", "map": {"urgency": "high"}}, {"type": "assign", "receiver": "team:shop-co"}],
        [{"type": "ignore"}],
    ]
    assert len(found.left_out) == 5


@pytest.mark.parametrize(
    ("expression", "fits"),
    [
        ("event.summary matches part 'disk'", True),
        ("event.summary matches 'disk'", False),
        ("event.summary does not match part 'disk'", False),
        ("event.summary matches regex 'db-[0-9]$' and event.custom_details.code exists", True),
        ("event.source exists or event.summary exists", True),
        ("event.source does not exist", True),
    ],
)
def test_orchestrations_of_pagerduty(expression: str, fits: bool) -> None:
    rule = {"label": "one", "conditions": [{"expression": expression}], "actions": {"route_to": "P1"}}
    found = translated({"orchestration_path": {"sets": [{"id": "start", "rules": [rule]}]}})

    assert (holds(found, SUMMARY) == ["one"]) is fits


@pytest.mark.parametrize(
    "expression", ["event.a or b", "now in Mon,Fri", "event.summary matches 'a' and event.x exists or event.y exists"]
)
def test_expressions_that_are_not_read_are_said(expression: str) -> None:
    rule = {"label": "one", "conditions": [{"expression": expression}], "actions": {"route_to": "P1"}}
    found = translated({"sets": [{"id": "start", "rules": [rule]}], "catch_all": {"actions": {"route_to": "P2"}}})

    assert [each.name for each in found.rules] == ["everything else"]
    assert len(found.left_out) == 1


def policy(operation: str, expected: str, field: str = "message", **more: object) -> dict[str, object]:
    asked = {"field": field, "operation": operation, "expectedValue": expected, **more}
    return {
        "name": "p",
        "filter": {"type": "match-all-conditions", "conditions": [asked]},
        "responders": [{"type": "team", "name": "Shop"}],
    }


def opposite_of(one: dict[str, object]) -> dict[str, object]:
    asked = {"field": "message", "operation": "contains", "expectedValue": "full", "not": True}
    return {**one, "filter": {"type": "match-any-condition", "conditions": [asked]}}


@pytest.mark.parametrize(
    ("one", "fits"),
    [
        (policy("contains", "full"), True),
        (opposite_of(policy("contains", "full")), False),
        (policy("starts-with", "disk."), False),
        (policy("ends-with", "full"), True),
        (policy("equals", "P3", "priority"), True),
        (policy("equals", "eu", "details", key="data.region"), True),
        (policy("is-empty", "", "entity"), True),
    ],
)
def test_policies_of_opsgenie(one: dict[str, object], fits: bool) -> None:
    found = translated(one)

    assert found.left_out == ()
    assert bool(holds(found, {"message": "disk full", "details": {"data.region": "eu"}})) is fits


def test_what_policies_of_opsgenie_say_besides() -> None:
    base = policy("contains", "x")
    found = translated(
        {
            "data": [
                {**base, "continue": True, "priority": "P1", "message": "louder"},
                {
                    **base,
                    "filter": {"type": "match-all"},
                    "responders": [{"type": "user", "username": "jane@example.com"}],
                },
                {**base, "timeRestriction": {"type": "time-of-day"}},
                {**base, "tags": ["a"]},
                policy("matches", "x"),
                policy("contains", "x", "actions"),
            ]
        }
    )

    first, second = found.rules
    assert first.goes_on
    assert first.actions[0] == {"type": "setval", "map": {"title": "louder", "urgency": "critical"}}
    assert (second.match, second.actions) == ({"always": True}, [{"type": "assign", "receiver": "user:jane"}])
    assert len(found.left_out) == 4


@pytest.mark.parametrize(
    ("expression", "fits"),
    [
        ("payload.labels.severity == 'critical'", True),
        ("'full' in payload.title", True),
        ("'a' in payload.tags", True),
        ("'full' not in payload.title", False),
        ("payload['labels']['severity'] in ['critical', 'high'] and payload.get('title') != 'x'", True),
        ("not (payload.labels.severity == 'critical' or payload.x is defined)", False),
        ("payload.x is not defined", True),
        ("payload.on == true", True),
    ],
)
def test_routes_of_oncall(expression: str, fits: bool) -> None:
    routes = [{"routing_type": "jinja2", "routing_regex": f"{{{{ {expression} }}}}", "escalation_chain_id": "Shop"}]
    found = translated({"results": routes})

    data = {"labels": {"severity": "critical"}, "title": "disk full", "tags": ["a", "b"], "on": True}
    assert found.left_out == ()
    assert bool(holds(found, data)) is fits


@pytest.mark.parametrize(
    "source",
    [
        "severity.*critical",
        "{{ payload.a | lower == 'x' }}",
        "{% if payload.a %}{{ true }}{% endif %}",
        "{{ payload.a.upper() == 'X' }}",
        "{{ __import__('os') == 1 }}",
        "{{ payload.a == }}",
        "{{ " + "(" * 400 + " }}",
        "{{ payload.a > 5 }}",
    ],
)
def test_routes_of_oncall_that_have_no_counterpart_are_said(source: str) -> None:
    last = {"routing_regex": "x", "is_the_last_route": True, "escalation_chain_id": "Shop", "position": 9}
    found = translated([last, {"routing_regex": source, "escalation_chain_id": "Shop", "position": 0}])

    assert [each.match for each in found.rules] == [{"always": True}]
    assert len(found.left_out) == 1
