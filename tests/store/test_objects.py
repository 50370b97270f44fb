"""What is configured, in all its versions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.directory import Configured
from bot.engine.model import (
    SYSTEM,
    Automation,
    Contact,
    Integration,
    Layer,
    Maintenance,
    Member,
    NotificationRule,
    Policy,
    Router,
    Stakeholder,
    Team,
    User,
    person,
)
from bot.engine.schedules import Action, Event, Override, Rotation, Schedule
from bot.errors import Conflict, NotFound
from bot.ports import Store
from tests.store.making import NOW, TEAM, later

JANE = User(
    id="usr_a",
    name="Jane",
    handle="jane",
    slack_id="U1",
    contacts=(Contact(channel="sms", address="+49", verified_at=NOW),),
)
EVENING = datetime(2026, 3, 29, 18)  # noqa: DTZ001  # a wall-clock time
EVERYTHING: tuple[Configured, ...] = (
    JANE,
    Team(id="tem_a", name="Team", handle="team", members=(Member(user_id="usr_a"),), stakeholder_ids=("stk_a",)),
    Schedule(
        id="sch_a",
        name="Schedule",
        handle="schedule",
        zone="Europe/Berlin",
        events=(
            Event(
                id="e1",
                attendees=("usr_a",),
                start=EVENING,
                end=EVENING + timedelta(hours=12),
                recurrence="FREQ=DAILY",
                rotation=Rotation(at_once=2),
                exceptions=(EVENING,),
            ),
        ),
        overrides=(Override(id="o1", start_at=NOW, end_at=later(5), action=Action.ADD, user_ids=("usr_b",), layer=2),),
    ),
    Policy(
        id="esc_a", name="P", handle="p", layers=(Layer(number=1, timeout=timedelta(seconds=90)),), reassign=(TEAM,)
    ),
    Integration(
        id="int_a",
        name="I",
        handle="i",
        type="webhook",
        key="k1",
        destinations=(TEAM,),
        options={"token": "t", "deep": [1, None, {"a": True}]},
    ),
    Router(id="rtr_a", name="R", handle="r", yaml="rules: []\n# \x00 ü", default_destination=TEAM),
    NotificationRule(id="ntr_a", name="N", handle="n", yaml="rules: []"),
    Stakeholder(id="stk_a", name="S", handle="s", user_ids=("usr_a",), emails=("a@b.c",)),
    Automation(id="atm_a", name="A", handle="a", method="POST", url="https://x", headers={"a": "b"}),
    Maintenance(id="mnt_a", name="M", handle="m", integration_ids=("int_a",), start_at=NOW, end_at=later(60)),
)


def put(store: Store, body: Configured, seen: int | None = None) -> int:
    with store.begin() as uow:
        return uow.put(body, SYSTEM, NOW, seen=seen)


@pytest.mark.parametrize("body", EVERYTHING, ids=lambda body: type(body).__name__)
def test_every_kind_of_object_is_read_back_as_it_was_put(store: Store, body: Configured) -> None:
    assert put(store, body) == 1
    assert store.directory().get(type(body), body.id) == body
    assert store.directory().get(type(body), body.handle) == body
    with store.begin() as uow:
        assert uow.revisions(body.id)[0].body == body


def test_directory_is_read_again_only_when_something_changed(store: Store) -> None:
    before = store.directory()
    assert store.directory() is before
    put(store, JANE)
    after = store.directory()
    assert (after.version, [*after.users]) == (before.version + 1, ["usr_a"])
    with store.begin() as uow:
        assert uow.directory() is after
    assert store.directory() is after


def test_transaction_sees_its_own_changes_and_nobody_else_does_until_it_commits(store: Store) -> None:
    before = store.directory()
    with store.begin() as uow:
        uow.put(JANE, SYSTEM, NOW)
        assert uow.directory().users == {"usr_a": JANE}
        assert store.directory() is before
        uow.delete("usr_a", SYSTEM, NOW)
        assert uow.directory().users == {}


def put_in_vain(store: Store, body: Configured) -> None:
    with store.begin() as uow:
        uow.put(body, SYSTEM, NOW)
        assert uow.directory().version == 1
        raise LookupError


def test_change_that_is_rolled_back_is_not_kept_in_mind(store: Store) -> None:
    with pytest.raises(LookupError):
        put_in_vain(store, JANE)
    put(store, EVERYTHING[1])
    assert store.directory().version == 1
    assert store.directory().users == {}
    assert [*store.directory().teams] == ["tem_a"]


def test_versions_count_up_and_stay(store: Store) -> None:
    renamed = replace(JANE, name="Jane Doe")
    assert put(store, JANE) == 1
    with store.begin() as uow:
        assert uow.put(renamed, person("usr_b", "slack"), later(1), seen=1) == 2
        assert uow.version_of("usr_a") == 2
        newest, oldest = uow.revisions("usr_a")
    assert (newest.version, newest.at, newest.author, newest.body) == (2, later(1), person("usr_b", "slack"), renamed)
    assert (oldest.version, oldest.at, oldest.author, oldest.body) == (1, NOW, SYSTEM, JANE)
    assert store.directory().users == {"usr_a": renamed}


@pytest.mark.parametrize("seen", [None, 0, 1, 3])
def test_edit_of_a_version_that_is_not_the_latest_conflicts(store: Store, seen: int | None) -> None:
    put(store, JANE)
    put(store, replace(JANE, name="two"), 1)
    with pytest.raises(Conflict, match="version 2"):
        put(store, replace(JANE, name="late"), seen)
    assert store.directory().users["usr_a"].name == "two"


def test_edit_of_an_object_that_was_never_made_conflicts(store: Store) -> None:
    with pytest.raises(Conflict):
        put(store, JANE, 1)
    assert store.directory().version == 0


def test_handle_belongs_to_one_object_of_a_kind(store: Store) -> None:
    put(store, JANE)
    put(store, Stakeholder(id="stk_a", name="Jane", handle="jane"))
    with pytest.raises(Conflict, match="jane is taken by usr_a"):
        put(store, replace(JANE, id="usr_b"))
    put(store, replace(JANE, id="usr_b", handle="jane-2"))
    with pytest.raises(Conflict):
        put(store, replace(JANE, id="usr_b"), 1)


def test_deleted_object_is_gone_and_its_versions_stay(store: Store) -> None:
    put(store, JANE)
    with store.begin() as uow:
        uow.delete("usr_a", person("usr_b", "slack"), later(1))
        assert uow.version_of("usr_a") == 0
    assert store.directory().users == {}
    with store.begin() as uow:
        gone, made = uow.revisions("usr_a")
    assert (gone.version, gone.author.id, gone.body, made.body) == (2, "usr_b", None, JANE)


def test_deleted_object_can_be_restored(store: Store) -> None:
    put(store, JANE)
    with store.begin() as uow:
        uow.delete("usr_a", SYSTEM, NOW)
    assert put(store, JANE) == 3
    assert store.directory().users == {"usr_a": JANE}


def test_what_does_not_exist_cannot_be_deleted(store: Store) -> None:
    with pytest.raises(NotFound), store.begin() as uow:
        uow.delete("usr_none", SYSTEM, NOW)
    assert store.directory().version == 0


def test_all_changes_are_listed_newest_first(store: Store) -> None:
    for body in EVERYTHING:
        put(store, body)
    with store.begin() as uow:
        ids = [revision.object_id for revision in uow.revisions(limit=3)]
        assert len(uow.revisions()) == len(EVERYTHING)
    assert ids == [body.id for body in reversed(EVERYTHING[-3:])]


def test_maintenance_keeps_its_zone(store: Store) -> None:
    put(store, EVERYTHING[-1])
    assert store.directory().in_maintenance("int_a", later(59)) is not None
    assert store.directory().maintenances["mnt_a"].start_at.tzinfo is UTC
