"""Hints about routers: what can be saved and is probably a mistake."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.directory import Directory, collect
from bot.engine.lint import router_hints
from bot.engine.model import Integration, Receiver, ReceiverKind, Router, Team, User
from bot.engine.schedules import Event, Schedule
from tests.surroundings import KINDS

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
JANE = User(id="usr_jane", name="Jane", handle="jane", slack_id="U1")
LOST = User(id="usr_lost", name="Lost", handle="lost", channels=("sms",))
START = datetime(2026, 1, 1)  # noqa: DTZ001  # wall-clock time
ALWAYS = Event(id="evt_1", attendees=(JANE.id,), start=START, end=START + timedelta(days=1), recurrence="FREQ=DAILY")
DEV_TIMES = Schedule(id="sch_dev", name="Dev", handle="dev", zone="Etc/UTC", events=(ALWAYS,))
EMPTY = Schedule(id="sch_empty", name="Empty", handle="empty", zone="Etc/UTC")
UNREACHED = replace(DEV_TIMES, id="sch_u", handle="unreached", events=(replace(ALWAYS, attendees=(LOST.id,)),))
DEV = Team(id="tem_dev", name="Dev", handle="dev", schedule_id=DEV_TIMES.id)
BARE = Team(id="tem_bare", name="Bare", handle="bare")
TO_DEV = Receiver(kind=ReceiverKind.TEAM, id=DEV.id)
TO_MAIN = Receiver(kind=ReceiverKind.ROUTER, id="rtr_main")
HOOK = Integration(id="int_1", name="Hook", handle="hook", type="webhook", key="k", destinations=(TO_MAIN,))
DEFAULT = "{match: {data.env: prod}, actions: [{type: assign, receiver: team:dev}]}"


def router(*rules: str, default: Receiver | None = TO_DEV, enabled: bool = True) -> Router:
    yaml = "rules:\n" + "".join(f"  - {rule}\n" for rule in rules)
    return Router(id="rtr_main", name="Main", handle="main", yaml=yaml, default_destination=default, enabled=enabled)


def directory(linted: Router, *more: object) -> Directory:
    everything = [JANE, LOST, DEV_TIMES, EMPTY, UNREACHED, DEV, BARE, HOOK, linted, *more]
    return collect(everything, channel_kinds=KINDS)  # type: ignore[arg-type]  # tests pass objects to configure


def hints(linted: Router, *samples: dict[str, object]) -> list[tuple[int | None, str]]:
    found = router_hints(linted, directory(linted), samples, NOW)
    assert all(hint.mend for hint in found)
    return [(hint.line, hint.message) for hint in found]


def test_a_wrong_operand_is_hinted_at_in_its_line() -> None:
    rule = "match:\n      data.env: prod\n      alert.urgency:\n        $in: low\n    actions: [{type: ignore}]"
    (hint,) = router_hints(linted := router(rule), directory(linted), (), NOW)
    assert (hint.line, hint.column) == (5, 14)
    assert f"{hint.message} {hint.mend}" == "$in: low is no list: it counts as [low]. Write $in: [low]."


def test_a_good_router_gets_none() -> None:
    assert hints(router(DEFAULT)) == []


@pytest.mark.parametrize(
    ("rules", "line", "said"),
    [
        (
            ("{name: all, match: {always: true}, actions: [{type: ignore}]}", DEFAULT),
            3,
            "'all' above matches everything",
        ),
        (("{match: {}, actions: [{type: ignore}]}", DEFAULT), 3, "'rule 1' above matches everything"),
        ((DEFAULT, DEFAULT), 3, "'rule 1' above matches all that it does"),
        (
            (DEFAULT, "{match: {alert.urgency: low, data.env: prod}, actions: [{type: ignore}]}"),
            3,
            "'rule 1' above matches all that it does",
        ),
    ],
)
def test_rules_that_never_decide(rules: tuple[str, ...], line: int, said: str) -> None:
    ((at, hint),) = hints(router(*rules))
    assert at == line
    assert "never decides" in hint
    assert said in hint


def test_a_narrower_rule_above_a_wider_one_is_fine() -> None:
    narrow = "{match: {alert.urgency: low, data.env: prod}, actions: [{type: ignore}]}"
    other = "{match: {data.env: test}, actions: [{type: ignore}]}"
    assert hints(router(narrow, DEFAULT, other)) == []


def test_what_is_behind_ignore_is_never_done() -> None:
    ((line, said),) = hints(
        router("{match: {data.a: 1}, actions: [{type: ignore}, {type: incident, severity: SEV-1}]}")
    )
    assert (line, said) == (2, "This is never done: ignore above ends the routing.")


def test_alerts_that_end_nowhere() -> None:
    setting = "{match: {data.env: test}, actions: [{type: setval, map: {urgency: low}}]}"
    said = [text for _, text in hints(router(setting, default=None))]
    assert said == [
        "What no rule matches goes to nobody: there is no default destination.",
        "'rule 1' routes nowhere, and there is no default destination.",
    ]
    catch_all = "{match: {always: true}, actions: [{type: assign, receiver: team:dev}]}"
    assert hints(router(catch_all, default=None)) == []


def test_a_router_that_nothing_leads_to() -> None:
    alone = replace(router(DEFAULT), id="rtr_alone", handle="alone")
    said = [hint.message for hint in router_hints(alone, directory(alone), (), NOW)]
    assert said == ["Nothing is sent to this router."]
    named = "rules: [{match: {always: true}, actions: [{type: assign, receiver: router:alone}]}]"
    by_router = Router(id="rtr_2", name="Two", handle="two", yaml=named)
    by_default = Router(
        id="rtr_3",
        name="Three",
        handle="three",
        yaml="rules: []",
        default_destination=Receiver(kind=ReceiverKind.ROUTER, id=alone.id),
    )
    by_rules = replace(
        HOOK, id="int_2", handle="two", key="x", rules="rules: [{match: {}, set: {destinations: router:alone}}]"
    )
    for other in (by_router, by_default, by_rules):
        assert router_hints(alone, directory(alone, other), (), NOW) == ()


def test_a_disabled_router_is_said() -> None:
    assert hints(router(DEFAULT, enabled=False))[0][1].startswith("The router is disabled")


@pytest.mark.parametrize(
    ("receiver", "said"),
    [
        ("team:bare", "team:bare: the team has no schedule."),
        ("schedule:empty", "schedule:empty: nobody is on call in schedule:empty in the next 7 days."),
        ("schedule:unreached", "schedule:unreached: nobody who is asked can be reached (user:lost)."),
        ("user:lost", "user:lost: nobody who is asked can be reached (user:lost)."),
    ],
)
def test_receivers_that_nobody_answers_for(receiver: str, said: str) -> None:
    rule = f"{{match: {{data.a: 1}}, actions: [{{type: assign, receiver: [team:dev, '{receiver}']}}]}}"
    assert hints(router(rule)) == [(2, said)]


def test_paths_that_no_payload_has() -> None:
    match = "{$or: [{data.labls.team: a}, {data.items.name: b}, {data.items.0.name: c}]}"
    rule = f"{{match: {match}, actions: [{{type: ignore}}]}}"
    sample: dict[str, object] = {"data": {"labels": {"team": "a"}, "items": [{"name": "x"}]}}
    assert hints(router(rule), *[sample] * 4) == []
    assert hints(router(rule), *[sample] * 5) == [(2, "None of the latest 5 payloads has data.labls.team.")]


def test_what_can_hardly_be_meant() -> None:
    ((line, said),) = hints(router("{match: {data.a: {$size: '2'}}, actions: [{type: ignore}]}"))
    assert line == 2
    assert "$size" in said


def test_more_hints_than_anybody_reads_are_cut_off_and_refuse_nothing() -> None:
    rules = ["{match: {data.kind: {$in: a}}, actions: [{type: ignore}]}"] * 300
    assert len(hints(router(*rules))) == 100


def test_many_rules_are_compared_in_linear_time() -> None:
    rules = [f"{{match: {{data.kind: a, data.n: {n}}}, actions: [{{type: ignore}}]}}" for n in range(3_000)]
    assert hints(router(*rules)) == []


GOING = "{{name: a, match: {{data.a: 1}}, continue: true, actions: [{}]}}"


def test_rules_that_go_on_in_vain_are_hinted_at() -> None:
    assign, ignore = "{type: assign, receiver: team:dev}", "{type: ignore}"
    rest = "{name: rest, match: {data.b: 1}, actions: [{type: ignore}]}"

    def hints(*rules: str) -> str:
        linted = router(*rules)
        return "\n".join(map(str, router_hints(linted, directory(linted), (), NOW)))

    assert "No rule is below this one to go on to" in hints(GOING.format(assign))
    assert "This never goes on: ignore ends" in hints(GOING.format(ignore), rest)
    assert "'rest' below matches, too, its ignore takes this back" in hints(GOING.format(assign), rest)
    narrower = f"{{match: {{data.a: 1, data.b: 1}}, actions: [{assign}]}}"
    assert "never decides" not in hints(GOING.format(assign), narrower)


def test_steps_behind_one_that_hands_over_are_hinted_at() -> None:
    steps = (
        "[{receivers: user:jane, timeout: 5m}, {receivers: team:dev, timeout: 5m}, {receivers: user:jane, timeout: 5m}]"
    )
    linted = router(f"{{match: {{data.a: 1}}, actions: [{{type: escalate, rules: {steps}}}]}}")

    said = [str(each) for each in router_hints(linted, directory(linted), (), NOW)]

    assert any("This is never asked: the rule above hands the alert over to team:dev" in each for each in said), said


def test_a_path_that_is_misspelt_is_offered_as_payloads_have_it() -> None:
    samples = [{"data": {"labels": {"service": "pay"}}}] * 5
    by = "{type: aggregate, by: [data.lables.service], timeout: 1h, route: first, receiver: team:dev}"
    linted = router(f"{{match: {{data.labels.servise: pay}}, actions: [{by}]}}")

    offered = [each.change.to for each in router_hints(linted, directory(linted), samples, NOW) if each.change]

    assert offered == ["data.labels.service", "data.labels.service"]
