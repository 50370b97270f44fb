"""A rehearsal tells beforehand what would happen: the same rules decide as when it does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.engine.alerts.routing import Material
from bot.engine.directory import Directory, collect
from bot.engine.model import (
    Automation,
    Layer,
    Member,
    NoticeKind,
    NotificationRule,
    Policy,
    Receiver,
    ReceiverKind,
    Role,
    Router,
    Team,
    Urgency,
    User,
)
from bot.engine.rehearsal.playthrough import ForeseenPage, Rehearsal, rehearse
from bot.engine.rehearsal.report import say_ladder, say_routing
from bot.engine.rehearsal.router_tests import draft
from bot.engine.rules.examples import StatedAlert
from bot.engine.schedules import Action, Event, Override, Schedule
from tests.surroundings import KINDS

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ALICE, BOB, CAROL = (
    User(id=f"usr_{name}", name=name.title(), handle=name, channels=channels)
    for name, channels in (("alice", ("slack",)), ("bob", ("sms", "voice")), ("carol", ("email",)))
)
ADMIN = User(id="usr_admin", name="Admin", handle="admin", channels=("email",), role=Role.ADMIN)
RULE = """
rules:
  - match: {always: true}
    actions:
      - {type: notify, channels: [push], timeout: 2m}
      - {type: notify, channels: [voice], timeout: 2m, channel_options: {voice: "+442071234567"}}
