"""An integration's rules: all that match apply, the first to set an attribute wins, and what is refused."""

from datetime import UTC, datetime

import pytest

from bot.engine.directory import collect
from bot.engine.model import Incident, Severity, Team, Urgency
from bot.engine.rules.integrations import RuleSettings, check_destinations, read_integration_rules, settings_for
from bot.errors import Invalid

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
RULES = """
rules:
  - {number: 5, match: {data.env: prod}, set: {urgency: low, title: later, tags: [a, b]}}
  - {number: 2, match: {data.env: prod}, set: {urgency: high, destinations: team:dev}}
  - number: 9
    match: {integration.type: webhook}
    set: {incident: true, incident_severity: sev-2, incident_message: bad}
  - {number: 1, match: {data.env: test}, set: {urgency: silent}}
"""


def settings(**data: object) -> RuleSettings:
    return settings_for(RULES, {"data": data, "integration": {"type": "webhook"}}, NOW)


def test_all_that_match_apply_in_ascending_number() -> None:
    found = settings(env="prod")
    assert (found.urgency, found.title, found.tags) == (Urgency.HIGH, "later", ("a", "b"))
    assert found.destinations == ("team:dev",)
    assert found.incident == Incident(severity=Severity.SEV2, message="bad")
    assert found.rules == (2, 5, 9)


def test_no_text_and_no_match_set_nothing() -> None:
    assert settings_for("  \n", {}, NOW) == RuleSettings()
    assert settings_for("rules: [{match: {data.a: 1}, set: {title: x}}]", {"data": {}}, NOW) == RuleSettings()


def test_a_rule_without_number_has_its_place() -> None:
    rules = read_integration_rules("rules: [{match: {}, set: {title: a}}, {match: {}, set: {title: b}}]")
    assert [rule.number for rule in rules] == [1, 2]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("{match: {}, set: {}}", "The mapping set is empty."),
        ("{match: {}}", "The mapping set has to be a mapping, not empty."),
        ("{match: {}, set: {colour: red}}", "The mapping set has no key 'colour'."),
        ("{match: {}, set: {urgency: loud}}", "'loud' is no urgency."),
        ("{match: {}, set: {title: 5}}", "The title has to be a text, not a number."),
        ("{match: {}, set: {tags: {a: 1}}}", "The list tags has to be a text or a list of texts, not a mapping."),
        ("{match: {}, set: {incident: yes}}", "incident has to be true or false, not 'yes'."),
        ("{match: {}, set: {incident_severity: SEV-9}}", "'SEV-9' is no severity."),
        ("{match: {}, set: {destinations: []}}", "The list destinations is missing."),
        ("{match: {}, set: {destinations: [team:dev, team:ops]}}", "There is no receiver 'team:ops'."),
        ("{match: {}, set: {destinations: team:devs}}", "There is no receiver 'team:devs'. Did you mean team:dev?"),
        ("{match: {alert.title: x}, set: {title: y}}", "There is nothing at the path 'alert.title'."),
        ("{match: {data.a: {$regex: '('}}, set: {title: y}}", "leaves a ( open"),
        ("{number: -1, match: {}, set: {title: y}}", "number has to be a whole number from 0 to 1000000, not -1."),
        ("{number: 1, match: {}, set: {title: y}}, {number: 1, match: {}, set: {title: y}}", "There are two rules 1."),
        ("{match: {}, actions: []}", "A rule has no key 'actions'."),
    ],
)
def test_what_is_refused(item: str, said: str) -> None:
    directory = collect([Team(id="tem_dev", name="Dev", handle="dev")])
    with pytest.raises(Invalid) as raised:
        check_destinations(f"rules:\n  [{item}]\n", directory)
    assert said in str(raised.value)
    assert all(problem.line == 2 and problem.column and problem.mend for problem in raised.value.problems)


def test_what_cannot_be_read_hides_no_unknown_receiver() -> None:
    text = "rules:\n- {match: {data.a: {$regx: x}}, set: {destinations: [5, team:gone]}}\n"
    with pytest.raises(Invalid) as raised:
        check_destinations(text, collect([]))
    said = [(problem.line, problem.column, problem.message[:32]) for problem in raised.value.problems]
    assert said == [
        (2, 28, "Unknown operator $regx."),
        (2, 54, "The list destinations has to be "),
        (2, 57, "There is no receiver 'team:gone'"),
    ]


DOUBTFUL = """
rules:
  - {number: 1, match: {data.a: 1}, set: {title: kept%s}}
  - {number: 2, match: {data.text: {$not: {$regex: '(b)\\1'}}}, set: {urgency: low, title: doubtful, tags: [x]}}
  - {number: 3, match: {data.a: 1}, set: {urgency: high, destinations: team:dev}}
  - {number: 4, match: {data.a: 2}, set: {urgency: critical}}
"""


@pytest.mark.parametrize(("more", "at_least"), [("", Urgency.HIGH), (", urgency: silent", None)])
def test_a_rule_that_cannot_be_decided_ends_it_and_only_a_higher_urgency_counts(
    more: str, at_least: Urgency | None
) -> None:
    seen = {"data": {"a": 1, "text": "bb" + "x" * 100_000}}
    found = settings_for(DOUBTFUL % more, seen, NOW)
    assert (found.title, found.tags, found.destinations, found.at_least) == ("kept", None, None, at_least)
    assert (found.rules, found.undecided) == ((1,), 2)
    assert "gave up: the text is too long" in found.reason
