"""Somebody leaves the workspace while on call: others are asked at once, and nothing that they hold answers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from bot import ids
from bot.channels.slack import Slack
from bot.engine.model import SYSTEM, Alert, Contact, EntryKind, Role, Status, User, person
from bot.engine.schedules import Action, Override, Schedule
from bot.errors import Invalid, NotFound, Refused
from bot.service import answers, calendars, departures, manage, on_call_notices, replies, rotas
from bot.service.links import Links, Ticket
from bot.service.replies import Text
from bot.settings import Settings
from bot.slack.web import SlackWeb
from bot.web.app import assemble
from sandbox.server import Running
from tests.handlers.people import Person, Workspace
from tests.harness import World
from tests.web.serving import serve

ALICE, BOB, CAROL = "U0ALICE0001", "U0BOB000002", "U0CAROL0003"
PHONE, SECRET = "+442071234567", "a secret that is long enough for links"


@pytest.fixture
def manned(world: World, workspace: Workspace, alice: Person, bob: Person) -> Iterator[World]:
    """Bob is on call in layer 1, carol in layer 2; alice is the admin."""
    for each in (alice, bob, workspace.person("carol")):
        each.asks("/pagertree")
    users = {name: account(world, slack_id) for name, slack_id in (("bob", BOB), ("carol", CAROL))}
    for name, user in users.items():
        push = Contact(
            channel="push", address=f'{{"endpoint":"https://push.example/{name}","keys":{{"p256dh":"a","auth":"b"}}}}'
        )
        phone = Contact(
            channel="phone", address=PHONE if name == "bob" else "+442071234568", verified_at=world.clock.now()
        )
        changed = replace(user, handle=name, channels=("sms",), contacts=(phone, push), feed_key=f"key-of-{name}")
        manage.change(world.ports, changed, SYSTEM, 1)
    world.policy(("bob", 5), ("carol", 5))
    events = workspace.get("settings")["settings"]["events"]
    yield world
    workspace.post("settings", events=[])  # what is mended below would be told after the bot is gone, and again later
    workspace.post("people/bob", deleted=False, is_restricted=False)
    workspace.post("settings", events=events)


def account(world: World, slack_id: str) -> User:
    found = world.ports.store.directory().user_in_slack(slack_id)
    assert found
    return found


def leaves(world: World, workspace: Workspace, alert: Alert) -> None:
    """Bob's account is deactivated in Slack; returns when somebody else was asked."""
    before = world.alert(alert.title).version
    workspace.post("people/bob", deleted=True)
    seen = workspace.get("changes")["seq"]
    while world.alert(alert.title).version == before:
        assert workspace.get("changes", after=seen, wait=0.05) is not None


def hears(world: World, workspace: Workspace, name: str, text: str) -> None:
    """Somebody is told by SMS, perhaps by the thread that took the event, which may be about to send."""
    seen = workspace.get("changes")["seq"]
    for _ in range(100):
        try:
            world.expect_sms(name, text)
        except AssertionError:
            workspace.get("changes", after=seen, wait=0.05)
        else:
            return
    world.expect_sms(name, text)


def test_who_leaves_while_on_call_is_passed_over_at_once(manned: World, workspace: Workspace) -> None:
    alert = manned.fires("disk full")
    manned.expect_sms("bob", "disk full")
    leaves(manned, workspace, alert)
    manned.passes(seconds=1)
    hears(manned, workspace, "carol", "disk full")
    assert not account(manned, BOB).active


def test_what_they_had_taken_is_asked_again(manned: World, workspace: Workspace) -> None:
    alert = manned.fires("disk full")
    manned.expect_sms("bob", "disk full")
    answers.acknowledge(manned.ports, alert.id, person(account(manned, BOB).id, "sms"))
    leaves(manned, workspace, alert)
    manned.passes(seconds=1)
    manned.expect_sms("carol", "disk full")
    with manned.ports.store.begin() as uow:
        said = [each.text for each in uow.entries(alert.id) if each.kind is EntryKind.REOPENED]
    assert said == ["Reopened: @bob had it, and is gone."]


def test_nothing_that_they_hold_answers(manned: World, workspace: Workspace, bob: Person) -> None:
    user, links = account(manned, BOB), Links("", SECRET.encode)
    alert = manned.fires("disk full")
    manned.expect_sms("bob", "disk full")
    assert calendars.read(manned.ports, "key-of-bob").startswith("BEGIN:VCALENDAR")
    leaves(manned, workspace, alert)
    manned.passes(seconds=1)
    manned.expect_sms("carol", "disk full")

    text = Text(id="SM1", number=PHONE, body=f"A #{alert.number}")
    assert replies.answer(manned.ports, text) == replies.STRANGER
    for via in ("email", "push", "sms", "voice", "slack"):
        with pytest.raises(Refused, match="deactivated"):
            answers.acknowledge(manned.ports, alert.id, person(user.id, via))
    with pytest.raises(NotFound):
        calendars.read(manned.ports, "key-of-bob")
    assert [each.channel for each in account(manned, BOB).contacts] == ["phone"]
    assert "deactivated" in bob.asks("/pagertree alert list")

    expires = manned.clock.now() + timedelta(hours=1)
    settings = Settings(environment={"LINK_SECRET": SECRET})
    with serve(assemble(settings, manned.ports, None, lambda: True)) as url, httpx.Client(base_url=url) as web:
        for via in ("email", "push"):
            ticket = Ticket(alert_id=alert.id, version=alert.version, user_id=user.id, via=via, expires_at=expires)
            assert web.post(links.answer(ticket), data={"verb": "acknowledge"}).status_code == 403
        assert web.get("/ical/key-of-bob.ics").status_code == 404
        browser = '{"endpoint":"https://push.example/new","keys":{"p256dh":"a","auth":"b"}}'
        assert web.post(links.register(user.id, expires), content=browser).status_code in {403, 404}
    assert manned.alert("disk full").status is Status.OPEN