"""


def event(number: int, *users: User, layer: int = 1) -> Event:
    start = datetime(2026, 1, 1)  # noqa: DTZ001  # wall-clock time
    return Event(
        id=f"evt_{number}",
        layer=layer,
        attendees=tuple(user.id for user in users),
        start=start,
        end=start + timedelta(days=1),
        recurrence="FREQ=DAILY",
    )


OPS = Schedule(id="sch_ops", name="Ops", handle="ops", zone="Etc/UTC", events=(event(1, ALICE), event(2, BOB, layer=2)))
TEAM = Team(
    id="tem_ops",
    name="Ops",
    handle="ops",
    schedule_id=OPS.id,
    policy_id="esc_ops",
    members=(Member(user_id=ADMIN.id, role=Role.ADMIN),),
    slack_channel="C1",
)
POLICY = Policy(
    id="esc_ops",
    name="Ops",
    handle="ops",
    layers=(Layer(number=1, timeout=5 * MINUTE), Layer(number=2, timeout=10 * MINUTE)),
)
HERE = (ALICE, BOB, CAROL, ADMIN, OPS, TEAM, POLICY)


def router(actions: str, match: str = "{always: true}") -> Router:
    return Router(id="rtr_1", name="Main", handle="main", yaml=f"rules: [{{match: {match}, actions: [{actions}]}}]")


def played(actions: str, *more: object, urgency: Urgency | None = None) -> Rehearsal:
    directory = collect([*HERE, router(actions), *more], channel_kinds=KINDS)  # type: ignore[list-item]  # tests pass objects to configure
    return play(directory, urgency)


def play(directory: Directory, urgency: Urgency | None = None) -> Rehearsal:
    alert = draft(StatedAlert(title="disk full", urgency=urgency), None, NOW)
    through = Receiver(kind=ReceiverKind.ROUTER, id="rtr_1")
    return rehearse(alert, Material(data={"region": "eu"}), (through,), directory, NOW)


def brief(pages: tuple[ForeseenPage, ...]) -> list[tuple[float, str, str, int]]:
    return [((page.at - NOW) / MINUTE, page.to, page.channel, page.layer) for page in pages]


BY_EVENT = "on call in schedule:ops by daily shift of"
SINCE = "(from 2026-01-01 00:00)"
TO_OPS = "{type: assign, receiver: team:ops}"


def test_the_ladder_climbs_until_the_alert_is_dropped() -> None:
    rehearsal = played(TO_OPS)
    assert brief(rehearsal.pages) == [
        (0, "user:alice", "slack", 1),
        (5, "user:bob", "sms", 2),
        (5, "user:bob", "voice", 2),
    ]
    assert rehearsal.dropped_at == NOW + 15 * MINUTE
    others = [(page.kind, page.to) for page in rehearsal.ladder if page.kind is not NoticeKind.OPEN]
    assert others == [(NoticeKind.CARD, "C1"), (NoticeKind.DROPPED, "C1"), (NoticeKind.DROPPED, "user:admin")]
    assert rehearsal.pages[0].because == f"{BY_EVENT} @alice {SINCE}"
    assert rehearsal.pages[0].receiver == "team:ops"
    assert not rehearsal.is_lost


def test_an_override_is_named_as_the_reason() -> None:
    override = Override(
        id="ovr_1",
        start_at=NOW - MINUTE,
        end_at=NOW + MINUTE,
        action=Action.REPLACE,
        user_ids=(CAROL.id,),
        layer=1,
        author_id="usr_bob",
    )
    schedule = Schedule(id=OPS.id, name="Ops", handle="ops", zone="Etc/UTC", events=OPS.events, overrides=(override,))
    first = played(TO_OPS, schedule).pages[0]
    by = "override from 2026-01-05 08:59 until 2026-01-05 09:01 Etc/UTC, made by @bob"
    assert (first.to, first.because) == ("user:carol", f"on call in schedule:ops by {by}")


def test_a_notification_rule_makes_the_steps() -> None:
    own = NotificationRule(id="ntr_1", name="Own", handle="own", yaml=RULE)
    carol = User(id=CAROL.id, name="Carol", handle="carol", notification_rule_id=own.id)
    rehearsal = played("{type: assign, receiver: user:carol}", own, carol)
    assert brief(rehearsal.pages) == [(0, "user:carol", "push", 1), (2, "user:carol", "voice", 1)]
    assert rehearsal.pages[1].address == "+442071234567"
    assert rehearsal.pages[1].because == "named as the receiver"


def test_steps_beyond_the_layers_time_are_not_sent() -> None:
    late = RULE.replace(
        "timeout: 2m}\n      - {type: notify, channels: [voice]",
        "timeout: 6m}\n      - {type: notify, channels: [voice]",
    )
    own = NotificationRule(id="ntr_1", name="Own", handle="own", yaml=late)
    alice = User(id=ALICE.id, name="Alice", handle="alice", notification_rule_id=own.id)
    assert [page.channel for page in played(TO_OPS, own, alice).pages] == ["push", "sms", "voice"]


def test_a_delay_and_an_aggregation_begin_later() -> None:
    assert brief(played("{type: assign, receiver: team:ops, delay: 2m}").pages)[0] == (2, "user:alice", "slack", 1)
    held = played("{type: aggregate, by: [data.region], timeout: 15m, receiver: team:ops}")
    assert brief(held.pages)[0] == (15, "user:alice", "slack", 1)
    assert held.aggregated


def test_an_escalation_of_the_router_hands_over() -> None:
    actions = (
        "{type: escalate, rules: [{receivers: [user:carol, user:bob], timeout: 3m}, "
        "{receivers: team:ops, timeout: 1m}]}"
    )
    assert brief(played(actions).pages) == [
        (0, "user:carol", "email", 1),
        (0, "user:bob", "sms", 1),
        (0, "user:bob", "voice", 1),
        (3, "user:alice", "slack", 1),
        (8, "user:bob", "sms", 2),
        (8, "user:bob", "voice", 2),
    ]


def test_passes_and_reassignment_are_played_through() -> None:
    again = Policy(
        id="esc_ops",
        name="Ops",
        handle="ops",
        layers=(Layer(number=1, timeout=5 * MINUTE),),
        repeat=1,
        reassign=(Receiver(kind=ReceiverKind.USER, id=CAROL.id),),
    )
    rehearsal = played(TO_OPS, again)
    assert brief(rehearsal.pages) == [
        (0, "user:alice", "slack", 1),
        (5, "user:alice", "slack", 1),
        (10, "user:carol", "email", 1),
    ]
    assert [page.passage for page in rehearsal.pages] == [0, 1, 0]
    assert rehearsal.dropped_at == NOW + 40 * MINUTE


def test_what_pages_nobody_is_lost_unless_it_is_meant() -> None:
    empty = Schedule(id=OPS.id, name="Ops", handle="ops", zone="Etc/UTC")
    assert played(TO_OPS, empty).is_lost
    assert played(TO_OPS, empty).dropped_at == NOW
    assert not played("{type: ignore}").is_lost
    assert played("{type: ignore}").ladder == ()
    assert not played(TO_OPS, urgency=Urgency.SILENT).is_lost
    assert played(TO_OPS, urgency=Urgency.SILENT).pages == ()


def test_automations_are_named_and_not_run() -> None:
    hook = Automation(id="atm_1", name="Hook", handle="hook", method="POST", url="https://example.com")
    rehearsal = played(f"{{type: automate, ids: automation:hook}}, {TO_OPS}", hook)
    assert rehearsal.automations == ("atm_1",)


def test_teams_that_all_reassign_to_each_other_come_to_an_end() -> None:
    teams = [
        Team(id=f"tem_{n}", name=f"T{n}", handle=f"t{n}", schedule_id=OPS.id, policy_id="esc_all") for n in range(9)
    ]
    everyone = tuple(Receiver(kind=ReceiverKind.TEAM, id=team.id) for team in teams)
    policy = Policy(
        id="esc_all", name="All", handle="all", layers=(Layer(number=1, timeout=MINUTE),), reassign=everyone
    )
    rehearsal = played("{type: assign, receiver: team:t0}", policy, *teams)
    assert not rehearsal.cut_off
    assert len(rehearsal.pages) < 1_000


@pytest.mark.parametrize(
    "line",
    [
        "At Mon 2026-01-05 09:00:00 Etc/UTC",
        "Alert: 'disk full', urgency medium",
        "  router:main rule 1: matched",
        "  router:main rule 1: assign: to team:ops",
        "Goes to: team:ops",
        "On call for team:ops:",
        f"  layer 1: user:alice by daily shift of @alice {SINCE}",
        f"  layer 2: user:bob by daily shift of @bob {SINCE}",
        "  at once   Mon 2026-01-05 09:00:00  card in C1",
        f"  at once   Mon 2026-01-05 09:00:00  user:alice by slack: layer 1 of team:ops; {BY_EVENT} @alice {SINCE}",
        f"  +5m       Mon 2026-01-05 09:05:00  user:bob by sms: layer 2 of team:ops; {BY_EVENT} @bob {SINCE}",
        "  +15m      Mon 2026-01-05 09:15:00  dropped: nobody is left to page",
    ],
)
def test_it_reads_well(line: str) -> None:
    rehearsal, directory, zone = played(TO_OPS), collect([*HERE, router(TO_OPS)]), ZoneInfo("Etc/UTC")
    said = f"{say_routing(rehearsal, directory, zone)}\n{say_ladder(rehearsal, directory, zone)}"
    assert line in said.splitlines(), said
