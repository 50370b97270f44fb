"""An alert that cannot be worked on, or a store that is away: nothing else is held up, and nothing is sent twice."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import Engine, update

from bot.engine.decision import Decision, RunAutomations
from bot.engine.delivery.storms import Traffic
from bot.engine.directory import Directory
from bot.engine.model import DeliveryState, NoticeKind, Status, User, person
from bot.errors import Rejected, StoreUnavailable, Unavailable
from bot.ports import Announcement, Job, Log, Page, Receipt, Store, UnitOfWork
from bot.service import announce, answers, automate, callbacks, deliver, fire, refresh
from bot.store.engines import address, connect
from bot.store.rows import document
from bot.store.schema import alerts, notifications, timers, traffic
from tests.harness import World
from tests.store.making import NOW, make_alert, saved
from tests.surroundings import START, Phones

LONG = 60.0  # seconds that nobody waits here


@pytest.fixture
def database(store: Store, database_url: str) -> Iterator[Engine]:
    """The database below the store, to break things in."""
    engine = connect(address(database_url))
    yield engine
    engine.dispose()


def break_alert(database: Engine, alert_id: str) -> None:
    """Leave an alert that cannot be read."""
    with database.begin() as connection:
        connection.execute(update(alerts).where(alerts.c.id == alert_id).values(document="{}"))


def test_a_timer_that_cannot_be_fired_holds_back_no_other(world: World, database: Engine) -> None:
    world.policy(("alice", 5), ("bob", 5))
    broken = world.fires("broken")
    world.passes(seconds=1)
    world.fires("disk full")
    world.expect_sms("alice", "broken")
    world.expect_sms("alice", "disk full")
    break_alert(database, broken.id)

    world.clock.move_to(START + timedelta(minutes=6))

    assert fire.drain(world.ports) == 2
    assert fire.drain(world.ports) == 0
    world.queue.awake.clear()
    world.queue.awake.append(Job.DELIVER)
    with database.begin() as connection:
        connection.execute(update(notifications).where(notifications.c.alert_id == broken.id).values(state="failed"))
    world.works()
    world.expect("bob", "sms", NoticeKind.OPEN, "disk full")


def test_a_timer_that_could_not_be_fired_is_tried_again(world: World, database: Engine) -> None:
    world.policy(("alice", 5), ("bob", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    with database.begin() as connection:
        kept = connection.execute(alerts.select().where(alerts.c.id == alert.id)).one().document
    break_alert(database, alert.id)
    world.clock.move_to(START + timedelta(minutes=6))
    fire.drain(world.ports)
    with database.begin() as connection:
        connection.execute(update(alerts).where(alerts.c.id == alert.id).values(document=kept))
        assert connection.execute(timers.select().where(timers.c.state == "pending")).all()
    world.passes(seconds=30)
    world.expect_silence()
    world.clock.move_to(START + timedelta(minutes=7))
    fire.drain(world.ports)
    world.works()
    world.expect_sms("bob", "disk full")


# --- Sending ------------------------------------------------------------------------------------------------------


@dataclass
class Handset(Phones):
    """Phones that do something when they are sent a message, or told a text."""

    sending: Callable[[Page], object] = lambda _page: None
    telling: Callable[[Announcement], object] = lambda _said: None

    def tell(self, said: Announcement, user: User | None) -> Receipt:
        self.telling(said)
        return super().tell(said, user)

    def send(self, page: Page) -> Receipt:
        self.sending(page)
        return super().send(page)


@dataclass
class Away:
    """A store that is away for some transactions."""

    store: Store
    refuses: int = 0
    refused: Event = field(default_factory=Event)

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        if self.refuses:
            self.refuses -= 1
            self.refused.set()
            raise StoreUnavailable("the database failed: it is away")
        return self.store.begin()

    def append(self, logs: Sequence[Log]) -> None:
        self.store.append(logs)

    def directory(self) -> Directory:
        return self.store.directory()


def handset(world: World) -> Handset:
    """Put phones into the World's place for texts."""
    phones = Handset(name="sms", inbox=world.inbox)
    world.phones["sms"] = phones
    world.ports = replace(world.ports, channels=dict(world.phones))
    return phones


def pages(world: World, alert_id: str) -> list[tuple[str, DeliveryState, str]]:
    """The ledger of an alert's pages."""
    with world.ports.store.begin() as uow:
        ledger = uow.notifications([alert_id])[alert_id]
    return [(each.channel, each.state, each.error) for each in ledger if each.kind is NoticeKind.OPEN]


def create(title: str) -> dict[str, str]:
    """Make the payload that a sender reports a problem with."""
    return {"event_type": "create", "id": title, "title": title}


def test_a_page_that_left_while_the_store_went_away_leaves_once(world: World) -> None:
    world.policy(("alice", 5))
    away, phones = Away(world.ports.store), handset(world)
    world.ports = replace(world.ports, store=away)

    def lose_store(_page: Page) -> None:
        away.refuses = 2

    phones.sending = lose_store
    alert = world.fires("disk full")
    world.passes(minutes=2)
    world.expect_sms("alice", "disk full")
    assert pages(world, alert.id) == [("sms", DeliveryState.SENT, "")]


