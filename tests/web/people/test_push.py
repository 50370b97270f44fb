"""The page on which a browser is registered: for whoever has the link, and only with what a browser would send."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.push.channel import Push, build
from bot.engine.model import SYSTEM
from bot.ports import Store
from bot.service import manage
from bot.service.links import Links
from bot.service.subscriptions import devices
from bot.settings import Settings
from bot.web.app import assemble
from tests.fakes import webpush
from tests.harness import World
from tests.web.serving import serve

SECRET = "a secret that is long enough for links"


@dataclass(frozen=True, kw_only=True)
class Office:
    """A World with a push service, and a web process that registers browsers."""

    world: World
    client: httpx.Client
    service: webpush.Service
    push: Push
    page: str

    def send(self, method: str, body: Any, page: str = "") -> httpx.Response:
        return self.client.request(method, page or self.page, content=json.dumps(body))

    def registered(self) -> list[str]:
        return [device.subscription.endpoint for device in devices(self.world.person("alice"))]


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Iterator[Office]:
    environment = {
        "LINK_SECRET": SECRET,
        "DATA_DIR": str(tmp_path),
        "PUBLIC_URL": "https://pager.example.com",
        "PUSH_ALLOW_PRIVATE": "127.0.0.1",
    }
    push, world = build(environment), World(store)
    assert isinstance(push, Push)
    ports = replace(world.ports, channels={"push": push})
    alice = world.person("alice", "sms")
    page = Links("", SECRET.encode).register(alice.id, world.clock.now() + timedelta(hours=1))
    app = assemble(Settings(environment=environment), ports, None, lambda: True)
    with webpush.serve() as service, serve(app) as url, httpx.Client(base_url=url, timeout=20) as client:
        yield Office(world=world, client=client, service=service, push=push, page=page)
    push.close()


def test_a_browser_is_registered_and_greeted(office: Office) -> None:
    phone = office.service.device("phone", office.push.server_key)
    answer = office.send("POST", phone.subscription())

    assert answer.status_code == 200
    assert "This browser is registered." in answer.json()["said"]
    assert phone.shown[0].says["title"] == "This device is registered"
    assert office.registered() == [phone.endpoint]
    assert office.world.person("alice").channels == ("sms", "push")


def test_a_browser_leaves(office: Office) -> None:
    phone = office.service.device("phone", office.push.server_key)
    office.send("POST", phone.subscription())
    assert office.send("DELETE", phone.subscription()).status_code == 200
    assert office.registered() == []


def test_a_browser_is_registered_although_its_service_is_busy(office: Office) -> None:
    phone = office.service.device("phone", office.push.server_key)
    phone.will_answer(503)
    answer = office.send("POST", phone.subscription())
    assert (answer.status_code, "no notification could be sent yet" in answer.json()["said"]) == (200, True)
    assert office.registered() == [phone.endpoint]
    assert office.world.person("alice").contacts[0].verified_at is None


@pytest.mark.parametrize("endpoint", ["http://127.0.0.2/x", "https://10.0.0.1/x", "ftp://x/y"])
def test_a_subscription_that_leads_inside_is_refused(office: Office, endpoint: str) -> None:
    phone = office.service.device("phone", office.push.server_key)
    answer = office.send("POST", phone.subscription() | {"endpoint": endpoint})
    assert answer.status_code == 400
    assert office.registered() == []


@pytest.mark.parametrize("body", [None, [], {}, {"endpoint": "https://x", "keys": {}}, "x" * 10_000])
def test_what_is_no_subscription_is_refused(office: Office, body: object) -> None:
    assert office.send("POST", body).status_code in {400, 403}
    assert office.send("POST", body, "/push/renewal").status_code in {400, 403}
    assert office.registered() == []


def test_a_subscription_that_its_service_does_not_know_is_refused(office: Office) -> None:
    phone = office.service.device("phone", office.push.server_key)
    del office.service.devices["phone"]
    answer = office.send("POST", phone.subscription())
    assert (answer.status_code, answer.json()["said"]) == (400, "The browser's subscription is gone.")
    assert office.registered() == []


def test_nobody_registers_without_a_link_that_holds(office: Office) -> None:
    phone = office.service.device("phone", office.push.server_key)
    office.world.clock.move_to(office.world.clock.now() + timedelta(hours=1))
    forged = Links("", lambda: b"guessed").register(office.world.person("alice").id, office.world.clock.now())
    for page, status in ((office.page, 410), (forged, 403), ("/push/x", 403)):
        for method in ("POST", "DELETE"):
            assert office.send(method, phone.subscription(), page).status_code == status
        shown = office.client.get(page)
        assert (shown.status_code, "/pagertree me" in shown.text) == (status, True)
    assert office.registered() == []


def test_the_link_of_somebody_who_left_is_refused(office: Office) -> None:
    manage.change(office.world.ports, replace(office.world.person("alice"), active=False), SYSTEM, 1)
    assert office.client.get(office.page).status_code == 403


def test_a_renewed_subscription_keeps_the_browser_registered(office: Office) -> None:
    old = office.service.device("old", office.push.server_key)
    new = office.service.device("new", office.push.server_key)
    office.send("POST", old.subscription())
    renewal = {"old": old.subscription(), "new": new.subscription()}
    assert office.send("POST", renewal, "/push/renewal").status_code == 200
    assert office.registered() == [new.endpoint]
    assert office.send("POST", renewal, "/push/renewal").status_code == 404


def test_the_page_says_for_whom_it_is_and_with_which_key(office: Office) -> None:
    shown = office.client.get(office.page)
    assert shown.status_code == 200
    assert "Notifications for Alice" in shown.text
    assert f'data-key="{office.push.server_key}"' in shown.text
    policy = shown.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert shown.headers["referrer-policy"] == "no-referrer"


def test_the_app_can_be_installed(office: Office) -> None:
    manifest = office.client.get(f"{office.page}/manifest.json").json()
    assert manifest["start_url"] == f"{office.page}?start=1"
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        image = office.client.get(icon["src"])
        assert image.content.startswith(b"\x89PNG")
        assert image.headers["content-type"] == "image/png"
    worker = office.client.get("/push/worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert "showNotification" in worker.text


def test_the_installed_app_opens_long_after_its_link_has_ended(office: Office) -> None:
    start = office.client.get(f"{office.page}/manifest.json").json()["start_url"]
    assert 'id="on"' in office.client.get(start).text
    office.world.clock.move_to(office.world.clock.now() + timedelta(hours=6))
    opened = office.client.get(start)

    assert (opened.status_code, 'id="last"' in opened.text, 'id="on"' in opened.text) == (200, True, False)
    for name in ("start.js", "last_page.js"):
        assert f"/push/files/{name}" in opened.text or name == "last_page.js"
        assert office.client.get(f"/push/files/{name}").headers["content-type"].startswith("text/javascript")
    forged = Links("", lambda: b"guessed").register(office.world.person("alice").id, office.world.clock.now())
    assert office.client.get(f"{forged}?start=1").status_code == 403


@pytest.mark.parametrize("name", ["worker.js", "..%2Fpush.py", "x"])
def test_no_other_file_is_served(office: Office, name: str) -> None:
    assert office.client.get(f"/push/files/{name}").status_code == 404


def test_without_push_the_page_says_so(store: Store) -> None:
    world = World(store)
    page = Links("", SECRET.encode).register(world.person("alice").id, world.clock.now() + timedelta(hours=1))
    app = assemble(Settings(environment={"LINK_SECRET": SECRET}), replace(world.ports, channels={}), None, lambda: True)
    with serve(app) as url:
        shown = httpx.get(url + page)
    assert (shown.status_code, "Push is not set up here" in shown.text) == (404, True)
