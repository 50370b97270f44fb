"""Nothing that is in the table is left undrawn: every command's answer, every form, every tool, with any text."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.handlers.collecting import collect
from bot.handlers.confirming import ask_again
from bot.handlers.filled import Filled
from bot.handlers.grammar import read
from bot.handlers.modals.saving import ID, SEEN
from bot.handlers.table import Command, Noun, find
from bot.slack.forms import Form, loading, view
from sandbox.blocks import ALL_TEXT, message_problems, text_size, view_problems
from tests.golden.asking import Golden
from tests.golden.texts import TEXTS
from tests.handlers.drawn import as_kept, as_kept_view, forms, visit
from tests.handlers.drawn_answers import furnish, kept, reply
from tests.handlers.drawn_verbs import NIGHTS, objection
from tests.handlers.test_answers_drawn import ASKED
from tests.handlers.test_commands import GOOD
from tests.harness import World, team_receiver

TABLE = collect()
WORDS: Mapping[str, str] = {
    **GOOD,
    "router": "dev",
    "alert number": "#1",
    "receiver": "team:ops",
    "note": "restarted the primary",
    "duration": "30m",
    "severity or end": "SEV-2",
    "message": "Checkout fails",
    "user": "bob",
    "notification rule": "nights",
}
SENDING = {("router", "download")}  # sends a file before it answers: tests/handlers/test_long_routers.py
RULES = "rules:\n  - match: {always: true}\n    actions: [{type: assign, receiver: team:ops}]\n"


def _typed(noun: Noun, command: Command, *, in_full: bool) -> str:
    names = [each.name for each in command.arguments if each.required]
    if in_full and command.unless:
        all_names = [each.name for each in command.arguments]
        names = all_names[: all_names.index(command.unless) + 1]
    words = {**WORDS, "version": "2"} if command.verb == "diff" else WORDS
    missing = [name for name in names if name not in WORDS]
    assert not missing, f"give {missing} of {noun.name} {command.verb} a word in WORDS or in GOOD of test_commands"
    return " ".join((noun.name, command.verb, *(words[name] for name in names))).strip()


def _others() -> Iterator[tuple[str, str]]:
    """Every command that `ASKED` does not ask for, by name: those that read first, the rest as in the table."""
    asked = {find(TABLE, read(typed))[:2] for typed in ASKED.values()}
    left = [(noun, command) for noun in TABLE.nouns for command in noun.commands if (noun, command) not in asked]
    left = [each for each in left if (each[0].name, each[1].verb) not in SENDING]
    for noun, command in sorted(left, key=lambda each: each[1].verb not in {"history", "diff", "show", "log"}):
        name = "_".join(part for part in (noun.name, command.verb) if part)
        yield name, _typed(noun, command, in_full=False)
        if command.unless:
            yield f"{name}_typed", _typed(noun, command, in_full=True)


@pytest.mark.parametrize("text", TEXTS)
def test_every_command_has_an_answer_or_a_form_that_is_kept(world: World, text: str, golden: Golden) -> None:
    alice = furnish(world, TEXTS[text])
    with world.ports.store.begin() as uow:
        (log,) = uow.logs(limit=1)
    kept_forms = {modal.name for modal in TABLE.modals}
    for name, typed in _others():
        said = reply(world, alice, typed.replace(GOOD["payload"], log.id))
        if isinstance(said, Form):
            assert view_problems(view(said), "modal") == [], typed
            assert said.name in kept_forms, typed
            continue
        drawn = kept(said)
        assert message_problems(drawn["blocks"]) == [], typed
        assert text_size(drawn["blocks"]) < ALL_TEXT, typed
        golden.check(f"answer_{name}", text, drawn)
    world.inbox.clear()


def chosen(value: str) -> dict[str, Any]:
    """What a menu of one sends."""
    return {"selected_option": {"value": value}}


@pytest.mark.parametrize("text", TEXTS)
def test_every_tool_is_as_agreed_and_within_slacks_sizes(world: World, text: str, golden: Golden) -> None:
    furnish(world, TEXTS[text])
    directory = world.ports.store.directory()
    router, integration = next(iter(directory.routers.values())), next(iter(directory.integrations.values()))
    team = next(each for each in directory.teams.values() if each.handle == "ops")
    named: dict[str, Any] = {"name": {"value": TEXTS[text][:100]}}
    pasted = {"pasted": {"value": json.dumps({"title": TEXTS[text], "urgency": "critical"})}}
    sent_to = {"destinations": {"selected_options": [{"value": str(team_receiver(team))}]}}
    urgency = {"urgency": {"selected_option": {"value": "high"}}}
    schedule = directory.schedules[team.schedule_id or ""]
    rota = {"rotation": chosen("weekly"), "every": {"value": "1"}, "zone": chosen("Etc/UTC"), "repeat": chosen("0")}
    begins = {"day": {"selected_date": "2026-01-05"}, "time": {"selected_time": "09:00"}, "layers": {"value": "5m"}}
    parts = {ID: team.id, "schedule": schedule.id, "policy": team.policy_id or ""}
    event = schedule.events[0]
    place = {ID: schedule.id, "event": event.id, "start": event.start.isoformat()}
    now = int(world.clock.now().timestamp())
    span = {"start_at": {"selected_date_time": now}, "end_at": {"selected_date_time": now + 3600}}
    what = {"schedule": chosen(schedule.id), "action": chosen("replace"), "layer": chosen("1")}
    filled = {
        "team.preview": Filled(state=named | rota | begins, notes=parts),
        "schedule.preview": Filled(state={"deed": chosen("remove")}, notes=place),
        "override.preview": Filled(state=what | span, notes={ID: "ovr_1"}),
        "router.dry_run": Filled(state=named | pasted | {"yaml": {"value": RULES}}, notes={ID: router.id, SEEN: "1"}),
        "rule.dry_run": Filled(state=named | {"yaml": {"value": NIGHTS}}, notes={ID: "ntr_1", SEEN: "1"}),
        "integration.preview": Filled(state=named | urgency | sent_to, notes={ID: integration.id, SEEN: "1"}),
    }
    for tool in TABLE.tools:
        assert tool.action_id in filled, f"fill in a form for the button {tool.action_id}"
        shown = tool.use(visit(world), filled[tool.action_id])
        assert view_problems(view(shown), "modal") == [], tool.action_id
        golden.check(f"tool_{tool.action_id.replace('.', '_')}", text, as_kept(shown))


@pytest.mark.parametrize("text", TEXTS)
def test_a_form_that_asks_for_a_word_is_as_agreed(world: World, text: str, golden: Golden) -> None:
    sent = view(forms(world, TEXTS[text])["router_edit"]) | {"state": {"values": {}}, "id": "V1"}
    asked = ask_again(sent, objection(TEXTS[text]))

    assert view_problems(dict(asked), "modal") == []
    golden.check("form_router_confirm", text, as_kept_view(asked))


def test_what_is_shown_while_the_database_is_asked(golden: Golden) -> None:
    golden.check("form_loading", "normal", as_kept(loading("New team")))
