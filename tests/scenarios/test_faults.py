"""What can go wrong on the way to a person: within a minute the page is on some channel, and the ledger says why.

Each fault is one of the other side, at the other end of a connection.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.engine.model import Alert, DeliveryState, NoticeKind, Status
from bot.ports import Store
from bot.service import announce
from sandbox.config import Config
from sandbox.server import Running, start
from tests.fakes.everything import Everything, everything
from tests.fakes.phoning import ALICE, BOB
from tests.fakes.twilio import Trouble

TITLE = "disk full"
CANCELLED, FAILED = DeliveryState.CANCELLED, DeliveryState.FAILED
QUEUED, SENT = DeliveryState.QUEUED, DeliveryState.SENT
POSTING = {"method": "chat.postMessage"}
TEN_MINUTES = 600  # seconds
FINANCE = "C0FINANCE06"  # a conversation that the bot is not in

Ledger = tuple[tuple[str, DeliveryState, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault, the channels by which Alice is paged and those that she `has` besides, and what is so a minute later.

    `ledger`: for each of her pages, in order, the channel, its state and a pattern of the reason. `then` is what the
    provider does once it took the page.
    """

    name: str
    breaks: Callable[[Everything], object] | None = None
    paged_by: tuple[str, ...] = ("slack",)
    has: tuple[str, ...] = ("email",)
    heard_on: frozenset[str]
    ledger: Ledger
    then: Callable[[Everything], object] | None = None


def slack_does(**fault: object) -> Callable[[Everything], object]:
    return lambda everywhere: everywhere.slack_is("misbehaviour", **POSTING, **fault)


def twilio_answers(*trouble: Trouble) -> Callable[[Everything], object]:
    return lambda everywhere: everywhere.twilio.trouble.extend(trouble)


def mail_is_answered(command: str, reply: str) -> Callable[[Everything], object]:
    return lambda everywhere: everywhere.post.always.update({command: reply})


def unreachable(everywhere: Everything) -> None:
    everywhere.twilio.reports(everywhere.twilio.messages[0], "undelivered", 30003)
    everywhere.world.works()


