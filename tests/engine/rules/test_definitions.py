"""Definitions of custom integrations: what they make, and what is wrong with them."""

from datetime import UTC, datetime

import pytest

from bot.engine.model import Incident, Severity, SignalKind, Urgency
from bot.engine.rules.definitions import MAIL_FACTS, apply, read_definition
from bot.errors import Invalid

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
TEXT = """
rules:
  - name: at night
    match:
      log.data.kind: backup
      $and: [{$timeBetween: {starttime: "10:00 pm", endtime: "06:00 am"}}]
    actions: [{type: ignore, reason: nobody looks at night}]
  - name: backup
    match: {log.data.kind: backup, log.headers.x-env: {$exists: true}}
    actions:
      - type: create
        dedup_key: "{{log.data.id}}"
        title: Backup of {{log.data.host}}
        urgency: "{{log.data.level}}"
        tags: "{{log.data.kind}}"
        dedup_keys: ["{{log.data.host}}", ""]
        incident: true
        incident_severity: sev-2
        incident_message: "{{log.method}} from {{log.remote_ip}}"
        meta: {host: "{{log.data.host}}", count: 2, sure: true}
      - {type: resolve, dedup_key: "older {{log.data.id}}"}
default:
  actions: [{type: acknowledge, dedup_key: everything}]
"""
LOG = {
    "data": {"kind": "backup", "id": 7, "host": "db1", "level": "HIGH"},
    "headers": {"x-env": "prod"},
    "method": "POST",
    "remote_ip": "192.0.2.1",
}


def test_the_first_rule_that_matches_makes_signals() -> None:
    applied = apply(read_definition(TEXT), LOG, NOON)

    assert applied is not None
    created, resolved = applied.signals
    assert (applied.rule, applied.failed) == ("backup", ())
    assert (created.kind, created.dedup_key, created.title) == (SignalKind.CREATE, "7", "Backup of db1")
    assert (created.urgency, created.tags, created.dedup_keys) == (Urgency.HIGH, ("backup",), ("db1",))
    assert created.incident == Incident(severity=Severity.SEV2, message="POST from 192.0.2.1")
    assert created.data == {"host": "db1", "count": 2, "sure": True}
    assert (resolved.kind, resolved.dedup_key) == (SignalKind.RESOLVE, "older 7")
    assert len(applied.tried) == 1
    assert applied.tried[0].startswith("at night: ")
    assert applied.tried[0].endswith("seen 2026-01-05 12:00:00 Etc/UTC")


def test_rules_know_what_time_it_is() -> None:
    applied = apply(read_definition(TEXT), LOG, NOON.replace(hour=23))

    assert applied is not None
    assert (applied.signals, applied.ignored) == ((), ("nobody looks at night",))


def test_the_default_takes_what_no_rule_takes() -> None:
    applied = apply(read_definition(TEXT), {"data": {}}, NOON)

    assert applied is not None
    assert (applied.rule, [each.kind for each in applied.signals]) == ("default", [SignalKind.ACKNOWLEDGE])
    assert apply(read_definition("rules: []\ndefault: {actions: [{type: ignore}]}"), {}, NOON) is not None


def test_without_a_default_nothing_is_decided() -> None:
    text = "rules: [{match: {log.method: PUT}, actions: [{type: ignore}]}]"
    assert apply(read_definition(text), LOG, NOON) is None


def test_a_template_that_fails_leaves_its_field_empty_and_says_so() -> None:
    text = "default: {actions: [{type: create, dedup_key: x, title: '{{divide 1 log.data.kind}}', description: fine}]}"
    applied = apply(read_definition(text), LOG, NOON)

    assert applied is not None
    assert (applied.signals[0].title, applied.signals[0].description) == ("", "fine")
    assert applied.failed == ("title: expected the second value to be a number, not string.",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "line 1, column 1: A definition has to be a mapping"),
        ("{}", "line 1, column 1: There are neither rules nor a default."),
        ("rules:\n- match: {always: true}", "line 2, column 3: It needs actions"),
        ("rules:\n- {actions: [{type: ignore}]}", "line 2, column 3: A rule needs a match"),
        (
            "rules:\n- match: {data.x: 1}\n  actions: [{type: ignore}]",
            "line 2, column 19: There is nothing at the path",
        ),
        ("rules:\n- match: {log.boddy: 1}\n  actions: [{type: ignore}]", "Did you mean body?"),
        ("rules:\n- match: {log.body: {$foo: 1}}\n  actions: [{type: ignore}]", "line 2, column"),
        (
            "default:\n  actions:\n  - type: creat",
            "line 3, column 11: There is no action 'creat'. Did you mean create?",
        ),
        ("default:\n  actions: [{type: create}]", "line 2, column 13: The action create needs a dedup_key."),
        ("default:\n  actions: [{type: resolve, dedup_key: x, titel: y}]", "Did you mean title?"),
        ("default:\n  actions: [{type: create, dedup_key: '{{#if x}}'}]", "line 2, column 39"),
        ("default:\n  actions: [{type: create, dedup_key: x, urgency: loud}]", "'loud' is no urgency."),
        ("default:\n  actions: [{type: create, dedup_key: [x]}]", "The dedup_key has to be a text, not a list."),
        ("default:\n  actions: [{type: create, dedup_key: x, meta: 5}]", "meta has to be a mapping"),
        ("preprocess: parse_xml\ndefault: {actions: [{type: ignore}]}", "'parse_xml' is no preprocessing step."),
        ("preprocess: [{type: parse_json, path: data}]\ndefault: {actions: [{type: ignore}]}", "no text at 'data'"),
        ("default: !!python/object:os.system {}", "The tag"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_definition(text)
    assert said in str(refused.value)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    text = "rules:\n- match: {log.x: 1}\n  actions: [{type: create}]\n- match: {}\n  actions: []\nother: 1"
    with pytest.raises(Invalid) as refused:
        read_definition(text)
    assert [problem.line for problem in refused.value.problems] == [2, 3, 4, 6]


def test_mail_has_its_own_facts() -> None:
    text = "rules: [{match: {log.subject: {$regex: down}}, actions: [{type: ignore}]}]"
    assert read_definition(text, MAIL_FACTS).rules
    with pytest.raises(Invalid, match=r"log has no 'subject'"):
        read_definition(text)


UNDECIDED = {"body": "bb" + "x" * 100_000}
NOISE = """rules:
- {name: noise, match: {log.body: {$not: {$regex: '(b)\\1'}}}, actions: [{type: ignore}]}
- {match: {always: true}, actions: [{type: ignore}]}
"""


def test_what_cannot_be_decided_is_the_defaults() -> None:
    default = "default: {actions: [{type: create, dedup_key: k, title: t}, {type: ignore}]}"
    applied = apply(read_definition(NOISE + default), UNDECIDED, NOON)
    assert applied is not None
    assert (applied.rule, [each.title for each in applied.signals]) == ("default", ["t"])
    assert applied.undecided.startswith("noise could not be decided (gave up: the text is too long")


RESOLVING = "default: {actions: [{type: resolve, dedup_key: k}]}"


@pytest.mark.parametrize("default", ["", "default: {actions: [{type: ignore}]}", RESOLVING])
def test_a_default_that_makes_no_alert_does_not_decide_either(default: str) -> None:
    applied = apply(read_definition(NOISE + default), UNDECIDED, NOON)
    assert applied is not None
    assert (applied.signals, applied.ignored, applied.undecided != "") == ((), (), True)
