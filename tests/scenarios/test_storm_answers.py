"""A storm told in words, on a phone and by mail, and taken from there with one answer."""

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bot.engine.delivery.pacing import Pace
from bot.engine.directory import Directory
from bot.engine.model import Alert, DeliveryState, NoticeKind, Status, Urgency, person
from bot.ports import Log, Store, UnitOfWork
from bot.queue.buckets import LocalRates
from bot.service import storm_answers
from bot.service.replies import HELP, STRANGER
from bot.settings import Settings
from bot.twilio.text import segments_of
from bot.web.app import assemble
from tests.fakes import smtp, webpush
from tests.fakes.phoning import ALICE, BOB, Phoning, phoning
from tests.fakes.phoning import STRANGER as UNKNOWN
from tests.fakes.twilio_lines import said
from tests.harness import World, world_on
from tests.scenarios.test_email import Mailed
from tests.scenarios.test_push import Pushed
from tests.scenarios.weather import drizzle, rain, rained
from tests.web.pressing import fields_of, presses
from tests.web.serving import serve

LIMIT, HELD = 3, 5
ROOM = (Pace(key="twilio SMS", period=timedelta(seconds=1), burst=5, spare=2),)
ALL = f"You have {HELD} alerts of this storm."


@pytest.fixture
def phones(store: Store) -> Iterator[Phoning]:
    with phoning(store) as set_up:
        set_up.world.limits_storms(LIMIT)
        yield set_up


def storm_by(phones: Phoning, channel: str) -> list[Alert]:
    """Alice is told of a storm by a channel of her phone."""
    phones.person("alice", ALICE, reached_by=(channel,))
    phones.team(("alice", 30))
    return storm(phones.world)


def storm(world: World, title: str = "drop") -> list[Alert]:
    alerts = drizzle(world, LIMIT + HELD, title)
    world.passes(seconds=15)
    return alerts


def statuses(world: World, title: str = "drop") -> list[Status]:
    return [alert.status for alert in rained(world, title)]


TAKEN = [Status.OPEN] * LIMIT + [Status.ACKNOWLEDGED] * HELD


# --- By text ------------------------------------------------------------------------------------------------------


def test_a_text_tells_the_storm_and_the_code_that_takes_it(phones: Phoning) -> None:
    storm_by(phones, "sms")

    *alone, told = phones.twilio.messages
    assert len(alone) == LIMIT
    assert told.body == (
        "Alert storm: 5 more alerts, 5 since 09:00 UTC, 5 that nobody has. "
        "Newest: #8 drop 7; #7 drop 6; #6 drop 5\nReply ALL to ack them all"
    )
    assert segments_of(told.body) <= 2


@pytest.mark.parametrize("written", ["ALL", "all", " All. ", "A all", "ack all", "ALL 4", "all #8", "A all #4"])
def test_a_reply_takes_what_the_storm_holds_and_no_other(phones: Phoning, written: str) -> None:
    alerts = storm_by(phones, "sms")

    assert phones.texts(ALICE, written) == ALL

    assert statuses(phones.world) == TAKEN
    assert "Acknowledged by Alice." in phones.world.said(alerts[-1])


def test_the_answer_says_why_not_the_others(phones: Phoning) -> None:
    storm_by(phones, "sms")
    phones.world.acknowledges("bob", rained(phones.world)[-1])
    phones.texts(ALICE, f"A {rained(phones.world)[-2].number}")

    assert phones.texts(ALICE, "ALL") == f"You have {HELD - 2} alerts of this storm."
    assert phones.texts(ALICE, "ALL") == "Somebody has each of them already, or they are over."


def test_the_code_of_one_alert_stays_what_it_was(phones: Phoning) -> None:
    alerts = storm_by(phones, "sms")

    assert phones.texts(ALICE, f"A {alerts[-1].number}") == f"You have #{alerts[-1].number}. {alerts[-1].title}"
    assert phones.texts(ALICE, "A").startswith("Which one?")
    assert statuses(phones.world).count(Status.ACKNOWLEDGED) == 1


@pytest.mark.parametrize("written", ["R all", "C all", "all the alerts", "all 1 2", "ball"])
def test_what_is_not_exactly_the_code_takes_nothing(phones: Phoning, written: str) -> None:
    storm_by(phones, "sms")

    assert HELP in phones.texts(ALICE, written)
    assert set(statuses(phones.world)) == {Status.OPEN}