BY_MAIL = ("email", SENT, "")
FAULTS = (
    Fault(
        name="Slack 429 for ten minutes",
        breaks=slack_does(kind="rate_limited", retry_after=TEN_MINUTES),
        heard_on=frozenset({"email"}),
        ledger=(("slack", QUEUED, "Slack asks the bot to slow down"), BY_MAIL),
    ),
    Fault(
        name="Slack 5xx for some seconds",
        breaks=slack_does(kind="status", status=503, times=3),
        heard_on=frozenset({"slack"}),
        ledger=(("slack", SENT, ""),),
    ),
    Fault(
        name="Slack 5xx for long",
        breaks=slack_does(kind="status", status=503),
        heard_on=frozenset({"email"}),
        ledger=(("slack", QUEUED, r"Slack is having trouble \(HTTP 503\)"), BY_MAIL),
    ),
    Fault(
        name="Slack posts and does not answer",
        breaks=slack_does(kind="timeout_after", seconds=5, times=1),
        heard_on=frozenset({"slack"}),
        ledger=(("slack", SENT, ""),),
    ),
    Fault(
        name="a revoked token",
        breaks=lambda everywhere: everywhere.slack_is("token", revoked=True),
        heard_on=frozenset({"email"}),
        ledger=(("slack", FAILED, r"no longer takes the bot's token \(token_revoked\)"), BY_MAIL),
    ),
    Fault(
        name="do-not-disturb",
        breaks=lambda everywhere: everywhere.slack_is("people/alice", dnd_minutes=60),
        heard_on=frozenset({"slack", "email"}),
        ledger=(("slack", SENT, "do-not-disturb"), BY_MAIL),
    ),
    Fault(
        name="Twilio 5xx for some seconds",
        breaks=twilio_answers(*[Trouble(status=502)] * 3),
        paged_by=("sms",),
        heard_on=frozenset({"sms"}),
        ledger=(("sms", SENT, ""),),
    ),
    Fault(
        name="Twilio 5xx for long",
        breaks=twilio_answers(*[Trouble(status=503)] * 50),
        paged_by=("sms",),
        heard_on=frozenset({"email"}),
        ledger=(
            ("sms", QUEUED, r"Twilio is having trouble \(HTTP 503\)"),
            ("voice", QUEUED, r"Twilio is having trouble \(HTTP 503\)"),
            BY_MAIL,
        ),
    ),
    Fault(
        name="a number that said STOP (Twilio 21610)",
        breaks=lambda everywhere: everywhere.twilio.stopped.add(ALICE),
        paged_by=("sms",),
        has=(),
        heard_on=frozenset({"voice"}),
        ledger=(("sms", FAILED, r"answered STOP.*\(Twilio 21610\)"), ("voice", SENT, "")),
    ),
    Fault(
        name="an unreachable number",
        then=unreachable,
        paged_by=("sms",),
        has=(),
        heard_on=frozenset({"sms", "voice"}),
        ledger=(("sms", FAILED, "30003"), ("voice", SENT, "")),
    ),
    Fault(
        name="SMTP greylisting",
        breaks=mail_is_answered("RCPT", "451 4.7.1 Greylisted, please try again in 300 seconds"),
        paged_by=("email",),
        has=("sms",),
        heard_on=frozenset({"sms", "voice"}),
        ledger=(("email", QUEUED, "Greylisted"), ("sms", SENT, ""), ("voice", SENT, "")),
    ),
    Fault(
        name="SMTP down",
        breaks=Everything.loses_the_mail_server,
        paged_by=("email",),
        has=("sms",),
        heard_on=frozenset({"sms", "voice"}),
        ledger=(("email", QUEUED, "cannot be reached"), ("sms", SENT, ""), ("voice", SENT, "")),
    ),
    Fault(
        name="a push subscription that is gone",
        breaks=lambda everywhere: everywhere.push.devices.clear(),
        paged_by=("push",),
        heard_on=frozenset({"email"}),
        ledger=(("push", FAILED, "The browser's subscription is gone"), BY_MAIL),
    ),
)


@pytest.fixture(scope="module")
def slack() -> Iterator[Running]:
    with start(Config(port=0, rates=0)) as running:
        yield running


@pytest.fixture
def everywhere(store: Store, slack: Running, tmp_path: Path) -> Iterator[Everything]:
    with everything(store, slack, tmp_path) as ready:
        yield ready


def check_ledger(everywhere: Everything, alert: Alert, name: str, expected: Ledger) -> None:
    """Hold somebody's pages against what has to be written of them."""
    user = everywhere.world.person(name)
    pages = [page for page in everywhere.ledger(alert) if page.user_id == user.id and page.kind is NoticeKind.OPEN]
    assert [(page.channel, page.state) for page in pages] == [(channel, state) for channel, state, _ in expected]
    for page, (_, state, reason) in zip(pages, expected, strict=True):
        assert re.search(reason, page.error) if reason else page.error == "", page
        assert page.attempts >= 1, page
        assert bool(page.provider_id) == (state is SENT or reason == "30003"), page


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_within_a_minute_the_page_is_on_some_channel(everywhere: Everything, fault: Fault) -> None:
    everywhere.person("alice", *fault.paged_by, has=fault.has)
    everywhere.world.policy(("alice", 30))
    if fault.breaks:
        fault.breaks(everywhere)

    alert = everywhere.world.fires(TITLE)
    if fault.then:
        fault.then(everywhere)
    everywhere.world.passes(seconds=60)

    assert everywhere.reached_on("alice") == fault.heard_on
    check_ledger(everywhere, alert, "alice", fault.ledger)
    assert everywhere.world.alert(TITLE).status is Status.OPEN


def test_what_slack_limited_for_ten_minutes_is_posted_after_them(everywhere: Everything) -> None:
    everywhere.person("alice", "slack", has=("email",))
    everywhere.world.policy(("alice", 30))
    slack_does(kind="rate_limited", retry_after=TEN_MINUTES, times=1)(everywhere)
    alert = everywhere.world.fires(TITLE)

    everywhere.world.passes(minutes=13)

    assert everywhere.reached_on("alice") == {"slack", "email"}
    check_ledger(everywhere, alert, "alice", (("slack", SENT, ""), BY_MAIL))


