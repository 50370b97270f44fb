"""An integration's rules: every rule that matches sets attributes, in ascending number; the first to set one wins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from bot.engine.directory import Directory
from bot.engine.model import Incident, Severity, Urgency
from bot.engine.rules.naming import check_receiver
from bot.engine.rules.paths import INTEGRATION_ROOTS
from bot.engine.rules.reading import Reading, listed
from bot.engine.rules.rule_list import read_match, required_rules
from bot.engine.rules.undisturbed import undisturbed
from bot.engine.rules.yaml_tree import Where
from bot.languages.query import ConditionResult, Predicate

_ATTRIBUTES = (
    "title",
    "description",
    "urgency",
    "tags",
    "destinations",
    "incident",
    "incident_severity",
    "incident_message",
)
_HIGHEST = 1_000_000
_REMEMBERED = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSettings:
    """What rules set; None leaves an attribute to the integration and the sender.

    A rule that cannot be decided ends it. `undecided` is its number; of it and those below it only an urgency
    counts, and only where it is higher than what the alert has without them: `at_least`.
    """

    title: str | None = None
    description: str | None = None
    urgency: Urgency | None = None
    tags: tuple[str, ...] | None = None
    destinations: tuple[str, ...] | None = None
    incident: Incident | None = None
    rules: tuple[int, ...] = ()
    at_least: Urgency | None = None
    undecided: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationRule:
    """One rule: its number, when it applies, the attributes that it sets, and where it stands in the text."""

    number: int
    where: Where
    predicate: Predicate
    attributes: Mapping[str, object]


def settings_for(text: str, seen: Mapping[str, object], now: datetime) -> RuleSettings:
    """Apply all rules that match a document `{data, integration}`. Raises `Invalid` for a text that cannot be read."""
    if not text.strip():
        return RuleSettings()
    found: dict[str, object] = {}
    matching: list[int] = []
    rules = iter(read_integration_rules(text))
    for rule in rules:
        answer = rule.predicate.ask(seen, now)
        if answer is ConditionResult.UNKNOWN:
            return _given_up(_settings(found, tuple(matching)), rule, rules, seen, now)
        if answer is ConditionResult.TRUE:
            matching.append(rule.number)
            found = {**rule.attributes, **found}
    return _settings(found, tuple(matching))


def _given_up(
    settings: RuleSettings,
    at: IntegrationRule,
    below: Iterator[IntegrationRule],
    seen: Mapping[str, object],
    now: datetime,
) -> RuleSettings:
    failure = at.predicate.explain(seen, now)
    possible = [at, *(rule for rule in below if rule.predicate.ask(seen, now) is not ConditionResult.FALSE)]
    urgencies = [each for rule in possible if isinstance(each := rule.attributes.get("urgency"), Urgency)]
    loudest = max(urgencies, key=lambda each: each.loudness, default=None)
    reason = f"{failure.path} {failure.condition}" if failure else ""
    return replace(settings, at_least=None if settings.urgency else loudest, undecided=at.number, reason=reason)


@lru_cache(maxsize=_REMEMBERED)
@undisturbed()
def read_integration_rules(text: str) -> tuple[IntegrationRule, ...]:
    """Read the rules in ascending number, or raise `Invalid` with every problem, each with line and column."""
    reading = Reading(text)
    rules = list(_rules(reading))
    reading.finish()
    return tuple(sorted(rules, key=lambda rule: rule.number))


def check_destinations(text: str, directory: Directory) -> None:
    """Raise `Invalid` when rules cannot be read, or send to a receiver that does not exist: all at once."""
    reading = Reading(text, saving=True)
    rules = tuple(_rules(reading))
    for rule in rules:
        destinations = rule.attributes.get("destinations")
        for number, named in enumerate(destinations if isinstance(destinations, tuple) else ()):
            place = (*rule.where, "set", "destinations", number)
            check_receiver(reading, place, str(named), directory)
    reading.finish()


def destinations_in(text: str) -> tuple[str, ...]:
    """All receivers that rules send to, as they were written. Raises `Invalid` for a text that cannot be read."""
    rules = read_integration_rules(text) if text.strip() else ()
    named = (rule.attributes.get("destinations") for rule in rules)
    return tuple(str(each) for destinations in named if isinstance(destinations, tuple) for each in destinations)


def _rules(reading: Reading) -> Iterator[IntegrationRule]:
    root = reading.mapping((), reading.tree.value, ("rules",), "The text")
    taken: set[int] = set()
    for where, item in required_rules(reading, root, "Let a router do some of this."):
        rule = _rule(reading, where, item)
        if rule.number in taken:
            reading.wrong((*where, "number"), f"There are two rules {rule.number}.", "Give each its own number.")
        taken.add(rule.number)
        yield rule


def _rule(reading: Reading, where: Where, item: object) -> IntegrationRule:
    fields = reading.mapping(where, item, ("number", "match", "set"), "A rule")
    index = int(where[-1])
    number = reading.count((*where, "number"), fields.get("number", index + 1), "number", _HIGHEST)
    _, predicate = read_match(reading, where, fields, INTEGRATION_ROOTS)
    place = (*where, "set")
    attributes = reading.mapping(place, fields.get("set"), _ATTRIBUTES, "The mapping set")
    if not attributes and isinstance(fields.get("set"), Mapping):
        reading.wrong(place, "The mapping set is empty.", f"Set one of {listed(_ATTRIBUTES)}.")
    found = _attributes(reading, place, attributes)
    return IntegrationRule(number=number, where=where, predicate=predicate, attributes=found)


def _attributes(reading: Reading, where: Where, fields: Mapping[str, object]) -> Mapping[str, object]:
    return {key: _attribute(reading, (*where, key), key, value) for key, value in fields.items()}


def _attribute(reading: Reading, where: Where, key: str, value: object) -> object:
    match key:
        case "urgency":
            return reading.choice(where, value, Urgency, "urgency")
        case "incident_severity":
            return reading.choice(where, value, Severity, "severity")
        case "incident":
            return reading.flag(where, value, "incident")
        case "tags" | "destinations":
            return reading.texts(where, value, f"The list {key}")
        case _:
            return reading.text(where, value, f"The {key.replace('_', ' ')}")


def _settings(found: Mapping[str, object], numbers: tuple[int, ...]) -> RuleSettings:
    title, description, urgency = found.get("title"), found.get("description"), found.get("urgency")
    tags, destinations = found.get("tags"), found.get("destinations")
    return RuleSettings(
        title=title if isinstance(title, str) else None,
        description=description if isinstance(description, str) else None,
        urgency=urgency if isinstance(urgency, Urgency) else None,
        tags=tags if isinstance(tags, tuple) else None,
        destinations=destinations if isinstance(destinations, tuple) else None,
        incident=_incident(found),
        rules=numbers,
    )


def _incident(found: Mapping[str, object]) -> Incident | None:
    if not any(key.startswith("incident") for key in found) or found.get("incident") is False:
        return None
    severity, message = found.get("incident_severity"), found.get("incident_message")
    return Incident(
        severity=severity if isinstance(severity, Severity) else Severity.UNKNOWN,
        message=message if isinstance(message, str) else "",
    )
