"""Trees of routes of Alertmanager: the router goes where the tree does, for any tree and any labels."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.alerts.routing import Material, route
from bot.engine.directory import collect
from bot.engine.model import Alert, Receiver, ReceiverKind, Router, Team, Urgency
from bot.engine.translation import translate

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
NAMES = ("base", "db", "web", "net")
TEAMS = [Team(id=f"tem_{name}", name=name, handle=name) for name in NAMES]
VALUES = ("", "a", "b", "ab", "prod.eu")
PATTERNS = ("a|b", "a.*", ".*", "", "prod[.]eu", "(?i)PROD.*")


def goes_to(text: str, labels: Mapping[str, str]) -> set[str]:
    """Where the translated router sends an alert with these labels."""
    found = translate(text)
    assert found is not None
    router = Router(id="rtr_1", name="r", handle="r", yaml=found.yaml)
    alert = Alert(
        id="alt_1", title="t", urgency=Urgency.LOW, created_at=NOW, changed_at=NOW, data={"labels": dict(labels)}
    )
    through = Receiver(kind=ReceiverKind.ROUTER, id=router.id)
    routing = route(alert, Material(), (through,), collect([*TEAMS, router]), NOW)
    return {each.id.removeprefix("tem_") for each in routing.receivers}


def asked(node: Mapping[str, Any], labels: Mapping[str, str], receiver: str) -> set[str]:
    """Where Alertmanager sends them: its own algorithm, read from `dispatch/route.go`."""
    found: set[str] = set()
    for child in node.get("routes", []):
        name = child.get("receiver", receiver)
        if all(_fits(each, labels) for each in child.get("matchers", [])):
            found |= asked(child, labels, name)
            if not child.get("continue"):
                return found
    return found or {receiver}


def _fits(matcher: str, labels: Mapping[str, str]) -> bool:
    read = re.fullmatch(r'(\w+)(=~|!~|!=|=)"(.*)"', matcher)
    assert read is not None
    name, sign, value = read.groups()
    held = labels.get(name, "")
    if sign in {"=", "!="}:
        return (held == value) == (sign == "=")
    return (re.fullmatch(value, held) is not None) == (sign == "=~")


@st.composite
def matchers(draw: st.DrawFn) -> str:
    name, sign = draw(st.sampled_from(("env", "team"))), draw(st.sampled_from(("=", "!=", "=~", "!~")))
    return f'{name}{sign}"{draw(st.sampled_from(VALUES if sign in {"=", "!="} else PATTERNS))}"'


@st.composite
def trees(draw: st.DrawFn, depth: int = 0) -> dict[str, Any]:
    made: dict[str, Any] = {"matchers": draw(st.lists(matchers(), min_size=1, max_size=2))}
    if draw(st.booleans()):
        made["receiver"] = draw(st.sampled_from(NAMES))
    if depth < 2 and draw(st.booleans()):
        made["routes"] = draw(st.lists(trees(depth + 1), min_size=1, max_size=3))
    elif depth == 0 and draw(st.booleans()):
        made["continue"] = True
    return made


LABELS = st.dictionaries(st.sampled_from(("env", "team")), st.sampled_from(VALUES[1:]))


@settings(max_examples=30, deadline=None)
@given(st.lists(trees(), max_size=4), LABELS)
def test_the_router_goes_where_the_tree_does(routes: list[dict[str, Any]], labels: dict[str, str]) -> None:
    root = {"receiver": "base", "routes": routes}

    assert goes_to(yaml.safe_dump({"route": root}), labels) == asked(root, labels, "base")


def test_what_means_nothing_here_is_said() -> None:
    found = translate("""
global: {resolve_timeout: 5m}
route:
  receiver: base
  group_by: [alertname]
  routes:
  - {receiver: db, match: {service: db}, mute_time_intervals: [nights]}
  - receiver: web
    match_re: {service: "(?P<x>web)"}
  - receiver: net
    continue: true
    matchers: ['{kind="net", env=~"a,b"}']
    routes: [{receiver: db, matchers: [a=b]}]
inhibit_rules: [{}]
receivers: [{name: base}]
""")
    assert found is not None
    assert [each.name for each in found.rules] == ["db", "base"]
    assert len(found.left_out) == 5
    assert "# Not translated: the route to net: its `continue: true` stands above or below other routes" in found.yaml
    assert "a meaning in RE2 that JavaScript has not" in found.yaml


def test_what_is_of_no_other_product_is_left_as_it_is() -> None:
    for text in (
        "rules: []",
        "",
        "route: 5",
        "- a",
        "{",
        "rules: [{match: {a: 1}, actions: [{type: ignore}]}]",
        "&a [*a]",
    ):
        assert translate(text) is None
