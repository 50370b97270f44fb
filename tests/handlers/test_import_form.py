"""Calendars of others as they are given in Slack: by their address, or as a file."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

import pytest

from bot.engine.schedules import Schedule
from bot.outbound.guarded_requests import HttpRequester
from tests.handlers.people import Person, Workspace, words_of
from tests.harness import World
from tests.web.publishing import FEED, Publisher
from tests.web.serving import serve

OURS = FEED.format(email="alice@example.com")


def uploaded(workspace: Workspace, content: str) -> list[object]:
    return [workspace.post("files", **{"as": "alice", "name": "team.ics", "content": content})["file"]]


def imported(world: World) -> Schedule | None:
    found = world.ports.store.directory().get(Schedule, "on-call")
    assert found is None or isinstance(found, Schedule)
    return found


@pytest.fixture
def url() -> Iterator[str]:
    with serve(Publisher(OURS).app) as url:
        yield f"{url}/calendar.ics"


@pytest.fixture
def fetching(world: World) -> World:
    """The bot may fetch from this machine."""
    local = HttpRequester([ip_network("127.0.0.0/8")])
    world.ports = replace(world.ports, requester=local)
    return world


def test_a_feed_by_its_address_becomes_a_schedule_that_says_where_it_comes_from(
    fetching: World, alice: Person, url: str
) -> None:
    alice.opens("/pagertree schedule import", showing="Address of the feed")
    answer = alice.submits(name="On call", zone="Europe/Berlin", url=url)

    said = words_of(answer["view"])
    assert "`schedule:on-call` is made of 1 event of the calendar." in said
    assert "Nobody here has the address stranger@example.com. Let them type /pagertree once." in said
    assert "*Now*\nLayer 1: " in said
    schedule = imported(fetching)
    assert schedule
    assert (schedule.feed_url, schedule.zone) == (url, "Europe/Berlin")
    shown = alice.asks("/pagertree schedule show on-call")
    assert "read from 127.0.0.1 every hour" in shown
    assert "2026-01-05 09:00 to 2026-01-05 17:00, every day" in shown


def test_a_file_becomes_a_schedule_that_is_read_once(world: World, workspace: Workspace, alice: Person) -> None:
    alice.opens("/pagertree schedule import", showing="Address of the feed")
    assert alice.submits(name="On call", file=uploaded(workspace, OURS))["ok"]
    schedule = imported(world)
    assert schedule
    assert schedule.feed_url == ""


def test_what_is_wrong_is_said_where_the_calendar_was_given(world: World, workspace: Workspace, alice: Person) -> None:
    alice.opens("/pagertree schedule import", showing="Address of the feed")
    assert "not said where the calendar is" in alice.submits(name="On call")["errors"]["url"]
    answer = alice.submits(file=uploaded(workspace, FEED.format(email="who@example.com")))
    assert "Nothing in the feed can be taken over" in answer["errors"]["file"]
    answer = alice.submits(file=uploaded(workspace, "no calendar"))
    assert set(answer["errors"]) == {"file"}
    assert "Nothing can be fetched here" in alice.submits(file=None, url="https://example.com/x.ics")["errors"]["url"]
    assert imported(world) is None


def test_members_import_nothing(bob: Person) -> None:
    assert "Only admins may" in words_of(bob.opens("/pagertree schedule import"))
