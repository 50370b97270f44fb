"""Every answer in words as Slack would take it, and as agreed, with any text in every name."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from bot.channels.blocks import header, message
from bot.channels.forms import home
from bot.engine.model import SYSTEM, Receiver, ReceiverKind, Role, User
from bot.handlers import mine
from bot.handlers.collecting import collect
from bot.handlers.grammar import read
from bot.handlers.help import help_with
from bot.handlers.places import said_blocks
from bot.handlers.table import Said, bind, find
from bot.service import manage
from sandbox.blocks import ALL_TEXT, message_problems, text_size, view_problems
from tests import golden
from tests.golden.texts import TEXTS
from tests.handlers import drawn_duty
from tests.handlers.drawn import visit
from tests.handlers.drawn_verbs import furnish_verbs
from tests.harness import World, team_receiver

TABLE = collect()
ASKED: Mapping[str, str] = {
    "mine": "",
    "alert_list": "alert list",
    "alert_show": "alert show #1",
    "oncall": "oncall",
    "team_list": "team list",
    "team_show": "team show ops",
    "router_list": "router list",
    "router_show": "router show dev",
    "integration_list": "integration list",
    "integration_show": "integration show webhook",
    "integration_logs": "integration logs webhook",
    "why_alert": "why #1",
    "why_integration": "why webhook",
    "router_history": "router history dev",
    "router_diff": "router diff dev 2",
    "router_test": "router test dev",
    "automation_list": "automation list",
    "automation_show": "automation show restart",
    "automation_test": "automation test restart",
    "rule_list": "rule list",
    "rule_show": "rule show nights",
    "audit_list": "audit list",
    **drawn_duty.ASKED,
}
_CHANGING = re.compile(r"\b([a-z]{3})_[0-9a-z]{20}\b|\b[0-9a-z]{32}\b")


def _furnish(world: World, text: str) -> User:
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
    drawn_duty.furnish_duty(world, "press", "upgrade", name)
    furnish_verbs(world, name)
    world.sends({"event_type": "create", "id": "1", "title": text, "description": text, "tags": [name] * 3})
    world.inbox.clear()
    return alice


def _ask(world: World, user: User, typed: str) -> Said:
    noun, command, left = find(TABLE, read(typed))
    said = command.run(replace(visit(world), user=user, public_url="https://pager.example"), bind(noun, command, left))
    assert isinstance(said, Said)
    return said


def _kept(said: Said) -> object:
    numbers: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        return numbers.setdefault(found[0], f"{found[1] or 'key'}_{len(numbers) + 1}")

    drawn = message(said.text, said_blocks(said))
    return {"text": drawn.text, "blocks": [_walk(block, number) for block in drawn.blocks]}


def _walk(node: object, number: Callable[[re.Match[str]], str]) -> object:
    if isinstance(node, str):
        return _CHANGING.sub(number, node)
    if isinstance(node, list):
        return [_walk(each, number) for each in node]
    return {key: _walk(each, number) for key, each in node.items()} if isinstance(node, dict) else node


@pytest.mark.parametrize("text", TEXTS)
def test_every_answer_is_as_agreed_and_within_slacks_sizes(world: World, text: str) -> None:
    alice = _furnish(world, TEXTS[text])
    for name, typed in ASKED.items():
        said = _ask(world, alice, typed)
        drawn = message(said.text, said_blocks(said))

        assert message_problems(drawn.blocks) == [], typed
        assert text_size(drawn.blocks) < ALL_TEXT, typed
        golden.check(f"answer_{name}_{text}", _kept(said))


@pytest.mark.parametrize("text", TEXTS)
def test_the_home_is_as_agreed_and_within_slacks_sizes(world: World, text: str) -> None:
    alice = _furnish(world, TEXTS[text])
    shown = home((header("Yours now"), *mine.page(replace(visit(world), user=alice))))

    assert view_problems(shown, "home") == []
    golden.check(f"home_{text}", _walked(shown))


def _walked(shown: object) -> object:
    numbers: dict[str, str] = {}
    return _walk(shown, lambda found: numbers.setdefault(found[0], f"{found[1] or 'key'}_{len(numbers) + 1}"))


@pytest.mark.parametrize("name", [name for name in ASKED if name.endswith("list") or name in {"mine", "oncall"}])
def test_what_is_empty_says_how_to_begin(world: World, name: str) -> None:
    alice = replace(visit(world).user, role=Role.ADMIN)

    golden.check(f"answer_{name}_empty", _kept(_ask(world, alice, ASKED[name])))


@pytest.mark.parametrize("typed", ["help", "help router", "help alert list"])
def test_help_is_as_agreed(typed: str) -> None:
    golden.check(f"answer_{typed.replace(' ', '_')}", _kept(help_with(TABLE, read(typed))))
