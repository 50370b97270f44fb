"""A form that is opened and sent without a touch leaves its object as it was, whoever made the object."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import MISSING, Field, fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.engine.directory import Configured
from bot.engine.model import (
    SYSTEM,
    Automation,
    Contact,
    Credentials,
    Integration,
    Layer,
    Maintenance,
    Member,
    NotificationRule,
    Policy,
    Receiver,
    ReceiverKind,
    Role,
    Router,
    Stakeholder,
    Team,
    Urgency,
    User,
)
from bot.engine.schedules import Action, Event, Override, Rotation, Schedule
from bot.errors import Invalid
from bot.handlers.collecting import collect
from bot.handlers.filled import read_filled
from bot.handlers.modals.automation import edit_automation
from bot.handlers.modals.integration import edit_integration
from bot.handlers.modals.maintenance import edit_maintenance
from bot.handlers.modals.policy import edit_policy
from bot.handlers.modals.router import edit_router
from bot.handlers.modals.rule import edit_rule
from bot.handlers.modals.schedule import edit_event, edit_schedule
from bot.handlers.modals.stakeholder import edit_stakeholder
from bot.handlers.modals.team import edit_team
from bot.handlers.modals.team_people import edit_people
from bot.handlers.visit import Visit
from bot.service.checks import check
from bot.service.rotas import EventPart, Extent
from bot.slack.forms import Form, view
from bot.slack.web import SlackWeb
from sandbox.server import Running
from sandbox.values import initial_values
from tests.handlers.people import Person
from tests.harness import World
from tests.surroundings import START

TABLE = collect()
MONDAY = datetime(2026, 1, 5, 9, 0, 7)  # noqa: DTZ001  # on the wall, with seconds that no form shows
RULES = "rules:\r\n  - match: {always: true}   \r\n    actions: [{type: ignore}]\r\n\r\n"
GONE = Receiver(kind=ReceiverKind.TEAM, id="tem_gone")
PEOPLE = ("usr_bare", "usr_alice", "usr_plain", "usr_gone", "usr_bob")

ALICE = User(id="usr_alice", name="Alice", handle="alice-m", slack_id="U0ALICE0001", role=Role.ADMIN)
USERS = (
    ALICE,
    User(id="usr_bob", name="Bob", handle="bob-x", slack_id="U0BOB000002"),
    User(id="usr_bare", name="Bare", handle="bare"),
    User(id="usr_plain", name="Plain", handle="plain"),
)
POLICY = Policy(
    id="esc_1",
    name=" By hand ",
    handle="by-hand",
    layers=(Layer(number=1, timeout=timedelta(seconds=61, milliseconds=5)), Layer(number=2, timeout=timedelta(days=3))),
    repeat=3,
    reassign=(GONE, Receiver(kind=ReceiverKind.USER, id="usr_bob"), Receiver(kind=ReceiverKind.TEAM, id="tem_1")),
    round_robin=True,
    remind_after=timedelta(seconds=90, milliseconds=1),
)


def _event(number: int, attendees: tuple[str, ...], **more: Any) -> Event:
    return Event(
        id=f"evt_1{number}",
        layer=number,
        attendees=attendees,
        start=MONDAY,
        end=MONDAY + timedelta(weeks=1),
        **{"recurrence": "FREQ=WEEKLY;INTERVAL=1", "rotation": Rotation(), **more},
    )


OVERRIDE = Override(
    id="ovr_1", start_at=START, end_at=START + timedelta(days=1), action=Action.ADD, user_ids=("usr_plain",)
)
ROTA = Schedule(
    id="sch_1",
    name="Rota\t",
    handle="rota",
    zone="Europe/Paris",
    events=(_event(1, PEOPLE), _event(2, (*PEOPLE[1:], PEOPLE[0]))),
    overrides=(OVERRIDE,),
    feed_key="k",
    feed_url="https://calendar.example/a.ics",
)
RICH = replace(
    ROTA,
    id="sch_2",
    handle="rich",
    events=(
        _event(
            1,
            PEOPLE,
            recurrence="freq=weekly;byday=mo",
            rotation=Rotation(at_once=4, step=3),
            exceptions=(MONDAY + timedelta(weeks=2),),
        ),
    ),
)
TEAM = Team(
    id="tem_1",
    name=" Team",
    handle="team",
    members=tuple(Member(user_id=each) for each in reversed(PEOPLE)),
    schedule_id="sch_1",
    policy_id="esc_1",
    slack_channel="C0GONE",
    stakeholder_ids=("stk_gone", "stk_1"),
    told_of_drops=PEOPLE,
    told_of_handoffs=PEOPLE[::-1],
    places=(
        Contact(channel="gone", address="https://gone.example"),
        Contact(channel="teams", address="https://a.example"),
    ),
)
ROUTER = Router(id="rtr_1", name=" r ", handle="r", yaml=RULES, enabled=False, default_destination=GONE)
RULE = NotificationRule(id="ntr_1", name=" n", handle="n", yaml=RULES, enabled=False, vouched=("+49170",))
STAKEHOLDER = Stakeholder(
    id="stk_1", name="s ", handle="s", user_ids=PEOPLE, emails=tuple(f"A{n:04}@example.com" for n in range(400))
)
AUTOMATION = Automation(
    id="atm_1",
    name=" a",
    handle="a",
    method="post",
    url=" https://ci.example/{{alert.number}} ",
    headers={" X-Odd": " b ", "x": ""},
    body="\n{ }\n",
    auth=Credentials(secret=" s ", user=" u "),
    repeats=True,
)
MAINTENANCE = Maintenance(
    id="mnt_1",
    name=" m",
    handle="m",
    integration_ids=("int_gone", "int_1"),
    start_at=START + timedelta(microseconds=3),
    end_at=START + timedelta(hours=1, microseconds=5),
    zone="Europe/Paris",
    recurrence="freq=monthly;bymonthday=1",
    ended_at=START,
)
INTEGRATION = Integration(
    id="int_1",
    name=" i ",
    handle="i",
    type="webhook",
    key="key",
    urgency=Urgency.CRITICAL,
    destinations=(Receiver(kind=ReceiverKind.USER, id="usr_bob"), GONE, Receiver(kind=ReceiverKind.TEAM, id="tem_1")),
    enabled=False,
    options={"nobody_knows": 1},
    title_template=" {{a}}\r\n",
    description_template="x" * 3_500,
    rules=RULES,
    auto_aggregate=timedelta(seconds=61, milliseconds=5),
    auto_resolve=timedelta(days=1, milliseconds=1),
    keeps_first=True,
)
ODD: tuple[Configured, ...] = (
    *USERS,
    *(POLICY, ROTA, RICH, TEAM, ROUTER, RULE, STAKEHOLDER, AUTOMATION, MAINTENANCE, INTEGRATION),
    replace(TEAM, id="tem_2", handle="team-2", schedule_id="sch_2", policy_id="esc_gone"),
    replace(TEAM, id="tem_3", handle="team-3", schedule_id=None, policy_id=None),
    replace(TEAM, id="tem_4", handle="team-4", schedule_id="sch_gone", members=()),
    replace(ROUTER, id="rtr_2", handle="long", yaml=RULES * 100),
    replace(ROUTER, id="rtr_3", handle="endless", yaml=RULES * 1_000),
    replace(RULE, id="ntr_2", handle="endless", yaml=RULES * 1_000),
    replace(MAINTENANCE, id="mnt_2", handle="over", recurrence=None, end_at=START - timedelta(hours=1)),
    *(replace(ROTA, id=f"sch_9{n}", handle=f"other-{n}") for n in range(3)),
)


def _team_form(visit: Visit, team: Team) -> Form:
    with visit.ports.store.begin() as uow:
        return edit_team(visit, uow, team)


def _event_form(extent: Extent) -> Callable[[Visit, Schedule], Form]:
    def draw(visit: Visit, schedule: Schedule) -> Form:
        start = schedule.events[0].start + (timedelta(0) if extent is Extent.ALL else timedelta(weeks=1))
        place = EventPart(event_id=schedule.events[0].id, start=start, extent=extent)
        return edit_event(schedule, 1, place, visit.directory())

    return draw


FORMS: Mapping[type, tuple[Callable[[Visit, Any], Form], ...]] = {
    Team: (_team_form, lambda visit, team: edit_people(team, 1, visit.directory())),
    Schedule: (
        lambda visit, schedule: edit_schedule(schedule, 1, visit.directory()),
        *(_event_form(extent) for extent in Extent),
    ),
    Policy: (lambda visit, policy: edit_policy(policy, 1, visit.directory()),),
    Router: (lambda visit, router: edit_router(visit, router, 1),),
    NotificationRule: (lambda visit, rule: edit_rule(visit, rule, 1),),
    Stakeholder: (lambda visit, stakeholder: edit_stakeholder(stakeholder, 1, visit.directory()),),
    Automation: (lambda _visit, automation: edit_automation(automation, 1),),
    Maintenance: (lambda visit, window: edit_maintenance(window, 1, visit.directory()),),
    Integration: (lambda visit, integration: edit_integration(visit, integration, 1),),
}
OTHERS = {
    *("address", "address_code", "cover", "delete", "example", "gather", "hand_off", "note", "override"),
    *(
        "ask",
        "attach",
        "delete_and_send",
        "incident",
        "more",
        "override_delete",
        "page",
        "replace",
        "replay",
        "restore",
        "run_for",
        "schedule_import",
        "schedule_new",
        "snooze",
        "swap",
        "urgency",
        "user.deactivate",
    ),
}
"""Forms that make something new, or do something: they show no object's fields."""


