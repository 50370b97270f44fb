"""A router's own tests: what they can expect, and what a failing one says."""

from datetime import UTC, datetime

import pytest

from bot.engine.directory import Directory, collect
from bot.engine.model import Integration, Receiver, ReceiverKind, Router, Team, Urgency, User
from bot.engine.rehearsal.router_tests import check_tests
from bot.engine.rehearsal.stand_ins import stand_ins
from bot.engine.rules.examples import NOON, RouterTest, instant_of
from bot.engine.rules.routers import read_router
from bot.errors import Invalid

RULES = """
rules:
  - name: noise
    match: {alert.title: {$regex: ^test}}
    actions: [{type: ignore}]
  - name: office
    match: {$timeBetween: {timezone: Europe/London, starttime: "09:00 am", endtime: "05:30 pm"}}
    actions:
      - {type: setval, handlebars: true, map: {title: "[{{data.region}}] {{alert.title}}", urgency: high}}
      - {type: assign, receiver: [team:dev, user:jane]}
  - name: gathered
    match: {data.region: eu}
    actions: [{type: aggregate, by: data.region, timeout: 5m, receiver: team:dev}]
tests:
"""
DEV = Team(id="tem_dev", name="Dev", handle="dev")
OPS = Team(id="tem_ops", name="Ops", handle="ops")
JANE = User(id="usr_jane", name="Jane", handle="jane")
HOOK = Integration(id="int_hook", name="Hook", handle="hook", type="webhook", key="k", urgency=Urgency.LOW)


def router(*tests: str, enabled: bool = True) -> Router:
    default = Receiver(kind=ReceiverKind.TEAM, id=OPS.id)
    yaml = RULES + "".join(f"  - {test}\n" for test in tests)
    return Router(id="rtr_1", name="Main", handle="main", yaml=yaml, enabled=enabled, default_destination=default)


def directory(tested: Router) -> Directory:
    return collect([DEV, OPS, JANE, HOOK, tested])


def said(test: str) -> list[str]:
    tested = router(test)
    try:
        check_tests(tested, directory(tested))
    except Invalid as invalid:
        return [str(problem) for problem in invalid.problems]
    return []


@pytest.mark.parametrize(
    "test",
    [
        "{payload: {title: test one}, expect: {ignored: true, receiver: [], rule: noise}}",
        '{payload: {Title: a, region: eu}, at: 2026-01-05T09:00, zone: Europe/London, expect: {title: "[eu] a"}}',
        "{expect: {receiver: [user:jane, team:dev], urgency: high, ignored: false, aggregated: false}}",
        "{payload: {region: eu}, at: 2026-01-05T20:00Z, expect: {aggregated: true, receiver: team:dev}}",
        "{at: 2026-07-06 08:00:00Z, expect: {rule: office}}",
        "{at: 2026-07-06T09:00:00, zone: Europe/London, expect: {rule: office}}",
        "{at: 2026-01-05T07:00, expect: {rule: default, receiver: team:ops, urgency: medium}}",
        "{at: 2026-01-05T07:00, integration: hook, expect: {urgency: low}}",
        "{at: 2026-01-05T07:00, integration: hook, alert: {urgency: critical}, expect: {urgency: critical}}",
        "{payload: {urgency: LOW}, at: 2026-01-05T07:00, expect: {urgency: low}}",
    ],
)
def test_a_test_that_holds_says_nothing(test: str) -> None:
    assert said(test) == []


@pytest.mark.parametrize(
    ("test", "message"),
    [
        (
            "{name: a, expect: {receiver: team:ops}}",
            "The test 'a' fails: it goes to team:dev, user:jane, not to team:ops.",
        ),
        ("{name: a, expect: {receiver: []}}", "it goes to team:dev, user:jane, not to nobody."),
        (
            "{name: a, expect: {rule: noise}}",
            "rule is 'office', not 'noise' (did not match: alert.title $regex ^test, seen An alert to test with).",
        ),
        ("{expect: {urgency: low}}", "The test 'test 1' fails: urgency is 'high', not 'low'."),
        ("{expect: {ignored: true}}", "ignored is false, not true."),
        ("{expect: {aggregated: true}}", "aggregated is false, not true."),
        ("{expect: {title: x}}", "title is '[] An alert to test with', not 'x'."),
        ("{payload: {title: test}, expect: {receiver: team:dev}}", "it goes to nobody, not to team:dev."),
        ("{expect: {receiver: team:gone}}", "it expects team:gone, which does not exist."),
        ("{integration: gone, expect: {}}", "there is no integration 'gone'."),
    ],
)
def test_a_test_that_fails_says_what_came_instead(test: str, message: str) -> None:
    (problem,) = said(test)
    assert problem.startswith("line 15, column ")
    assert message in problem


