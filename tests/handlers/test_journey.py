"""From nothing to an answered page, in a real browser, with nothing but `/pagertree`. Clicks and keystrokes counted."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect, sync_playwright

from bot.channels.slack import Slack
from bot.handlers.app import receive, serve
from bot.slack.web import SlackWeb
from bot.store import SqlStore
from sandbox.config import Config
from sandbox.server import Running, start
from tests.handlers.bot_server import serving
from tests.harness import World
from tests.web.publishing import FEED

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
MOST_CLICKS, MOST_KEYS = 33, 200
RULES = "rules:\n  - match: {always: true}\n    actions: [{type: assign, receiver: team:payments}]"

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not CHROMIUM, reason="nobody looks at the page: no chromium is installed (apt install chromium)"
    ),
]


@dataclass(slots=True)
class Hand:
    """Somebody at the page: what they click and type is counted."""

    page: Page
    clicks: int = 0
    keys: int = 0

    def types(self, line: str) -> None:
        """Type a line and send it."""
        self.fills("#line", line)
        self.page.press("#line", "Enter")
        self.keys += 1

    def clicks_on(self, what: str | Locator) -> None:
        """Click."""
        found = self.page.locator(what) if isinstance(what, str) else what
        found.last.click()
        self.clicks += 1

    def fills(self, where: str, text: str) -> None:
        """Type into an input, which is clicked first."""
        self.page.fill(where, text)
        self.clicks += 1
        self.keys += len(text)

    def picks(self, block: str, *labels: str) -> None:
        """Choose from a menu of the modal, by typing a part of each label where the menu is a long one."""
        for label in labels:
            self.clicks_on(f".modal [data-block-id={block}] .select")
            expect(self.page.locator(".menu-option").first).to_be_visible()
            if self.page.locator(".menu-query").count():
                self.page.fill(".menu-query", label)
                self.keys += len(label)
            self.clicks_on(self.page.locator(".menu-option").filter(has_text=re.compile(f"^{label}")))

    def saves(self, says: str) -> None:
        """Send the modal and read the answer."""
        self.clicks_on("[data-role=submit]")
        expect(self.page.locator(".modal")).to_contain_text(says)

    def closes(self) -> None:
        """Close the modal."""
        self.clicks_on(".cross")
        expect(self.page.locator(".modal")).to_have_count(0)


@pytest.fixture
def slack() -> Iterator[Running]:
    manifest = Path(__file__).parents[2] / "manifests" / "slack-app.yaml"
    with start(Config(port=0, rates=0, manifest=str(manifest))) as running:
        yield running


@pytest.fixture
def town(sqlite_store: SqlStore, slack: Running) -> Iterator[World]:
    """An empty installation, connected to a Slack."""
    world = World(sqlite_store)
    web = SlackWeb("xoxb-sandbox", slack.api_url)
    world.ports = replace(world.ports, channels={"slack": Slack(web)})
    reception = receive(world.ports, "xoxb-sandbox", slack.api_url, "https://pager.example")
    with serving(serve(reception, "xoxb-sandbox", "sandbox-signing-secret", slack.api_url)) as url:
        slack.bot_url = url
        yield world
    reception.close()
    web.close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def hand(browser: Browser, slack: Running, town: World) -> Iterator[Hand]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(10_000)
    page.goto(slack.url)
    expect(page.locator(".conversation.current")).to_be_visible()
    yield Hand(page)
    page.close()


def test_from_nothing_to_an_answered_page_and_the_reason_why(hand: Hand, town: World) -> None:
    page, shown = hand.page, hand.page.locator("#messages")
    hand.types("/pagertree")
    expect(shown).to_contain_text("You are not on call now.")

    hand.clicks_on("[data-action-id='run.team add']")
    expect(page.locator(".modal")).to_contain_text("On call, in the order of their turns")
    hand.fills(".modal [data-block-id=name] input", "Payments")
    hand.picks("turns", "Alice", "Bob")
    hand.saves("Team Payments is saved")

    hand.clicks_on(".modal [data-action-id='run.router add']")
    expect(page.locator(".modal")).to_contain_text("Rules (YAML)")
    hand.fills(".modal [data-block-id=name] input", "Dev alerts")
    hand.fills(".modal [data-block-id=yaml] textarea", RULES)
    hand.fills(".modal [data-block-id=pasted] textarea", '{"title": "disk full"}')
    hand.clicks_on(".modal [data-action-id='router.dry_run']")
    expect(page.locator(".modal")).to_contain_text("user:alice-moreau by slack: layer 1 of team:payments")
    hand.clicks_on(".back")
    hand.saves("saved with 1 rule")

    hand.clicks_on(".modal [data-action-id='run.integration add']")
    expect(page.locator(".modal [data-block-id=destinations]")).to_contain_text("Router Dev alerts")
    hand.picks("type", "Webhook")
    hand.fills(".modal [data-block-id=name] input", "Shop")
    hand.saves("https://pager.example/integrations/")
    hand.clicks_on(".modal button:has-text('Send an example')")
    expect(page.locator(".modal")).to_contain_text("Nothing was sent and nobody was paged so far.")
    expect(page.locator(".modal")).not_to_contain_text("rehearsal")
    hand.saves("It is sent.")
    hand.closes()
    town.works()

    hand.clicks_on("[data-channel^=D]")
    expect(shown).to_contain_text("open, waiting for an answer", ignore_case=True)
    hand.clicks_on("[data-action-id='alert.acknowledge']")
    expect(shown).to_contain_text("You have #1.")
    town.works()
    expect(shown).to_contain_text("Acknowledged by @Alice Moreau")

    hand.types("/pagertree")
    hand.clicks_on("[data-action-id='run.oncall cover payments-on-call']")
    expect(page.locator(".modal")).to_contain_text("It stays yours until somebody takes it.")
    hand.saves("Asked")
    hand.closes()
    hand.types("/pagertree why #1")
    expect(shown).to_contain_text("matched")
    expect(shown).to_contain_text("layer 1, on call in schedule:payments-on-call by weekly rotation of @")

    print(f"{hand.clicks} clicks and {hand.keys} keystrokes")
    assert hand.clicks <= MOST_CLICKS
    assert hand.keys <= MOST_KEYS


ROUTER = ("/pagertree router add", "router.yaml", "rules: []", "is saved with 0 rules")
CALENDAR = ("/pagertree schedule import", "team.ics", FEED.format(email="alice@example.com"), "is made of 1 event")


@pytest.mark.parametrize("case", [ROUTER, CALENDAR])
def test_what_is_uploaded_at_the_page_arrives(hand: Hand, town: World, case: tuple[str, str, str, str]) -> None:
    command, name, content, said = case
    hand.types(command)
    hand.fills(".modal [data-block-id=name] input", "On call")
    file = FilePayload(name=name, mimeType="text/plain", buffer=content.encode())
    hand.page.set_input_files("[data-block-id=file] input", files=file)
    expect(hand.page.locator(".file-name")).to_have_text(f"{name}, {len(content)} bytes")
    hand.saves(said)
