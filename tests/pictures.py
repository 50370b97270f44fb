"""Pictures of the views that people see most, drawn in a real browser: `python -m tests.pictures docs/images`.

The sample set-up stands behind them, in the local Slack, at the time of drawing.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import FloatRect, Page, expect, sync_playwright

from bot import ids
from bot.channels.slack import Slack
from bot.engine.model import SYSTEM, Automation, Contact, Integration, NotificationRule, User, person
from bot.engine.schedules import Schedule, shifts
from bot.handlers.app import receive, serve
from bot.outbound.guarded_requests import open_requester
from bot.ports import AlertFilter
from bot.service import maintenances, manage, rotas, sample
from bot.service.rule_news import take_newest
from bot.settings import load
from bot.slack.web import SlackWeb
from bot.store import open_store
from bot.wiring import look_around
from sandbox.config import Config
from sandbox.server import Running, start
from tests.handlers.bot_server import serving
from tests.handlers.test_journey import CHROMIUM, SWITCHES
from tests.harness import World
from tests.surroundings import KINDS, Phones

TITLE = "Payment worker stuck on db-3"
PAYLOAD = {
    "event_type": "create",
    "id": "worker-db-3",
    "title": TITLE,
    "description": "No payment has been booked for 4 minutes; the queue holds 1,204 jobs.",
    "tags": ["payments", "eu-west"],
    "meta": {"queue": "1204 jobs", "host": "db-3", "runbook_url": "https://runbooks.example/payments"},
}
CHECKOUT = "Checkout answers nobody"
QUIET = "rules:\n  - {name: focus, match: {always: true}, actions: [{type: ignore}]}\n"
MISTAKEN = "rules:\n  - match: {always: true}\n    actons: [{type: assign, receiver: team:platform}]\n"
MANIFEST = Path(__file__).parents[1] / "manifests" / "slack-app.yaml"


class Album:
    """A browser at the local Slack, and the folder that its pictures go to."""

    def __init__(self, page: Page, world: World, folder: Path) -> None:
        self.page, self.world, self.folder = page, world, folder

    def be(self, name: str) -> None:
        """Be somebody else."""
        self.page.click("#me")
        self.page.click(f".menu-option:has-text('{name}')")
        expect(self.page.locator("#me")).to_contain_text(name)

    def types(self, line: str) -> None:
        """Type a line and send it."""
        self.page.fill("#line", line)
        self.page.press("#line", "Enter")

    def goes_to(self, conversation: str) -> None:
        """Open a conversation."""
        self.page.click(f".conversation:has-text('{conversation}')")

    def takes(self, name: str, selector: str, showing: str) -> None:
        """Take a picture of the last of what a selector finds, once it shows a text."""
        found = self.page.locator(selector).last
        expect(found).to_contain_text(showing)
        found.scroll_into_view_if_needed()
        box = found.bounding_box()
        assert box, name
        # What is drawn anew at this moment has the same place: a picture of the place is always there.
        self.page.screenshot(path=self.folder / f"{name}.png", clip=FloatRect(**box))

    def takes_all(self, name: str, selector: str, showing: str) -> None:
        """Take a picture of the whole page, once what a selector finds last shows a text."""
        expect(self.page.locator(selector).last).to_contain_text(showing)
        self.page.screenshot(path=self.folder / f"{name}.png")

    def closes(self) -> None:
        """Close the modal."""
        self.page.click(".cross")
        expect(self.page.locator(".modal")).to_have_count(0)

    def asks(self, name: str, line: str, showing: str) -> None:
        """Type a command and take a picture of its answer."""
        self.types(line)
        self.takes(name, ".message", showing)

    def opens(self, name: str, line: str, showing: str) -> None:
        """Type a command and take a picture of the form that it opens."""
        self.types(line)
        self.takes(name, ".modal", showing)
        self.closes()


def page_and_answer(album: Album) -> None:
    """The card of a page, before and after somebody acknowledged it."""
    album.page.set_viewport_size({"width": 1280, "height": 800})
    album.world.sends(PAYLOAD, integration="scripts")
    album.be(_asked(album.world))
    album.goes_to("PagerTree")
    album.takes_all("card", ".message", "waiting for an answer")
    album.page.click("[data-action-id='alert.acknowledge']")
    expect(album.page.locator("#messages")).to_contain_text("You have #1.")
    album.world.works()
    album.goes_to("payments")
    album.takes("acknowledged", ".message", "Acknowledged by")


def _asked(world: World) -> str:
    """Who was paged first: that changes from week to week."""
    users = world.ports.store.directory().users
    return users[world.alert(TITLE).responders[0].user_id].name


def own_things(album: Album) -> None:
    """What is somebody's own: the App Home, and the bare command."""
    album.world.sends(PAYLOAD | {"id": "disk", "title": "Disk full on db-1", "tags": []}, integration="scripts")
    album.page.set_viewport_size({"width": 1000, "height": 860})
    album.be("Alice Moreau")
    album.goes_to("general")
    album.types("/pagertree alert page user:alice-moreau The nightly backup has not begun")
    expect(album.page.locator("#messages")).to_contain_text("Show")
    album.world.works()
    album.asks("mine", "/pagertree", "Your alerts")
    album.goes_to("PagerTree")
    album.page.click("#tabs :text('Home')")
    album.takes("home", ".home-view", "Health")
    album.page.click("#tabs :text('Messages')")


