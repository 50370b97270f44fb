"""What becomes of payloads: alerts, repetitions, resolutions, and what routers make of them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import ids
from bot.engine.model import SYSTEM, Maintenance, Severity, Status, Urgency
from bot.errors import Invalid
from bot.ports import LogState
from bot.service import manage
from tests.harness import World, team_receiver

ASSIGN = """
rules:
  - name: databases
    match: {data.service: db}
    actions:
      - {type: setval, map: {urgency: critical, title: "database trouble"}}
      - {type: assign, receiver: team:dba}
  - name: noise
    match: {alert.title: {$regex: "^test"}}
    actions: [{type: ignore}]
"""


def test_the_same_key_is_counted_until_it_is_resolved(world: World) -> None:
    world.policy(("alice", 5))
    first = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    assert world.fires("disk full").count == 2
    world.acknowledges("alice", first)
    assert world.fires("disk full").count == 3
    world.clears("disk full")
    again = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    assert again.id != first.id
    assert again.number > first.number


def test_a_recovery_ends_its_own_problem_and_what_was_open_under_the_former_key(world: World) -> None:
    """Two StatusCake tests of one address; once, the address alone was the key, as it is where a test has no name."""
    world.integration("cake", team_receiver(world.team("ops", ("alice", 5))), type="status_cake")
    login = {"URL": "https://shop.example", "Name": "Login", "Status": "Down"}
    front = login | {"Name": "Front"}
    former = {"URL": "https://shop.example", "Status": "Down"}
    for down in (login, front, former):
        world.sends(down, integration="cake")
    for title in ("Login is Down (shop.example)", "Front is Down (shop.example)", "https://shop.example is Down"):
        world.expect_sms("alice", title)
    world.sends(front | {"Status": "Up"}, integration="cake")
    assert world.alert("Front is Down (shop.example)").status is Status.RESOLVED
    assert world.alert("https://shop.example is Down").status is Status.RESOLVED
    assert world.alert("Login is Down (shop.example)").status is not Status.RESOLVED


def test_a_sender_resolves_and_no_further_page_leaves(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.clears("disk full")
    world.passes(minutes=30)
    assert world.alert("disk full").status is Status.RESOLVED
    assert "Resolved by webhook." in world.said(alert)


def test_a_resolve_for_nothing_is_logged_and_changes_nothing(world: World) -> None:
    world.policy(("alice", 5))
    log = world.sends({"event_type": "resolve", "id": "unheard of"})
    with world.ports.store.begin() as uow:
        settled = uow.log(log.id)
    assert settled is not None
    assert (settled.state, settled.outcome) == (LogState.READ, "nothing to resolve")


def test_a_router_decides_by_its_first_matching_rule(world: World) -> None:
    _, rest = world.team("dba", ("dora", 5)), world.team("rest", ("rob", 5))
    world.integration("webhook", world.router("main", ASSIGN, team_receiver(rest)))
    world.sends({"event_type": "create", "id": "1", "title": "slow", "meta": {}, "service": "db"})
    world.expect_sms("dora", "database trouble")
    assert world.alert("database trouble").urgency is Urgency.CRITICAL
    world.sends({"event_type": "create", "id": "2", "title": "test only"})
    assert world.alert("test only").status is Status.SUPPRESSED
    world.fires("something else")
    world.expect_sms("rob", "something else")


def test_the_trace_says_why(world: World) -> None:
    rest = world.team("rest", ("rob", 5))
    world.team("dba", ("dora", 5))
    world.integration("webhook", world.router("main", ASSIGN, team_receiver(rest)))
    log = world.sends({"event_type": "create", "id": "1", "title": "slow"})
    world.expect_sms("rob", "slow")
    with world.ports.store.begin() as uow:
        settled = uow.log(log.id)
    assert settled is not None
    told = [f"{line.subject}: {line.said}" for line in settled.reasons]
    assert any("databases" in line and "data.service" in line and "missing" in line for line in told), told
    assert told[-1] == "router:main: the default destination is used"


def test_a_delayed_assignment_waits_and_a_resolve_before_it_pages_nobody(world: World) -> None:
    world.team("ops", ("alice", 5))
    yaml = "rules: [{match: {always: true}, actions: [{type: assign, receiver: team:ops, delay: 2m}]}]"
    world.integration("webhook", world.router("late", yaml))
    world.fires("flapping")
    world.passes(minutes=1)
    world.clears("flapping")
    world.passes(minutes=10)
    world.expect_silence()
    world.fires("lasting")
    world.passes(minutes=1, seconds=59)
    world.expect_silence()
    world.passes(seconds=1)
    world.expect_sms("alice", "lasting")


def test_an_integration_without_destinations_is_never_quiet(world: World) -> None:
    world.policy(("alice", 5))
    world.integration("orphan")
    world.fires("nobody owns this", integration="orphan")
    assert world.alert("nobody owns this").status is Status.DROPPED


def test_a_payload_that_cannot_be_processed_pages_the_destination(world: World) -> None:
    team = world.team("ops", ("alice", 5))
    known = world.integration("webhook", team_receiver(team))
    with world.ports.store.begin() as uow:
        uow.put(replace(known, type="no_such_type_any_more"), SYSTEM, world.clock.now(), seen=1)
    world.sends({"event_type": "create", "id": "1", "title": "lost?"})
    title = "A payload of webhook could not be processed"
    world.expect_sms("alice", title)
    assert "no_such_type_any_more" in world.alert(title).description


def test_templates_title_the_alert(world: World) -> None:
    world.policy(("alice", 5))
    directory = world.ports.store.directory()
    (integration,) = directory.integrations.values()
    titled = replace(integration, title_template="[{{integration.name}}] {{data.title}}")
    manage.change(world.ports, titled, SYSTEM, 1)
    world.sends({"event_type": "create", "id": "1", "title": "disk full"})
    world.expect_sms("alice", "[webhook] disk full")


RULES = """
rules:
  - number: 2
    match: {data.env: prod}
    set: {urgency: low, title: overruled, tags: [prod]}
  - number: 1
    match: {data.env: prod}
    set: {urgency: critical, destinations: [team:dba], incident: true, incident_severity: SEV-2}
