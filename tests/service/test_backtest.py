"""Backtests, rehearsals and hints over what came in, with the production rules."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot import ids
from bot.engine.model import SYSTEM, Integration, Router, SignalKind, Urgency
from bot.errors import Invalid, NotFound
from bot.ports import Log, Store
from bot.service import backtest, lint, manage, payload_rehearsal
from bot.service.backtest import Difference
from tests.harness import World, team_receiver, world_on

RULES = """
rules:
  - name: databases
    match: {data.service: db}
    actions: [{type: assign, receiver: team:dba}]
"""
EDITED = """
rules:
  - name: databases
    match: {data.service: db, data.env: prod}
    actions: [{type: assign, receiver: team:dba}]
  - name: noise
    match: {alert.title: {$regex: ^test}}
    actions: [{type: ignore}]
  - name: nobody
    match: {data.service: void}
    actions: [{type: assign, receiver: team:void}]
"""


@pytest.fixture
def world(store: Store) -> Iterator[World]:
    with world_on(store) as world:
        world.team("dba", ("dora", 600))
        world.team("void", ("", 5))
        rest = world.team("rest", ("rob", 600))
        world.integration("webhook", world.router("main", RULES, team_receiver(rest)))
        world.integration("elsewhere", team_receiver(rest))
        yield world
        world.inbox.clear()


def edited(world: World, yaml: str = EDITED) -> Router:
    router = next(each for each in world.ports.store.directory().routers.values())
    return replace(router, yaml=yaml)


def send(world: World, title: str, **data: object) -> None:
    world.sends({"event_type": "create", "id": title, "title": title, **data})


def log_of(integration: Integration, body: dict[str, object], at: datetime) -> Log:
    request = payload_rehearsal.posted(json.dumps(body).encode())
    return Log(id=ids.new("log"), integration_id=integration.id, at=at, request=request, answered=200)


def test_what_would_change_is_counted_and_listed(world: World) -> None:
    send(world, "one", service="db", env="prod")
    send(world, "two", service="db", env="dev")
    send(world, "test three")
    send(world, "four", service="void")
    send(world, "four", service="void")
    world.clears("four")
    world.fires("not concerned", integration="elsewhere")
    report = backtest.backtest(world.ports, edited(world), 7)
    assert (report.payloads, report.alerts, report.changed, report.lost, report.ignored) == (6, 4, 3, 1, 1)
    assert report.differences == {Difference.RECEIVERS: 2, Difference.IGNORED: 1}
    assert {change.title: (change.before, change.after, change.lost) for change in report.changes} == {
        "two": ("team:dba (medium)", "team:rest (medium)", False),
        "test three": ("team:rest (medium)", "ignored", False),
        "four": ("team:rest (medium)", "team:void (medium)", True),
    }
    said = backtest.say(report)
    assert "1 would page nobody" in said
    assert "PAGES NOBODY" in said


def test_the_router_as_it_is_changes_nothing(world: World) -> None:
    send(world, "one", service="db")
    report = backtest.backtest(world.ports, edited(world, RULES), 7)
    assert (report.alerts, report.changed, report.lost, report.changes) == (1, 0, 0, ())


def test_only_the_days_that_are_asked_for_count(world: World) -> None:
    send(world, "old", service="db")
    world.clock.move_to(world.clock.now() + timedelta(days=2))
    send(world, "new", service="db")
    assert backtest.backtest(world.ports, edited(world), 1).payloads == 1
    assert backtest.backtest(world.ports, edited(world), 3).payloads == 2


def test_a_resolved_key_counts_again(world: World) -> None:
    send(world, "one", service="db")
    world.clears("one")
    send(world, "one", service="db")
    assert backtest.backtest(world.ports, edited(world), 7).alerts == 2


def test_more_payloads_than_a_page_are_taken_in_their_order(world: World) -> None:
    events = [{"event_type": "create", "id": f"n{number}", "title": f"n{number}"} for number in range(201)]
    (webhook,) = (each for each in world.ports.store.directory().integrations.values() if each.handle == "webhook")
    logs = [log_of(webhook, {**event, "service": "db"}, world.clock.now()) for event in events]
    world.ports.store.append(logs)
    report = backtest.backtest(world.ports, edited(world), 7)
    assert (report.payloads, report.alerts, len(report.changes)) == (201, 201, 100)
    assert [change.title for change in report.changes[:2]] == ["n0", "n1"]


def test_a_router_that_cannot_be_saved_is_refused(world: World) -> None:
    with pytest.raises(Invalid, match="There is no receiver 'team:gone'"):
        backtest.backtest(world.ports, edited(world, EDITED.replace("team:void", "team:gone")), 7)


def test_integrations_behind_other_routers_and_rules_count(world: World) -> None:
    (router,) = world.ports.store.directory().routers.values()
    through = world.router("before", "rules: []", payload_rehearsal.through(router))
    behind = world.integration("behind", through)
    named = world.integration("named")
    rules = "rules: [{match: {}, set: {destinations: router:main}}]"
    manage.change(world.ports, replace(named, rules=rules), SYSTEM, 1)
    directory = world.ports.store.directory()
    leading = {each.handle for each in backtest.leading_to(router.id, directory)}
    assert leading == {"webhook", behind.handle, named.handle}


def scene(world: World) -> payload_rehearsal.Scene:
    return payload_rehearsal.Scene(router=edited(world), directory=world.ports.store.directory(), at=world.clock.now())


def test_a_payload_is_rehearsed_and_nothing_happens(world: World) -> None:
    payload = json.dumps({"title": "slow", "urgency": "critical", "service": "db", "env": "prod"}).encode()
    rehearsal = payload_rehearsal.rehearse(payload, scene(world)).rehearsal
    assert rehearsal is not None
    assert rehearsal.rule_in(scene(world).router.id) == "databases"
    assert rehearsal.alert.urgency is Urgency.CRITICAL
    assert [page.to for page in rehearsal.pages] == ["user:dora"]
    world.expect_silence()
    with world.ports.store.begin() as uow:
        assert uow.logs() == ()


@pytest.mark.parametrize("payload", [b"", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_object_is_said(world: World, payload: bytes) -> None:
    with pytest.raises(Invalid, match="The payload is no"):
        payload_rehearsal.rehearse(payload, scene(world))


def test_an_integration_reads_the_payload_with_its_rules_and_templates(world: World) -> None:
    integration = next(each for each in world.ports.store.directory().integrations.values() if each.handle == "webhook")
    ruled = replace(
        integration,
        title_template="{{data.service}} is down",
        rules="rules: [{match: {data.env: prod}, set: {urgency: critical}}]",
    )
    request = payload_rehearsal.posted(b'{"event_type": "create", "title": "x", "service": "db", "env": "prod"}')
    (made,) = payload_rehearsal.rehearse_sent(request, ruled, scene(world), world.ports.sources)
    assert made.rehearsal is not None
    assert (made.rehearsal.alert.title, made.rehearsal.alert.urgency) == ("db is down", Urgency.CRITICAL)
    assert [line.said for line in made.trace] == ["matched"]
    (resolve,) = payload_rehearsal.rehearse_sent(
        payload_rehearsal.posted(b'{"event_type": "resolve", "id": "x"}'), ruled, scene(world), world.ports.sources
    )
    assert (resolve.rehearsal, resolve.signal) == (None, SignalKind.RESOLVE)
    gone: Integration = replace(integration, type="gone")
    with pytest.raises(NotFound, match="no integration type gone"):
        payload_rehearsal.rehearse_sent(request, gone, scene(world), world.ports.sources)


def test_hints_look_at_what_came_in(world: World) -> None:
    for number in range(5):
        send(world, f"n{number}", service="db")
    said = [hint.message for hint in lint.hints_for(world.ports, edited(world))]
    assert said == [
        "None of the latest 5 payloads has data.env.",
        "team:dba: nobody who is asked can be reached (user:dora).",
        "team:void: nobody is on call in schedule:void in the next 7 days.",
    ]


def test_what_cannot_be_saved_gets_problems_and_no_hints(world: World) -> None:
    with pytest.raises(Invalid, match="'assing'"):
        lint.hints_for(world.ports, edited(world, "rules: [{match: {always: true}, actions: [{type: assing}]}]"))
