"""More alerts than anybody can read: one summary, the truth in the ledger, and critical pages by themselves."""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.engine.delivery.pacing import Pace
from bot.engine.delivery.storms import LIMIT, Summary
from bot.engine.model import Alert, DeliveryState, NoticeKind, Notification, Status, Team, Urgency
from bot.errors import Limited, Rejected, Unavailable
from bot.ports import Digest, Page
from bot.queue.buckets import LocalRates
from bot.service import announce
from tests.harness import World
from tests.scenarios.weather import rain
from tests.surroundings import Chat

ROOM = "C0OPS"


def on_call(world: World, *channels: str) -> Team:
    """Zoe is on call; the team's cards go to a conversation."""
    world.person("zoe", *channels or ("slack",))
    return world.team("ops", ("zoe", 30), integrated=True, slack_channel=ROOM)


def hears(world: World, to: str, channel: str, kind: NoticeKind = NoticeKind.OPEN) -> list[str]:
    """The titles that somebody heard of one by one; they are taken out of the inbox."""
    heard = [each for each in world.inbox if (each.to, each.channel, each.kind) == (to, channel, kind)]
    world.inbox[:] = [each for each in world.inbox if each not in heard]
    return [each.title for each in heard]


def ledger(world: World, alerts: list[Alert], channel: str = "slack") -> list[Notification]:
    """The pages of these alerts on a channel."""
    with world.ports.store.begin() as uow:
        found = uow.notifications([alert.id for alert in alerts])
    rows = [row for alert in alerts for row in found[alert.id]]
    return [row for row in rows if row.kind is NoticeKind.OPEN and row.channel == channel]


def gathered(world: World, alerts: list[Alert]) -> list[Notification]:
    """The pages in Slack that a summary stands for."""
    return [row for row in ledger(world, alerts) if row.storm_id]


def digests(world: World, place: str) -> list[Digest]:
    """What the summaries in one place showed, oldest first."""
    told = [each for shown in world.slack.summaries.values() for each in shown]
    return [each for each in told if (each.user.handle if each.user else each.storm.address) == place]


def summary(world: World, place: str) -> Summary:
    """What the summary in a place shows now."""
    return digests(world, place)[-1].summary


def test_beyond_the_limit_everything_is_told_as_one_summary(world: World) -> None:
    on_call(world)
    alerts = rain(world, LIMIT + 25)
    assert len(hears(world, "zoe", "slack")) == LIMIT
    assert len(hears(world, ROOM, "slack", NoticeKind.CARD)) == LIMIT
    world.passes(seconds=5)
    for place in ("zoe", ROOM):
        shown = summary(world, place)
        assert (shown.total, shown.untaken, shown.over_at) == (25, 25, None)
        assert shown.urgencies == ((Urgency.HIGH, 25),)
        assert len(shown.newest) == 5
        assert shown.newest[0].number > alerts[LIMIT].number
    assert len(world.slack.summaries) == 2


def test_at_the_limit_there_is_no_storm(world: World) -> None:
    on_call(world)
    for _ in range(3):
        rain(world, LIMIT, title=f"shower {world.clock.now():%H%M}")
        world.passes(minutes=1)
    assert len(hears(world, "zoe", "slack")) == 3 * LIMIT
    assert len(hears(world, ROOM, "slack", NoticeKind.CARD)) == 3 * LIMIT
    assert world.slack.summaries == {}


def test_critical_pages_pass_a_storm(world: World) -> None:
    on_call(world)
    rain(world, LIMIT + 5)
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    rain(world, 3, title="flood", urgency=Urgency.CRITICAL)
    assert sorted(hears(world, "zoe", "slack")) == ["flood 0", "flood 1", "flood 2"]
    assert len(hears(world, ROOM, "slack", NoticeKind.CARD)) == 3
    world.passes(seconds=5)
    assert summary(world, "zoe").total == 5


def test_a_page_counts_only_once_the_summary_with_it_was_posted(world: World) -> None:
    on_call(world)
    alerts = rain(world, LIMIT + 4)
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    held = gathered(world, alerts)
    assert [(each.state, each.provider_id) for each in held] == [(DeliveryState.QUEUED, "")] * 4
    world.passes(seconds=5)
    told = gathered(world, alerts)
    with world.ports.store.begin() as uow:
        storm = uow.storm(told[0].storm_id or "")
    assert storm
    assert storm.provider_id
    assert [(each.state, each.provider_id, each.attempts) for each in told] == [
        (DeliveryState.SENT, storm.provider_id, 1)
    ] * 4


def test_what_slack_does_not_take_gives_way_to_the_next_channel_for_every_alert(world: World) -> None:
    on_call(world)
    world.changes_contacts(world.person("zoe"), "sms")
    alerts = rain(world, LIMIT + 3)
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    world.slack.trouble = [Rejected("the channel is archived"), Rejected("the channel is archived")]
    world.passes(seconds=2)
    assert [each.state for each in gathered(world, alerts)] == [DeliveryState.FAILED] * 3
    assert len(hears(world, "zoe", "sms")) == 3