def test_a_conversation_that_the_bot_is_not_in_keeps_no_page_back(everywhere: Everything) -> None:
    everywhere.person("alice", "slack")
    everywhere.world.team("ops", ("alice", 30), integrated=True, slack_channel=FINANCE)

    alert = everywhere.world.fires(TITLE)

    assert everywhere.reached_on("alice") == {"slack"}
    card = next(each for each in everywhere.ledger(alert) if each.kind is NoticeKind.CARD)
    assert (card.state, card.address) == (FAILED, FINANCE)
    assert "invite it with /invite" in card.error


def breaks_everything(everywhere: Everything) -> None:
    """Slack limits, Alice's number said STOP and cannot be called, mail is refused, her browser is gone."""
    slack_does(kind="rate_limited", retry_after=TEN_MINUTES)(everywhere)
    everywhere.twilio.stopped.add(ALICE)
    everywhere.twilio.uncallable.add(ALICE)
    everywhere.post.always["RCPT"] = "550 5.1.1 No such user"
    everywhere.push.devices.pop("alice")


BROKEN: Ledger = (
    ("slack", QUEUED, "slow down"),
    ("sms", FAILED, "21610"),
    ("voice", FAILED, "Twilio"),
    ("email", FAILED, "No such user"),
    ("push", FAILED, "gone"),
)


def test_all_at_once_but_one_that_recovers(everywhere: Everything) -> None:
    everywhere.person("alice", "slack", has=("sms", "email", "push"))
    everywhere.world.policy(("alice", 30))
    phone = everywhere.push.devices["alice"]
    breaks_everything(everywhere)
    phone.will_answer(503)
    everywhere.push.devices["alice"] = phone

    alert = everywhere.world.fires(TITLE)
    everywhere.world.passes(seconds=60)

    assert everywhere.reached_on("alice") == {"push"}
    check_ledger(everywhere, alert, "alice", (*BROKEN[:-1], ("push", SENT, "")))


def test_when_nobody_in_a_layer_can_be_reached_the_next_one_is_paged_at_once(everywhere: Everything) -> None:
    everywhere.person("alice", "slack", has=("sms", "email", "push"))
    everywhere.person("bob", "sms")
    everywhere.world.policy(("alice", 30), ("bob", 30))
    breaks_everything(everywhere)

    alert = everywhere.world.fires(TITLE)

    assert everywhere.reached_on("bob") == {"sms"}
    check_ledger(everywhere, alert, "alice", (("slack", CANCELLED, "slow down"), *BROKEN[1:]))
    assert "Nobody in layer 1 can be reached: going on at once." in everywhere.world.said(alert)


def test_when_nobody_at_all_can_be_reached_the_admins_are_told_and_the_pages_tried_on(everywhere: Everything) -> None:
    everywhere.person("alice", "slack", has=("sms", "email", "push"))
    everywhere.person("bob", "sms")
    ops = everywhere.world.policy(("alice", 30))
    everywhere.makes_admin(ops, "bob")
    breaks_everything(everywhere)

    alert = everywhere.world.fires(TITLE)
    announce.drain(everywhere.world.ports)
    announce.drain(everywhere.world.ports)

    said = "Nobody in layer 1 can be reached, and there is no other layer."
    (told,) = [message.body for message in everywhere.twilio.messages if message.to == BOB]
    assert said in told
    assert everywhere.world.said(alert).count(said) == 1
    assert everywhere.world.alert(TITLE).status is Status.OPEN
    check_ledger(everywhere, alert, "alice", BROKEN)

    everywhere.slack.delete("misbehaviour")
    everywhere.world.passes(minutes=13)
    assert everywhere.reached_on("alice") == {"slack"}
    check_ledger(everywhere, alert, "alice", (("slack", SENT, ""), *BROKEN[1:]))
