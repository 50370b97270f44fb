"""From a signal to an alert: the integration's rules, then its templates, then the sender's own words."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot.engine.alerts.routing import Material
from bot.engine.directory import Directory
from bot.engine.documents import integration_facts
from bot.engine.model import Alert, Integration, Receiver, Signal, Stage, Trace, TraceLine, Urgency, Verdict
from bot.engine.rules.integrations import RuleSettings, settings_for
from bot.engine.rules.undecided import GivenUp, noted
from bot.errors import Invalid, TemplateFailed
from bot.languages.handlebars import compile_template

LONGEST_TITLE = 1_000  # characters
_compiled = lru_cache(maxsize=1024)(compile_template)


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """An alert that is not routed yet, where it has to go, and why it says what it says."""

    alert: Alert
    destinations: tuple[Receiver, ...]
    trace: Trace = ()
    given_up: tuple[GivenUp, ...] = ()


def create(
    signal: Signal, integration: Integration, material: Material, directory: Directory, now: datetime
) -> Created:
    """Make the alert that a signal asks for. It has no id yet: the shell gives it one.

    Rules or templates that fail leave the sender's own words and the integration's destinations, and the trace says so.
    """
    seen = {"integration": integration_facts(integration), "data": material.data}
    settings, told = _settings(integration, seen, now)
    title, said_of_title = _worded(settings.title, integration.title_template, signal.title, seen, now)
    description, said_of_description = _worded(
        settings.description, integration.description_template, signal.description, seen, now
    )
    destinations, missing = _destinations(settings, integration, directory)
    given_up = _given_up(settings, integration)
    alert = Alert(
        id="",
        title=" ".join(_printable(title).split())[:LONGEST_TITLE] or f"Alert from {integration.name}",
        description=noted(_printable(description), given_up, "it and the rules below it are not applied"),
        urgency=_louder(settings.urgency or signal.urgency or integration.urgency, settings.at_least),
        created_at=now,
        changed_at=now,
        tags=tuple(_printable(tag) for tag in (signal.tags if settings.tags is None else settings.tags)),
        incident=settings.incident or signal.incident,
        dedup_key=_printable(signal.dedup_key),
        integration_id=integration.id,
        data=signal.data,
    )
    trace = told + said_of_title + said_of_description + missing
    return Created(alert=alert, destinations=destinations, trace=trace, given_up=given_up)


def _given_up(settings: RuleSettings, integration: Integration) -> tuple[GivenUp, ...]:
    if settings.undecided is None:
        return ()
    subject, rule = f"integration:{integration.handle}", f"rule {settings.undecided}"
    return (GivenUp(object_id=integration.id, subject=subject, rule=rule, reason=settings.reason),)


def _louder(urgency: Urgency, at_least: Urgency | None) -> Urgency:
    return at_least if at_least and at_least.loudness > urgency.loudness else urgency


def _settings(integration: Integration, seen: dict[str, object], now: datetime) -> tuple[RuleSettings, Trace]:
    try:
        settings = settings_for(integration.rules, seen, now)
    except Invalid as invalid:
        said = f"cannot be read, so that none is applied: {invalid.problems[0]}"
        return RuleSettings(), (TraceLine(stage=Stage.INTEGRATION_RULES, subject=integration.handle, said=said),)
    applied = tuple(_applied(number) for number in settings.rules)
    if settings.undecided is None:
        return settings, applied
    said = f"could not be decided, so that it and those below are not applied: {settings.reason}"
    line = TraceLine(stage=Stage.INTEGRATION_RULES, subject=f"rule {settings.undecided}", said=said)
    return settings, (*applied, line)


def _applied(number: int) -> TraceLine:
    subject = f"rule {number}"
    return TraceLine(stage=Stage.INTEGRATION_RULES, subject=subject, said="matched", verdict=Verdict.MATCHED)


def _worded(
    ruled: str | None, template: str, senders: str, seen: dict[str, object], now: datetime
) -> tuple[str, Trace]:
    if ruled is not None:
        return ruled, ()
    if not template:
        return senders, ()
    try:
        return _compiled(template).render(seen, now) or senders, ()
    except (Invalid, TemplateFailed) as failed:
        said = f"failed, so that the sender's own words are used: {failed}"
        return senders, (TraceLine(stage=Stage.TEMPLATES, subject=template[:40], said=said),)


def _destinations(
    settings: RuleSettings, integration: Integration, directory: Directory
) -> tuple[tuple[Receiver, ...], Trace]:
    if settings.destinations is None:
        return integration.destinations, ()
    found = {text: directory.receiver(text) for text in settings.destinations}
    missing = tuple(
        TraceLine(stage=Stage.INTEGRATION_RULES, subject=text, said="does not exist any more")
        for text, receiver in found.items()
        if receiver is None
    )
    return tuple(each for each in found.values() if each) or integration.destinations, missing


def _printable(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")  # PostgreSQL takes no NUL in a text
