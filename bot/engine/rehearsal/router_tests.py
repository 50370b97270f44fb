"""A router's own tests, run by the routing that decides about real alerts."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from time import thread_time

from bot.engine.alerts.routing import Material, Routing, route
from bot.engine.directory import Directory
from bot.engine.documents import Headers
from bot.engine.model import Alert, Integration, Receiver, ReceiverKind, Router, Urgency, Verdict
from bot.engine.rules.examples import DEFAULT_RULE, Expected, RouterTest, StatedAlert
from bot.engine.rules.reading import Reading
from bot.engine.rules.routers import read_router, receivers_of

MOST_SECONDS = 10
"""Processor time that all tests of a router may take when it is saved: whoever saves it waits for them."""
UNTITLED = "An alert to test with"


def check_tests(router: Router, directory: Directory) -> None:
    """Raise `Invalid` with every test of a router that fails, at its line.

    A disabled router is tested as if it were enabled. `directory` already holds it.
    """
    tests = read_router(router.yaml).tests
    on = replace(router, enabled=True)
    known = directory.including([on]) if tests else directory
    reading, began = Reading(router.yaml), thread_time()
    for number, test in enumerate(tests):
        if thread_time() - began > MOST_SECONDS:
            said = f"The tests take more than {MOST_SECONDS} s: only {number} of {len(tests)} were run."
            reading.wrong(test.where, said, "Make them smaller, or run them with pagertree router test.")
            break
        for said in failures(test, on, known):
            mend = "Mend the rules, or what the test expects."
            reading.wrong((*test.where, "expect"), f"The test {test.name!r:.80} fails: {said}.", mend)
    reading.finish()


def failures(test: RouterTest, router: Router, directory: Directory) -> tuple[str, ...]:
    """What a test expects and does not get; nothing when it passes."""
    integration, problem = _integration(test, directory)
    if problem:
        return (problem,)
    alert = draft(test.said, integration, test.at)
    through = Receiver(kind=ReceiverKind.ROUTER, id=router.id)
    routing = route(alert, posted(test.payload), (through,), directory, test.at)
    return tuple(_missed(test.expected, routing, router, directory))


def posted(payload: object) -> Material:
    """What rules see of a payload that was posted as JSON."""
    body = json.dumps(payload, default=str)
    log: dict[str, object] = {
        "data": payload,
        "headers": Headers({"content-type": "application/json"}),
        "body": body,
        "params": {},
        "method": "POST",
    }
    return Material(data=payload, log=log)


def draft(said: StatedAlert, integration: Integration | None, at: datetime) -> Alert:
    """Make the alert that is tried: what it says of itself, with the integration's urgency where it says none."""
    return Alert(
        id="alt_rehearsed",
        title=said.title or UNTITLED,
        description=said.description,
        urgency=said.urgency or (integration.urgency if integration else Urgency.MEDIUM),
        created_at=at,
        changed_at=at,
        tags=said.tags,
        dedup_key=said.dedup_key,
        integration_id=integration.id if integration else None,
    )


def say_receivers(receivers: Iterable[Receiver], directory: Directory) -> str:
    """Name receivers as people type them."""
    return ", ".join(directory.name(each) for each in receivers) or "nobody"


def _integration(test: RouterTest, directory: Directory) -> tuple[Integration | None, str]:
    if not test.integration:
        return None, ""
    found = directory.get(Integration, test.integration)
    return (
        (found, "") if isinstance(found, Integration) else (None, f"there is no integration {test.integration!r:.80}")
    )


def _missed(expected: Expected, routing: Routing, router: Router, directory: Directory) -> Iterator[str]:
    if expected.receivers is not None:
        for said in _missed_receivers(expected.receivers, routing, directory):
            yield f"{said}{_why_elsewhere(expected, routing, router)}"
    rules = [each.rule or DEFAULT_RULE for each in routing.matched if each.router_id == router.id]
    wanted_rules = None if expected.rules is None else ", ".join(expected.rules)
    seen: dict[str, tuple[object, object]] = {
        "rule": (wanted_rules, ", ".join(rules) or DEFAULT_RULE),
        "title": (expected.title, routing.alert.title),
        "urgency": (expected.urgency, routing.alert.urgency),
        "ignored": (expected.ignored, routing.ignored),
        "aggregated": (expected.aggregated, bool(routing.aggregations)),
    }
    for what, (wanted, got) in seen.items():
        if wanted is not None and wanted != got:
            yield f"{what} is {_shown(got)}, not {_shown(wanted)}{_why(what, expected, routing, router)}"


def _why(what: str, expected: Expected, routing: Routing, router: Router) -> str:
    """The first condition of a rule that a test expects, and that did not match."""
    subjects = [f"router:{router.handle} {rule}" for rule in expected.rules or ()] if what == "rule" else []
    reasons = (
        each.said for each in routing.trace if each.verdict is Verdict.DID_NOT_MATCH and each.subject in subjects
    )
    reason = next(reasons, "")
    return f" ({reason})" if reason else ""


def _why_elsewhere(expected: Expected, routing: Routing, router: Router) -> str:
    """Why the first rule does not match that sends to one of those whom a test expects."""
    wanted = set(expected.receivers or ())
    names = (
        rule.name
        for rule in read_router(router.yaml).rules
        if any(text in wanted for action in rule.actions for _, text in receivers_of(action))
    )
    name = next(names, "")
    return _why("rule", replace(expected, rules=(name,)), routing, router) if name else ""


def _missed_receivers(wanted: tuple[str, ...], routing: Routing, directory: Directory) -> Iterator[str]:
    found = {text: directory.receiver(text) for text in wanted}
    unknown = [text for text, receiver in found.items() if receiver is None]
    if unknown:
        yield f"it expects {', '.join(unknown)}, which does not exist"
        return
    got = () if routing.ignored else routing.receivers
    if set(found.values()) != set(got):
        yield f"it goes to {say_receivers(got, directory)}, not to {', '.join(wanted) or 'nobody'}"


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{str(value)!r:.80}"
