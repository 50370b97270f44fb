"""Every form as Slack would take it, and as agreed."""

import pytest

from bot.handlers.modals.integration import new_integration
from bot.slack.forms import view
from sandbox.blocks import view_problems
from tests.golden.asking import Golden
from tests.golden.texts import TEXTS
from tests.handlers.drawn import as_kept, forms
from tests.harness import World


@pytest.mark.parametrize("text", TEXTS)
def test_every_form_is_as_agreed_and_within_slacks_sizes(world: World, text: str, golden: Golden) -> None:
    for name, form in forms(world, TEXTS[text]).items():
        assert view_problems(view(form), "modal") == [], name
        golden.check(f"form_{name}", text, as_kept(form))


def test_the_menu_of_all_types_is_within_slacks_sizes(world: World) -> None:
    form = new_integration(world.ports.store.directory(), world.ports.sources)
    assert view_problems(view(form), "modal") == []


def test_a_long_text_is_shown_in_parts_and_never_cut(world: World) -> None:
    blocks = view(forms(world, "x" * 500)["router_long"])["blocks"]
    parts = [block["element"]["initial_value"] for block in blocks if block.get("block_id", "").startswith("yaml")]

    assert len(parts) > 1
    assert "\n".join(parts) == f"# {'x' * 500}\n" * 20


def test_a_text_too_long_for_parts_is_only_taken_as_a_file(world: World) -> None:
    blocks = view(forms(world, "x")["router_endless"])["blocks"]

    assert [block["block_id"] for block in blocks if "block_id" in block][:3] == ["name", "default_destination", "file"]
