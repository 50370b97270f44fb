"""Pictures of a page outside Slack, drawn in a real browser: `python -m tests.page_pictures docs/images`.

A database runs out of disk at night. The mail, the page that its link opens and the page on which a phone is registered
come from a running web process; the clock stands at the same instant each time, so that the pictures stay the same.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.channels.email.channel import Email
from bot.channels.email.channel import build as build_email
from bot.channels.push.channel import Push
from bot.channels.push.channel import build as build_push
from bot.ports import Channel
from bot.service.links import Links
from bot.settings import Settings
from bot.store import open_store
from bot.web.app import assemble
from tests import night
from tests.fakes import autopush, smtp
from tests.handlers.test_journey import CHROMIUM, SWITCHES
from tests.harness import World
from tests.surroundings import KINDS
from tests.web import firefox
from tests.web.pressing import READING
from tests.web.serving import serve

SECRET = "a secret that is long enough for links"
DESKTOP, PHONE = 720, 390  # pixels of width


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What Jane has at three in the morning: a mail, the page it leads to, and the link for her phone.

    `reads` lets the time pass that she needs to read a page.
    """

    mail: str
    link: str
    registration: str
    reads: Callable[[], None]


@contextmanager
def at_three(folder: Path) -> Iterator[Night]:
    """Page Jane by mail, and serve the pages that her links open."""
    with ExitStack() as stack:
        post = stack.enter_context(smtp.serve())
        world = World(stack.enter_context(open_store(f"sqlite:///{folder / 'pictures.db'}", channel_kinds=KINDS)))
        channels: dict[str, Channel] = dict(world.ports.channels)
        world.ports = replace(world.ports, channels=channels)
        app = assemble(Settings(environment={"LINK_SECRET": SECRET}), world.ports, None, lambda: True)
        url = stack.enter_context(serve(app))
        environment = {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(post.port),
            "SMTP_TLS": "none",
            "EMAIL_FROM": "PagerTree <pager@example.com>",
            "PUBLIC_URL": url,
            "LINK_SECRET": SECRET,
            "DATA_DIR": str(folder),
            "PUSH_ALLOW_PRIVATE": "127.0.0.1",
        }
        email, push = build_email(environment), build_push(environment)
        assert isinstance(email, Email)
        assert isinstance(push, Push)
        stack.callback(email.close)
        stack.callback(push.close)
        channels |= {"email": email, "push": push}
        for name in ("jane", "tom"):
            world.person(name, "email")
        world.policy(("jane", 5), ("tom", 10))
        night.name(world)
        world.sends(night.PAYLOAD)
        mail = post.taken[0].text("html")
        link = mail.partition('href="')[2].partition('"')[0]
        links = Links(url, SECRET.encode)
        jane = world.person("jane").id
        registration = links.register(jane, world.clock.now() + timedelta(hours=1))
        reads = partial(_reads, world)
        yield Night(mail=mail, link=link, registration=registration, reads=reads)


def _reads(world: World) -> None:
    world.clock.move_to(world.clock.now() + READING)


class Easel:
    """A browser, and the folder that its pictures go to."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser, self._folder = browser, folder

    @contextmanager
    def on(self, width: int, **device: Any) -> Iterator[Page]:
        """A window of that width, on a device with the options that Playwright knows."""
        context = self._browser.new_context(viewport={"width": width, "height": 200}, locale="en-GB", **device)
        page = context.new_page()
        page.set_default_timeout(10_000)
        yield page
        context.close()

    def takes(self, page: Page, name: str) -> None:
        """Take a picture of the whole page."""
        page.screenshot(path=self._folder / f"{name}.png", full_page=True)


def draw_mail(easel: Easel, shown: Night) -> None:
    """The mail on a desktop, on a phone, and on a phone with dark colours."""
    views = (("mail", DESKTOP, "light"), ("mail-phone", PHONE, "light"), ("mail-dark", PHONE, "dark"))
    for name, width, colours in views:
        with easel.on(width, color_scheme=colours, java_script_enabled=False) as page:
            page.set_content(shown.mail)
            easel.takes(page, name)


def draw_answer(easel: Easel, shown: Night) -> None:
    """The page behind the mail's link, before and after the answer: it has to work without JavaScript."""
    for name, colours in (("answer-dark", "dark"), ("answer", "light")):
        with easel.on(PHONE, color_scheme=colours, java_script_enabled=False) as page:
            page.goto(shown.link)
            easel.takes(page, name)
    with easel.on(PHONE, java_script_enabled=False) as page:
        page.goto(shown.link)
        shown.reads()
        page.click("button.first")
        expect(page.locator(".said")).to_contain_text("You have")
        easel.takes(page, "answered")


def draw_registration(easel: Easel, shown: Night) -> None:
    """The page on which a phone is registered for push."""
    with easel.on(PHONE) as page:
        page.goto(shown.registration)
        expect(page.locator("#on")).to_be_enabled()
        easel.takes(page, "push")


def draw_registered(shown: Night, folder: Path) -> None:
    """The same page once notifications are on, in Firefox: it can be given a push service of ours, Chromium cannot."""
    with ExitStack() as stack:
        service = stack.enter_context(autopush.serve())
        profile = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        browser = stack.enter_context(firefox.start(profile, service.origin.replace("http:", "ws:")))
        browser.allow_notifications(shown.registration.partition("/push/")[0])
        browser.visit(shown.registration)
        browser.wait_for("!document.getElementById('on').hidden && !document.getElementById('on').disabled")
        browser.run("document.getElementById('on').click()")
        browser.wait_for("!document.getElementById('off').hidden && !document.getElementById('off').disabled")
        tab = browser.call("browsingContext.getTree")["contexts"][0]["context"]
        for height in (200, 0):
            tall = height or browser.run("document.documentElement.scrollHeight")
            browser.call("browsingContext.setViewport", context=tab, viewport={"width": PHONE, "height": tall})
        browser.picture(folder / "push-registered.png")


def main(folder: Path) -> None:
    """Draw all pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, at_three(Path(data)) as shown, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        easel = Easel(browser, folder)
        for draw in (draw_mail, draw_answer, draw_registration):
            draw(easel, shown)
        browser.close()
        if firefox.PROGRAM:
            draw_registered(shown, folder)
        else:
            sys.stderr.write("push-registered.png is left as it is: no Firefox (apt install firefox-esr)\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