def test_the_code_is_good_days_later_and_names_an_earlier_storm_by_an_alert_of_it(phones: Phoning) -> None:
    first = storm_by(phones, "sms")
    phones.world.passes(minutes=10)
    storm(phones.world, "hail")
    phones.world.clock.move_to(phones.world.clock.now() + timedelta(days=5))

    assert phones.texts(ALICE, "ALL") == ALL
    assert statuses(phones.world, "hail")[LIMIT:] == [Status.ACKNOWLEDGED] * HELD
    assert Status.ACKNOWLEDGED not in statuses(phones.world)
    assert phones.texts(ALICE, f"ALL #{first[-1].number}") == ALL
    assert statuses(phones.world)[LIMIT:] == [Status.ACKNOWLEDGED] * HELD
    phones.world.inbox.clear()


def test_who_was_told_of_no_storm_takes_none(phones: Phoning) -> None:
    phones.person("bob", BOB)
    storm_by(phones, "sms")

    assert phones.texts(BOB, "ALL") == f"No storm was told to this phone. {HELP}"
    assert phones.texts(BOB, "ALL 8") == f"No storm was told to this phone with #8 in it. {HELP}"
    assert phones.texts(ALICE, "ALL 1") == f"No storm was told to this phone with #1 in it. {HELP}"
    assert phones.texts(ALICE, "ALL 99") == f"No storm was told to this phone with #99 in it. {HELP}"
    assert phones.texts(UNKNOWN, "ALL") == STRANGER
    assert set(statuses(phones.world)) == {Status.OPEN}


def test_the_same_text_counts_once(phones: Phoning) -> None:
    storm_by(phones, "sms")
    phones.texts(ALICE, "ALL", sid="SM1")
    storm(phones.world, "hail")

    assert phones.texts(ALICE, "ALL", sid="SM1") == "Your answer was taken already."
    assert set(statuses(phones.world, "hail")) == {Status.OPEN}


def test_where_no_reply_can_arrive_the_text_says_where_to_answer(store: Store) -> None:
    with phoning(store, PUBLIC_URL="") as phones:
        phones.world.limits_storms(LIMIT)
        storm_by(phones, "sms")
        assert phones.twilio.messages[-1].body.endswith("\nAnswer in Slack")


def test_a_storm_is_told_as_soon_as_the_number_may_send(phones: Phoning) -> None:
    rates = LocalRates()
    phones.world.ports = replace(phones.world.ports, rates=rates)
    phones.person("alice", ALICE)
    phones.team(("alice", 30))
    drizzle(phones.world, LIMIT + HELD)
    told = len(phones.twilio.messages)
    rates.close(ROOM, timedelta(seconds=40), phones.world.clock.now())

    phones.world.passes(seconds=35)
    assert len(phones.twilio.messages) == told
    phones.world.passes(seconds=10)
    assert phones.twilio.messages[-1].body.startswith("Alert storm: 5 more alerts")


# --- By call ------------------------------------------------------------------------------------------------------


def test_a_key_in_the_call_takes_all_of_it(phones: Phoning) -> None:
    storm_by(phones, "voice")
    line = phones.twilio.lines[-1].answers(by="human")
    words = said(line)[0]
    assert words.startswith("Alert storm: 5 more alerts, 5 since 09:00 UTC, 5 that nobody has. Newest:")
    assert words.endswith("Press 1 to acknowledge all of them. Press 3 to hear this again.")

    said(line.presses("3"))
    assert list(said(line.presses("1"))) == [f"{ALL} Goodbye."]

    assert statuses(phones.world) == TAKEN
    assert {alert.settled_by.via for alert in rained(phones.world) if alert.settled_by} == {"voice"}


def test_a_key_that_twilio_reports_twice_counts_once(phones: Phoning) -> None:
    storm_by(phones, "voice")
    line = phones.twilio.lines[-1].answers(by="human")
    address = re.search(r'action="([^"]+)"', line.asked["Twiml"])
    assert address
    pressed = {"CallSid": line.sid, "Digits": "1"}
    assert ALL in phones.twilio.post(address[1], pressed).text
    assert "Somebody has each of them already" in phones.twilio.post(address[1], pressed).text


def test_a_key_that_comes_far_too_late_or_is_forged_takes_nothing(phones: Phoning) -> None:
    storm_by(phones, "voice")
    line = phones.twilio.lines[-1].answers(by="human")
    address = re.search(r'action="([^"]+)"', line.asked["Twiml"])
    assert address
    assert phones.twilio.post(address[1], {"CallSid": "CA1", "Digits": "1"}, token="another").status_code == 403
    phones.world.clock.move_to(phones.world.clock.now() + timedelta(hours=13))
    assert "That did not work" in phones.twilio.post(address[1], {"CallSid": "CA1", "Digits": "1"}).text
    assert set(statuses(phones.world)) == {Status.OPEN}


