"""Automations: one request an alert, tried again while that can help, and told in the timeline."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import ids
from bot.engine.intake.automation_requests import MOST_ATTEMPTS
from bot.engine.model import SYSTEM, Alert, Automation, Credentials, person
from bot.errors import Rejected, Unanswered, Unavailable
from bot.ports import Answered
from bot.service import answers, automate, manage
from tests.harness import World

RESTART = Automation(
    id=ids.new("atm"),
    name="Restart",
    handle="restart",
    method="post",
    url="https://hooks.example.com/restart/{{data.host}}",
    headers={"X-Alert": "{{alert.title}}"},
    body='{"title": "{{alert.title}}", "number": {{alert.number}} }',
    auth=Credentials(secret="token"),
)
RULES = """
rules:
  - match: {always: true}
    actions: [{type: automate, ids: automation:restart}, {type: assign, receiver: team:ops}]
"""


PERHAPS_TAKEN = [Unanswered("no answer"), Answered(status=500), Answered(status=502), Answered(status=504)]


def fires(world: World, title: str = 'disk "full"\n', *, repeats: bool = False) -> Alert:
    world.team("ops", ("alice", 600))
    manage.create(world.ports, replace(RESTART, repeats=repeats), SYSTEM)
    world.integration("webhook", world.router("main", RULES))
    alert = world.fires(" ".join(title.split()), host="db 1/x")
    world.expect_sms("alice", alert.title)
    return alert


def test_it_runs_once_with_values_escaped_for_their_place(world: World) -> None:
    alert = fires(world)
    world.passes(minutes=300)
    (asked,) = world.website.asked
    assert (asked.method, asked.url) == ("POST", "https://hooks.example.com/restart/db%201%2Fx")
    assert json.loads(asked.body) == {"title": 'disk "full"', "number": alert.number}
    assert asked.headers == {
        "X-Alert": 'disk "full"',
        "Content-Type": "application/json",
        "Idempotency-Key": f"{alert.id}.{RESTART.id}",
    }
    assert asked.secret == "token"
    assert "Automation restart answered 200: done" in world.said(alert)


def test_it_is_tried_again_while_that_can_help(world: World) -> None:
    world.website.answers += [Unavailable("no route"), Answered(status=503), Answered(status=200)]
    alert = fires(world)
    assert "Automation restart failed: no route; tried again in 10s" in world.said(alert)
    world.passes(seconds=9)
    assert len(world.website.asked) == 1
    world.passes(seconds=1)
    assert "Automation restart answered 503; tried again in 1m" in world.said(alert)
    world.passes(minutes=1)
    assert world.said(alert).endswith("Automation restart answered 200")


def test_it_is_given_up_in_the_end(world: World) -> None:
    world.website.answers += [Answered(status=503)] * 20
    alert = fires(world)
    world.passes(minutes=300)
    assert len(world.website.asked) == MOST_ATTEMPTS
    assert world.said(alert).endswith("Automation restart answered 503")


def test_what_cannot_help_is_not_tried_again(world: World) -> None:
    world.website.answers += [Rejected("it is an address inside")]
    alert = fires(world)
    world.passes(minutes=300)
    assert len(world.website.asked) == 1
    assert "Automation restart failed: it is an address inside" in world.said(alert)


def test_losing_redis_delays_it_only(world: World) -> None:
    world.loses_redis = True
    world.website.answers += [Answered(status=429)]
    fires(world)
    world.passes(seconds=14)
    assert len(world.website.asked) == 2


def test_one_that_cannot_be_written_pages_all_the_same(world: World) -> None:
    world.team("ops", ("alice", 600))
    manage.create(world.ports, RESTART, SYSTEM)
    with world.ports.store.begin() as uow:
        uow.put(replace(RESTART, body="{{#if}"), SYSTEM, world.clock.now(), seen=1)
    world.integration("webhook", world.router("main", RULES))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    assert not world.website.asked
    assert "Automation restart not run, its request cannot be written" in world.said(alert)


@pytest.mark.parametrize("became", [*PERHAPS_TAKEN, Answered(status=503, was_taken=True)], ids=str)
def test_what_may_have_been_taken_is_not_made_again(world: World, became: Answered | Unanswered) -> None:
    world.website.answers.append(became)
    alert = fires(world)
    world.passes(minutes=300)
    assert len(world.website.asked) == 1
    assert "it may have been taken, so it is not made again" in world.said(alert)


@pytest.mark.parametrize("became", PERHAPS_TAKEN, ids=str)
def test_one_that_may_be_made_twice_is_with_the_same_key(world: World, became: Answered | Unanswered) -> None:
    world.website.answers.append(became)
    fires(world, repeats=True)
    world.passes(minutes=300)
    first, second = world.website.asked
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


@pytest.mark.parametrize(("repeats", "asked"), [(False, 0), (True, 1)])
def test_a_worker_that_died_over_it_may_have_made_it(world: World, repeats: bool, asked: int) -> None:
    world.website.answers.append(Unavailable("no route"))
    alert = fires(world, repeats=repeats)
    world.website.asked.clear()
    world.clock.move_to(world.clock.now() + timedelta(seconds=10))
    with world.ports.store.begin() as uow:  # a worker claims it, and is never heard of again
        assert len(uow.claim_automations(world.clock.now(), automate.LEASE, 1)) == 1
    world.passes(minutes=300)
    assert len(world.website.asked) == asked
    assert ("the worker that made it was stopped: it may have been taken" in world.said(alert)) is not repeats


def test_nothing_is_made_once_the_alert_is_over(world: World) -> None:
    world.website.answers.append(Answered(status=429))
    alert = fires(world)
    answers.resolve(world.ports, alert.id, person(world.person("alice").id, "sms"))
    world.passes(minutes=300)
    assert len(world.website.asked) == 1
    assert "Automation restart not run, the alert is over" in world.said(alert)
