"""A person at a page of ours: they look at it, read for three seconds, and press a button of its form."""

import re
from collections.abc import Mapping
from datetime import timedelta
from html import unescape

import httpx

from tests.harness import World

READING = timedelta(seconds=3)
_FIELD = re.compile(r'<(?:input type="hidden"|button)[^>]* name="([^"]*)" value="([^"]*)"')


def fields_of(page: str, value: str = "") -> Mapping[str, str]:
    """What a form would send: its hidden field, and its first button, or the one with a value."""
    hidden, *buttons = [(unescape(name), unescape(given)) for name, given in _FIELD.findall(page)]
    return dict([hidden, next(each for each in buttons if value in {"", each[1]})])


def presses(world: World, address: str, value: str = "", *, times: int = 1) -> httpx.Response:
    """Look, read, press; with `times` over 1, press again on the page that answers."""
    answer = httpx.get(address, timeout=20)
    for _ in range(times):
        world.clock.move_to(world.clock.now() + READING)
        answer = httpx.post(address, data=fields_of(answer.text, value), timeout=20)
    return answer