# --- By mail and push ---------------------------------------------------------------------------------------------


@pytest.fixture
def mailed(store: Store) -> Iterator[Mailed]:
    with ExitStack() as stack:
        world = stack.enter_context(world_on(store))
        mailed = Mailed(world, stack.enter_context(smtp.serve()))
        settings = Settings(environment={"LINK_SECRET": "a secret that is long enough for links"})
        url = stack.enter_context(serve(assemble(settings, world.ports, None, lambda: True)))
        stack.callback(mailed.connect(url).close)
        world.limits_storms(LIMIT)
        yield mailed


def link_of(text: str) -> str:
    found = re.search(r"http://\S+/storm/[\w.-]+", text)
    assert found, text
    return found[0]


def test_a_mail_leads_to_a_page_that_asks_once_more(mailed: Mailed) -> None:
    mailed.fires()
    storm(mailed.world)
    told = mailed.post.taken[-1]
    assert told.mail["Subject"] == f"Alert storm: {HELD + 1} more alerts"
    address = link_of(told.text())

    for _ in range(2):
        shown = httpx.get(address)
        assert (shown.status_code, "Acknowledge all 6" in shown.text) == (200, True)
    assert set(statuses(mailed.world)) == {Status.OPEN}
    sure = {**fields_of(httpx.get(address).text), "take": "all of them"}
    asked = presses(mailed.world, address)
    assert (asked.status_code, "Yes, all 6" in asked.text) == (200, True)
    assert set(statuses(mailed.world)) == {Status.OPEN}
    answer = presses(mailed.world, address, times=2)
    mailed.world.works()

    assert "You have 6 alerts of this storm." in answer.text
    assert "<form" not in answer.text
    assert statuses(mailed.world).count(Status.ACKNOWLEDGED) == 6
    assert "<form" not in httpx.get(address).text
    assert "Somebody has each of them already" in httpx.post(address, data=sure).text


@pytest.mark.parametrize("take", ["", "all", "all of them"])
def test_what_a_scanner_posts_takes_nothing(mailed: Mailed, take: str) -> None:
    mailed.fires()
    storm(mailed.world)
    address = link_of(mailed.post.taken[-1].text())
    at_once = fields_of(httpx.get(address).text)["shown"]

    for shown in ("", "x.y", at_once):
        answer = httpx.post(address, data={"take": take, "shown": shown})
        assert (answer.status_code, "Nothing was changed" in answer.text) == (400, True)
    assert set(statuses(mailed.world)) == {Status.OPEN}


def test_what_takes_one_alert_is_asked_once(mailed: Mailed) -> None:
    mailed.fires()
    storm(mailed.world)
    address = link_of(mailed.post.taken[-1].text())
    for alert in [each for each in rained(mailed.world) if each.status is Status.OPEN][:-1]:
        mailed.world.acknowledges("bob", alert)

    assert "You have 1 alert of this storm." in presses(mailed.world, address).text
    mailed.world.works()


def test_a_link_takes_a_storm_once(mailed: Mailed) -> None:
    mailed.fires()
    storm(mailed.world)
    address = link_of(mailed.post.taken[-1].text())
    presses(mailed.world, address, times=2)
    rain(mailed.world, 3, "later")
    mailed.world.passes(seconds=50)

    again = presses(mailed.world, address, times=2)

    assert (again.status_code, "does so only once" in again.text) == (409, True)
    assert set(statuses(mailed.world, "later")) == {Status.OPEN}
    assert "You have 3 alerts" in presses(mailed.world, link_of(mailed.post.taken[-1].text()), times=2).text
    mailed.world.works()


def test_a_link_that_is_old_changed_or_of_somebody_who_left_takes_nothing(mailed: Mailed) -> None:
    mailed.fires()
    storm(mailed.world)
    address = link_of(mailed.post.taken[-1].text())

    assert httpx.post(f"{address}x").status_code == 403
    assert httpx.post(address.replace("/storm/", "/answer/")).status_code == 403
    mailed.world.clock.move_to(mailed.world.clock.now() + timedelta(days=3, seconds=1))
    assert httpx.post(address).status_code == 410
    assert set(statuses(mailed.world)) == {Status.OPEN}