def test_what_is_on_its_way_when_claiming_fails_is_settled(world: World) -> None:
    world.policy(("alice", 5))
    away, phones = Away(world.ports.store), handset(world)
    world.ports = replace(world.ports, store=away)

    def lose_store(_page: Page) -> None:
        away.refuses = 1
        assert away.refused.wait(LONG)

    phones.sending = lose_store
    with pytest.raises(StoreUnavailable):
        world.fires("disk full")
    world.queue.smash()
    world.passes(minutes=2)
    world.expect_sms("alice", "disk full")
    assert pages(world, world.alert("disk full").id) == [("sms", DeliveryState.SENT, "")]


def test_a_page_that_cannot_be_drawn_holds_back_no_other(world: World, database: Engine) -> None:
    world.policy(("alice", 5))
    handset(world).trouble = [Unavailable("busy"), Unavailable("busy")]
    world.sends_together(*map(create, ("broken", "disk full")))
    broken = world.alert("broken")
    break_alert(database, broken.id)
    world.passes(seconds=3)
    world.expect_sms("alice", "disk full")
    ((_, state, error),) = pages(world, broken.id)
    assert state is DeliveryState.QUEUED
    assert "while it was drawn" in error


def test_a_page_that_nothing_can_take_the_place_of_is_settled_with_the_others(world: World, database: Engine) -> None:
    world.changes_contacts(world.person("alice"), "email")
    world.policy(("alice", 5))
    phones, refused = handset(world), dict[str, str]()

    def refuse(page: Page) -> None:
        refused[page.card.title] = page.card.alert_id
        if page.card.title == "broken":
            break_alert(database, page.card.alert_id)
        raise Rejected("unknown number")

    phones.sending = refuse
    world.sends_together(*map(create, ("broken", "disk full")))
    world.expect("alice", "email", NoticeKind.OPEN, "disk full")
    assert pages(world, refused["broken"]) == [("sms", DeliveryState.FAILED, "unknown number")]
    assert pages(world, refused["disk full"])[0] == ("sms", DeliveryState.FAILED, "unknown number")


def test_pages_leave_when_storms_cannot_be_looked_after(world: World, database: Engine) -> None:
    alice = world.person("alice")
    world.policy(("alice", 5))
    with database.begin() as connection:
        place = Traffic(place=f"sms {alice.id}").place
        connection.execute(traffic.insert().values(place=place, document="{}"))
    world.fires("disk full")
    world.expect_sms("alice", "disk full")


def test_a_process_that_ends_claims_nothing_more(world: World) -> None:
    world.policy(("alice", 5))
    phones = handset(world)
    phones.trouble = [Unavailable("busy")]
    world.fires("disk full")
    world.clock.move_to(START + timedelta(seconds=5))
    assert deliver.drain(world.ports, ends=lambda: True) == 0
    assert deliver.drain(world.ports) == 1
    world.expect_sms("alice", "disk full")


# --- Storms -------------------------------------------------------------------------------------------------------


def test_a_storm_that_was_told_while_the_store_went_away_is_told_once(world: World) -> None:
    world.limits_storms(1)
    world.policy(("alice", 30))
    away, phones = Away(world.ports.store), handset(world)
    world.ports = replace(world.ports, store=away)

    def lose_store(_said: Announcement) -> None:
        away.refuses = 2

    phones.telling = lose_store
    world.sends_together(*map(create, ("one", "two", "three")))
    world.passes(minutes=2)
    (single,) = world.inbox
    world.inbox.clear()
    assert len(phones.told) == 1
    ledger = [pages(world, world.alert(each).id) for each in ("one", "two", "three")]
    assert ledger == [[("sms", DeliveryState.SENT, "")]] * 3
    assert single.to == "alice"


def test_a_storm_that_cannot_be_gathered_holds_back_no_other(world: World, database: Engine) -> None:
    world.limits_storms(1)
    alice = world.person("alice", "slack")
    world.team("ops", ("alice", 30), integrated=True, slack_channel="C0OPS")
    world.sends_together(*map(create, ("one", "two", "three")))
    with database.begin() as connection:
        spoiled = update(traffic).where(traffic.c.place == f"slack {alice.id}").values(document="{}")
        assert connection.execute(spoiled).rowcount == 1
    world.passes(seconds=30)
    assert {told.storm.address for shown in world.slack.summaries.values() for told in shown} == {"C0OPS"}
    assert sorted(each.to for each in world.inbox) == ["C0OPS", "alice"]
    world.queue.wake_at(Job.DELIVER, START + timedelta(seconds=61))
    world.passes(seconds=35)
    heard = sorted(each.title for each in world.inbox if each.to == "alice")
    world.inbox.clear()
    assert heard == ["one", "three", "two"]