def answers(album: Album) -> None:
    """Who is on call, and why an alert went where it went."""
    album.goes_to("general")
    album.asks("oncall", "/pagertree oncall", "Layer 1")
    album.asks("why", "/pagertree why #1", "Who was asked")
    album.asks("integration", "/pagertree integration show scripts", "Try it")


def forms(album: Album) -> None:
    """The forms that set things up."""
    album.opens("team", "/pagertree team add", "On call, in the order of their turns")
    album.opens("override", "/pagertree override add platform-on-call", "In place of")
    album.types("/pagertree router edit by-subject")
    expect(album.page.locator(".modal")).to_contain_text("Try it before you save")
    album.page.click(".modal [data-action-id='router.dry_run']")
    album.takes("dry-run", ".modal", "If nobody answers")
    album.page.click(".back")
    album.closes()


def on_call_changes(album: Album) -> None:
    """An override, its answer; a shift that somebody is asked to take; clock changes; a schedule, also on a phone."""
    album.goes_to("general")
    album.types("/pagertree override add platform-on-call")
    album.page.click("[data-role=submit]")
    album.takes("override-saved", ".modal", "Undo")
    album.closes()
    album.be(_first_on_call(album.world))
    album.types("/pagertree oncall cover platform-on-call")
    album.page.click("[data-role=submit]")
    expect(album.page.locator(".modal")).to_contain_text("Asked")
    album.closes()
    album.goes_to("platform")
    album.takes("cover-asked", ".message", "who takes the shift")
    album.be("Alice Moreau")
    album.goes_to("general")
    _move_to_berlin(album.world)
    album.asks("clock-changes", "/pagertree schedule check", "clock")
    album.page.set_viewport_size({"width": 390, "height": 1500})
    album.types("/pagertree schedule show platform-on-call")
    expect(album.page.locator(".message").last.locator("img").last).to_be_visible()
    album.takes("schedule-phone", ".message", "Time zone")


def _move_to_berlin(world: World) -> None:
    """Put the schedule on a clock that changes."""
    directory = world.ports.store.directory()
    found = directory.get(Schedule, "platform-on-call")
    assert isinstance(found, Schedule)
    rotas.edit(world.ports, found.id, SYSTEM, lambda schedule: replace(schedule, zone="Europe/Berlin"))


