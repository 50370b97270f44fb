"""The service worker and the page in a real Chromium. It cannot subscribe offline: we hand over the message."""

import base64
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from bot.channels.push.channel import build
from bot.channels.push.text import payload
from bot.engine.model import Alert, NoticeKind, Status, Urgency
from bot.ports import Store
from bot.service import alert_cards, subscriptions
from bot.service.links import Links, Ticket
from bot.service.subscriptions import parse
from bot.settings import Settings
from bot.web.app import assemble
from tests.harness import World, world_on
from tests.web.pressing import READING
from tests.web.serving import serve

SECRET = "a secret that is long enough for links"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
PUSH = "(data) => show(read({ json: () => JSON.parse(data) }))"
CLICK = """async (action) => {
    const [notification] = await self.registration.getNotifications();
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification, action }));
}"""
SHOWN = """async (body) => {
    const look = async () => (await self.registration.getNotifications()).find((each) => each.body.includes(body));
    let found, looks = 0;
    while (!(found = await look()) && ++looks < 500) await new Promise((resolve) => setTimeout(resolve, 20));
    if (!found) throw new Error(`not shown: ${body}`);
    const { title, tag, actions, requireInteraction } = found;
    return { title, tag, requireInteraction, actions: actions.map((each) => each.action) };
}"""
ACTIVATED = """navigator.serviceWorker.ready.then(({ active }) => new Promise((done) => {
    active.addEventListener("statechange", () => active.state === "activated" && done());
    if (active.state === "activated") done();
}))"""

pytestmark = [
    pytest.mark.real,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.skipif(not CHROMIUM, reason="the service worker is not tested: no Chromium (apt install chromium)"),
]


class Browser:
    """Alice's browser with our service worker, in front of a World."""

    def __init__(self, world: World, context: BrowserContext, url: str) -> None:
        self.world, self.context, self.url = world, context, url
        self.links = Links(url, SECRET.encode)
        self.page: Page = context.new_page()

    def opens(self) -> None:
        """Show the page, which installs the service worker."""
        user = self.world.person("alice")
        with self.context.expect_event("serviceworker"):
            self.page.goto(self.links.register(user.id, self.world.clock.now() + timedelta(hours=1)))
        expect(self.page.locator("#on")).to_be_visible()
        self.page.evaluate(ACTIVATED)

    def gets(self, alert: Alert, links: Links | None = None) -> None:
        """Hand the browser a page about an alert."""
        ticket = Ticket(
            alert_id=alert.id,
            version=alert.version,
            user_id=self.world.person("alice").id,
            via="push",
            expires_at=self.world.clock.now() + timedelta(hours=1),
        )
        with self.world.ports.store.begin() as uow:
            card = alert_cards.cards(uow, {alert.id: [NoticeKind.OPEN]})[(alert.id, NoticeKind.OPEN)]
        said = payload(card, "Etc/UTC", (links or self.links).answer(ticket)).decode()
        self.deliver(said)

    def deliver(self, data: str) -> None:
        """Hand the service worker a push message."""
        self.context.service_workers[0].evaluate(PUSH, data)

    def shown(self, body: str) -> Any:
        """The notification with a text, once it is shown."""
        return self.context.service_workers[0].evaluate(SHOWN, body)

    def clicks(self, action: str) -> None:
        """Press a button of the notification."""
        self.context.service_workers[0].evaluate(CLICK, action)


@pytest.fixture
def browser(store: Store) -> Iterator[Browser]:
    with ExitStack() as stack:
        world = stack.enter_context(world_on(store))
        environment = {
            "LINK_SECRET": SECRET,
            "PUBLIC_URL": "https://pager.example.com",
            "VAPID_PRIVATE_KEY": "A" * 42 + "E",
        }
        push = build(environment)
        assert push is not None
        world.ports = replace(world.ports, channels={**world.ports.channels, "push": push})
        url = stack.enter_context(serve(assemble(Settings(environment=environment), world.ports, None, lambda: True)))
        playwright = stack.enter_context(sync_playwright())
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        stack.callback(chromium.close)
        context = chromium.new_context(viewport={"width": 390, "height": 700}, permissions=["notifications"])
        context.set_default_timeout(10_000)
        browser = Browser(world, context, url)
        browser.opens()
        yield browser


