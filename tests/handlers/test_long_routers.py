"""Routers that are too long to be typed: handed out as a file, taken back as one, and shown in pages."""

import httpx
import pytest

from bot.engine.model import SYSTEM, Router
from sandbox.server import Running
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World

RULE = "  - name: rule {}\n    match: {{data.number: {}}}\n    actions: [{{type: ignore}}]\n"
LONG = "rules:\n" + "".join(RULE.format(number, number) for number in range(700))


@pytest.fixture
def router(world: World, alice: Person) -> Router:
    """A router of 2,101 lines."""
    alice.asks("/pagertree")
    world.router("long", LONG)
    found = world.ports.store.directory().get(Router, "long")
    assert isinstance(found, Router)
    return found


def test_the_name_of_a_long_router_is_changed_and_its_rules_stay(router: Router, world: World, alice: Person) -> None:
    form = alice.opens("/pagertree router edit long", showing="Without a file they stay as they are")
    assert f"{len(LONG):,} characters" in words_of(form)
    answer = alice.submits(name="Longer")

    assert answer["ok"], answer
    found = world.ports.store.directory().routers[router.id]
    assert (found.name, found.yaml) == ("Longer", LONG)


def test_a_long_router_is_handed_out_as_a_file(
    router: Router, workspace: Workspace, server: Running, alice: Person
) -> None:
    said = alice.asks("/pagertree router download long")

    assert "in your messages with the bot, as `long.yaml`" in said
    [*_, shared] = workspace.get("calls", method="files.completeUploadExternal", at_least=1)["calls"]
    address = shared["answer"]["files"][0]["url_private_download"]
    handed = httpx.get(address, headers={"authorization": "Bearer xoxb-sandbox"})
    assert handed.text == router.yaml


def test_a_file_that_slack_does_not_take_is_said(router: Router, workspace: Workspace, alice: Person) -> None:
    workspace.post("misbehaviour", method="files.getUploadURLExternal", kind="error", error="missing_scope", times=1)

    assert "install it again with the current manifest" in alice.asks("/pagertree router download long")


def test_every_line_of_a_long_router_is_shown_on_some_page(router: Router, alice: Person) -> None:
    first = alice.asks("/pagertree router show long")
    assert "rule 0\n" in first
    assert "2101 lines in all" in first
    last = int(first.split("Page 1 of ")[1].split(",")[0])
    pages = [alice.asks(f"/pagertree router show long --page {page}") for page in range(1, last + 1)]

    assert all(f"name: rule {number}\n" in "".join(pages) for number in range(700))
    assert f"There is no page {last + 1}: the last is {last}." in alice.asks(
        f"/pagertree router show long --page {last + 1}"
    )


def test_a_long_difference_is_shown_in_pages(router: Router, world: World, alice: Person) -> None:
    with world.ports.store.begin() as uow:
        uow.put(Router(id=router.id, name="Long", handle="long", yaml="rules: []\n"), SYSTEM, world.clock.now(), seen=1)

    first = alice.asks("/pagertree router diff long 2")
    last = int(first.split("Page 1 of ")[1].split(",")[0])

    assert "name: rule 699" in alice.asks(f"/pagertree router diff long 2 --page {last}")