def _first_on_call(world: World) -> str:
    """Who has a shift now, and so may ask others to take it."""
    directory = world.ports.store.directory()
    found = directory.get(Schedule, "platform-on-call")
    assert isinstance(found, Schedule)
    ahead = shifts(found, world.clock.now(), world.clock.now() + timedelta(weeks=8))
    others = (each for each in ahead if directory.users[each.user_id].name != "Alice Moreau")
    return directory.users[next(others).user_id].name


def mistake(album: Album) -> None:
    """A form that was refused."""
    album.page.set_viewport_size({"width": 1280, "height": 800})
    album.types("/pagertree router add")
    album.page.fill(".modal [data-block-id=name] input", "Night shift")
    album.page.fill(".modal [data-block-id=yaml] textarea", MISTAKEN)
    album.page.click("[data-role=submit]")
    album.takes_all("router-error", ".modal", "Did you mean actions?")


def life(album: Album) -> None:
    """What becomes of an alert: it gets worse, a child takes its place, a handoff is refused, many are closed."""
    album.page.set_viewport_size({"width": 1000, "height": 1400})
    world, disk = (
        album.world,
        {"event_type": "create", "id": "disk-9", "title": "Disk 82 % on db-9", "urgency": "medium"},
    )
    world.sends(disk, integration="scripts")
    album.be("Alice Moreau")
    album.goes_to("general")
    number = world.alert(str(disk["title"])).number
    album.types(f"/pagertree alert ack #{number}")
    expect(album.page.locator("#messages")).to_contain_text(f"You have #{number}.")
    world.sends(disk | {"title": "Disk full on db-9, database down", "urgency": "critical"}, integration="scripts")
    album.asks("worse", f"/pagertree alert show #{number}", "It got worse")
    _has_nights(world)
    album.asks(
        "handoff-refused", f"/pagertree alert handoff #{number} schedule:nights the failover is half done", "You keep"
    )
    album.asks("promoted", f"/pagertree alert show #{_promoted(world)}", "Takes the place of")
    album.asks("bulk", "/pagertree alert resolve --team platform", "Resolve")


def _has_nights(world: World) -> None:
    """A schedule in which nobody is on call before tonight."""
    known = world.ports.store.directory().get(Schedule, "platform-on-call")
    assert isinstance(known, Schedule)
    tonight = world.clock.now().replace(tzinfo=None, microsecond=0) + timedelta(hours=9, minutes=30)
    event = replace(known.events[0], start=tonight, end=tonight + timedelta(hours=8), recurrence=None)
    nights = replace(known, id=ids.new("sch"), name="Nights", handle="nights", events=(event,))
    manage.create(world.ports, nights, SYSTEM)


def _promoted(world: World) -> int:
    """The number of an alert that took the place of the one that it was gathered under, with another under it now."""
    scripts = world.ports.store.directory().get(Integration, "scripts")
    assert isinstance(scripts, Integration)
    manage.change(world.ports, replace(scripts, auto_aggregate=timedelta(hours=1)), SYSTEM, 1)
    for host, urgency in (("web-1", "medium"), ("web-2", "high"), ("web-3", "medium")):
        said = {
            "event_type": "create",
            "id": host,
            "title": "Certificate expired",
            "urgency": urgency,
            "meta": {"host": host},
        }
        world.sends(said, integration="scripts")
    world.clears("web-1", integration="scripts")
    with world.ports.store.begin() as uow:
        return next(each.number for each in uow.alerts(AlertFilter(limit=10)) if each.dedup_key == "web-2")


