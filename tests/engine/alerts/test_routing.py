"""Routing: first match, defaults, depth and circles, and the reasons."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.alerts.routing import DEEPEST, MOST_ACTING, MOST_ENTERED, Assignment, Material, Routing, route
from bot.engine.directory import Directory, collect
from bot.engine.documents import value_at
from bot.engine.model import (
    Alert,
    Incident,
    Receiver,
    ReceiverKind,
    Router,
    Severity,
    Stakeholder,
    Team,
    Urgency,
    User,
)
from bot.engine.rules.actions import Route

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
DEV = Team(id="tem_dev", name="Dev", handle="dev")
OPS = Team(id="tem_ops", name="Ops", handle="ops")
JANE = User(id="usr_jane", name="Jane", handle="jane")
BOSS = Stakeholder(id="stk_boss", name="Boss", handle="boss")
TO_DEV = Receiver(kind=ReceiverKind.TEAM, id=DEV.id)
TO_OPS = Receiver(kind=ReceiverKind.TEAM, id=OPS.id)
TO_JANE = Receiver(kind=ReceiverKind.USER, id=JANE.id)
ALERT = Alert(id="alt_1", title="disk full", urgency=Urgency.LOW, created_at=NOW, changed_at=NOW)


def router(name: str, yaml: str, *, default: Receiver | None = None, enabled: bool = True) -> Router:
    return Router(id=f"rtr_{name}", name=name, handle=name, yaml=yaml, enabled=enabled, default_destination=default)


def through(name: str) -> Receiver:
    return Receiver(kind=ReceiverKind.ROUTER, id=f"rtr_{name}")


def always(*actions: str) -> str:
    return f"rules: [{{match: {{always: true}}, actions: [{', '.join(actions)}]}}]"


def having(*routers: Router) -> Directory:
    return collect([DEV, OPS, JANE, BOSS, *routers])


def routed(directory: Directory, *destinations: Receiver, data: object = None) -> Routing:
    return route(ALERT, Material(data=data or {}), destinations, directory, NOW)


def receivers(routing: Routing) -> list[Receiver]:
    return [receiver for assignment in routing.assignments for receiver in assignment.receivers]


def told(routing: Routing) -> str:
    return "\n".join(f"{line.subject} {line.said}" for line in routing.trace)


def test_plain_destinations_are_assigned_once_each() -> None:
    assert receivers(routed(having(), TO_DEV, TO_JANE, TO_DEV)) == [TO_DEV, TO_JANE]


def test_the_first_matching_rule_is_the_only_one() -> None:
    yaml = """
rules:
  - {match: {data.env: test}, actions: [{type: ignore}]}
  - {match: {data.env: prod}, actions: [{type: assign, receiver: team:dev}]}
  - {match: {always: true}, actions: [{type: assign, receiver: team:ops}]}
"""
    directory = having(router("main", yaml))
    assert receivers(routed(directory, through("main"), data={"env": "prod"})) == [TO_DEV]
    assert receivers(routed(directory, through("main"), data={"env": "other"})) == [TO_OPS]
    assert routed(directory, through("main"), data={"env": "test"}).ignored


GOING_ON = """
rules:
  - {name: tagged, match: {data.env: prod}, continue: true, actions: [{type: setval, map: {urgency: high}}]}
  - {name: dev, match: {alert.urgency: high}, continue: true, actions: [{type: assign, receiver: team:dev}]}
  - {name: quiet, match: {data.quiet: true}, actions: [{type: ignore}]}
  - {name: odd, match: {data.deep: {$regex: '(a)\\1'}}, actions: [{type: assign, receiver: user:jane}]}
  - {name: ops, match: {data.db: true}, actions: [{type: assign, receiver: team:ops}]}
  - {name: never, match: {data.db: true}, actions: [{type: assign, receiver: user:jane}]}
