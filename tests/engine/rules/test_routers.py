"""A router's YAML: what is read, and every problem at once with its place."""

from datetime import timedelta

import pytest

from bot.engine.directory import collect
from bot.engine.model import Router, Severity, Team
from bot.engine.rules.actions import Aggregate, Assign, Attach, Automate, Escalate, FlagIncident, Ignore, Route, SetVal
from bot.engine.rules.routers import check_names, read_router
from bot.errors import Invalid

EVERYTHING = """
rules:
  - name: staging noise
    match: {alert.title: {$regex: "^\\\\[staging\\\\]", $options: i}}
    actions:
      - {type: aggregate, by: [alert.integration_id], timeout: 15m, receiver: team:dev, route: first}
      - {type: assign, receiver: [user:jane, router:night], delay: 2m}
      - {type: incident, severity: SEV-1, message: "it burns"}
      - {type: stakeholder, ids: [stakeholder:boss]}
      - {type: automate, ids: automation:restart}
      - {type: setval, map: {title: plain, tags: [a, b], urgency: high}}
      - type: escalate
        repeat: 2
        rules:
          - {receivers: [user:jane, user:joe], timeout: 5m}
          - {receivers: team:dev, timeout: 10m}
  - match: {always: true}
    actions: [{type: ignore}]
"""


def router(yaml: str) -> Router:
    return Router(id="rtr_1", name="Main", handle="main", yaml=yaml)


def test_every_action_is_read() -> None:
    first, second = read_router(EVERYTHING).rules
    aggregate, assign, incident, attach, automate, setval, escalate = first.actions
    minutes = timedelta(minutes=1)
    assert aggregate == Aggregate(
        by=("alert.integration_id",), timeout=15 * minutes, receivers=("team:dev",), route=Route.FIRST
    )
    assert assign == Assign(receivers=("user:jane", "router:night"), delay=2 * minutes)
    assert incident == FlagIncident(severity=Severity.SEV1, message="it burns")
    assert attach == Attach(ids=("stakeholder:boss",))
    assert automate == Automate(ids=("automation:restart",))
    assert setval == SetVal(title="plain", tags=("a", "b"), urgency="high")
    assert isinstance(escalate, Escalate)
    assert [step.timeout for step in escalate.steps] == [5 * minutes, 10 * minutes]
    assert (first.name, second.name, second.actions) == ("staging noise", "rule 2", (Ignore(),))


BROKEN = """
rules:
  - match: {alert.title: {$regx: x}}
    actions:
      - {type: asign, receiver: team:dev}
      - {type: assign, reciever: team:dev}
      - {type: assign, receiver: team:dev, delay: soon}
  - match: nothing
    actions: []
  - matches: {always: true}
    match: {always: true}
    actions:
      - {type: setval, handlebars: true, map: {title: "{{#if}", urgency: loud, colour: red}}
      - {type: escalate, repeat: 7, rules: [{receivers: user:jane}]}
      - ignore
"""


def test_all_problems_are_told_at_once_with_their_places() -> None:
    with pytest.raises(Invalid) as raised:
        read_router(BROKEN)
    said = {(problem.line, str(problem)) for problem in raised.value.problems}
    for line, words in [
        (3, "$regx"),
        (5, "There is no action 'asign'. Did you mean assign?"),
        (6, "has no key 'reciever'. Did you mean receiver?"),
        (6, "The receiver is missing."),
        (7, "'soon' is not a duration."),
        (8, "A rule needs a match, which is a mapping, not a text."),
        (8, "A rule needs actions, which is a list."),
        (10, "A rule has no key 'matches'. Did you mean match?"),
        (13, "'loud' is no urgency."),
        (13, "has no key 'colour'."),
        (14, "repeat has to be a whole number from 0 to 3, not 7."),
        (14, "The duration is missing."),
        (15, "An action needs a type."),
    ]:
        assert any(at == line and words in text for at, text in said), (line, words, sorted(said))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "A router has to be a mapping, not empty."),
        ("- a", "A router has to be a mapping, not a list."),
        ("rule: []", "The key rules is missing."),
        ("rules: {}", "The list rules has to be a list, not a mapping."),
    ],
)
def test_a_text_of_another_shape(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read_router(text)


def test_receivers_that_do_not_exist_are_named_with_their_line() -> None:
    directory = collect([Team(id="tem_1", name="Dev", handle="dev")])
    check_names(router("rules: [{match: {always: true}, actions: [{type: assign, receiver: team:dev}]}]"), directory)
    with pytest.raises(Invalid) as raised:
        check_names(router(EVERYTHING), directory)
    said = [str(problem) for problem in raised.value.problems]
    assert said == [
        "line 7, column 35: There is no receiver 'user:jane'. List them with /pagertree user list.",
        "line 7, column 46: There is no receiver 'router:night'. List them with /pagertree router list.",
        "line 9, column 35: There is no stakeholder 'stakeholder:boss'. List them with /pagertree stakeholder list.",
        "line 10, column 31: There is no automation 'automation:restart'. List them with /pagertree automation list.",
        "line 15, column 26: There is no receiver 'user:jane'. List them with /pagertree user list.",
        "line 15, column 37: There is no receiver 'user:joe'. List them with /pagertree user list.",
    ]
