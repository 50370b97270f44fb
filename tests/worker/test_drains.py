"""The drains of a worker: what pages people waits for nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event, Semaphore, Thread

from bot.engine.decision import Decision, Notify
from bot.engine.model import Alert, Integration, NoticeKind, person
from bot.ports import Job, Page, Ports, Receipt, Store
from bot.service import answers, deliver
from bot.worker.drains import sweep_until
from bot.worker.wake_events import WakeEvents
from tests.harness import World
from tests.store.making import make_notification
from tests.surroundings import START, Phones

LONG = 60.0  # seconds that nobody waits here


@dataclass
class Stuck(Phones):
    """A Slack that takes messages and hangs when one is changed."""

    repaints: bool = True
    hangs: Event = field(default_factory=Event)
    goes_on: Event = field(default_factory=Event)
    took: Event = field(default_factory=Event)

    def send(self, page: Page) -> Receipt:
        receipt = super().send(page)
        self.took.set()
        return receipt

    def repaint(self, page: Page) -> None:  # noqa: ARG002
        self.hangs.set()
        assert self.goes_on.wait(LONG)


@contextmanager
def drains(ports: Ports, wake_events: WakeEvents) -> Iterator[None]:
    """The drains of one worker."""
    stopping = Event()
    thread = Thread(target=sweep_until, args=(stopping, ports, wake_events, "worker"))
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        thread.join(LONG)
    assert not thread.is_alive()


def test_a_page_leaves_while_the_repaint_of_cards_hangs(store: Store) -> None:
    world, wake_events = World(store), WakeEvents()
    slack = Stuck(name="slack", inbox=world.inbox)
    world.ports = replace(world.ports, channels={"slack": slack})
    alice = world.person("alice", "slack")
    world.policy(("alice", 5))
    alert = world.fires("disk full")
    world.expect("alice", "slack", NoticeKind.OPEN, "disk full")
    answers.acknowledge(world.ports, alert.id, person(alice.id, "slack"))
    with drains(world.ports, wake_events):
        assert slack.hangs.wait(LONG)
        slack.took.clear()
        store.append([world._log(webhook(store), {"event_type": "create", "id": "2", "title": "database down"})])
        wake_events.ring(Job.RECEIVE)
        left = any(rings_until(slack.took, wake_events) for _ in range(600))
        slack.goes_on.set()
    assert left
    world.expect("alice", "slack", NoticeKind.OPEN, "database down")


@dataclass
class Clogged(Phones):
    """Phones over which pages leave, and on which news hangs."""

    goes_on: Event = field(default_factory=Event)
    hanging: Semaphore = field(default_factory=lambda: Semaphore(0))
    took: Event = field(default_factory=Event)

    def send(self, page: Page) -> Receipt:
        if page.notification.kind is NoticeKind.OPEN:
            self.took.set()
        else:
            self.hanging.release()
            assert self.goes_on.wait(LONG)
        return super().send(page)


def test_a_page_leaves_while_all_the_news_that_may_be_on_its_way_hangs(store: Store) -> None:
    world, wake_events = World(store), WakeEvents()
    phones = Clogged(name="sms", inbox=world.inbox)
    world.ports = replace(world.ports, channels={"sms": phones}, storm_limit=0)
    world.policy(("alice", 5))
    alert = world.fires("disk full")
    phones.took.clear()
    tell(store, alert, *(notice(alert, f"ntf_{number}") for number in range(deliver.AT_ONCE * 2)))
    with drains(world.ports, wake_events):
        for _ in range(deliver.OTHERS):
            assert phones.hanging.acquire(timeout=LONG)
        tell(store, alert, notice(alert, "ntf_page", kind=NoticeKind.OPEN))
        left = phones.took.wait(LONG)
        phones.goes_on.set()
    assert left


def notice(alert: Alert, notification_id: str, kind: NoticeKind = NoticeKind.RESOLVED) -> Notify:
    return Notify(
        notification=make_notification(alert, START, id=notification_id, kind=kind, channel="sms", user_id=None)
    )


def tell(store: Store, alert: Alert, *notices: Notify) -> None:
    with store.begin() as uow:
        now = uow.situations([alert.id])[alert.id].alert
        uow.save([Decision(alert=replace(now, version=now.version + 1), seen=now.version).do(*notices)])


def rings_until(took: Event, wake_events: WakeEvents) -> bool:
    """Ring for what the payload comes to, and say whether it has left."""
    wake_events.ring(Job.DELIVER)
    return took.wait(0.1)


def webhook(store: Store) -> Integration:
    found = store.directory().get(Integration, "webhook")
    assert isinstance(found, Integration)
    return found
