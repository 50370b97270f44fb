"""The description of the public addresses is one, and names what is there."""

import re
from collections.abc import Iterator

import pytest
from starlette.routing import Route

from bot.settings import Settings
from bot.store import open_store
from bot.web import openapi
from bot.web.app import routed
from bot.web.ingest.admission import Admission, parts_for
from bot.web.twilio.calls import LiveCalls
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
            answer = running.client.request(method, filled(path), json={} if method != "get" else None)
            assert str(answer.status_code) in operations[method]["responses"], (method, path, answer.status_code)
            assert '{"error":"There is nothing at this address' not in answer.text, (method, path)


def test_other_methods_and_steps_are_refused(running: Web) -> None:
    for path in openapi.description()["paths"]:  # type: ignore[attr-defined]
        assert running.client.request("TRACE", filled(path)).status_code in {404, 405}, path
    assert running.client.post("/integrations/x/call/nowhere").status_code == 404


def test_every_route_is_in_it(running: Web) -> None:
    settings = Settings()
    app = routed(settings, running.ports, None, lambda: True, Admission(parts_for(settings, running.ports)))
    calls = LiveCalls(app, settings, running.ports).router
    routes = [route for route in (*app.routes, *calls.routes) if isinstance(route, Route)]
    assert len(routes) > 25
    for route in routes:
        missing = (route.methods or set()) - {"HEAD"} - methods_described(route)
        assert not missing, (route.path, missing)


def methods_described(route: Route) -> set[str]:
    """The methods that the description has at a route's addresses."""
    paths: dict[str, dict[str, object]] = openapi.description()["paths"]  # type: ignore[assignment]
    found = [operations.keys() for path, operations in paths.items() if route.path_regex.match(filled(path))]
    return {method.upper() for methods in found for method in methods}


def filled(path: str) -> str:
    """A path with something in the places of its parameters."""
    return re.sub(r"\{.*?\}", "x", path)
