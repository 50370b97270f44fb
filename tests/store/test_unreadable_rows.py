"""A row that cannot be read holds up none behind it, and is taken again once it can be."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, Table, select, update

from bot.engine.decision import Notify, SetTimer
from bot.engine.delivery.storms import Storm
from bot.engine.model import Status, User
from bot.errors import Undecodable
from bot.ports import AlertFilter, Announcement, ShiftNotice, ShiftNoticeKind, Store, UnitOfWork, UnreadableRow
from bot.store.engines import address, connect
from bot.store.schema import alerts, announcements, entries, logs, notifications, objects, storms, timers, traffic
from bot.store.unreadable_rows import AGAIN
from tests.store.making import (
    NOW,
    SENDER,
    create,
    later,
    make_alert,
    make_entry,
    make_log,
    make_notification,
    make_timer,
    saved,
)

LEASE = timedelta(seconds=30)
SECRET = "hunter2"


@pytest.fixture
def database(store: Store, database_url: str) -> Iterator[Engine]:
    """The database below the store, to break things in."""
    engine = connect(address(database_url))
    yield engine
    engine.dispose()


@dataclass(frozen=True)
class Kind:
    """Something that is claimed: how three of it come to be, how they are claimed, and what damages one."""

    table: Table
    make: Callable[[Store], list[str]]
    claim: Callable[[UnitOfWork, datetime, int], list[str]]
    damage: dict[str, object]


def _logs(store: Store) -> list[str]:
    made = [make_log(number) for number in range(3)]
    store.append(made)
    return [each.id for each in made]


def _timers(store: Store) -> list[str]:
    alert = make_alert()
    made = [make_timer(alert, later(seconds)) for seconds in (-3, -2, -1)]
    saved(store, create(alert, *(SetTimer(timer=each) for each in made)))
    return [each.id for each in made]


def _notifications(store: Store) -> list[str]:
    alert = make_alert()
    made = [make_notification(alert, later(seconds)) for seconds in (-3, -2, -1)]
    saved(store, create(alert, *(Notify(notification=each) for each in made)))
    return [each.id for each in made]


def _storms(store: Store) -> list[str]:
    made = [Storm(id=f"stm_{number}", channel="slack", address="C1", began_at=NOW) for number in range(3)]
    with store.begin() as uow:
        for number, each in enumerate(made):
            uow.put_storm(each, later(number - 3))
    return [each.id for each in made]


def _read_logs(uow: UnitOfWork, now: datetime, limit: int) -> list[str]:
    return [each.id for each in uow.unread_logs("int_a", limit, now).logs]


def _fire(uow: UnitOfWork, now: datetime, limit: int) -> list[str]:
    return [each.id for each in uow.due_timers(now, limit)]


def _send(uow: UnitOfWork, now: datetime, limit: int) -> list[str]:
    return [each.id for each in uow.claim_notifications(now, LEASE, limit)]


def _tell(uow: UnitOfWork, now: datetime, limit: int) -> list[str]:
    return [each.id for each in uow.claim_storms(now, LEASE, limit)]


DAMAGED: dict[str, object] = {"document": f'{{"id": "{SECRET}"'}
KINDS = [
    Kind(logs, _logs, _read_logs, {"request": f'{{"{SECRET}": '}),
    Kind(timers, _timers, _fire, DAMAGED),
    Kind(notifications, _notifications, _send, {"kind": f"alert.{SECRET}"}),
    Kind(storms, _storms, _tell, DAMAGED),
]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.table.name)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


def damage(database: Engine, table: Table, row_id: str, **values: object) -> dict[str, object]:
    """Damage a row; returns what heals it."""
    with database.begin() as connection:
        [row] = connection.execute(select(table).where(table.c.id == row_id)).mappings()
        connection.execute(update(table).where(table.c.id == row_id).values(**values))
    return {name: row[name] for name in values}


def claimed(store: Store, kind: Kind, now: datetime, limit: int = 10) -> list[str]:
    with store.begin() as uow:
        return kind.claim(uow, now, limit)


def test_what_is_behind_it_goes_on_and_it_is_taken_once_it_can_be_read(
    store: Store, database: Engine, kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    first, *others = kind.make(store)
    healing = damage(database, kind.table, first, **kind.damage)
    with caplog.at_level(logging.ERROR):
        assert claimed(store, kind, NOW) == others
        claimed(store, kind, NOW + AGAIN)
    with store.begin() as uow:
        assert uow.set_aside(5) == (UnreadableRow(table=kind.table.name, id=first, since=NOW),)
        assert uow.backlog(NOW).set_aside == 1
    [said] = [record.getMessage() for record in caplog.records if first in record.getMessage()]
    assert kind.table.name in said
    assert SECRET not in caplog.text

    damage(database, kind.table, first, **healing)
    assert first in claimed(store, kind, NOW + 2 * AGAIN)
    with store.begin() as uow:
        uow.forget_what_is_legible(NOW + AGAIN * 8)
        assert uow.set_aside(5) == ()


def test_a_full_batch_of_them_lets_the_next_through(store: Store, database: Engine, kind: Kind) -> None:
    *broken, last = kind.make(store)
    for each in broken:
        damage(database, kind.table, each, **kind.damage)
    taken = claimed(store, kind, NOW, limit=2) or claimed(store, kind, NOW, limit=2)
    assert taken == [last]
    with store.begin() as uow:
        backlog = uow.backlog(NOW)
    assert (backlog.unread_logs, backlog.queued_notifications, backlog.overdue_timers) == (
        int(kind.table is logs),
        0,
        0,
    )


def test_its_attempts_are_not_used_up(store: Store, database: Engine) -> None:
    [first, *_] = _notifications(store)
    healing = damage(database, notifications, first, urgency="deafening")
    for minutes in range(5):
        claimed(store, KINDS[2], NOW + minutes * AGAIN)
    damage(database, notifications, first, **healing)
    with store.begin() as uow:
        [again] = [each for each in uow.claim_notifications(NOW + 5 * AGAIN, LEASE, 10) if each.id == first]
    assert again.attempts == 1


def test_a_message_that_is_repainted_lets_the_others_be(store: Store, database: Engine) -> None:
    alert = make_alert(version=3)
    made = [make_notification(alert) for _ in range(2)]
    saved(store, create(alert, *(Notify(notification=each) for each in made)))
    with database.begin() as connection:
        connection.execute(update(notifications).values(state="sent", provider_id="1"))
        connection.execute(update(alerts).values(repaint=True))
    damage(database, notifications, made[0].id, kind="?")
    with store.begin() as uow:
        assert [each.id for each in uow.claim_stale_messages(["slack"], NOW, 10)] == [made[1].id]


def test_lists_leave_it_out_and_who_needs_it_is_told_which_it_is(store: Store, database: Engine) -> None:
    whole, broken = make_alert(), make_alert()
    decisions = [create(each, SetTimer(timer=make_timer(each))) for each in (whole, broken)]
    decisions[0] = decisions[0].tell(make_entry(whole, "").kind, SENDER, "kept", NOW)
    saved(store, *decisions)
    damage(database, alerts, broken.id, document="{}")
    with store.begin() as uow:
        assert [each.id for each in uow.alerts(AlertFilter())] == [whole.id]
        assert uow.live([whole.id, broken.id]) == {whole.id, broken.id}
        with pytest.raises(Undecodable, match="#2 of alerts"):
            uow.situation(broken.id)
    with database.begin() as connection:
        connection.execute(update(entries).values(kind="?"))
        connection.execute(update(timers).values(document="?"))
    with store.begin() as uow:
        assert uow.entries(whole.id) == ()
        assert uow.pending_timers([whole.id]) == ()
        assert uow.situations([whole.id])[whole.id].alert.status is Status.OPEN


def test_a_place_that_cannot_be_read_is_not_forgotten(store: Store, database: Engine) -> None:
    with store.begin() as uow:
        uow.put_traffic(uow.traffic(["here"]).values())
    with database.begin() as connection:
        connection.execute(update(traffic).values(document="?"))
    with store.begin() as uow:
        assert uow.forget_storms(NOW) == 0
        with pytest.raises(Undecodable, match="here of traffic"):
            uow.traffic(["here"])


def test_a_notice_of_a_shift_that_cannot_be_read_is_passed_over(store: Store, database: Engine) -> None:
    notices = [
        ShiftNotice(kind=kind, schedule_id="sch_1", layer=1, start_at=NOW, user_id="usr_1", number=2)
        for kind in ShiftNoticeKind
    ]
    said = [
        Announcement(
            id=f"{each.kind}.{channel}", channel=channel, address="", title="", text="", due_at=NOW, notice=each
        )
        for each in notices
        for channel in ("slack", "email")
    ]
    with store.begin() as uow:
        uow.announce(said)
        assert set(uow.shift_notices(NOW)) == {*notices}
        assert len(uow.shift_notices(NOW)) == len(notices)
        assert uow.shift_notices(later(1)) == ()
    damage(database, announcements, said[0].id, notice='{"kind": "of a later version"}')
    damage(database, announcements, said[1].id, notice="?")
    with store.begin() as uow:
        assert uow.shift_notices(NOW) == (notices[1],)


def test_versions_and_objects_that_cannot_be_read_are_left_out(store: Store, database: Engine) -> None:
    with store.begin() as uow:
        for name in ("a", "b"):
            uow.put(User(id=f"usr_{name}", name=name, handle=name), SENDER, NOW)
    damage(database, objects, "usr_a", body='{"id"')
    with store.begin() as uow:
        uow.put(User(id="usr_c", name="c", handle="c"), SENDER, NOW)
    assert {*store.directory().users} == {"usr_b", "usr_c"}
