"""Who people are: linked on first use, the first owner an admin, strangers refused."""

from dataclasses import replace

import pytest

from bot.engine.model import SYSTEM, Role, User
from bot.service import manage
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World


@pytest.fixture
def naming(world: World) -> World:
    """Settings that name bob by his account, and carol by her address."""
    world.ports = replace(world.ports, admins=("u0bob000002", "Carol@example.com"))
    return world


def _user(world: World, slack_id: str) -> User:
    user = world.ports.store.directory().user_in_slack(slack_id)
    assert user
    return user


def test_the_first_owner_becomes_our_admin(world: World, alice: Person, bob: Person) -> None:
    bob.asks("/pagertree")
    alice.asks("/pagertree")

    assert _user(world, "U0BOB000002").role is Role.MEMBER
    assert _user(world, "U0ALICE0001").role is Role.ADMIN
    assert _user(world, "U0ALICE0001").email == "alice@example.com"
    assert _user(world, "U0ALICE0001").zone == "Europe/Paris"


def test_those_whom_the_settings_name_are_admins_and_owners_are_not(
    naming: World, alice: Person, bob: Person, workspace: Workspace
) -> None:
    alice.asks("/pagertree")
    bob.asks("/pagertree")
    workspace.person("carol").asks("/pagertree")

    roles = [_user(naming, each).role for each in ("U0ALICE0001", "U0BOB000002", "U0CAROL0003")]
    assert roles == [Role.MEMBER, Role.ADMIN, Role.ADMIN]


def test_where_no_admin_is_left_those_whom_the_settings_name_are_appointed(naming: World, bob: Person) -> None:
    for number, name in enumerate(("Bob", "Dora")):
        role = Role.MEMBER if name == "Bob" else Role.ADMIN
        slack_id = "U0BOB000002" if name == "Bob" else None
        user = User(id=f"usr_{number}", name=name, handle=name.lower(), role=role, slack_id=slack_id)
        manage.create(naming.ports, user, SYSTEM)
    bob.asks("/pagertree")
    assert _user(naming, "U0BOB000002").role is Role.MEMBER

    dora = naming.ports.store.directory().users["usr_1"]
    manage.change(naming.ports, replace(dora, active=False), SYSTEM, 1)
    bob.asks("/pagertree")
    assert _user(naming, "U0BOB000002").role is Role.ADMIN


def test_while_there_is_no_admin_nobody_can_configure(bob: Person) -> None:
    assert "There is no admin yet." in words_of(bob.opens("/pagertree team add"))


def test_somebody_who_was_set_up_before_is_found_by_email(world: World, bob: Person) -> None:
    known = User(id="usr_1", name="Bob", handle="bob", email="bob@example.com")
    manage.create(world.ports, known, SYSTEM)

    bob.asks("/pagertree")

    assert _user(world, "U0BOB000002").id == "usr_1"


def test_somebody_who_was_deactivated_here_is_told(world: World, bob: Person) -> None:
    manage.create(world.ports, User(id="usr_1", name="Bob", handle="bob", slack_id="U0BOB000002", active=False), SYSTEM)

    assert "deactivated" in bob.asks("/pagertree")


@pytest.mark.parametrize(
    ("name", "channel", "said"),
    [("grace", "#payments", "Guests cannot"), ("mallory", "#incidents", "another workspace")],
)
def test_strangers_are_refused_and_not_linked(
    world: World, workspace: Workspace, name: str, channel: str, said: str
) -> None:
    assert said in Person(workspace, name, channel).asks("/pagertree alert list")
    assert not world.ports.store.directory().users


def test_slack_that_does_not_say_who_it_is_is_said(workspace: Workspace, bob: Person) -> None:
    workspace.post("misbehaviour", method="users.info", kind="internal_error", times=1)

    assert "Slack is having trouble" in bob.asks("/pagertree")
