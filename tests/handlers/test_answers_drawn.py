"""Every answer in words as Slack would take it, and as agreed, with any text in every name."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.engine.model import Role
from bot.handlers import own_overview
from bot.handlers.answer_places import said_blocks
from bot.handlers.collecting import collect
from bot.handlers.grammar import read
from bot.handlers.help import help_with
from bot.slack.blocks import header, message
from bot.slack.forms import home
from sandbox.blocks import ALL_TEXT, message_problems, text_size, view_problems
from tests.golden.asking import Golden
from tests.golden.texts import TEXTS
from tests.handlers import drawn_on_call
from tests.handlers.drawn import visit
from tests.handlers.drawn_answers import ask, furnish, kept, walked
from tests.harness import World

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
    **drawn_on_call.ASKED,
}


@pytest.mark.parametrize("text", TEXTS)
def test_every_answer_is_as_agreed_and_within_slacks_sizes(world: World, text: str, golden: Golden) -> None:
    alice = furnish(world, TEXTS[text])
    for name, typed in ASKED.items():
        said = ask(world, alice, typed)
        drawn = message(said.text, said_blocks(said))

        assert message_problems(drawn.blocks) == [], typed
        assert text_size(drawn.blocks) < ALL_TEXT, typed
        golden.check(f"answer_{name}", text, kept(said))


@pytest.mark.parametrize("text", TEXTS)
def test_the_home_is_as_agreed_and_within_slacks_sizes(world: World, text: str, golden: Golden) -> None:
    alice = furnish(world, TEXTS[text])
    shown = home((header("Yours now"), *own_overview.page(replace(visit(world), user=alice))))

    assert view_problems(shown, "home") == []
    golden.check("home", text, walked(shown))


@pytest.mark.parametrize("name", [name for name in ASKED if name.endswith("list") or name in {"mine", "oncall"}])
def test_what_is_empty_says_how_to_begin(world: World, name: str, golden: Golden) -> None:
    alice = replace(visit(world).user, role=Role.ADMIN)

    golden.check(f"answer_{name}", "empty", kept(ask(world, alice, ASKED[name])))


@pytest.mark.parametrize("typed", ["help", "help router", "help alert list"])
def test_help_is_as_agreed(typed: str, golden: Golden) -> None:
    golden.check("answer_help", typed, kept(help_with(TABLE, read(typed))))