@pytest.fixture
def alert(browser: Browser) -> Alert:
    browser.world.policy(("alice", 5))
    alert = browser.world.fires("disk full", urgency=Urgency.CRITICAL, description="no space left")
    browser.world.expect_sms("alice", "disk full")
    return alert


RENEW = """async ({ kept, fresh, key }) => {
    await keepSubscription(kept, key);
    await renew(null, fresh);
}"""


def test_a_subscription_that_the_service_ended_is_renewed_without_being_named(browser: Browser) -> None:
    """Some browsers do not say which one ended: what the page kept proves that it is the same browser."""
    old, fresh = (_subscription(name) for name in ("old", "fresh"))
    subscriptions.register(browser.world.ports, browser.world.person("alice").id, parse(old), arrived=True)

    given = {"kept": json.loads(old), "fresh": json.loads(fresh), "key": "A" * 87}
    browser.context.service_workers[0].evaluate(RENEW, given)

    (device,) = subscriptions.devices(browser.world.person("alice"))
    assert device.subscription == parse(fresh)


def _subscription(name: str) -> str:
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = point.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    keys = {"p256dh": base64.urlsafe_b64encode(raw).rstrip(b"=").decode(), "auth": "A" * 22}
    return json.dumps({"endpoint": f"https://push.example.com/{name}", "keys": keys})


def test_the_button_of_a_notification_acknowledges(browser: Browser, alert: Alert) -> None:
    browser.gets(alert)
    shown = browser.shown("no space left")
    assert shown == {
        "title": f"CRITICAL disk full · #{alert.number}",
        "tag": alert.id,
        "requireInteraction": True,
        "actions": ["acknowledge", "reject"],
    }
    browser.clicks("acknowledge")
    after = browser.shown(f"You have #{alert.number}.")
    assert (after["tag"], after["actions"], after["requireInteraction"]) == (alert.id, [], False)
    assert browser.world.alert("disk full").status is Status.ACKNOWLEDGED


def test_who_was_faster_is_said_in_the_notification(browser: Browser, alert: Alert) -> None:
    browser.world.acknowledges("bob", alert)
    browser.world.expect("alice", "sms", NoticeKind.ACKNOWLEDGED, "disk full")
    browser.gets(alert)
    browser.shown("Acknowledged by Bob")
    browser.clicks("acknowledge")
    assert browser.shown("already acknowledged")["actions"] == []


def test_an_answer_that_does_not_get_through_can_be_tried_again(browser: Browser, alert: Alert) -> None:
    browser.gets(alert, Links(f"{browser.url}/nowhere", SECRET.encode))
    browser.shown("no space left")
    browser.clicks("reject")
    assert browser.shown("Your answer did not get through")["actions"] == ["acknowledge", "reject"]
    assert browser.world.alert("disk full").status is Status.OPEN


def test_a_message_that_cannot_be_read_is_shown_nevertheless(browser: Browser) -> None:
    browser.deliver("{not json")
    assert browser.shown("Look into Slack")["title"] == "An alert needs you"


def test_what_the_browser_says_is_shown_when_it_refuses(browser: Browser) -> None:
    browser.page.click("#on")  # Chromium cannot subscribe without its maker's push service
    expect(browser.page.locator("#said")).to_contain_text("Registration failed")
    expect(browser.page.locator("#on")).to_be_enabled()


def test_the_answer_page_works_without_javascript(browser: Browser, alert: Alert) -> None:
    engine = browser.context.browser
    assert engine is not None
    page = engine.new_context(java_script_enabled=False).new_page()
    ticket = Ticket(
        alert_id=alert.id,
        version=alert.version,
        user_id=browser.world.person("alice").id,
        via="email",
        expires_at=browser.world.clock.now() + timedelta(hours=1),
    )
    page.goto(f"{browser.links.answer(ticket)}?do=acknowledge")
    browser.world.clock.move_to(browser.world.clock.now() + READING)
    page.click("button.first")
    expect(page.locator(".said")).to_contain_text(f"You have #{alert.number}.")
    assert browser.world.alert("disk full").status is Status.ACKNOWLEDGED