@pytest.fixture
def pushed(store: Store, tmp_path: Path) -> Iterator[Pushed]:
    with ExitStack() as stack:
        service = stack.enter_context(webpush.serve())
        world = stack.enter_context(world_on(store))
        pushed = Pushed(world, service, tmp_path)
        settings = Settings(environment=pushed.environment)
        url = stack.enter_context(serve(assemble(settings, world.ports, None, lambda: True)))
        push = pushed.connect(PUBLIC_URL=url, PUSH_CONTACT="ops@example.com")
        stack.callback(push.close)
        world.limits_storms(LIMIT)
        stack.callback(pushed.push.close)
        yield pushed


def test_a_notification_tells_the_storm_and_the_next_takes_its_place(pushed: Pushed) -> None:
    pushed.fires()
    drizzle(pushed.world, LIMIT + HELD)
    assert len(pushed.phone.shown) == LIMIT
    pushed.world.passes(seconds=6)
    assert len(pushed.phone.shown) == LIMIT
    pushed.world.passes(seconds=2)
    first = pushed.phone.shown[-1]
    assert first.says["title"] == f"Alert storm: {HELD + 1} more alerts"
    assert first.says["body"] == "6 since 09:00 UTC, 6 that nobody has.\n#9 drop 7\n#8 drop 6\n#7 drop 5"
    assert (first.says["loud"], first.says["actions"], first.headers["urgency"]) == (True, [], "high")

    rain(pushed.world, 2, "later")
    pushed.world.passes(seconds=30)
    assert len(pushed.phone.shown) == LIMIT + 1
    pushed.world.passes(seconds=20)
    second = pushed.phone.shown[-1]
    assert second.says["title"] == "Alert storm: 2 more alerts"
    assert second.says["body"].startswith("8 since 09:00 UTC, 8 that nobody has.")
    assert (first.says["tag"], first.headers["topic"]) == (second.says["tag"], second.headers["topic"])


def test_opening_the_notification_leads_to_taking_all_of_it(pushed: Pushed) -> None:
    pushed.fires()
    storm(pushed.world)
    address = pushed.phone.shown[-1].says["url"]

    assert "Acknowledge all 6" in httpx.get(address).text
    assert "You have 6 alerts of this storm." in presses(pushed.world, address, times=2).text

    pushed.world.works()
    taken = [alert for alert in rained(pushed.world) if alert.settled_by]
    assert {alert.settled_by.via for alert in taken if alert.settled_by} == {"push"}
    assert len(taken) == 6


def test_a_critical_page_passes_a_storm_by_push(pushed: Pushed) -> None:
    pushed.fires()
    storm(pushed.world)
    rain(pushed.world, 1, "flood", Urgency.CRITICAL)
    assert pushed.phone.shown[-1].says["title"].startswith("CRITICAL flood 0")


def test_a_browser_that_is_gone_gives_way_for_every_alert_of_a_storm(pushed: Pushed) -> None:
    pushed.fires()
    drizzle(pushed.world, LIMIT)
    del pushed.service.devices["phone"]
    pushed.world.passes(seconds=20)
    pushed.world.expect_sms("alice", "drop 2")
    lost = pushed.world.alert("drop 2")
    with pushed.world.ports.store.begin() as uow:
        ledger = uow.notifications([lost.id])[lost.id]
    assert [(each.channel, each.state) for each in ledger if each.kind is NoticeKind.OPEN] == [
        ("push", DeliveryState.FAILED),
        ("sms", DeliveryState.SENT),
    ]


# --- How long it takes --------------------------------------------------------------------------------------------


class GatedStore:
    """A store that other threads than the one which made it get into only once it is opened."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.opened = threading.Event()
        self._made_by = threading.get_ident()

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        if threading.get_ident() != self._made_by:
            self.opened.wait()
        return self._store.begin()

    def directory(self) -> Directory:
        return self._store.directory()

    def append(self, logs: Sequence[Log]) -> None:
        self._store.append(logs)


def test_what_takes_longer_than_somebody_waits_goes_on_and_the_answer_says_so(world: World) -> None:
    world.limits_storms(LIMIT)
    world.person("zoe", "slack")
    world.policy(("zoe", 30))
    drizzle(world, LIMIT + HELD)
    world.passes(seconds=5)
    world.inbox.clear()
    [storm_id] = world.slack.summaries
    gated = GatedStore(world.ports.store)
    ports = replace(world.ports, store=gated)

    zoe = person(world.person("zoe").id, "sms")
    said_at_once = storm_answers.take_in_time(ports, storm_id, zoe, patience=timedelta(0))

    assert "it takes a while" in said_at_once
    assert set(statuses(world)) == {Status.OPEN}
    gated.opened.set()
    for thread in (each for each in threading.enumerate() if each.name.startswith("taking")):
        thread.join()
    assert statuses(world) == TAKEN
