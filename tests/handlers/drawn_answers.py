"""Answers in words, of an installation with one of everything, as they are kept."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.engine.model import SYSTEM, Receiver, ReceiverKind, Role, User
from bot.errors import PagerError
from bot.handlers.answer_places import said_blocks
from bot.handlers.collecting import collect
from bot.handlers.error_answers import explain
from bot.handlers.grammar import read
from bot.handlers.table import Reply, Said, bind, find
from bot.service import manage
from bot.slack.blocks import message
from tests.handlers import drawn_on_call
from tests.handlers.drawn import visit
from tests.handlers.drawn_verbs import furnish_verbs
from tests.harness import World, team_receiver

TABLE = collect()
_CHANGING = re.compile(r"\b([a-z]{3})_[0-9a-z]{20}\b|\b[0-9a-z]{32}\b")


def furnish(world: World, text: str) -> User:
    """One of everything, all of it called `text`, and alice with an alert to answer."""
    name = text[:100]
    team = world.policy(("alice", 5), ("bob", 5))
    remark = "".join(character for character in text if character.isprintable())  # YAML takes no other
    router = world.router("dev", f"# {remark}\nrules: []\n", team_receiver(team))
    alice = replace(world.person("alice"), name=name, slack_id="U0ALICE0001", role=Role.ADMIN)
    directory = world.ports.store.directory()
    hook = directory.integrations[next(iter(directory.integrations))]
    to = (Receiver(kind=ReceiverKind.ROUTER, id=router.id), *hook.destinations)
    for body in (
        alice,
        replace(team, name=name, slack_channel="C0OPS"),
        replace(directory.routers[router.id], name=name),
        replace(hook, name=name, destinations=to[1:]),
    ):
        manage.change(world.ports, body, SYSTEM, 1)
    drawn_on_call.furnish_duty(world, "press", "upgrade", name)
    furnish_verbs(world, name)
    world.sends({"event_type": "create", "id": "1", "title": text, "description": text, "tags": [name] * 3})
    world.inbox.clear()
    return alice


def ask(world: World, user: User, typed: str) -> Said:
    """What a command answers, which must not be a form."""
    said = reply(world, user, typed)
    assert isinstance(said, Said)
    return said


def reply(world: World, user: User, typed: str) -> Reply:
    """What a command answers; a refusal in its words."""
    asking = replace(visit(world), user=user, public_url="https://pager.example")
    try:
        noun, command, left = find(TABLE, read(typed))
        return command.run(asking, bind(noun, command, left))
    except PagerError as error:
        return explain(error)


def kept(said: Said) -> dict[str, Any]:
    """An answer with ids that do not change from run to run."""
    numbers: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        return numbers.setdefault(found[0], f"{found[1] or 'key'}_{len(numbers) + 1}")

    drawn = message(said.text, said_blocks(said))
    return {"text": _walk(drawn.text, number), "blocks": [_walk(block, number) for block in drawn.blocks]}


def _walk(node: object, number: Callable[[re.Match[str]], str]) -> object:
    if isinstance(node, str):
        return _CHANGING.sub(number, node)
    if isinstance(node, list):
        return [_walk(each, number) for each in node]
    return {key: _walk(each, number) for key, each in node.items()} if isinstance(node, dict) else node


def walked(shown: object) -> object:
    """Anything that is shown, with ids that do not change from run to run."""
    numbers: dict[str, str] = {}
    return _walk(shown, lambda found: numbers.setdefault(found[0], f"{found[1] or 'key'}_{len(numbers) + 1}"))
