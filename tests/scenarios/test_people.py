"""How people are reached: addresses that they prove to be theirs, channels, reminders, roles."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.model import SYSTEM, Contact, Role, User, person
from bot.errors import Invalid, NotFound, Refused, Unavailable
from bot.service import manage, people
from bot.service.manage import SlackProfile
from tests.harness import World

NUMBER = "+442071234567"


def sent(world: World, address: str = NUMBER, by: str = "") -> str:
    """Have a code sent to alice, and look at her phone."""
    to = people.send_code(world.ports, world.person("alice").id, address, by)
    said = world.phones[to.channel].told.pop()
    assert said.startswith(f"{to.address}: ")
    found = re.search(r"\d{6}", said.removeprefix(f"{to.address}: ").replace(", ", ""))
    assert found
    return found[0]


def contacts(world: World) -> tuple[Contact, ...]:
    return world.person("alice").contacts


def other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_phone_is_used_once_its_code_was_typed(world: World) -> None:
    alice = world.person("alice").id
    code = sent(world, "+44 20 7123-4567")
    assert contacts(world) == ()
    with pytest.raises(Invalid, match="That is not the code; 4 more tries"):
        people.verify(world.ports, alice, other(code))
    people.verify(world.ports, alice, f"{code[:3]} {code[3:]}")
    assert contacts(world) == (Contact(channel="phone", address=NUMBER, verified_at=world.clock.now()),)
    with pytest.raises(Refused, match="There is no code to check"):
        people.verify(world.ports, alice, code)


@pytest.mark.parametrize(("address", "by", "channel"), [(NUMBER, "", "sms"), (NUMBER, "voice", "voice")])
def test_a_code_comes_by_text_or_call(world: World, address: str, by: str, channel: str) -> None:
    assert people.send_code(world.ports, world.person("alice").id, address, by).channel == channel


def test_further_mail_addresses_are_proved_too(world: World) -> None:
    people.verify(world.ports, world.person("alice").id, sent(world, "a@example.com"))
    assert [(each.channel, each.address) for each in contacts(world)] == [("email", "a@example.com")]


def test_a_code_is_good_for_five_tries_and_ten_minutes(world: World) -> None:
    alice = world.person("alice").id
    code = sent(world)
    for _ in range(people.TRIES):
        with pytest.raises(Invalid):
            people.verify(world.ports, alice, other(code))
    with pytest.raises(Refused, match="tried too often"):
        people.verify(world.ports, alice, code)
    code = sent(world)
    world.clock.move_to(world.clock.now() + people.VALID)
    with pytest.raises(Refused, match="too old"):
        people.verify(world.ports, alice, code)
    assert contacts(world) == ()


def test_only_so_many_codes_are_sent_in_an_hour(world: World) -> None:
    for _ in range(people.MOST_CODES):
        sent(world)
    with pytest.raises(Refused, match="in the last hour"):
        sent(world)
    world.clock.move_to(world.clock.now() + timedelta(hours=1))
    assert sent(world)


def test_the_code_itself_is_not_kept(world: World) -> None:
    alice = world.person("alice").id
    code = sent(world)
    with world.ports.store.begin() as uow:
        kept = uow.verification(alice)
    assert kept is not None
    assert code not in repr(kept)


@pytest.mark.parametrize(
    ("address", "by", "said"),
    [
        ("0171 1234", "", "is no phone number and no email address"),
        ("<script>", "", "is no phone number"),
        (NUMBER, "pigeon", "cannot be sent by pigeon"),
        (NUMBER, "email", "cannot be sent by email"),
    ],
)
def test_what_cannot_be_reached_is_said(world: World, address: str, by: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        people.send_code(world.ports, world.person("alice").id, address, by)


def test_a_code_that_could_not_be_sent_is_said(world: World) -> None:
    world.phones["sms"].trouble = [Unavailable("Twilio cannot be reached.")]
    with pytest.raises(Invalid, match="The code was not sent: Twilio cannot be reached"):
        people.send_code(world.ports, world.person("alice").id, NUMBER)


def test_addresses_are_removed_and_put_first(world: World) -> None:
    alice = world.person("alice").id
    for address in (NUMBER, "+442071234568"):
        people.verify(world.ports, alice, sent(world, address))
    people.prefer_address(world.ports, alice, "+44 2071234568")
    assert [each.address for each in contacts(world)] == ["+442071234568", NUMBER]
    people.remove_address(world.ports, alice, "+442071234568")
    assert [each.address for each in contacts(world)] == [NUMBER]
    with pytest.raises(NotFound):
        people.remove_address(world.ports, alice, "+442071234568")


# --- Preferences --------------------------------------------------------------------------------------------------


def test_channels_are_chosen_among_those_that_reach_the_person(world: World) -> None:
    alice = world.person("alice").id
    with pytest.raises(Invalid) as caught:
        people.set_channels(world.ports, alice, ("sms", "telex"))
    assert [problem.message for problem in caught.value.problems] == [
        "You have no verified phone for sms.",
        "There is no channel 'telex'.",
    ]
    with pytest.raises(Invalid, match="Nobody could reach you"):
        people.set_channels(world.ports, alice, ())
    people.verify(world.ports, alice, sent(world))
    assert people.set_channels(world.ports, alice, ("voice", "slack", "voice")).channels == ("voice", "slack")


@pytest.mark.parametrize(
    ("role", "mend"),
    [
        (Role.MEMBER, "Ask an admin: docs/channels/sms.md says how to set it up."),
        (Role.ADMIN, "docs/channels/sms.md says how to set it up."),
    ],
)
def test_a_channel_that_is_not_set_up_is_mended_by_an_admin_with_the_documentation(
    world: World, role: Role, mend: str
) -> None:
    user = world.person("alice", role=role)
    without = {name: each for name, each in world.ports.channels.items() if name != "sms"}
    world.ports = replace(world.ports, channels=without)
    for asked in (
        lambda: people.set_channels(world.ports, user.id, ("sms",)),
        lambda: people.send_code(world.ports, user.id, NUMBER, "sms"),
    ):
        with pytest.raises(Invalid) as caught:
            asked()
        assert [problem.mend for problem in caught.value.problems] == [mend]


def test_a_code_comes_only_by_what_fits_the_address(world: World) -> None:
    with pytest.raises(Invalid, match=r"A code cannot be sent by email here\. Use sms or voice\."):
        people.send_code(world.ports, world.person("alice").id, NUMBER, "email")


def test_the_zone_that_was_meant_is_suggested(world: World) -> None:
    with pytest.raises(Invalid, match=r"There is no time zone 'Europ/Paris'\. Did you mean Europe/Paris\?"):
        people.set_zone(world.ports, world.person("alice").id, "Europ/Paris")


def test_zones_and_reminders_are_checked(world: World) -> None:
    alice = world.person("alice").id
    with pytest.raises(Invalid, match="no time zone"):
        people.set_zone(world.ports, alice, "Europe/Atlantis")
    assert people.set_zone(world.ports, alice, "Europe/Paris").zone == "Europe/Paris"
    with pytest.raises(Invalid, match="no time to be reminded"):
        people.set_reminders(world.ports, alice, timedelta(days=30), afterwards=True)
    user = people.set_reminders(world.ports, alice, timedelta(hours=3), afterwards=True)
    assert (user.remind_before, user.told_off_duty) == (timedelta(hours=3), True)


# --- Roles --------------------------------------------------------------------------------------------------------


def admin(world: World, name: str) -> User:
    user = replace(world.person(name), role=Role.ADMIN)
    manage.change(world.ports, user, SYSTEM, 1)
    return user


def test_admins_change_roles_but_never_the_last_admin_away(world: World) -> None:
    alice, bob = admin(world, "alice"), world.person("bob")
    as_alice = person(alice.id, "slack")
    with pytest.raises(Refused, match="Alice is the last admin"):
        people.set_role(world.ports, alice.id, Role.MEMBER, as_alice)
    with pytest.raises(Refused, match="Alice is the last admin"):
        people.set_active(world.ports, alice.id, False, as_alice)
    assert world.person("alice").role is Role.ADMIN
    people.set_role(world.ports, bob.id, Role.ADMIN, as_alice)
    people.set_role(world.ports, alice.id, Role.MEMBER, as_alice)
    with pytest.raises(Refused, match="Only admins may do this"):
        people.set_role(world.ports, alice.id, Role.ADMIN, as_alice)


def test_somebody_who_is_deactivated_is_paged_no_more(world: World) -> None:
    alice = admin(world, "alice")
    world.policy(("bob", 5), ("carol", 5))
    people.set_active(world.ports, world.person("bob").id, False, person(alice.id, "slack"))
    world.fires("disk full")
    world.expect_sms("carol", "disk full")


def test_an_address_that_is_proved_again_keeps_its_place_and_its_stop(world: World) -> None:
    stopped = Contact(channel="phone", address=NUMBER, stopped_at=world.clock.now())
    other_number = Contact(channel="phone", address="+442071234568")
    manage.change(world.ports, replace(world.person("alice"), contacts=(stopped, other_number)), SYSTEM, 1)
    people.verify(world.ports, world.person("alice").id, sent(world))
    assert contacts(world) == (replace(stopped, verified_at=world.clock.now()), other_number)


def test_a_zone_that_our_database_does_not_have_is_utc(world: World) -> None:
    profile = SlackProfile(slack_id="U0BOB000002", name="Bob", zone="America/Atlantis")
    assert manage.link_person(world.ports, profile).zone == "Etc/UTC"