def silences(album: Album) -> None:
    """Who is asked and not paged, a rule that somebody else changed, and a request that would not be sent."""
    world = album.world
    author, asked = world.person("alice-moreau"), world.person(_handle_of(world, _asked(world)))
    rule = NotificationRule(id=ids.new("ntr"), name="Focus time", handle="focus-time", yaml=QUIET)
    manage.create(world.ports, rule, person(author.id, "slack"))
    _change(world, take_newest(asked, rule.id))
    world.sends(PAYLOAD | {"id": "checkout", "title": CHECKOUT, "urgency": "critical"}, integration="scripts")
    known = world.ports.store.directory().get(Integration, "scripts")
    maintenances.begin(world.ports, (known.id,) if known else (), timedelta(hours=1), SYSTEM)
    world.works()
    album.page.set_viewport_size({"width": 1000, "height": 900})
    album.be(asked.name)
    album.goes_to("payments")
    album.takes("not-paged", ".message", "not paged")
    with world.ports.store.begin() as uow:
        seen = uow.version_of(rule.id)
    louder = replace(rule, yaml=QUIET.replace("always: true", "alert.urgency: {$ne: critical}"))
    manage.change(world.ports, louder, person(author.id, "slack"), seen)
    album.goes_to("general")
    album.asks("rule-version", "/pagertree rule show focus-time", "Take the new version")
    album.asks("me", "/pagertree me", "Add an address")
    inside = Automation(
        id=ids.new("atm"), name="Restart", handle="restart", method="POST", url="http://10.1.2.3/restart"
    )
    manage.create(world.ports, inside, SYSTEM)
    album.be("Alice Moreau")
    album.asks("automation-test", "/pagertree automation test restart", "It would not be sent")


def _handle_of(world: World, name: str) -> str:
    return next(each.handle for each in world.ports.store.directory().users.values() if each.name == name)


def _change(world: World, user: User) -> None:
    with world.ports.store.begin() as uow:
        seen = uow.version_of(user.id)
    manage.change(world.ports, user, SYSTEM, seen)


# The last one leaves its form open.
PAGES: tuple[Callable[[Album], None], ...] = (
    page_and_answer,
    own_things,
    answers,
    forms,
    on_call_changes,
    life,
    silences,
    mistake,
)


@contextmanager
def town(slack: Running, folder: Path) -> Iterator[World]:
    """The sample set-up, connected to a Slack; everybody has a phone that takes what it is sent."""
    environment = {
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
        "SLACK_API_URL": slack.api_url,
        "DATA_DIR": str(folder),
    }
    web = SlackWeb("xoxb-sandbox", slack.api_url)
    with open_store(f"sqlite:///{folder / 'pictures.db'}", channel_kinds=KINDS) as store:
        world = World(store)
        world.clock.move_to(datetime.now(UTC))
        world.ports = replace(world.ports, channels=_channels(web, world.phones), requester=open_requester({}))
        sample.load(world.ports, look_around(load(environment, folder / "no.env")))
        _give_phones(world)
        with store.begin() as uow:
            uow.beat("worker-1", world.clock.now())
        reception = receive(world.ports, "xoxb-sandbox", slack.api_url, "https://pager.example.com")
        with serving(serve(reception, "xoxb-sandbox", "sandbox-signing-secret", slack.api_url)) as url:
            slack.bot_url = url
            yield world
        reception.close()
        web.close()


def _channels(web: SlackWeb, phones: Mapping[str, Phones]) -> Mapping[str, Slack | Phones]:
    return {**phones, "slack": Slack(web)}


def _give_phones(world: World) -> None:
    for number, user in enumerate(world.ports.store.directory().users.values()):
        at = world.clock.now()
        contacts = (Contact(channel="phone", address=f"+4420794601{number:02}", verified_at=at),)
        manage.change(world.ports, replace(user, contacts=contacts, channels=("slack", "sms")), SYSTEM, 1)


def main(folder: Path) -> None:
    """Draw all pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        start(Config(port=0, rates=0, manifest=str(MANIFEST))) as slack,
        town(slack, Path(data)) as world,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        for draw in PAGES:
            page = browser.new_page(viewport={"width": 1000, "height": 1500})
            page.set_default_timeout(10_000)
            page.goto(slack.url)
            expect(page.locator(".conversation.current")).to_be_visible()
            draw(Album(page, world, folder))
            page.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