@pytest.fixture
def visit(world: World, server: Running) -> Iterator[Visit]:
    """An admin's visit, in a world full of what no form would have made."""
    with world.ports.store.begin() as uow:
        for each in ODD:
            uow.put(each, SYSTEM, START)
        for name, source in world.ports.sources.items():
            options: dict[str, object] = {option.name: option.default for option in source.OPTIONS}
            uow.put(replace(INTEGRATION, id=f"int_{name}", handle=name, type=name, options=options), SYSTEM, START)
    slack = SlackWeb("xoxb-sandbox", server.api_url)
    yield Visit(ports=world.ports, slack=slack, user=ALICE, now=world.clock.now())
    slack.close()


def _sent(form: Form) -> dict[str, Any]:
    """A form as Slack sends it when nobody touched it."""
    shown = view(form)
    return {**shown, "state": {"values": initial_values(shown["blocks"])}}


def _all_of(visit: Visit) -> dict[str, tuple[Configured, int]]:
    directory = visit.directory()
    with visit.ports.store.begin() as uow:
        kinds = (*FORMS, User)
        return {each.id: (each, uow.version_of(each.id)) for kind in kinds for each in directory.all(kind)}


def test_every_form_sent_without_a_touch_changes_nothing(visit: Visit) -> None:
    before, sent, held = _all_of(visit), 0, set()
    for each, _ in before.values():
        for draw in FORMS.get(type(each), ()):
            form = _sent(draw(visit, each))
            modal = next(modal for modal in TABLE.modals if modal.name == form["callback_id"])
            with suppress(*([Invalid] if _is_refused(visit, each) else [])):
                modal.save(visit, read_filled(form))
            assert _all_of(visit) == before, (each, modal.name)
            held.add(modal.name)
            sent += 1

    assert sent > len(ODD)
    assert {modal.name for modal in TABLE.modals} - held == OTHERS


