"""Hints about notification rules."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine.directory import collect
from bot.engine.lint import notification_hints
from bot.engine.model import Layer, NotificationRule, Policy, Team, User
from bot.engine.schedules import Event, Schedule

START = datetime(2026, 1, 1)  # noqa: DTZ001  # wall-clock time
JANE = User(id="usr_jane", name="Jane", handle="jane", notification_rule_id="ntr_1")
EVENT = Event(id="evt_1", layer=2, attendees=(JANE.id,), start=START, end=START + timedelta(days=1))
SCHEDULE = Schedule(id="sch_1", name="Ops", handle="ops", zone="Etc/UTC", events=(EVENT,))
POLICY = Policy(
    id="esc_1",
    name="Ops",
    handle="ops",
    layers=(Layer(number=1, timeout=timedelta(minutes=1)), Layer(number=2, timeout=timedelta(minutes=5))),
)
TEAM = Team(id="tem_1", name="Ops", handle="ops", schedule_id=SCHEDULE.id, policy_id=POLICY.id)


def rule(first: str, more: str = "", enabled: bool = True) -> NotificationRule:
    yaml = f"""
rules:
  - match: {{always: true}}
    actions:
      - {{type: notify, channels: [slack], timeout: {first}}}
      - {{type: notify, channels: [voice], timeout: 1m}}
{more}"""
    return NotificationRule(id="ntr_1", name="Own", handle="own", yaml=yaml, enabled=enabled)


def hints(linted: NotificationRule, *users: User) -> list[tuple[int | None, str]]:
    found = notification_hints(linted, collect([*users, SCHEDULE, POLICY, TEAM, linted]))
    return [(hint.line, hint.message) for hint in found]


def test_a_good_rule_gets_none() -> None:
    assert hints(rule("4m"), JANE) == []


def test_steps_that_the_layer_cuts_off() -> None:
    said = "This comes 5m after the first page, but layer 2 of team:ops waits 5m."
    assert hints(rule("5m"), JANE) == [(6, said)]


def test_repeated_steps_are_told_once_each() -> None:
    told = hints(rule("3m", "      - {type: repeat, times: 3}\n"), JANE)
    assert [line for line, _ in told] == [6, 5] or [line for line, _ in told] == [5, 6]


def test_who_is_asked_directly_has_half_an_hour() -> None:
    alone = replace(JANE, id="usr_alone", handle="alone")
    assert hints(rule("29m"), alone) == []
    assert hints(rule("30m"), alone)[0][1].endswith("but a user who is asked directly waits 30m.")


def test_rules_behind_one_that_matches_everything() -> None:
    more = "  - {name: never, match: {alert.urgency: low}, actions: [{type: ignore}]}\n"
    more += "  - {name: news, match: {always: true}, types: [alert.resolved], actions: [{type: ignore}]}\n"
    assert hints(rule("1m", more), JANE) == [(7, "'never' never decides: 'rule 1' above matches everything.")]


def test_a_rule_that_nobody_uses_or_that_is_off() -> None:
    assert [said for _, said in hints(rule("1m", enabled=False))] == [
        "The rule is disabled: default channels are used.",
        "Nobody uses this rule.",
    ]
