"""The description of the public addresses is one, and names what is there."""

import re
from collections.abc import Iterator

import pytest
from starlette.routing import Match, Route

from bot.store import open_store
from bot.web import openapi, opsgenie, pagerduty
from tests.web.serving import Web, web


@pytest.fixture
def running(sqlite_url: str) -> Iterator[Web]:
    with open_store(sqlite_url) as store, web(store) as started:
        yield started


def test_it_is_served(running: Web) -> None:
    answer = running.client.get("/openapi.json")

    assert answer.status_code == 200
    assert answer.json() == openapi.description()
    assert answer.json()["openapi"] == "3.1.0"


def test_every_address_in_it_is_there(running: Web) -> None:
    paths = running.client.get("/openapi.json").json()["paths"]
    for path, operations in paths.items():
        for method in operations.keys() - {"parameters"}:
            filled = re.sub(r"\{.*?\}", "x", path)
            answer = running.client.request(method, filled, json={} if method != "get" else None)
            assert str(answer.status_code) in operations[method]["responses"], (method, path, answer.status_code)


def test_every_drop_in_address_is_in_it() -> None:
    described = [re.sub(r"\{.*?\}", "x", path) for path in openapi.description()["paths"]]  # type: ignore[attr-defined]
    found: list[Route] = [*pagerduty.routes(None), *opsgenie.routes(None, None)]  # type: ignore[arg-type]
    for route in found:
        scopes = [{"type": "http", "path": path, "method": next(iter(route.methods or ()))} for path in described]
        assert any(route.matches(scope)[0] is not Match.NONE for scope in scopes), route.path