def test_their_shift_is_a_gap_that_is_told_and_shown(manned: World, workspace: Workspace, alice: Person) -> None:
    alert = manned.fires("disk full")
    manned.expect_sms("bob", "disk full")
    leaves(manned, workspace, alert)
    manned.passes(seconds=1)
    manned.expect_sms("carol", "disk full")
    on_call_notices.drain(manned.ports)
    on_call_notices.drain(manned.ports)
    said = [text for phones in manned.phones.values() for text in phones.told]
    assert any("Nobody is on call for ops in layer 1" in text and "deactivated" in text for text in said), said
    assert any("deactivated in Slack, and is paged no more" in text for text in said), said
    for typed in ("oncall", "schedule gaps ops", "schedule show ops"):
        shown = alice.asks(f"/pagertree {typed}")
        assert "nobody on call" in shown or "without anybody" in shown, shown
        assert f"<@{BOB}>" in shown, shown


def test_nobody_who_is_gone_is_put_on_call(manned: World) -> None:
    bob, schedule = account(manned, BOB), manned.ports.store.directory().get(Schedule, "ops")
    assert isinstance(schedule, Schedule)
    departures.leave(manned.ports, bob.id, SYSTEM)
    now = manned.clock.now()
    override = Override(
        id=ids.new("ovr"), start_at=now, end_at=now + timedelta(hours=1), action=Action.ADD, user_ids=(bob.id,)
    )
    with pytest.raises(Invalid, match="deactivated"):
        rotas.add_override(manned.ports, schedule.id, override, SYSTEM)


def test_somebody_who_became_a_guest_is_found_out_when_they_act(
    manned: World, workspace: Workspace, bob: Person
) -> None:
    manned.clock.move_to(manned.clock.now() + timedelta(minutes=6))
    workspace.post("settings", events=[])
    workspace.post("people/bob", is_restricted=True)
    assert "Guests cannot use this" in bob.asks("/pagertree oncall")
    assert not account(manned, BOB).active


# --- The daily look -----------------------------------------------------------------------------------------------


@pytest.fixture
def rostered(manned: World, server: Running, workspace: Workspace) -> Iterator[World]:
    """The manned world, whose Slack says who is there."""
    workspace.post("settings", events=[])
    web = SlackWeb("xoxb-sandbox", server.api_url)
    manned.ports = replace(manned.ports, channels={**manned.phones, "slack": Slack(web)})
    yield manned
    web.close()


def joins(world: World, *names: str, role: Role = Role.MEMBER) -> None:
    """People are there too, whom Slack says nothing of."""
    for name in names:
        user = User(
            id=ids.new("usr"),
            name=name.title(),
            handle=name,
            email=f"{name}@example.org",
            slack_id=f"U0{name.upper()}",
            channels=("email",),
            role=role,
        )
        manage.create(world.ports, user, SYSTEM)


def asked(world: World) -> str:
    """What is said by mail."""
    on_call_notices.drain(world.ports)
    return "\n".join(world.phones["email"].told)


def test_the_daily_look_finds_who_is_gone(rostered: World, workspace: Workspace) -> None:
    joins(rostered, "dee", "eve")
    assert departures.look(rostered.ports) == 0
    workspace.post("people/bob", deleted=True)
    assert departures.look(rostered.ports) == 1
    assert not account(rostered, BOB).active


@pytest.mark.parametrize("gone", [("bob",), ("bob", "carol")])
def test_who_would_be_missed_is_not_taken_off_and_the_admins_are_asked(
    rostered: World, workspace: Workspace, gone: tuple[str, ...]
) -> None:
    joins(rostered, "root", role=Role.ADMIN)
    for name in gone:
        workspace.post(f"people/{name}", deleted=True)
    assert departures.look(rostered.ports) == 0
    assert account(rostered, BOB).active
    assert {1: "one person is gone: Bob", 2: "2 people are gone: "}[len(gone)] in asked(rostered)
    workspace.post("people/carol", deleted=False)


def test_where_the_only_admin_may_be_gone_everybody_else_is_asked(rostered: World, workspace: Workspace) -> None:
    joins(rostered, "dee")
    workspace.post("people/alice", deleted=True)
    assert departures.look(rostered.ports) == 0
    assert "dee: Slack says that one person is gone: Alice" in asked(rostered)
    workspace.post("people/alice", deleted=False)


def test_a_slack_that_does_not_answer_changes_nobody(rostered: World, workspace: Workspace) -> None:
    workspace.post("people/bob", deleted=True)
    web = SlackWeb("xoxb-revoked", "http://127.0.0.1:9/api/")
    rostered.ports = replace(rostered.ports, channels={**rostered.phones, "slack": Slack(web)})
    assert departures.look(rostered.ports) == 0
    web.close()
    assert account(rostered, BOB).active