"""


@pytest.mark.parametrize(
    ("data", "rules", "goes_to"),
    [
        ({"env": "prod", "db": True}, ["tagged", "dev", "ops"], [TO_DEV, TO_OPS]),
        ({"env": "prod"}, ["tagged", "dev"], [TO_DEV]),
        ({"env": "test"}, [""], [TO_JANE]),
        ({"db": True}, ["ops"], [TO_OPS]),
        ({"env": "prod", "deep": "a" * 100_001, "db": True}, ["tagged", "dev"], [TO_DEV, TO_JANE]),
    ],
)
def test_a_rule_that_goes_on_acts_and_so_does_the_next(
    data: dict[str, object], rules: list[str], goes_to: list[Receiver]
) -> None:
    found = routed(having(router("main", GOING_ON, default=TO_JANE)), through("main"), data=data)

    assert [each.rule for each in found.matched] == rules
    assert receivers(found) == goes_to


def test_an_ignore_behind_a_rule_that_goes_on_ends_the_routing() -> None:
    found = routed(having(router("main", GOING_ON)), through("main"), data={"env": "prod", "quiet": True})

    assert found.ignored
    assert [each.rule for each in found.matched] == ["tagged", "dev", "quiet"]


def test_rules_that_go_on_and_lead_nowhere_end_at_the_default() -> None:
    yaml = "rules: [{match: {always: true}, continue: true, actions: [{type: setval, map: {tags: [a]}}]}]"
    found = routed(having(router("main", yaml, default=TO_OPS)), through("main"))

    assert receivers(found) == [TO_OPS]
    assert found.alert.tags == ("a",)


def test_no_more_rules_act_than_anybody_means() -> None:
    rule = "  - {match: {always: true}, continue: true, actions: [{type: assign, receiver: team:dev}]}\n"
    found = routed(having(router("main", "rules:\n" + rule * 200, default=TO_OPS)), through("main"))

    assert len(found.matched) == MOST_ACTING
    assert receivers(found) == [TO_DEV, TO_OPS]
    assert "50 rules have acted already" in found.alert.description


@pytest.mark.parametrize(
    "yaml",
    [
        "rules: []",
        "rules: [{match: {data.env: prod}, actions: [{type: assign, receiver: team:dev}]}]",
        always("{type: setval, map: {urgency: high}}"),
        always("{type: incident, severity: SEV-1}"),
        always("{type: stakeholder, ids: [boss]}"),
        always("{type: assign, receiver: team:gone}"),
        "this is no router",
    ],
)
def test_whatever_leads_nowhere_ends_at_the_default_destination(yaml: str) -> None:
    assert receivers(routed(having(router("main", yaml, default=TO_OPS)), through("main"))) == [TO_OPS]


def test_a_disabled_router_is_its_default_destination() -> None:
    off = router("main", always("{type: assign, receiver: team:dev}"), default=TO_OPS, enabled=False)
    routing = routed(having(off), through("main"))
    assert receivers(routing) == [TO_OPS]
    assert "router:main is disabled" in told(routing)


def test_a_router_that_is_gone_is_said_and_leads_nowhere() -> None:
    routing = routed(having(), through("gone"))
    assert not routing.leads_somewhere
    assert "rtr_gone does not exist any more" in told(routing)


def test_actions_change_what_later_routers_see() -> None:
    first = router(
        "first",
        always(
            "{type: setval, handlebars: true, map: {title: '[{{data.env}}] {{alert.title}}'}}",
            "{type: setval, map: {urgency: critical, tags: [x]}}",
            "{type: incident, severity: SEV-2, message: bad}",
            "{type: stakeholder, ids: [stakeholder:boss]}",
            "{type: assign, receiver: router:second}",
        ),
    )
    second = router(
        "second",
        'rules: [{match: {alert.title: "[prod] disk full", alert.urgency: critical, alert.incident: true}, '
        "actions: [{type: assign, receiver: user:jane}]}]",
    )
    routing = routed(having(first, second), through("first"), data={"env": "prod"})
    assert receivers(routing) == [TO_JANE]
    assert routing.alert.tags == ("x",)
    assert routing.alert.incident == Incident(severity=Severity.SEV2, message="bad")
    assert routing.alert.stakeholder_ids == (BOSS.id,)


def test_ten_routers_deep_is_allowed_and_the_eleventh_is_the_first_ones_default() -> None:
    chain = [router(f"r{n}", always(f"{{type: assign, receiver: router:r{n + 1}}}"), default=TO_OPS) for n in range(20)]
    last = router(f"r{DEEPEST - 1}", always("{type: assign, receiver: team:dev}"))
    assert receivers(routed(having(*chain[: DEEPEST - 1], last), through("r0"))) == [TO_DEV]
    routing = routed(having(*chain), through("r0"))
    assert receivers(routing) == [TO_OPS]
    assert "router:r10 not entered, 10 routers were passed through already" in told(routing)


def test_a_circle_ends_at_the_first_ones_default() -> None:
    one = router("one", always("{type: assign, receiver: router:two}"), default=TO_OPS)
    two = router("two", always("{type: assign, receiver: router:one}"), default=through("one"))
    routing = routed(having(one, two), through("one"))
    assert receivers(routing) == [TO_OPS]
    assert "router:one not entered, it was passed through already" in told(routing)


def test_routers_that_fan_out_to_routers_end() -> None:
    names = [f"r{n}" for n in range(9)]
    everyone = ", ".join(f"router:{name}" for name in names)
    web = [router(name, always(f"{{type: assign, receiver: [{everyone}]}}"), default=TO_OPS) for name in names]
    routing = routed(having(*web), through("r0"))
    assert receivers(routing) == [TO_OPS]
    assert f"{MOST_ENTERED} routers were entered already" in told(routing)


def test_a_delay_keeps_routers_for_later() -> None:
    late = router("late", always("{type: assign, receiver: [router:next, team:dev], delay: 2m}"))
    following = router("next", "rules: []", default=TO_OPS)
    routing = routed(having(late, following), through("late"))
    assert routing.assignments == (Assignment(receivers=(through("next"), TO_DEV), delay=timedelta(minutes=2)),)


def test_aggregation_has_one_fingerprint_for_the_same_values() -> None:
    yaml = always("{type: aggregate, by: [data.cluster, alert.urgency], timeout: 5m, receiver: team:dev, route: first}")
    directory = having(router("main", yaml))
    (one,) = routed(directory, through("main"), data={"cluster": "a"}).aggregations
    (same,) = routed(directory, through("main"), data={"cluster": "a", "other": 1}).aggregations
    (other,) = routed(directory, through("main"), data={"cluster": "b"}).aggregations
    assert one == same
    assert one.fingerprint != other.fingerprint
    assert (one.timeout, one.receivers, one.route) == (timedelta(minutes=5), (TO_DEV,), Route.FIRST)


def test_an_escalation_of_its_own_keeps_its_steps() -> None:
    yaml = always(
        "{type: escalate, repeat: 1, rules: "
        "[{receivers: [user:jane], timeout: 5m}, {receivers: team:dev, timeout: 1m}]}"
    )
    (ladder,) = routed(having(router("main", yaml)), through("main")).ladders
    assert ladder.steps == (((TO_JANE,), timedelta(minutes=5)), ((TO_DEV,), timedelta(minutes=1)))
    assert ladder.repeat == 1


def test_a_template_that_fails_keeps_the_title_and_says_so() -> None:
    endless = "{{#each data.many}}{{#each ../data.many}}{{#each ../../data.many}}x{{/each}}{{/each}}{{/each}}"
    yaml = always(f'{{type: setval, handlebars: true, map: {{title: "{endless}"}}}}')
    routing = routed(having(router("main", yaml, default=TO_OPS)), through("main"), data={"many": list(range(1000))})
    assert receivers(routing) == [TO_OPS]
    assert routing.alert.title


def test_the_trace_tells_why_each_rule_did_not_match() -> None:
    yaml = """
