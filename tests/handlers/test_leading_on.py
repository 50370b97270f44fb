"""Answers lead on: a slip of the pen, a page too far, a switch, and an admin who looks at somebody else."""

from tests.handlers.people import Person
from tests.harness import World, team_receiver


def _furnish(world: World, alice: Person) -> None:
    alice.asks("/pagertree")
    team = world.policy(("bob", 5), ("carol", 5))
    world.router("dev-alerts", "rules: []\n", team_receiver(team))


def test_a_slip_of_the_pen_is_run_with_one_click(alice: Person, world: World) -> None:
    _furnish(world, alice)

    assert "Did you mean /pagertree router show dev-alerts?" in alice.asks("/pagertree router shwo dev-alerts")
    assert alice.clicks("run.router show dev-alerts")["ok"]


def test_a_page_too_far_leads_back_to_the_last(alice: Person, world: World) -> None:
    _furnish(world, alice)

    assert "There is no page 9: the last is 1." in alice.asks("/pagertree router list --page 9")
    assert alice.clicks("turn.router list --page 1")["ok"]


def test_a_list_in_which_nothing_is_found_says_so(alice: Person, world: World) -> None:
    _furnish(world, alice)

    assert "None is like that." in alice.asks("/pagertree router list nothing")


def test_a_list_offers_admins_to_make_another(alice: Person, bob: Person, world: World) -> None:
    _furnish(world, alice)

    assert "New router" in alice.asks("/pagertree router list")
    assert "New router" not in bob.asks("/pagertree router list")


def test_what_was_switched_off_is_switched_on_with_one_click(alice: Person, world: World) -> None:
    _furnish(world, alice)
    alice.asks("/pagertree router disable dev-alerts")

    assert alice.clicks("run.router enable dev-alerts")["ok"]


def test_a_part_of_a_handle_names_the_whole(alice: Person, world: World) -> None:
    _furnish(world, alice)

    assert "Did you mean dev-alerts?" in alice.asks("/pagertree router show dev")


def test_an_admin_reads_why_somebody_is_not_reached(alice: Person, bob: Person, world: World) -> None:
    _furnish(world, alice)

    assert "no primary phone number" in alice.asks("/pagertree user show bob")
    assert "no primary phone number" not in bob.asks("/pagertree user show carol")
