"""A stakeholder leaves by one click, and nobody else can make them."""

from collections.abc import Iterator

import httpx
import pytest

from bot import ids
from bot.engine.model import SYSTEM, Stakeholder
from bot.ports import Store
from bot.service import manage
from bot.service.links import Links
from bot.settings import Settings
from bot.web.app import assemble
from tests.harness import World
from tests.web.pressing import fields_of, presses
from tests.web.serving import serve

SECRET = "a secret that is long enough for links"
LEAVE = Links("", SECRET.encode).unsubscribe("Boss@example.com")


@pytest.fixture
def world(store: Store) -> World:
    world = World(store)
    for handle, emails in (("board", ("boss@example.com", "cfo@example.com")), ("press", ("cfo@example.com",))):
        stakeholder = Stakeholder(id=ids.new("stk"), name=handle, handle=handle, emails=emails)
        manage.create(world.ports, stakeholder, SYSTEM)
    return world


@pytest.fixture
def client(world: World) -> Iterator[httpx.Client]:
    settings = Settings(environment={"LINK_SECRET": SECRET})
    with serve(assemble(settings, world.ports, None, lambda: True)) as url, httpx.Client(base_url=url) as client:
        yield client


def emails(world: World) -> dict[str, tuple[str, ...]]:
    return {each.handle: each.emails for each in world.ports.store.directory().stakeholders.values()}


def test_reading_the_page_changes_nothing(world: World, client: httpx.Client) -> None:
    assert "Shall Boss@example.com get no more mail" in client.get(LEAVE).text
    assert emails(world)["board"] == ("boss@example.com", "cfo@example.com")


def test_one_click_in_a_mail_program_is_enough(world: World, client: httpx.Client) -> None:
    for _ in range(2):
        answer = client.post(LEAVE, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert emails(world) == {"board": ("cfo@example.com",), "press": ("cfo@example.com",)}


def test_a_forged_link_takes_nobody_off(world: World, client: httpx.Client) -> None:
    forged = Links("", lambda: b"guessed").unsubscribe("cfo@example.com")
    assert client.post(forged).status_code == 403
    assert emails(world)["press"] == ("cfo@example.com",)


def test_one_click_as_a_multipart_form_is_enough(world: World, client: httpx.Client) -> None:
    answer = client.post(LEAVE, files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200
    assert emails(world)["board"] == ("cfo@example.com",)


def test_a_person_presses_the_button(world: World, client: httpx.Client) -> None:
    answer = presses(world, f"{client.base_url}{LEAVE}")
    assert (answer.status_code, "gets no more mail" in answer.text) == (200, True)
    assert emails(world)["board"] == ("cfo@example.com",)


def test_what_a_scanner_posts_takes_nobody_off(world: World, client: httpx.Client) -> None:
    at_once = fields_of(client.get(LEAVE).text)
    for sent in ({}, {"mail": "none"}, {"mail": "none", "shown": "x.y"}, at_once):
        assert client.post(LEAVE, data=sent).status_code == 400
    assert emails(world)["board"] == ("boss@example.com", "cfo@example.com")