"""


def test_integration_rules_set_each_attribute_once_in_ascending_number(world: World) -> None:
    world.policy(("alice", 5))
    world.team("dba", ("dora", 5))
    (integration,) = world.ports.store.directory().integrations.values()
    manage.change(world.ports, replace(integration, rules=RULES), SYSTEM, 1)
    world.sends({"event_type": "create", "id": "1", "title": "slow", "env": "prod"})
    world.expect_sms("dora", "overruled")
    alert = world.alert("overruled")
    assert (alert.urgency, alert.tags) == (Urgency.CRITICAL, ("prod",))
    assert alert.incident is not None
    assert alert.incident.severity is Severity.SEV2
    world.sends({"event_type": "create", "id": "2", "title": "slow", "env": "test"})
    world.expect_sms("alice", "slow")


def test_integration_rules_that_cannot_be_read_are_refused_when_saved(world: World) -> None:
    world.policy(("alice", 5))
    (integration,) = world.ports.store.directory().integrations.values()
    broken = replace(integration, rules="rules:\n- {match: {}, set: {urgency: loud}}")
    with pytest.raises(Invalid, match=r"line 2, column 30: 'loud' is no urgency\."):
        manage.change(world.ports, broken, SYSTEM, 1)


def test_a_maintenance_window_withholds_new_alerts_and_takes_resolves(world: World) -> None:
    world.policy(("alice", 5))
    world.fires("before")
    world.expect_sms("alice", "before")
    (integration,) = world.ports.store.directory().integrations.values()
    now = world.clock.now()
    window = Maintenance(
        id=ids.new("mnt"),
        name="upgrade",
        handle="upgrade",
        integration_ids=(integration.id,),
        start_at=now,
        end_at=now + timedelta(hours=1),
    )
    manage.create(world.ports, window, SYSTEM)
    log = world.sends({"event_type": "create", "id": "x", "title": "during"})
    world.clears("before")
    assert world.alert("before").status is Status.RESOLVED
    with world.ports.store.begin() as uow:
        settled = uow.log(log.id)
    assert settled is not None
    assert settled.outcome == "withheld by the maintenance window upgrade"
    world.passes(minutes=60)
    world.fires("after")
    world.expect_sms("alice", "after")
