"""Calendars at secret addresses, read as calendar programs do; and feeds that become schedules."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import httpx
import icalendar
import pytest
import recurring_ical_events  # type: ignore[import-untyped]
import vobject  # type: ignore[import-untyped]

from bot import ids
from bot.channels.slack import Slack
from bot.engine.model import SYSTEM, Member, Role, Team, User
from bot.engine.schedules import Action, Event, Override, Rotation, Schedule, on_call, shifts
from bot.errors import Conflict, Invalid
from bot.handlers.commands import oncall
from bot.handlers.table import Arguments, Said
from bot.handlers.visit import Visit
from bot.outbound.guarded_requests import HttpRequester
from bot.ports import Ports, Store
from bot.service import calendars, manage, on_call_notices, rotas
from bot.settings import Settings
from bot.slack.web import SlackWeb
from bot.web.app import assemble
from sandbox.config import Config
from sandbox.server import Running, start
from tests.harness import World
from tests.web.publishing import FEED, Publisher
from tests.web.serving import serve

Spans = list[tuple[str, datetime, datetime]]
LOCAL = (ip_network("127.0.0.0/8"),)


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


@pytest.fixture
def client(world: World) -> Iterator[httpx.Client]:
    app = assemble(Settings(), world.ports, None, lambda: True)
    with serve(app) as url, httpx.Client(base_url=url) as client:
        yield client


def rota(world: World) -> Schedule:
    """Two layers through both clock changes of a year, with an override."""
    start = datetime(2026, 1, 5, 2, 30)  # noqa: DTZ001  # wall-clock time
    people = tuple(world.person(name).id for name in ("alice", "bob", "carol"))
    weekly = Event(
        id=ids.new("evt"),
        attendees=people,
        start=start,
        end=start + timedelta(weeks=1),
        recurrence="FREQ=WEEKLY",
        rotation=Rotation(),
    )
    nights = Event(
        id=ids.new("evt"),
        layer=2,
        attendees=people[:2],
        start=start.replace(hour=22, minute=0),
        end=start.replace(hour=6, minute=0) + timedelta(days=1),
        recurrence="FREQ=DAILY",
        rotation=Rotation(),
    )
    away = datetime(2026, 2, 3, 12, tzinfo=UTC)
    override = Override(
        id="ovr_1",
        start_at=away,
        end_at=away + timedelta(hours=30),
        action=Action.REPLACE,
        user_ids=people[2:],
        layer=2,
    )
    schedule = Schedule(
        id=ids.new("sch"),
        name="Night; watch, “EU”",
        handle="eu",
        zone="Europe/Berlin",
        events=(weekly, nights),
        overrides=(override,),
    )
    manage.create(world.ports, schedule, SYSTEM)
    return schedule


def by_recurring(text: str, start: datetime, end: datetime) -> Spans:
    """What a program sees that reads calendars with `icalendar` and `recurring-ical-events`."""
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(start, end)
    return sorted((str(each["SUMMARY"]), each["DTSTART"].dt, each["DTEND"].dt) for each in found)


def by_vobject(text: str) -> Spans:
    """What a program sees that reads calendars with `vobject`."""
    events = vobject.readOne(text).vevent_list
    return sorted(
        (each.summary.value, each.dtstart.value.astimezone(UTC), each.dtend.value.astimezone(UTC)) for each in events
    )


def within(spans: Spans, start: datetime, end: datetime) -> Spans:
    return [each for each in spans if each[1] < end and start < each[2]]


def said_by_oncall(world: World, at: datetime) -> set[str]:
    """Whom `/pagertree oncall` shows at another time, in the words of the feed."""
    admin = world.person("alice")
    slack = None  # the command calls nobody
    visit = Visit(ports=world.ports, slack=slack, user=admin, now=world.clock.now())  # type: ignore[arg-type]
    said = oncall.NOUN.commands[0].run(visit, Arguments(options={"at": at.isoformat()}))
    assert isinstance(said, Said)
    text = str(said.blocks)
    layers = re.findall(r"Layer (\d): ((?:[A-Z]\w+ until <!date[^>]*>(?:, )?)*)", text)
    return {f"{name} (layer {layer})" for layer, people in layers for name in re.findall(r"(\w+) until", people)}


def test_two_independent_readers_see_the_shifts_that_oncall_shows(world: World, client: httpx.Client) -> None:
    schedule = rota(world)
    team = Team(id="tem_1", name="EU", handle="eu", schedule_id=schedule.id)
    manage.create(world.ports, team, SYSTEM)
    names = {user.id: user.name for user in world.ports.store.directory().users.values()}
    key = calendars.feed_key(world.ports, schedule.id, SYSTEM)
    answer = client.get(f"/ical/{key}.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    start, end = world.clock.now(), world.clock.now() + timedelta(days=330)

    wanted = sorted(
        (f"{names[each.user_id]} (layer {each.layer})", each.start_at, each.end_at)
        for each in shifts(schedule, start, end)
    )
    assert by_recurring(answer.text, start, end) == wanted
    seen = by_vobject(answer.text)
    assert within(seen, start, end) == wanted
    for days in range(0, 330, 7):
        at = start + timedelta(days=days, hours=days % 24)
        assert {summary for summary, _, _ in within(seen, at, at + timedelta(seconds=1))} == said_by_oncall(world, at)


def test_a_persons_feed_holds_their_shifts_in_every_schedule(world: World, client: httpx.Client) -> None:
    schedule, carol = rota(world), world.person("carol")
    text = client.get(f"/ical/{calendars.feed_key(world.ports, carol.id, SYSTEM)}.ics").text
    start, end = world.clock.now(), world.clock.now() + timedelta(days=60)
    own = [each for each in shifts(schedule, start, end) if each.user_id == carol.id]

    assert sorted(each[1:] for each in by_recurring(text, start, end)) == sorted((e.start_at, e.end_at) for e in own)


def test_an_address_stays_until_it_is_renewed(world: World, client: httpx.Client) -> None:
    schedule = rota(world)
    key = calendars.feed_key(world.ports, schedule.id, SYSTEM)
    assert calendars.feed_key(world.ports, schedule.id, SYSTEM) == key
    renewed = calendars.feed_key(world.ports, schedule.id, SYSTEM, renew=True)

    assert renewed != key
    assert client.get(f"/ical/{key}.ics").status_code == 404
    assert client.get(f"/ical/{renewed}.ics").status_code == 200
    assert client.get("/ical/.ics").status_code == 404
    assert client.get(f"/ical/{'x' * 5_000}.ics").status_code == 404


def test_a_calendar_that_did_not_change_is_not_sent_again(world: World, client: httpx.Client) -> None:
    address = f"/ical/{calendars.feed_key(world.ports, rota(world).id, SYSTEM)}.ics"
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


# --- Feeds that become schedules ----------------------------------------------------------------------------------


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def url(publisher: Publisher) -> Iterator[str]:
    with serve(publisher.app) as url:
        yield f"{url}/calendar.ics"


def known_by_mail(world: World, name: str, role: Role = Role.MEMBER) -> User:
    user = replace(world.person(name, role=role), email=f"{name}@example.com")
    manage.change(world.ports, user, SYSTEM, 1)
    return user


def wanted(url: str = "") -> Schedule:
    return Schedule(id="sch_feed", name="Feed", handle="feed", zone="Europe/Berlin", feed_url=url)


def reaching(world: World, *networks: object) -> Ports:
    return replace(world.ports, requester=HttpRequester(networks))  # type: ignore[arg-type]


def test_a_feed_becomes_a_schedule_and_is_read_again_every_hour(world: World, publisher: Publisher, url: str) -> None:
    alice, bob = known_by_mail(world, "alice", Role.ADMIN), known_by_mail(world, "bob")
    ports = reaching(world, *LOCAL)
    imported = calendars.import_feed(ports, wanted(url), "", SYSTEM)
    assert "Nobody here has the address stranger@example.com." in str(imported.left_out[0])
    noon = datetime(2026, 1, 7, 12, tzinfo=UTC)
    assert [each.user_id for each in on_call(imported.schedule, noon)] == [alice.id]

    publisher.text = FEED.format(email="bob@example.com")
    on_call_notices.drain(ports)
    after = ports.store.directory().schedules["sch_feed"]
    assert [each.user_id for each in on_call(after, noon)] == [bob.id]

    publisher.text = "nothing of the kind"
    for _ in range(3):
        world.clock.move_to(world.clock.now() + timedelta(hours=1))
        on_call_notices.drain(ports)
        on_call_notices.drain(ports)
    assert ports.store.directory().schedules["sch_feed"] == after
    lost, unread, gained = sorted(world.phones["sms"].told)
    assert lost.startswith("alice: Feed was changed in its calendar. You are no longer on call in layer 1: ")
    assert gained.startswith("bob: Feed was changed in its calendar. You are on call in layer 1: ")
    assert unread.startswith("alice: The schedule Feed was not read from its feed, and stays as it was. ")


def test_a_feed_is_not_fetched_from_inside(world: World, url: str) -> None:
    known_by_mail(world, "alice")
    with pytest.raises(Invalid, match="an address inside"):
        calendars.import_feed(reaching(world), wanted(url), "", SYSTEM)


@pytest.mark.parametrize("size", [calendars.LARGEST + 1, 10 * calendars.LARGEST])
def test_a_feed_that_is_too_large_is_refused(world: World, publisher: Publisher, url: str, size: int) -> None:
    publisher.text = "x" * size
    with pytest.raises(Invalid, match="larger than 5000000 bytes"):
        calendars.import_feed(reaching(world, *LOCAL), wanted(url), "", SYSTEM)


@pytest.mark.parametrize("address", ["", "ftp://example.com/x", "no address", "https://user:pw@example.com/"])
def test_what_is_no_address_is_said_under_the_input(world: World, address: str) -> None:
    with pytest.raises(Invalid) as caught:
        calendars.import_feed(reaching(world, *LOCAL), wanted(address), "", SYSTEM)
    assert caught.value.problems[0].where == ("url",)


def test_a_text_is_read_without_an_address(world: World) -> None:
    known_by_mail(world, "alice")
    imported = calendars.import_feed(world.ports, wanted(), FEED.format(email="alice@example.com"), SYSTEM)
    assert len(imported.schedule.events) == 1


def test_a_feed_in_which_nobody_is_known_makes_nothing(world: World) -> None:
    with pytest.raises(Invalid, match="Nothing in the feed can be taken over"):
        calendars.import_feed(world.ports, wanted(), FEED.format(email="x@example.com"), SYSTEM)
    assert not world.ports.store.directory().schedules


def test_an_address_of_what_was_edited_meanwhile_is_still_given(world: World) -> None:
    schedule = rota(world)
    rotas.edit(world.ports, schedule.id, SYSTEM, lambda found: replace(found, name="Renamed"))
    key = calendars.feed_key(world.ports, schedule.id, SYSTEM)
    assert world.ports.store.directory().schedules[schedule.id].name == "Renamed"
    with pytest.raises(Conflict):
        rotas.edit(world.ports, schedule.id, SYSTEM, lambda found: found, seen=1)
    assert key


def fed(world: World, publisher: Publisher, url: str) -> Ports:
    """A schedule that is read from a feed, of a team whose admin is alice."""
    alice = known_by_mail(world, "alice", Role.ADMIN)
    ports = reaching(world, *LOCAL)
    calendars.import_feed(ports, wanted(url), "", SYSTEM)
    member = Member(user_id=alice.id, role=Role.ADMIN)
    manage.create(ports, Team(id="tem_1", name="Fed", handle="fed", schedule_id="sch_feed", members=(member,)), SYSTEM)
    hours_pass(world, ports)
    return ports


def hours_pass(world: World, ports: Ports, hours: int = 1) -> list[str]:
    """What is said of the feed meanwhile."""
    for _ in range(hours):
        world.clock.move_to(world.clock.now() + timedelta(hours=1))
        on_call_notices.drain(ports)
        on_call_notices.drain(ports)
    said = [text for phones in world.phones.values() for text in phones.told if "feed" in text]
    for phones in world.phones.values():
        phones.told.clear()
    return said


def test_what_the_hourly_reading_leaves_out_is_told_once_by_name_and_reason(
    world: World, publisher: Publisher, url: str
) -> None:
    ports = fed(world, publisher, url)
    nights = "BEGIN:VEVENT\nUID:{n}\nDTSTART:20260301T2{n}0000Z\nDURATION:PT1H\nSUMMARY:Night {n}\nEND:VEVENT\n"
    text = publisher.text
    publisher.text = text.replace("END:VCALENDAR", nights.format(n=1) + "END:VCALENDAR")
    (said,) = hours_pass(world, ports, hours=3)
    assert said.startswith("alice: Not all of the feed of the schedule Feed is read as it is written (1):")
    assert "'Night 1' on 2026-03-01: nobody attends it, and its title names nobody who is known here." in said

    both = nights.format(n=1) + nights.format(n=2)
    publisher.text = text.replace("END:VCALENDAR", both + "END:VCALENDAR")
    (said,) = hours_pass(world, ports, hours=3)
    assert "'Night 2'" in said
    assert "'Night 1'" not in said
    assert hours_pass(world, ports, hours=24 * 6) == []


@pytest.mark.parametrize("cut", [0.3, 0.7, 0.95])
def test_an_answer_that_breaks_off_changes_nothing_and_is_told(
    world: World, publisher: Publisher, url: str, cut: float
) -> None:
    ports = fed(world, publisher, url)
    before = ports.store.directory().schedules["sch_feed"]
    publisher.text = publisher.text[: int(len(publisher.text) * cut)]
    (said,) = hours_pass(world, ports, hours=2)
    assert "The schedule Feed was not read from its feed, and stays as it was. The feed breaks off" in said
    assert ports.store.directory().schedules["sch_feed"] == before


def test_many_things_that_are_left_out_make_one_message(world: World, publisher: Publisher, url: str) -> None:
    ports = fed(world, publisher, url)
    many = "".join(f"BEGIN:VEVENT\nUID:{n}\nSUMMARY:Broken {n}\nEND:VEVENT\n" for n in range(60))
    publisher.text = publisher.text.replace("END:VCALENDAR", many + "END:VCALENDAR")
    (said,) = hours_pass(world, ports)
    assert "'Broken 9': it has no start." in said
    assert said.endswith("… and 50 more.")
    assert hours_pass(world, ports, hours=2) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_feed_is_read_in_the_encoding_that_it_begins_with(
    world: World, publisher: Publisher, url: str, encoding: str
) -> None:
    known_by_mail(world, "alice")
    publisher.encoding = encoding
    imported = calendars.import_feed(reaching(world, *LOCAL), wanted(url), "", SYSTEM)
    assert len(imported.schedule.events) == 1


# --- People of the workspace ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def workspace() -> Iterator[Running]:
    with start(Config(port=0, rates=0)) as running:
        yield running


@pytest.fixture
def in_slack(world: World, workspace: Running) -> Iterator[Ports]:
    web = SlackWeb("xoxb-sandbox", workspace.api_url, timeout=60)
    yield replace(world.ports, channels={**world.ports.channels, "slack": Slack(web)})
    web.close()


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("erin@example.com", "Erin Walsh"),  # who never used the bot
        ("frank@example.com", ""),  # who left
        ("grace@example.com", ""),  # a guest
        ("mallory@example.com", ""),  # of another workspace
        ("nobody@example.com", ""),
    ],
)
def test_people_who_were_not_seen_yet_are_found_in_slack(world: World, in_slack: Ports, email: str, name: str) -> None:
    known_by_mail(world, "alice")
    ports = in_slack
    text = FEED.format(email="alice@example.com").replace("stranger@example.com", email)
    imported = calendars.import_feed(ports, wanted(), text, SYSTEM)
    users = ports.store.directory().users
    noon = datetime(2026, 1, 7, 12, tzinfo=UTC)
    on_duty = {users[shift.user_id].name for shift in on_call(imported.schedule, noon)}
    assert on_duty == {"Alice"} | ({name} if name else set())
    assert [each.role for each in users.values() if each.name == name] == ([Role.MEMBER] if name else [])
    assert (f"Nobody here has the address {email}." in str(imported.left_out)) == (not name)


def test_titles_name_people_who_are_known_here(world: World) -> None:
    alice, bob = known_by_mail(world, "alice"), known_by_mail(world, "bob")
    titled = re.sub("ATTENDEE.*\n", "", FEED).replace("On call", "On Call - Bob - Primary")
    imported = calendars.import_feed(world.ports, wanted(), titled, SYSTEM)
    assert imported.schedule.events[0].attendees == (bob.id,)
    twin = replace(alice, name="Bob")
    manage.change(world.ports, twin, SYSTEM, 2)
    again = calendars.import_feed(world.ports, replace(wanted(), id="sch_2", handle="two"), titled, SYSTEM)
    assert again.schedule.events[0].attendees == (bob.id,)  # by handle: two have the name
