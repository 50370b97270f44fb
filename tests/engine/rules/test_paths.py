"""Paths that lead nowhere are refused wherever they stand; keys with full stops can be written."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.alerts.routing import Material, route
from bot.engine.directory import collect
from bot.engine.documents import Headers, query_and_body, value_at
from bot.engine.lint import router_hints
from bot.engine.model import Receiver, ReceiverKind, Router, Team
from bot.engine.rules.definitions import check_definition, read_definition
from bot.engine.rules.integrations import check_destinations, read_integration_rules
from bot.engine.rules.notifications import check_notification_rule, read_notification_rule
from bot.engine.rules.routers import check_names, read_router
from bot.errors import Invalid
from bot.languages.query import compile_query
from bot.languages.query.paths import keys_of, path_text
from tests.engine.alerts.test_routing import ALERT

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEAM = Team(id="tem_b", name="B", handle="b")


def router(yaml: str) -> Router:
    return Router(
        id="rtr_1",
        name="x",
        handle="x",
        yaml=yaml,
        default_destination=Receiver(kind=ReceiverKind.TEAM, id="tem_b"),
    )


def refused(yaml: str) -> str:
    """What saving says to a router that can be read."""
    assert read_router(yaml).rules
    saved = router(yaml)
    with pytest.raises(Invalid) as found:
        check_names(saved, collect([TEAM, saved]))
    return str(found.value)


INSIDE = [
    "{$not: {alert.titel: {$regex: live}}}",
    "{$not: {$and: [{alert.titel: x}]}}",
    "{$nor: [{$not: {alert.titel: x}}]}",
    "{$or: [{$not: {$not: {alert.titel: x}}}, {always: true}]}",
]


@pytest.mark.parametrize("match", INSIDE)
def test_a_path_inside_not_is_refused_when_saved_and_read_when_stored(match: str) -> None:
    text = f"rules: [{{match: {match}, actions: [{{type: ignore}}]}}]"
    assert "alert has no 'titel'. Did you mean title?" in refused(text)
    read_notification_rule(text)
    with pytest.raises(Invalid, match="alert has no 'titel'"):
        check_notification_rule(text)


def test_roots_inside_not_are_refused() -> None:
    text = "rules: [{match: {$not: {data_labels.env: live}}, actions: [{type: ignore}]}]"
    assert "There is nothing at the path 'data_labels.env'" in refused(text)
    read_definition(text)
    with pytest.raises(Invalid, match=r"There is nothing at the path 'data_labels.env'"):
        check_definition(text)
    integration = "rules: [{match: {$not: {dta.env: live}}, set: {urgency: low}}]"
    read_integration_rules(integration)
    with pytest.raises(Invalid, match=r"There is nothing at the path 'dta.env'. Did you mean data?"):
        check_destinations(integration, collect([]))


@pytest.mark.parametrize(
    "action",
    [
        "{type: aggregate, by: [alert.titel], timeout: 1h, receiver: team:b}",
        "{type: setval, handlebars: true, map: {title: '{{alert.titel}}'}}",
        "{type: setval, handlebars: true, map: {tags: ['{{upcase alert.titel}}']}}",
        "{type: setval, map: {urgency: '{{alert.titel}}'}, handlebars: true}",
        "{type: incident, handlebars: true, message: '{{#if alert.titel}}x{{/if}}'}",
        "{type: incident, handlebars: true, message: '{{#each data.x}}{{@root.alert.titel}}{{/each}}'}",
    ],
)
def test_a_path_in_an_action_is_refused(action: str) -> None:
    assert "alert has no 'titel'. Did you mean title?" in refused(f"rules: [{{match: {{}}, actions: [{action}]}}]")


def test_a_path_that_a_block_may_change_is_let_be() -> None:
    action = "{type: incident, handlebars: true, message: '{{#each data.x}}{{alert.titel}}{{/each}}{{data.any}}'}"
    saved = router(f"rules: [{{match: {{}}, actions: [{action}, {{type: assign, receiver: team:b}}]}}]")
    check_names(saved, collect([TEAM, saved]))


def test_paths_that_no_payload_has_are_hinted_at_in_actions() -> None:
    saved = router(
        "rules:\n- match: {$not: {data.lables.a: 1}}\n  actions:\n"
        "  - {type: aggregate, by: [data.lables.service, data.labels.service], timeout: 1h, receiver: team:b}\n"
        "  - {type: setval, handlebars: true, map: {title: '{{data.lables.b}}'}}\n"
    )
    samples = [{"data": {"labels": {"service": "pay"}}}] * 5
    hints = [str(each) for each in router_hints(saved, collect([TEAM, saved]), samples, NOW)]
    for path in ("data.lables.a", "data.lables.service", "data.lables.b"):
        assert any(f"None of the latest 5 payloads has {path}." in each for each in hints)
    assert not any("has data.labels.service" in each for each in hints)


DOTTED = {"data": {"labels": {"service.name": "shop", "service": {"name": "other"}}}}


def test_keys_with_full_stops() -> None:
    assert compile_query({'data.labels["service.name"]': "shop"}).test(DOTTED, NOW)
    assert compile_query({"data.labels['service.name']": "shop"}).test(DOTTED, NOW)
    assert not compile_query({"data.labels.service.name": "shop"}).test(DOTTED, NOW)
    assert value_at(DOTTED, 'data.labels["service.name"]') == "shop"
    failure = compile_query({'data.labels["service.name"]': "cart"}).explain(DOTTED, NOW)
    assert failure is not None
    assert (failure.path, failure.seen) == ('data.labels["service.name"]', "shop")


@pytest.mark.parametrize("by", ['data.labels["service.name"]', "[data, labels, service.name]"])
def test_alerts_gather_by_keys_with_full_stops(by: str) -> None:
    written = f"'{by}'" if '"' in by else by
    action = f"{{type: aggregate, by: [{written}], timeout: 1h, receiver: team:b}}"
    saved = router(f"rules: [{{match: {{}}, actions: [{action}]}}]")
    through = Receiver(kind=ReceiverKind.ROUTER, id=saved.id)

    def fingerprint(name: str) -> str:
        material = Material(data={"labels": {"service.name": name}})
        [found] = route(ALERT, material, (through,), collect([TEAM, saved]), NOW).aggregations
        return found.fingerprint

    assert fingerprint("shop") == fingerprint("shop") != fingerprint("cart")


@given(st.lists(st.text(st.sampled_from("ab.\"\\[]'"), min_size=1), min_size=1))
def test_paths_are_written_and_read_back(keys: list[str]) -> None:
    plain = [key for key in keys if not {*key} & {'"', "\\", "'", "]"} or "." in key or "[" in key] or ["a"]
    assert keys_of(path_text(["data", *plain])) == ("data", *plain)


def test_headers_are_found_in_any_case() -> None:
    seen = {"log": {"headers": Headers({"X-Env": "live"})}}
    for name in ("X-Env", "x-env", "X-ENV"):
        assert compile_query({f"log.headers.{name}": "live"}).test(seen, NOW)
        assert value_at(seen, f"log.headers.{name}") == "live"
    assert compile_query({"log.headers.X-Env": {"$exists": True}}).test(seen, NOW)
    assert not compile_query({"log.headers.X-Other": {"$exists": True}}).test(seen, NOW)


def test_log_data_holds_the_query_and_the_body() -> None:
    assert query_and_body({"env": "live", "a": "0"}, {"a": 1}) == {"env": "live", "a": 1}
    assert query_and_body({"env": "live"}, [1]) == [1]
