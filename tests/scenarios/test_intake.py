"""What becomes of payloads: alerts, repetitions, resolutions, and what routers make of them."""

from dataclasses import replace

from bot.engine.model import SYSTEM, Status, Urgency
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
    told = [f"{line.subject}: {line.said}" for line in settled.trace]
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
