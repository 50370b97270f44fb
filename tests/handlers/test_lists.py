"""Lists at any size: searched, sorted and counted by the database, and nothing left out without a word."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import ids
from bot.engine.decision import SetTimer
from bot.engine.model import (
    SYSTEM,
    Alert,
    Integration,
    Receiver,
    ReceiverKind,
    Responder,
    Status,
    TimerKind,
    Urgency,
    User,
    person,
)
from bot.errors import Invalid, NotFound
from bot.handlers import own_overview
from bot.handlers.collecting import collect
from bot.handlers.grammar import Word, read
from bot.handlers.lookup import pick, search
from bot.handlers.modals.menus import destinations, matching
from bot.handlers.table import Said, bind, find
from bot.handlers.visit import Visit
from bot.service import manage
from tests.handlers.drawn import visit
from tests.harness import World
from tests.store.making import create, make_alert, make_timer

TABLE = collect()


def asks(known: Visit, typed: str) -> str:
    """All the text of an answer to a command."""
    noun, command, left = find(TABLE, read(typed))
    said = command.run(known, bind(noun, command, left))
    assert isinstance(said, Said)
    return text_of(said.blocks)


def text_of(blocks: object) -> str:
    """All text in blocks."""
    match blocks:
        case Mapping():
            return " ".join(text_of(value) for name, value in blocks.items() if name not in {"type", "action_id"})
        case list() | tuple():
            return " ".join(map(text_of, blocks))
        case str():
            return blocks
        case _:
            return ""


def numbers_in(text: str) -> list[int]:
    """The alerts of a list, in their order."""
    return [int(each) for each in re.findall(r"\*#(\d+)\*", text)]


@pytest.fixture
def admin(world: World) -> Visit:
    return visit(world)


@pytest.fixture
def forty(world: World, admin: Visit) -> list[Alert]:
    """Alerts of which the oldest is the only critical one."""
    at = world.clock.now()
    alerts = [
        make_alert(f"k{number}", urgency=Urgency.CRITICAL if number == 0 else Urgency.LOW, created_at=at)
        for number in range(40)
    ]
    with world.ports.store.begin() as uow:
        uow.save([create(each) for each in alerts])
    return alerts


def test_the_most_urgent_alert_comes_first_however_many_came_since(admin: Visit, forty: list[Alert]) -> None:
    assert numbers_in(asks(admin, "alert list --sort urgency"))[:2] == [1, 40]
    assert numbers_in(asks(admin, "alert list"))[0] == 40
    assert numbers_in(asks(admin, "alert list --sort oldest"))[0] == 1


def test_a_list_says_how_much_there_is_and_leads_to_its_end(admin: Visit, forty: list[Alert]) -> None:
    first = asks(admin, "alert list --status open --sort urgency")
    assert "Page 1 of 4, 40 in all." in first
    assert "alert list --status open --sort urgency --page 4" in first
    assert "There is no page 9: the last is 4." in asks(admin, "alert list --page 9")


@pytest.mark.parametrize("typed", ["--sort loudest", "--urgency loud", "--status gone", "--since whenever", "--page 0"])
def test_what_there_is_not_is_refused_with_what_there_is(admin: Visit, typed: str) -> None:
    with pytest.raises(Invalid):
        asks(admin, f"alert list {typed}")


def test_a_row_says_who_has_it_until_when_and_what_it_gathered(world: World, admin: Visit) -> None:
    team, at = world.policy(("bob", 5)), world.clock.now()
    bob = world.person("bob")
    held = make_alert(
        status=Status.ACKNOWLEDGED,
        settled_by=person(bob.id, "slack"),
        receivers=(Receiver(kind=ReceiverKind.TEAM, id=team.id),),
    )
    child = make_alert(status=Status.SUPPRESSED, parent_id=held.id)
    timer = make_timer(held, at + timedelta(hours=1), TimerKind.SNOOZE_END)
    with world.ports.store.begin() as uow:
        uow.save([create(held, SetTimer(timer=timer)), create(child)])
    shown = asks(admin, f"alert list --team {team.handle}")
    assert numbers_in(shown) == [1]
    for said in ("Bob has it", "snoozed until", "gathered 1", "team:ops"):
        assert said in shown
    assert numbers_in(asks(replace(admin, user=bob), "alert list --mine")) == [1]
    assert "No alerts of yours." in asks(admin, "alert list --mine")


def test_since_is_a_duration_or_a_time(world: World, admin: Visit) -> None:
    at = world.clock.now()
    old, young = (make_alert(created_at=at - timedelta(hours=hours)) for hours in (30, 1))
    with world.ports.store.begin() as uow:
        uow.save([create(old), create(young)])
    assert numbers_in(asks(admin, "alert list --since 2h")) == [2]
    assert numbers_in(asks(admin, "alert list --since 3d")) == [2, 1]
    an_hour_and_a_half = (at - timedelta(minutes=90)).isoformat()
    assert numbers_in(asks(admin, f"alert list --since {an_hour_and_a_half}")) == [2]


def test_a_short_text_says_where_it_was_looked_for(admin: Visit, forty: list[Alert]) -> None:
    assert "newest 10,000" in asks(admin, "alert list zz")
    assert "newest" not in asks(admin, "alert list disk")


def test_home_shows_the_most_urgent_of_all_that_are_somebodys(world: World, admin: Visit) -> None:
    asked = Responder(user_id=admin.user.id, escalation_id="e", layer=1, passage=0)
    urgencies = [Urgency.CRITICAL, *[Urgency.LOW] * 12, Urgency.HIGH]
    with world.ports.store.begin() as uow:
        uow.save([create(make_alert(urgency=each, responders=(asked,))) for each in urgencies])
    shown = text_of(own_overview.overview(admin))
    assert numbers_in(shown)[:2] == [1, 14]
    assert len(numbers_in(shown)) == 10
    assert "and 4 more" in shown
    assert "alert list --mine --sort urgency" in shown


def test_every_integration_is_looked_at(world: World, admin: Visit) -> None:
    with world.ports.store.begin() as uow:
        for number in range(130):
            name = f"sender {number}"
            made = Integration(id=ids.new("int"), name=name, handle=f"s-{number}", type="webhook", key=ids.secret())
            uow.put(made, SYSTEM, world.clock.now())
    silent = [each.said for each in admin.figures.known(world.ports, admin.now, admin.credentials).findings]
    assert sum("never sent anything" in each for each in silent) == 130
    shown = text_of(own_overview.page(admin))
    assert "more" in shown
    last = asks(admin, "health --page 13")
    assert "never sent anything" in last


def test_figures_are_looked_at_once_a_minute_for_all(world: World, admin: Visit) -> None:
    def never_sent() -> int:
        known = admin.figures.known(world.ports, world.clock.now(), admin.credentials)
        return sum("never sent" in each.said for each in known.findings)

    assert never_sent() == 0
    world.integration("late")
    assert never_sent() == 0
    world.passes(minutes=1)
    assert never_sent() == 1


def test_an_old_change_is_found_behind_any_number_of_newer_ones(world: World, admin: Visit) -> None:
    first = world.integration("first-of-all")
    bob, at = world.person("bob"), world.clock.now()
    with world.ports.store.begin() as uow:
        for number in range(1_100):
            uow.put(replace(bob, name=f"Bob {number}"), SYSTEM, at, seen=number + 1)
    manage.remove(world.ports, first.id, person(bob.id, "slack"))
    found = asks(admin, "audit list first-of-all")
    assert "made the integration" in found
    assert "deleted the integration" in found
    assert "Page 1 of 111, 1,103 in all." in asks(admin, "audit list")
    assert "audit show" in asks(admin, "audit list Bob")
    assert "has to do with" in asks(admin, "audit list nobody-at-all")


@pytest.fixture
def namesakes(world: World) -> list[User]:
    """Thirty people of one name."""
    people = [User(id=ids.new("usr"), name="Alex Kim", handle=f"alex-{number}") for number in range(30)]
    with world.ports.store.begin() as uow:
        for each in people:
            uow.put(each, SYSTEM, world.clock.now())
    return people


def test_equal_names_are_told_apart_in_menus_and_found_by_handle_or_id(world: World, namesakes: list[User]) -> None:
    choices = destinations(world.ports.store.directory())
    assert len({each.label for each in choices}) == len(choices)
    assert "Person Alex Kim (alex-7)" in {each.label for each in choices}
    for typed in ("alex-7", namesakes[7].id, "kim ALEX-7"):
        assert [each.value for each in matching(choices, typed)][:1] == [f"user:{namesakes[7].id}"]


def test_what_begins_as_it_was_typed_is_offered_first(world: World) -> None:
    for handle in ("zeta-data", "data"):
        world.team(handle, ("bob", 5))
    labels = [each.label for each in matching(destinations(world.ports.store.directory()), "team data")]
    assert labels[0] == "Team data"


def test_an_object_is_found_by_name_handle_or_id(world: World, namesakes: list[User]) -> None:
    team = world.team("payments", ("bob", 5))
    manage.change(world.ports, replace(team, name="Payments and Refunds"), SYSTEM, 1)
    directory = world.ports.store.directory()
    for typed in ("payments", "payments and REFUNDS", team.id, "team:payments"):
        assert pick(directory, type(team), Word(text=typed)).id == team.id
    with pytest.raises(NotFound, match="There are 30 called “alex kim”: name one by its handle, alex-0"):
        pick(directory, User, Word(text="alex kim"))
    assert len(search(directory, User, "kim")) == 30
    assert [each.id for each in search(directory, User, namesakes[3].id)] == [namesakes[3].id]