def test_a_summary_that_is_limited_is_tried_again_and_gives_way_when_that_is_too_late(world: World) -> None:
    on_call(world)
    world.changes_contacts(world.person("zoe"), "sms")
    alerts = rain(world, LIMIT + 3)
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    world.slack.trouble = [Limited("slow down", retry_after=20), Limited("slow down", retry_after=20)]
    world.passes(seconds=15)
    assert world.slack.summaries == {}
    world.slack.trouble = [Limited("slow down", retry_after=300), Limited("slow down", retry_after=300)]
    world.passes(seconds=15)
    assert len(hears(world, "zoe", "sms")) == 3
    world.passes(minutes=6)
    assert {each.state for each in ledger(world, alerts)} == {DeliveryState.SENT}
    assert summary(world, "zoe").total == 3


def test_slack_away_for_long_makes_no_flood_when_it_is_back(world: World) -> None:
    on_call(world)
    alerts = rain(world, LIMIT + 30)
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    world.slack.trouble = [Unavailable("503")] * 14
    world.passes(minutes=10)
    assert world.slack.trouble == []
    assert {each.state for each in ledger(world, alerts)} == {DeliveryState.SENT}
    assert summary(world, "zoe").over_at is not None


def test_do_not_disturb_lets_the_next_channel_start_for_what_a_summary_tells(world: World) -> None:
    on_call(world)
    world.changes_contacts(world.person("zoe"), "sms")
    alerts = rain(world, LIMIT + 3)
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    world.slack.resting = {"zoe"}
    world.passes(seconds=5)
    assert len(hears(world, "zoe", "sms")) == 3
    assert [(each.state, each.muted) for each in gathered(world, alerts)] == [(DeliveryState.SENT, True)] * 3


def test_a_storm_that_goes_on_is_followed_in_place_and_not_too_often(world: World) -> None:
    on_call(world)
    for second in range(30):
        rain(world, 10, title=f"wave {second}")
        world.passes(seconds=1)
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    shown = digests(world, "zoe")
    assert len({each.storm.id for each in shown}) == 1
    assert len({each.storm.provider_id for each in shown} - {""}) == 1
    assert 5 <= len(shown) <= 10
    world.passes(seconds=4)
    assert summary(world, "zoe").total == 300 - LIMIT


def test_the_summary_follows_the_alerts_and_says_when_the_storm_is_over(world: World) -> None:
    on_call(world)
    alerts = rain(world, LIMIT + 3)
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    world.passes(seconds=5)
    taken = next(each for each in alerts if each.id == gathered(world, alerts)[-1].alert_id)
    world.acknowledges("zoe", taken)
    world.passes(seconds=5)
    assert summary(world, "zoe").statuses == ((Status.OPEN, 2), (Status.ACKNOWLEDGED, 1))
    world.passes(minutes=2)
    over = summary(world, "zoe")
    assert over.over_at is not None
    world.resolves("zoe", taken)
    world.passes(seconds=10)
    assert summary(world, "zoe").statuses == ((Status.OPEN, 2), (Status.RESOLVED, 1))
    assert summary(world, "zoe").over_at == over.over_at


def test_nothing_new_is_not_told_again(world: World) -> None:
    on_call(world)
    rain(world, LIMIT + 3)
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    world.passes(seconds=50)
    assert len(digests(world, "zoe")) == 1


def test_after_a_storm_alerts_come_by_themselves_again(world: World) -> None:
    on_call(world)
    rain(world, LIMIT + 3)
    world.passes(minutes=3)
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    world.fires("disk full")
    assert hears(world, "zoe", "slack") == ["disk full"]
    assert hears(world, ROOM, "slack", NoticeKind.CARD) == ["disk full"]
    rain(world, LIMIT + 3, title="again")
    world.passes(seconds=5)
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    assert len(world.slack.summaries) == 4


def test_a_page_that_nobody_needs_any_more_is_not_told(world: World) -> None:
    on_call(world)
    alerts = rain(world, LIMIT + 3)
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    page = gathered(world, alerts)[-1]
    world.acknowledges("zoe", next(each for each in alerts if each.id == page.alert_id))
    world.passes(seconds=5)
    assert [each.state for each in gathered(world, alerts) if each.id == page.id] == [DeliveryState.CANCELLED]


def test_a_phone_is_told_once_how_many_there_are_instead_of_each(world: World) -> None:
    on_call(world, "sms")
    alerts = rain(world, LIMIT + 37)
    assert len(hears(world, "zoe", "sms")) == LIMIT
    hears(world, ROOM, "slack", NoticeKind.CARD)
    world.passes(seconds=40)
    (said,) = world.phones["sms"].told
    assert said.startswith(
        f"zoe: Alert storm: 37 more alerts, 37 since 09:00 UTC, 37 that nobody has. Newest: #{LIMIT + 37} "
    )
    assert {each.state for each in ledger(world, alerts, "sms")} == {DeliveryState.SENT}
    world.passes(minutes=5)
    assert len(world.phones["sms"].told) == 1


