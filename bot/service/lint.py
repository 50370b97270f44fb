"""What is wrong with an object that somebody edits, and what looks like a mistake in it."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.engine.directory import Configured, Directory
from bot.engine.documents import Document, document
from bot.engine.intake import creation
from bot.engine.lint import definition_hints, notification_hints, router_hints
from bot.engine.model import Integration, NotificationRule, Router, SignalKind
from bot.errors import PagerError, Problem
from bot.ports import Log, Ports
from bot.service.backtest import latest_logs, leading_to
from bot.service.checks import check
from bot.service.log_material import material_of

MOST_SAMPLES = 100
_LATELY = timedelta(days=30)

_log = logging.getLogger(__name__)


def hints_for(ports: Ports, body: Configured) -> tuple[Problem, ...]:
    """Hints about a router, a notification rule or the definition of an integration.

    Raises `Invalid` with every problem that refuses it.
    """
    directory = ports.store.directory().including([body])
    check(body, directory, ports.sources)
    match body:
        case Router():
            now = ports.clock.now()
            return router_hints(body, directory, tuple(_samples(ports, body, directory, now)), now)
        case NotificationRule():
            return notification_hints(body, directory)
        case Integration():
            return definition_hints(str(body.options.get("definition") or ""))
        case _:
            return ()


def _samples(ports: Ports, router: Router, directory: Directory, now: datetime) -> Iterator[Document]:
    """The latest payloads of the integrations that lead to a router, as its rules see them."""
    leading = leading_to(router.id, directory)
    for integration in leading:
        for log in latest_logs(ports, integration.id, now - _LATELY, max(1, MOST_SAMPLES // len(leading))):
            yield from _documents(ports, log, integration, directory)


def _documents(ports: Ports, log: Log, integration: Integration, directory: Directory) -> Iterator[Document]:
    source = ports.sources.get(integration.type)
    if source is None:
        return
    try:
        signals, material = source.read(log.request, integration.options), material_of(log, source)
    except PagerError as error:
        _log.info("log %s is no sample: %s", log.id, error)
        return
    for signal in (each for each in signals if each.kind is SignalKind.CREATE):
        created = creation.create(signal, integration, material, directory, log.at)
        yield document(created.alert, material.data, material.log or {}, integration)