def test_what_a_summary_never_tells_leaves_by_itself_in_the_end(world: World, database: Engine) -> None:
    world.limits_storms(1)
    world.person("alice", "slack")
    world.policy(("alice", 30))
    world.sends_together(*map(create, ("one", "two", "three")))
    (single,) = world.inbox
    unread = next(title for title in ("three", "two") if title != single.title)
    break_alert(database, world.alert(unread).id)
    for minute in range(1, 20):
        world.queue.wake_at(Job.DELIVER, START + timedelta(minutes=minute, seconds=1))
    world.passes(minutes=14)
    assert world.inbox == [single]
    world.passes(minutes=6)
    heard = {each.title for each in world.inbox}
    world.inbox.clear()
    assert heard == {"one", "two", "three"} - {unread}
    assert not world.slack.summaries


def test_an_acknowledgement_survives_deadlocks(world: World) -> None:
    world.policy(("alice", 5), ("bob", 5))
    alert = world.fires("disk full")
    world.expect_sms("alice", "disk full")
    world.ports = replace(world.ports, store=Away(world.ports.store, refuses=2))
    world.acknowledges("alice", alert)
    world.passes(minutes=10)
    assert world.alert("disk full").status is Status.ACKNOWLEDGED


def test_a_report_of_a_failure_survives_deadlocks(world: World) -> None:
    world.person("alice", "sms", "voice")
    world.policy(("alice", 5), ("bob", 5))
    alert = world.fires("disk full")
    with world.ports.store.begin() as uow:
        [page, *_] = uow.notifications([alert.id])[alert.id]
    world.inbox.clear()
    report = callbacks.DeliveryReport(notification_id=page.id, provider_id=page.provider_id, state=DeliveryState.FAILED)
    callbacks.take(replace(world.ports, store=Away(world.ports.store, refuses=2)), report)
    with world.ports.store.begin() as uow:
        found = uow.notification(page.id)
    assert found
    assert found.state is DeliveryState.FAILED


# --- Repaints and announcements -----------------------------------------------------------------------------------


@dataclass
class Board(Phones):
    """Messages that can be changed, but for one alert's."""

    repaints: bool = True
    painted: list[str] = field(default_factory=list)

    def repaint(self, page: Page) -> None:
        if page.card.title == "unpaintable":
            raise ZeroDivisionError
        self.painted.append(page.card.title)


def test_a_card_that_cannot_be_drawn_or_repainted_holds_back_no_other(world: World, database: Engine) -> None:
    world.policy(("alice", 5))
    board = Board(name="sms", inbox=world.inbox)
    world.ports = replace(world.ports, channels={"sms": board})
    world.sends_together(*map(create, ("broken", "unpaintable", "disk full")))
    world.inbox.clear()
    for title in ("broken", "unpaintable", "disk full"):
        answers.acknowledge(world.ports, world.alert(title).id, person(world.person("alice").id, "sms"))
    break_alert(database, world.alert("broken").id)
    assert refresh.drain(world.ports) == 1
    assert board.painted == ["disk full"]


def test_what_is_announced_slowly_is_not_said_by_two(world: World) -> None:
    phones = handset(world)
    said = [
        Announcement(id=str(number), channel="sms", address="1", title="t", text=str(number), due_at=START)
        for number in range(3)
    ]
    with world.ports.store.begin() as uow:
        uow.announce(said)
    phones.telling = lambda _said: world.clock.move_to(world.clock.now() + timedelta(seconds=20))
    assert announce.drain(world.ports) == 2
    assert announce.drain(world.ports) == 0
    world.clock.move_to(START + announce.LEASE)
    assert announce.drain(world.ports) == 1
    assert phones.told == ["1: 0", "1: 1", "1: 2"]


def test_an_automation_of_an_alert_that_cannot_be_read_waits_until_it_can_be_and_holds_back_no_other(
    world: World, database: Engine
) -> None:
    world.policy(("alice", 30))
    runs = [saved(world.ports.store, asks_for_automation(title)) for title in ("broken", "disk full")]
    break_alert(database, runs[0].id)
    world.clock.move_to(NOW)
    assert automate.drain(world.ports) == 2
    world.clock.move_to(NOW + timedelta(hours=1))
    assert automate.drain(world.ports) == 1
    assert "it was deleted" in world.said(runs[1])
    with database.begin() as connection:
        connection.execute(update(alerts).where(alerts.c.id == runs[0].id).values(document=document(runs[0])))
    world.clock.move_to(NOW + timedelta(hours=2))
    assert automate.drain(world.ports) == 1
    assert automate.drain(world.ports) == 0
    assert "it was deleted" in world.said(runs[0])


def asks_for_automation(title: str) -> Decision:
    """Decide on an alert for which an automation has to run that is there no more."""
    return Decision(alert=make_alert(title), seen=0).do(RunAutomations(ids=("atm_gone",)))