def test_all_that_fails_is_told_at_its_line() -> None:
    tested = router("{expect: {urgency: low, ignored: true}}", "{expect: {rule: office}}", "{expect: {rule: noise}}")
    with pytest.raises(Invalid) as raised:
        check_tests(tested, directory(tested))
    assert [problem.line for problem in raised.value.problems] == [15, 15, 17]


def test_a_disabled_router_is_tested_as_if_it_were_enabled() -> None:
    tested = router("{expect: {rule: office}}", enabled=False)
    check_tests(tested, directory(tested))
    with pytest.raises(Invalid):
        check_tests(router("{expect: {rule: noise}}", enabled=False), directory(tested))


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("just a text", "A test has to be a mapping, not a text."),
        ("{}", "A test needs expect, which is a mapping."),
        ("{expect: {reciever: team:dev}}", "What a test expects has no key 'reciever'. Did you mean receiver?"),
        ("{expect: {urgency: loud}}", "'loud' is no urgency."),
        ("{expect: {ignored: 'yes'}}", "ignored has to be true or false, not 'yes'."),
        ("{expects: {}}", "A test has no key 'expects'. Did you mean expect?"),
        ("{at: noon, expect: {}}", "'noon' is no time."),
        ("{at: 5, expect: {}}", "5 is no time."),
        ("{at: 2026-02-30T09:00, expect: {}}", "'2026-02-30T09:00' is no time."),
        ("{zone: Mars, expect: {}}", "There is no time zone 'Mars'."),
        ("{zone: 1, expect: {}}", "The zone has to be a text, not a number."),
        ("{alert: {titel: x}, expect: {}}", "The alert of a test has no key 'titel'. Did you mean title?"),
        ("{alert: {tags: 5}, expect: {}}", "The list tags has to be a text or a list of texts, not a number."),
        ("{name: [a], expect: {}}", "The name has to be a text, not a list."),
    ],
)
def test_a_test_that_cannot_be_read_is_told(test: str, message: str) -> None:
    with pytest.raises(Invalid) as raised:
        read_router(router(test).yaml)
    assert message in str(raised.value)
    assert raised.value.problems[0].line == 15


@pytest.mark.parametrize(
    ("text", "zone", "at"),
    [
        ("2026-01-05T09:00", "Europe/London", datetime(2026, 1, 5, 9, tzinfo=UTC)),
        ("2026-07-05T09:00", "Europe/London", datetime(2026, 7, 5, 8, tzinfo=UTC)),
        ("2026-07-05 09:00:30", "Etc/UTC", datetime(2026, 7, 5, 9, 0, 30, tzinfo=UTC)),
        ("2026-07-05T09:00+02:00", "Europe/London", datetime(2026, 7, 5, 7, tzinfo=UTC)),
        ("2026-03-29T01:30", "Europe/London", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("2026-10-25T01:30", "Europe/London", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_times_are_read_on_the_wall_clock_of_their_zone(text: str, zone: str, at: datetime) -> None:
    assert instant_of(text, zone) == at


def test_without_anything_said_it_is_noon_of_a_monday() -> None:
    (test,) = read_router("rules: []\ntests: [{expect: {}}]").tests
    assert isinstance(test, RouterTest)
    assert (test.at, test.at.isoweekday(), test.name) == (NOON, 1, "test 1")


def test_without_a_configuration_names_stand_for_themselves() -> None:
    tested = router("{integration: integration:any, expect: {receiver: [team:dev, user:jane]}}")
    known = stand_ins(tested)
    check_tests(tested, known)
    assert known.receiver("team:dev") is not None
    assert known.receiver("team:ops") is None
