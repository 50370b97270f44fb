"""Which number a page goes to, and whose a number is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.engine.directory import collect
from bot.engine.model import ChannelChoice, Contact, NotificationRule, User
from bot.engine.paging import phones
from tests.surroundings import KINDS

AT = datetime(2026, 3, 1, tzinfo=UTC)
FIRST, SECOND, THIRD = "+442071230001", "+442071230002", "+442071230003"
RULE = 'rules: [{match: {always: true}, actions: [{type: notify, channels: [sms], channel_options: {sms: "%s"}}]}]'


def contact(address: str, *, verified: bool = True, stopped: bool = False) -> Contact:
    return Contact(
        channel="phone", address=address, verified_at=AT if verified else None, stopped_at=AT if stopped else None
    )


def user(*contacts: Contact, rule: str | None = None) -> User:
    return User(id="usr_1", name="Alice", handle="alice", contacts=contacts, notification_rule_id=rule)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+44 20 7123-0001", FIRST),
        ("0044 (20) 7123.0001", FIRST),
        (FIRST, FIRST),
        ("020 7123 0001", None),
        ("+0123456789", None),
        ("+44207", None),
        ("+4420712300010000", None),
        ("+٤٤٢٠٧١٢٣٠٠٠١", None),
        ("", None),
        ("+442071230001\n", FIRST),
        ("alice", None),
    ],
)
def test_numbers_are_international_or_none(written: str, number: str | None) -> None:
    assert phones.normal(written) == number


@pytest.mark.parametrize(
    ("address", "numbers"),
    [
        ("primary", (FIRST,)),
        ("", (FIRST,)),
        ("secondary", (SECOND,)),
        ("primary or others", (FIRST, SECOND)),
        ("secondary or others", (SECOND, FIRST)),
        (SECOND, (SECOND,)),
    ],
)
def test_the_number_that_was_chosen_comes_first(address: str, numbers: tuple[str, ...]) -> None:
    found, why = phones.candidates(user(contact(FIRST), contact(SECOND)), "sms", address)

    assert (found, why) == (numbers, "")


@pytest.mark.parametrize(
    ("allowed", "address", "numbers"),
    [
        ((THIRD,), THIRD, (THIRD,)),
        ((THIRD,), f"{THIRD} or others", (THIRD, FIRST, SECOND)),
        (("+44207*",), THIRD, (THIRD,)),
        ((THIRD,), "+44 (20) 7123.0003", (THIRD,)),
        ((), THIRD, ()),
        ((), f"{THIRD} or others", (FIRST, SECOND)),
        (("+44208*", "+4420712300030", "+442071230003*0", FIRST), THIRD, ()),
        ((), SECOND, (SECOND,)),
    ],
)
def test_a_number_that_is_spelled_out_has_to_be_allowed(
    allowed: tuple[str, ...], address: str, numbers: tuple[str, ...]
) -> None:
    found, why = phones.candidates(user(contact(FIRST), contact(SECOND)), "voice", address, allowed)

    assert found == numbers
    assert ("nobody has allowed it" in why) == (address != SECOND and THIRD not in numbers)


def test_an_address_that_is_not_verified_is_used_only_where_it_is_spelled_out_and_allowed() -> None:
    unproven = user(contact(FIRST, verified=False))

    assert phones.candidates(unproven, "sms", "primary", (FIRST,))[0] == ()
    assert phones.candidates(unproven, "sms", FIRST, (FIRST,))[0] == (FIRST,)


def test_who_saved_the_rule_and_the_settings_allow_numbers() -> None:
    rule = NotificationRule(id="ntr_1", name="mine", handle="mine", yaml=RULE % THIRD, vouched=(THIRD,))
    ruled = user(rule="ntr_1")

    assert phones.allowed_for(ruled, collect([ruled, rule]), ("+1*",)) == (THIRD, "+1*")
    assert phones.allowed_for(user(), collect([rule]), ()) == ()
    assert phones.allowed_for(None, collect([rule]), ("+1*",)) == ("+1*",)


@pytest.mark.parametrize(
    ("contacts", "address", "why"),
    [
        ((), "primary", "Alice has no primary phone number."),
        ((contact(FIRST),), "secondary", "Alice has no secondary phone number."),
        ((contact(FIRST, verified=False),), "primary", f"{FIRST} of Alice is not verified."),
        ((contact(FIRST, verified=False),), FIRST, f"{FIRST} of Alice is not verified."),
        ((contact(FIRST, stopped=True),), "primary", f"{FIRST} of Alice has answered STOP"),
        ((contact(FIRST, stopped=True),), FIRST, f"{FIRST} of Alice has answered STOP"),
        ((contact("0207 1"),), "primary", "is not an international phone number"),
        ((), "nonsense", "'nonsense' is not an international phone number"),
    ],
)
def test_a_number_that_cannot_be_used_says_why(contacts: tuple[Contact, ...], address: str, why: str) -> None:
    found, said = phones.candidates(user(*contacts), "sms", address)

    assert found == ()
    assert why in said


def test_others_stand_in_for_a_number_that_cannot_be_used() -> None:
    found, why = phones.candidates(user(contact(FIRST, stopped=True), contact(SECOND)), "sms", "primary or others")

    assert found == (SECOND,)
    assert "has answered STOP" in why


def test_a_number_that_stopped_texts_is_still_called() -> None:
    assert phones.candidates(user(contact(FIRST, stopped=True)), "voice", "primary") == ((FIRST,), "")


@pytest.mark.parametrize(
    ("choice", "address"),
    [
        (ChannelChoice(channel="sms", address="secondary", fallback=True), "secondary or others"),
        (ChannelChoice(channel="voice", fallback=True), "primary or others"),
        (ChannelChoice(channel="sms", address=FIRST), FIRST),
    ],
)
def test_a_fallback_travels_with_the_address(choice: ChannelChoice, address: str) -> None:
    assert phones.wanted(choice) == address


def test_a_number_belongs_to_those_who_verified_it_or_whose_rule_names_it() -> None:
    verified, unverified = user(contact(FIRST)), user(contact(FIRST, verified=False))
    ruled = user(rule="ntr_1")
    rule = NotificationRule(id="ntr_1", name="mine", handle="mine", yaml=RULE % THIRD, vouched=(THIRD,))

    assert phones.owners(collect([ruled, replace(rule, vouched=())], channel_kinds=KINDS), THIRD) == ()
    assert phones.owners(collect([ruled, replace(rule, vouched=())], channel_kinds=KINDS), THIRD, ("+44*",)) == (ruled,)
    assert phones.owners(collect([verified], channel_kinds=KINDS), FIRST) == (verified,)
    assert phones.owners(collect([unverified], channel_kinds=KINDS), FIRST) == ()
    assert phones.owners(collect([ruled, rule], channel_kinds=KINDS), THIRD) == (ruled,)
    assert phones.owners(collect([ruled, rule], channel_kinds=KINDS), FIRST) == ()


@pytest.mark.parametrize("yaml", [f"# {THIRD}\nrules: []", f"rules: [{THIRD}", RULE % "primary"])
def test_a_number_that_a_rule_does_not_send_to_is_nobodys(yaml: str) -> None:
    rule = NotificationRule(id="ntr_1", name="mine", handle="mine", yaml=yaml, vouched=(THIRD,))

    assert phones.owners(collect([user(rule="ntr_1"), rule], channel_kinds=KINDS), THIRD) == ()
