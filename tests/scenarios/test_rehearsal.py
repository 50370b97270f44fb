"""A rehearsal says beforehand what then happens, message by message and minute by minute."""

import json
from dataclasses import replace

import pytest

from bot import ids
from bot.engine.model import SYSTEM, NoticeKind, NotificationRule, Router
from bot.service import manage
from bot.service.payload_rehearsal import Scene, posted, rehearse_sent
from tests.harness import World, team_receiver, user_receiver
from tests.surroundings import START

STEPS = """
rules:
  - match: {alert.urgency: critical}
    actions:
      - {type: notify, channels: [push], timeout: 2m}
      - {type: notify, channels: [sms, voice], timeout: 2m}
      - {type: repeat, times: 2}
  - match: {always: true}
    types: [alert.timeout, alert.dropped, alert.handoff]
    actions: [{type: notify, channels: [email]}]
"""
ACTIONS = {
    "a team": "{type: assign, receiver: team:ops}",
    "a delay": "{type: assign, receiver: [team:ops, user:carol], delay: 3m}",
    "another router": "{type: assign, receiver: router:next}",
    "an aggregation": "{type: aggregate, by: [data.cluster], timeout: 4m, receiver: team:ops}",
    "an aggregation that goes at once": "{type: aggregate, by: data.a, timeout: 4m, receiver: team:ops, route: first}",
    "an escalation": "{type: escalate, repeat: 1, rules: [{receivers: [user:carol, user:alice], timeout: 3m}]}",
    "a hand-over": "{type: escalate, rules: [{receivers: user:carol, timeout: 3m}, {receivers: team:ops, timeout: 0}]}",
    "a louder urgency": "{type: setval, map: {urgency: critical}}, {type: assign, receiver: [team:ops, user:carol]}",
    "silence": "{type: setval, map: {urgency: silent}}, {type: assign, receiver: team:ops}",
    "ignore": "{type: ignore}",
    "nobody": "{type: assign, receiver: team:empty}",
    "the default": "{type: incident, severity: SEV-1}",
}


@pytest.mark.parametrize("name", ACTIONS)
def test_what_is_rehearsed_happens(world: World, name: str) -> None:
    rehearsed = prepare(world, ACTIONS[name])
    world.sends(PAYLOAD)
    happened = received(world)
    for _ in range(90):
        world.passes(minutes=1)
        happened += received(world)
    assert sorted(happened) == sorted(rehearsed)


PAYLOAD = {"event_type": "create", "id": "1", "title": "disk full", "urgency": "high", "cluster": "a"}


def prepare(world: World, actions: str) -> list[tuple[float, str, str, NoticeKind]]:
    """Set everything up and rehearse the payload: what is heard at which minute, by whom and how."""
    other = world.team("other", ("bob", 5))
    world.team("ops", ("alice", 5), ("", 5), ("bob", 5), repeat=1, reassign=(user_receiver(world.person("carol")),))
    world.team("empty", ("", 5))
    rule = NotificationRule(id=ids.new("ntr"), name="Steps", handle="steps", yaml=STEPS)
    manage.create(world.ports, rule, SYSTEM)
    manage.change(world.ports, replace(world.person("alice"), notification_rule_id=rule.id), SYSTEM, 1)
    world.router("next", "rules: []", team_receiver(other))
    yaml = f"rules: [{{match: {{always: true}}, actions: [{actions}]}}]"
    world.integration("webhook", world.router("main", yaml, team_receiver(other)))
    directory = world.ports.store.directory()
    router = directory.get(Router, "main")
    assert isinstance(router, Router)
    (integration,) = directory.integrations.values()
    scene = Scene(router=router, directory=directory, at=world.clock.now())
    request = posted(json.dumps(PAYLOAD).encode())
    (rehearsed,) = rehearse_sent(request, integration, scene, world.ports.sources)
    assert rehearsed.rehearsal is not None
    return [
        ((page.at - scene.at).total_seconds() / 60, page.to.removeprefix("user:"), page.channel, page.kind)
        for page in rehearsed.rehearsal.ladder
    ]


def received(world: World) -> list[tuple[float, str, str, NoticeKind]]:
    """Take what was heard this minute out of the inbox."""
    minute = (world.clock.now() - START).total_seconds() / 60
    messages = [(minute, each.to, each.channel, each.kind) for each in world.inbox]
    world.inbox.clear()
    return messages