def test_layers_time_out_in_a_storm_as_ever(world: World) -> None:
    world.person("zoe", "slack")
    world.person("yan", "sms")
    world.team("ops", ("zoe", 5), ("yan", 5), integrated=True)
    rain(world, LIMIT + 3)
    hears(world, "zoe", "slack")
    world.passes(minutes=6)
    assert len(hears(world, "yan", "sms")) == LIMIT
    assert "Alert storm: 3 more alerts" in world.phones["sms"].told[0]


def test_without_a_limit_everything_comes_by_itself(world: World) -> None:
    on_call(world)
    world.limits_storms(0)
    rain(world, 40)
    world.passes(minutes=1)
    assert len(hears(world, "zoe", "slack")) == 40
    assert len(hears(world, ROOM, "slack", NoticeKind.CARD)) == 40


def test_a_summary_that_was_deleted_is_posted_anew(world: World) -> None:
    on_call(world)
    rain(world, LIMIT + 3)
    world.passes(seconds=5)
    rain(world, 2, title="more")
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    world.slack.trouble = [Rejected("The message was deleted in Slack.")] * 2
    world.passes(seconds=10)
    shown = digests(world, "zoe")
    assert shown[-1].storm.provider_id == ""
    assert shown[-1].summary.total == 5


def test_without_redis_a_storm_is_told_all_the_same(world: World) -> None:
    on_call(world)
    world.loses_redis = True
    alerts = rain(world, LIMIT + 20)
    world.passes(seconds=10)
    assert len(hears(world, "zoe", "slack")) == LIMIT
    hears(world, ROOM, "slack", NoticeKind.CARD)
    assert {each.state for each in ledger(world, alerts)} == {DeliveryState.SENT}
    assert summary(world, ROOM).total == 20


@dataclass
class SlowChat(Chat):
    """A chat that takes one message a second in a conversation, three at once, and summaries in the same line."""

    def paces(self, page: Page) -> tuple[Pace, ...]:
        return (self._pace(page.user.id if page.user else page.notification.address),)

    def summary_paces(self, digest: Digest) -> tuple[Pace, ...]:
        return () if digest.storm.provider_id else (self._pace(digest.storm.user_id or digest.storm.address),)

    def _pace(self, conversation: str) -> Pace:
        return Pace(key=conversation, period=timedelta(seconds=1), burst=3, spare=1)


def slow_chat(world: World) -> None:
    """Give the World a Slack that keeps its rates."""
    world.slack = SlowChat(name="slack", inbox=world.inbox)
    world.phones["slack"] = world.slack
    world.ports = replace(world.ports, rates=LocalRates(), channels=dict(world.phones))


def test_a_critical_page_and_the_summary_pass_those_who_wait_for_the_conversation(world: World) -> None:
    on_call(world)
    slow_chat(world)
    alerts = rain(world, LIMIT + 30)
    assert len(hears(world, "zoe", "slack")) == 3
    rain(world, 1, title="flood", urgency=Urgency.CRITICAL)
    world.passes(seconds=4)
    assert "flood 0" in hears(world, "zoe", "slack")
    assert summary(world, "zoe").untaken >= 30
    world.passes(seconds=60)
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    assert {each.state for each in ledger(world, alerts)} == {DeliveryState.SENT}
    singles = LIMIT + 30 - summary(world, "zoe").total
    assert 3 <= singles < LIMIT


def test_a_wait_that_slack_asks_for_is_kept_by_what_is_posted_beside(world: World) -> None:
    on_call(world)
    slow_chat(world)
    rain(world, LIMIT + 3)
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    world.slack.trouble = [Limited("slow down", retry_after=30), Limited("slow down", retry_after=30)]
    world.passes(seconds=25)
    world.expect_silence()
    assert world.slack.summaries == {}
    world.passes(seconds=30)
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    assert len(world.slack.summaries) == 2


def test_that_a_storm_reaches_nobody_is_said_once_and_not_for_each_alert(world: World) -> None:
    on_call(world)
    rain(world, LIMIT + 20)
    hears(world, "zoe", "slack"), hears(world, ROOM, "slack", NoticeKind.CARD)
    world.slack.resting = {"zoe"}
    world.passes(seconds=5)
    announce.drain(world.ports)
    assert len([said for said in world.phones["email"].told if "can be reached" in said]) == 1
    assert len([said for said in world.slack.told if said.startswith(f"{ROOM}: ")]) == 1


def test_what_waits_for_a_summary_still_counts_as_reaching_somebody(world: World) -> None:
    world.person("yan", "slack")
    world.person("zoe", "voice")
    world.person("xin", "sms")
    world.team("ops", ("yan+zoe", 30), ("xin", 30), integrated=True)
    rain(world, LIMIT)
    hears(world, "yan", "slack"), hears(world, "zoe", "voice")
    world.passes(seconds=61)
    rain(world, LIMIT, title="more")
    hears(world, "yan", "slack"), hears(world, "zoe", "voice")
    world.passes(seconds=5)
    alerts = rain(world, 1, title="last")
    world.slack.trouble = [Limited("slow down", retry_after=20)]
    world.phones["voice"].trouble = [Rejected("the number does not exist")]
    world.passes(seconds=30)
    assert "Layer 2" not in world.said(alerts[0])
    world.expect_silence()
