"""Credentials: asked about in the background, remembered for a while, and never waited for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest

from bot.errors import Rejected
from bot.ports import Ports
from bot.service import health
from bot.service.credentials import CredentialChecks
from bot.service.health_figures import HealthFigures
from bot.store import open_store
from tests.harness import World
from tests.surroundings import KINDS, Phones


class Provider(Phones):
    """A channel whose provider can be asked, and takes its time."""

    def __init__(self, answers: Event) -> None:
        super().__init__(name="sms", inbox=[])
        self.answers = answers
        self.trouble_with_us = ""
        self.asked = 0

    def verify(self) -> None:
        self.answers.wait()
        self.asked += 1
        if self.trouble_with_us:
            raise Rejected(self.trouble_with_us)


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    with open_store(sqlite_url, channel_kinds=KINDS) as store:
        yield World(store)


def _with(world: World, provider: Provider) -> Ports:
    return replace(world.ports, channels={"sms": provider, "email": world.phones["email"]})


def _said(world: World, credentials: CredentialChecks) -> str:
    return " ".join(each.said for each in HealthFigures().known(world.ports, world.clock.now(), credentials).findings)


def test_whoever_looks_does_not_wait(world: World) -> None:
    answers, told = Event(), Event()
    provider, credentials = Provider(answers), CredentialChecks()

    credentials.refresh(_with(world, provider), told.set)

    assert credentials.known() == {}
    answers.set()
    credentials.close()
    assert told.is_set()
    assert "The credentials for sms work" in _said(world, credentials)


def test_a_verdict_is_kept_for_a_while_and_then_asked_for_again(world: World) -> None:
    answers, first, second, third = Event(), Event(), Event(), Event()
    answers.set()
    provider, credentials = Provider(answers), CredentialChecks()
    ports = _with(world, provider)

    credentials.refresh(ports, first.set)
    assert first.wait(60)
    credentials.refresh(ports, second.set)
    assert provider.asked == 1
    provider.trouble_with_us = "Set TWILIO_AUTH_TOKEN."
    world.clock.move_to(world.clock.now() + timedelta(minutes=6))
    credentials.refresh(ports, third.set)
    credentials.close()

    assert (second.is_set(), third.is_set(), provider.asked) == (False, True, 2)
    assert "sms: Set TWILIO_AUTH_TOKEN." in _said(world, credentials)


def test_channels_that_are_not_set_up_are_told_in_one_line_with_where_to_read(world: World) -> None:
    world.ports = replace(world.ports, channels={"slack": world.ports.channels["slack"]})
    told = [each for each in health.findings(world.ports, world.clock.now()) if "paged by" in each.said]
    said = "Nobody can be paged by ntfy, push, sms, voice or email, not set up here: see docs/channels"
    assert [(each.said, each.well) for each in told] == [(said, True)]
