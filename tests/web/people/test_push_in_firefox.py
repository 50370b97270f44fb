"""Push in a real Firefox: the page registers it, and it decrypts and shows what we send."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels.push.channel import Push, build
from bot.ports import Channel, Store
from bot.service.links import Links
from bot.service.subscriptions import devices
from bot.settings import Settings
from bot.web.app import assemble
from tests.fakes import autopush
from tests.harness import World, world_on
from tests.web import firefox
from tests.web.serving import serve

SECRET = "a secret that is long enough for links"
SHOWN = """navigator.serviceWorker.getRegistration("/push/").then((found) => found.getNotifications()).then((all) =>
    all.filter(({title}) => title.includes("%s")).map(({title, body, tag}) => ({title, body, tag}))[0])"""

pytestmark = [
    pytest.mark.real,
    pytest.mark.xdist_group("firefox"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.skipif(
        not firefox.PROGRAM, reason="push is not tested in a browser: no Firefox (apt install firefox-esr)"
    ),
]


class Registered:
    """A World with a web process, a push service and a Firefox that shows alice's page."""

    def __init__(self, world: World, browser: firefox.Firefox, service: autopush.Autopush) -> None:
        self.world = world
        self.browser = browser
        self.service = service

    def shown(self, title: str) -> Any:
        """The notification with a title, once Firefox shows it."""
        return self.browser.wait_for(SHOWN % title)


@pytest.fixture
def registered(store: Store, tmp_path: Path) -> Iterator[Registered]:
    with ExitStack() as stack:
        world = stack.enter_context(world_on(store))
        channels: dict[str, Channel] = dict(world.ports.channels)
        world.ports = replace(world.ports, channels=channels)
        environment = {"LINK_SECRET": SECRET, "DATA_DIR": str(tmp_path), "PUSH_ALLOW_PRIVATE": "127.0.0.1"}
        app = assemble(Settings(environment=environment), world.ports, None, lambda: True)
        url = stack.enter_context(serve(app))
        push = build(environment | {"PUBLIC_URL": url, "PUSH_CONTACT": "ops@example.com"})
        assert isinstance(push, Push)
        stack.callback(push.close)
        channels["push"] = push
        service = stack.enter_context(autopush.serve())
        profile = tmp_path / "profile"
        profile.mkdir()
        browser = stack.enter_context(firefox.start(profile, service.origin.replace("http:", "ws:")))
        browser.allow_notifications(url)
        world.person("alice", "sms")
        page = Links(url, SECRET.encode).register(world.person("alice").id, world.clock.now() + timedelta(hours=1))
        browser.visit(page)
        yield Registered(world, browser, service)


def test_firefox_registers_and_shows_a_page(registered: Registered, tmp_path: Path) -> None:
    browser, world = registered.browser, registered.world
    browser.wait_for("!document.getElementById('on').hidden && !document.getElementById('on').disabled")
    browser.run("document.getElementById('on').click()")
    said = browser.wait_for("document.getElementById('said').textContent")
    assert said.startswith("This browser is registered.")
    assert registered.shown("This device is registered")["body"] == "Pages for Alice will look like this."
    assert len(devices(world.person("alice"))) == 1

    world.policy(("alice", 5))
    alert = world.fires("disk full", description="no space left on db-3")
    world.expect_sms("alice", "disk full")
    shown = registered.shown("disk full")
    assert shown["title"] == f"#{alert.number} MEDIUM disk full"
    assert shown["body"] == "no space left on db-3\nFrom webhook"
    assert shown["tag"] == alert.id
    assert registered.service.headers["urgency"] == "high"

    world.acknowledges("alice", alert)
    browser.picture(tmp_path / "page.png")
    assert (tmp_path / "page.png").stat().st_size > 5_000


def test_firefox_leaves(registered: Registered) -> None:
    browser, world = registered.browser, registered.world
    browser.wait_for("!document.getElementById('on').hidden && !document.getElementById('on').disabled")
    browser.run("document.getElementById('on').click()")
    browser.wait_for("!document.getElementById('off').hidden && !document.getElementById('off').disabled")
    browser.run("document.getElementById('off').click()")
    browser.wait_for("document.getElementById('off').hidden")
    assert devices(world.person("alice")) == ()
