"""Hints at what can be saved and hardly does what its author meant, each with what to write instead."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.engine.lint import router_hints
from bot.engine.rules.rewriting import changed
from tests.engine.lint.test_routers import directory, router

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def said(match: str, action: str = "{type: assign, receiver: team:dev}") -> list[str]:
    """The hints at one rule."""
    linted = router(f"{{match: {match}, actions: [{action}]}}")
    return [f"{each.message} {each.mend}" for each in router_hints(linted, directory(linted), (), NOW)]


ODD = [
    ("{alert.urgency: High}", "alert.urgency is never 'High'. Change it to high."),
    ("{alert.urgency: {$in: [high, Critical]}}", "alert.urgency is never 'Critical'. Change it to critical."),
    ("{alert.urgency: {$not: {$eq: urgent}}}", "alert.urgency is never 'urgent'. It is one of silent, low,"),
    ("{$not: {alert.status: Open}}", "alert.status is never 'Open'. Change it to open."),
    ("{$or: [{alert.incident: 'true'}]}", "alert.incident is never 'true'. Change it to true."),
    ("{alert.incident_severity: sev-1}", "alert.incident_severity is never 'sev-1'. Change it to SEV-1."),
    ("{integration.urgency: {$nin: [LOW]}}", "integration.urgency is never 'LOW'. Change it to low."),
    ("{log.method: post}", "log.method is never 'post'. Change it to POST."),
    ("{$day: {$in: [0, 6]}}", "0 is no ISO day: they go from 1, Monday, to 7, Sunday. Change it to 7."),
    ("{$day: {$eq: '1'}}", "'1' is no ISO day: they go from 1, Monday, to 7, Sunday. Change it to 1."),
    (
        "{$timeBetween: {timeformat: 'HH:mm', starttime: '09:00', endtime: '05:00 pm'}}",
        "The form HH:mm does not read pm: '05:00 pm' means 05:00. Change it to \"17:00\".",
    ),
    (
        "{$timeBetween: {starttime: '12:00 am', endtime: '11:59 pm'}}",
        "'11:59 pm' leaves out the last minute of the day. Change it to \"24:00\"",
    ),
    ("{alert.title: {$regex: '/live/i'}}", "The slashes of /live/i are literal"),
    ("{alert.title: {$regex: '[[:digit:]]+'}}", "[:digit:] is not JavaScript: it means the letters themselves. Change"),
]
ODD += [
    ("{alert.urgency: hihg}", "alert.urgency is never 'hihg'. Change it to high."),
    ("{$day: {$in: [Sat, Sunday]}}", "'Sat' is no ISO day: they go from 1, Monday, to 7, Sunday. Change it to 6."),
    ("{$day: {$in: [1, 2, 3, 4, 5, 6, 7]}}", "All seven days are among them: this always holds."),
    ("{$timeBetween: {starttime: '09:00 am', endtime: '09:00 am'}}", "It ends as it begins: this holds for an instant"),
    ("{data.a: {$in: []}}", "$in: [] never holds."),
    ("{data.a: {$not: {$nin: []}}}", "$nin: [] always holds."),
    ("{data.a: {$gt: 5, $lt: 3}}", "No number is over 5 and under 3."),
    ("{alert.title: {$regex: '.*'}}", "The pattern '.*' matches every text."),
    ("{$or: [{data.a: 1}, {always: true}]}", "This holds always, and so does the $or."),
    ("{always: false}", "always is never anything but true."),
]


@pytest.mark.parametrize(("match", "hint"), ODD)
def test_odd_conditions(match: str, hint: str) -> None:
    assert any(each.startswith(hint) for each in said(match)), said(match)


ACTIONS = [
    ("{type: assign, receiver: team:dev, delay: 300}", "delay: 300 has no unit: it is 0.3 s. Change it to 300s"),
    (
        "{type: escalate, rules: [{receivers: team:dev, timeout: 5000}]}",
        "timeout: 5000 has no unit: it is 5 s. Change it to 5000s",
    ),
    ("{type: setval, map: {title: '{{data.host}} down'}}", "'{{data.host}} down' is printed as it stands. Write"),
    ("{type: incident, message: '{{data.host}}'}", "'{{data.host}}' is printed as it stands. Write handlebars: true"),
    ("{type: setval, map: {tags: 'live, db'}}", "'live, db' is one tag. Change it to [live, db]."),
    (
        "{type: aggregate, by: [alert.title], timeout: 1d, receiver: team:dev}",
        "The first page leaves after 1d: what comes first is held, too. Write route: first",
    ),
]


@pytest.mark.parametrize(("action", "hint"), ACTIONS)
def test_odd_actions(action: str, hint: str) -> None:
    found = said("{data.a: 1}", action)
    assert any(each.startswith(hint) for each in found), found


CHANGES = [
    ("{alert.urgency: High}", "", "alert.urgency: high}"),
    ("{alert.urgency: {$in: [high, 'Critical']}}", "", "$in: [high, critical]"),
    ("{$or: [{alert.incident: 'true'}]}", "", "{alert.incident: true}"),
    ("{$day: {$in: [0, 6]}}", "", "$in: [7, 6]"),
    ("{$timeBetween: {timeformat: 'HH:mm', starttime: '09:00', endtime: '05:00 pm'}}", "", 'endtime: "17:00"}'),
    ("{$timeBetween: {starttime: '12:00 am', endtime: '11:59 pm'}}", "", 'endtime: "24:00"}'),
    ("{alert.title: {$regex: '/live/i'}}", "", "{$regex: live, $options: i}"),
    ("{alert.title: {$regex: '/a b/g'}}", "", '{$regex: "a b"}'),
    ("{alert.title: {$regex: '[[:digit:]]+'}}", "", '{$regex: "[0-9]+"}'),
    ("{data.a: 1}", "{type: assign, receiver: team:dev, delay: 300}", "delay: 300s}"),
    ("{data.a: 1}", "{type: setval, map: {title: '{{data.host}} down'}}", "{type: setval, handlebars: true, map:"),
    (
        "{data.a: 1}",
        "{type: setval, handlebars: false, map: {title: '{{data.a}}'}}",
        "{type: setval, handlebars: true,",
    ),
    ("{data.a: 1}", "{type: setval, map: {tags: 'live, no'}}", 'tags: [live, "no"]}'),
    (
        "{data.a: 1}",
        "{type: aggregate, by: [alert.title], timeout: 1d, receiver: team:dev}",
        "{type: aggregate, route: first, by:",
    ),
]


@pytest.mark.parametrize(("match", "action", "after"), CHANGES)
def test_one_change_mends_what_is_odd_and_nothing_else(match: str, action: str, after: str) -> None:
    action = action or "{type: assign, receiver: team:dev}"
    linted = router(f"{{match: {match}, actions: [{action}]}} # as it was")
    hints = router_hints(linted, directory(linted), (), NOW)
    hint = next(each for each in hints if each.change)
    assert hint.change is not None
    mended = replace(linted, yaml=changed(linted.yaml, hint.change))

    assert after in mended.yaml
    assert mended.yaml.endswith("# as it was\n")
    left = [each.message for each in router_hints(mended, directory(mended), (), NOW)]
    assert hint.message not in left


def test_a_change_keeps_to_the_lines_of_the_text() -> None:
    text = "rules:\n- match:\n    alert.title:\n      $regex: /live/i # loud\n  actions:\n  - type: ignore\n"
    linted = replace(router("{}"), yaml=text)
    hint = next(each for each in router_hints(linted, directory(linted), (), NOW) if each.change)
    assert hint.change is not None

    after = changed(text, hint.change)

    assert "      $regex: live\n      $options: i # loud\n  actions" in after


FINE = [
    ("{alert.urgency: {$in: [high, critical]}, alert.incident: true, alert.incident_severity: null}", ""),
    ("{$day: {timezone: Europe/London, $in: [1, 7]}}", ""),
    ("{$timeBetween: {starttime: '09:00 am', endtime: '05:00 pm'}}", ""),
    ("{$timeBetween: {starttime: '05:00 pm', endtime: '24:00'}}", ""),
    ("{alert.title: {$regex: '/var/log'}, data.urgency: High}", ""),
    ("{data.a: 1}", "{type: assign, receiver: team:dev, delay: 5m}"),
    ("{data.a: 1}", "{type: aggregate, by: [alert.title], timeout: 1d, receiver: team:dev, route: last}"),
]


@pytest.mark.parametrize(("match", "action"), FINE)
def test_what_can_be_meant_gets_none(match: str, action: str) -> None:
    assert said(match, action or "{type: assign, receiver: team:dev}") == []
