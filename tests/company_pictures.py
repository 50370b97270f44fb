"""Pictures of lists in a company: `python -m tests.company_pictures FOLDER`, drawn in the local Slack."""

import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from benchmarks.company import Size, fill
from bot.engine.model import SYSTEM
from bot.handlers.app import receive, serve
from bot.service import manage
from bot.store import open_store
from sandbox.config import Config
from sandbox.server import start
from tests.handlers.bot_server import serving
from tests.handlers.test_journey import CHROMIUM, SWITCHES
from tests.harness import World
from tests.pictures import MANIFEST, Album
from tests.surroundings import KINDS

_ALICE = "U0ALICE0001"
_SCREENS = (
    ("company-alerts", "/pagertree alert list --status open --sort urgency", "Page 1"),
    ("company-mine", "/pagertree alert list checkout --team team-1 --since 3d", "Page 1"),
    ("company-teams", "/pagertree team list", "used by"),
    ("company-health", "/pagertree health", "Looked at"),
    ("company-audit", "/pagertree audit list", "Changes"),
)


def main(folder: Path) -> None:
    """Draw each screen as wide as a desktop and as a phone."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        start(Config(port=0, rates=0, manifest=str(MANIFEST))) as slack,
        open_store(f"sqlite:///{data}/company.db", channel_kinds=KINDS) as store,
        sync_playwright() as playwright,
    ):
        world = World(store)
        world.clock.move_to(datetime.now(UTC))
        admin = fill(store, Size().times(10), world.clock.now())
        manage.change(world.ports, replace(admin, slack_id=_ALICE, name="Alice Moreau"), SYSTEM, 1)
        reception = receive(world.ports, "xoxb-sandbox", slack.api_url, "https://pager.example.com")
        with serving(serve(reception, "xoxb-sandbox", "sandbox-signing-secret", slack.api_url)) as url:
            slack.bot_url = url
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
            for width, ending in ((1000, ""), (390, "-phone")):
                page = browser.new_page(viewport={"width": 1000, "height": 1800})
                page.set_default_timeout(20_000)
                page.goto(slack.url)
                expect(page.locator(".conversation.current")).to_be_visible()
                album = Album(page, world, folder)
                album.goes_to("general")
                for name, line, showing in _SCREENS:
                    page.set_viewport_size({"width": 1000, "height": 1800})
                    album.types(line)
                    expect(page.locator(".message").last).to_contain_text(showing)
                    page.set_viewport_size({"width": width, "height": 2400})
                    album.takes(f"{name}{ending}", ".message", showing)
                page.close()
            browser.close()
        reception.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