def _is_refused(visit: Visit, body: Configured) -> bool:
    """Whether an object could not be saved at all as it is: what it names is gone."""
    try:
        check(body, visit.directory(), visit.ports.sources)
    except Invalid:
        return True
    return False


def test_what_the_forms_are_held_to_has_every_field_filled() -> None:
    """A field that is added to an object has to be here, too, or nobody would see that a form drops it."""
    for kind in FORMS:
        whole = next(each for each in ODD if type(each) is kind)
        assert not [each.name for each in fields(kind) if getattr(whole, each.name) == _default(each)], kind


def _default(each: "Field[Any]") -> object:
    return each.default_factory() if each.default_factory is not MISSING else each.default


def test_a_name_alone_is_changed(visit: Visit) -> None:
    for kind in (Router, NotificationRule, Stakeholder, Automation, Integration, Team):
        for each, _ in _all_of(visit).values():
            if type(each) is not kind or each.id in {"tem_2", "tem_3", "tem_4"} or each.id.startswith("int_"):
                continue
            form = _sent(FORMS[kind][0](visit, each))
            form["state"]["values"]["name"]["value"]["value"] = "Another"
            read = read_filled(form)
            assert read.touched("name")
            assert not read.touched(*(block for block in read.state if block != "name"))


def test_people_whom_slack_cannot_show_keep_their_turns(world: World, alice: Person) -> None:
    alice.asks("/pagertree")
    with world.ports.store.begin() as uow:
        alice_id = next(iter(uow.directory().users))
        present = tuple({"usr_alice": alice_id}.get(each, each) for each in PEOPLE if each != "usr_gone")
        events = (_event(1, present), _event(2, (*present[1:], present[0])))
        rota = replace(ROTA, events=events)
        members = tuple(Member(user_id=each, role=Role.ADMIN) for each in present)
        team = Team(id="tem_1", name="T", handle="team", members=members, schedule_id="sch_1", policy_id="esc_1")
        for each in (*USERS[1:], replace(POLICY, reassign=()), rota, team):
            uow.put(each, SYSTEM, START)

    alice.opens("/pagertree team edit team", showing="without a Slack account")
    answer = alice.submits(name="Renamed")
    assert answer["ok"], answer
    directory = world.ports.store.directory()
    assert (directory.schedules["sch_1"], directory.teams["tem_1"]) == (rota, replace(team, name="Renamed"))

    alice.opens("/pagertree team edit team", showing="without a Slack account")
    answer = alice.submits(**{"turns.unlinked": ["usr_plain"]})
    assert answer["ok"], answer
    [first, *_] = world.ports.store.directory().schedules["sch_1"].events
    turns = (*first.attendees, *first.attendees)  # whoever has the present turn keeps it, so any of them may be first
    assert turns[turns.index(alice_id) :][:3] == (alice_id, "usr_plain", "usr_bob")