rules:
  - {name: prod, match: {data.env: prod}, actions: [{type: ignore}]}
  - {name: big, match: {data.size: {$gt: 10}}, actions: [{type: ignore}]}
"""
    routing = routed(having(router("main", yaml, default=TO_OPS)), through("main"), data={"env": "test", "size": 3})
    lines = told(routing).splitlines()
    assert lines[0].startswith("router:main prod did not match: data.env")
    assert "test" in lines[0]
    assert lines[1].startswith("router:main big did not match: data.size")
    assert lines[2] == "router:main the default destination is used"


def test_a_router_of_thousands_of_rules_keeps_a_short_trace() -> None:
    many = "\n".join(f"  - {{match: {{data.n: {n}}}, actions: [{{type: ignore}}]}}" for n in range(2000))
    routing = routed(having(router("main", f"rules:\n{many}", default=TO_OPS)), through("main"), data={"n": -1})
    assert len(routing.trace) == 22
    assert "1980 more rules did not match" in told(routing)


@pytest.mark.parametrize("key", ["²", "9" * 5_000, "-1", "7"])
def test_what_is_no_place_in_a_list_leads_nowhere(key: str) -> None:
    assert value_at({"list": ["one", "two"]}, f"list.{key}") is None
    assert value_at({"list": ["one", "two"]}, "list.1") == "two"


def test_what_another_destination_named_already_is_somewhere_to_go() -> None:
    ops = router("ops", always("{type: assign, receiver: team:ops}"), default=TO_JANE)
    assert receivers(routed(having(ops), TO_OPS, through("ops"))) == [TO_OPS]


def test_an_aggregation_for_nobody_goes_to_the_default() -> None:
    gone = router("gone", always("{type: aggregate, by: [data.c], timeout: 5m, receiver: team:gone}"), default=TO_JANE)
    routing = routed(having(gone), through("gone"))
    assert (receivers(routing), routing.aggregations) == ([TO_JANE], ())


DOUBTFUL = """rules:
- {name: noise, match: {data.text: {$not: {$regex: '(b)\\1'}}}, actions: [{type: ignore}]}
- {name: page, match: {always: true}, actions: [{type: assign, receiver: team:ops}]}
"""
LONG = {"text": "bb" + "x" * 100_000}


def test_a_rule_that_cannot_be_decided_ends_at_the_default_destination() -> None:
    found = routed(having(router("a", DOUBTFUL, default=TO_DEV)), through("a"), data=LONG)
    assert (receivers(found), found.ignored, found.matched[0].rule) == ([TO_DEV], False, "")
    assert [(each.object_id, each.rule) for each in found.given_up] == [("rtr_a", "noise")]
    assert "router:a noise could not be decided: gave up: the text is too long" in told(found)
    assert found.alert.description.startswith("(router:a: noise could not be decided (gave up: the text is too long")


def test_after_one_that_cannot_be_decided_nothing_is_ignored_or_made_less_urgent() -> None:
    quiet = router("b", always("{type: setval, map: {urgency: silent}}", "{type: ignore}"), default=TO_JANE)
    first = router("a", DOUBTFUL, default=through("b"))
    found = routed(having(first, quiet), through("a"), data=LONG)
    assert (receivers(found), found.ignored, found.alert.urgency) == ([TO_JANE], False, Urgency.LOW)
    assert "low is kept: router:a: noise could not be decided" in told(found)
    both = routed(having(first, quiet), TO_OPS, through("a"), through("b"), data=LONG)
    assert (set(receivers(both)), both.ignored) == ({TO_OPS, TO_JANE}, False)


def test_what_could_not_be_decided_is_said_once_in_the_description() -> None:
    directory = having(router("a", DOUBTFUL, default=TO_DEV))
    once = routed(directory, through("a"), data=LONG).alert
    again = route(once, Material(data=LONG), (through("a"),), directory, NOW).alert
    assert again.description == once.description
