"""The actions of a router's rule, as values. Receivers and other objects are named by the text that was written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from bot.engine.model import Severity, Urgency
from bot.engine.rules.reading import Reading, listed, nearest, say_value
from bot.engine.rules.yaml_tree import Where
from bot.languages.handlebars import Template
from bot.languages.query.paths import path_text

MOST_REPEATS = 3
Words: TypeAlias = str | Template
"""A text as it stands, or a template when the action says `handlebars: true`."""


class Route(StrEnum):
    """When an aggregate's parent is sent: after the window (`last`) or at once (`first`)."""

    LAST = "last"
    FIRST = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """Send the alert to receivers, after a delay."""

    receivers: tuple[str, ...]
    delay: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """Gather alerts with the same values at the paths `by` under the first of them."""

    by: tuple[str, ...]
    timeout: timedelta
    receivers: tuple[str, ...]
    route: Route = Route.LAST


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateStep:
    """One step of an escalation written in a router."""

    receivers: tuple[str, ...]
    timeout: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """An escalation of the rule's own."""

    steps: tuple[EscalateStep, ...]
    repeat: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVal:
    """Overwrite what the alert says; None leaves a value as it is."""

    title: Words | None = None
    description: Words | None = None
    urgency: Words | None = None
    tags: tuple[Words, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagIncident:
    """Flag the alert as an incident."""

    severity: Severity | Template = Severity.UNKNOWN
    message: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attach:
    """Attach stakeholders."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Automate:
    """Run automations, once per alert."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """Suppress the alert and stop."""


Action: TypeAlias = Assign | Aggregate | Escalate | SetVal | FlagIncident | Attach | Automate | Ignore


def read_action(reading: Reading, where: Where, value: object) -> Action:
    """Read one action, noting what is wrong; what cannot be read does nothing."""
    kind = value.get("type") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or kind is None:
        reading.wrong(where, "An action needs a type.", f"Write type: with one of {listed(_READERS)}.")
        return Ignore()
    if not isinstance(kind, str) or kind not in _READERS:
        word = kind if isinstance(kind, str) else ""
        reading.wrong((*where, "type"), f"There is no action {say_value(kind)}.", nearest(word, _READERS))
        return Ignore()
    keys, read = _READERS[kind]
    reading.mapping(where, value, ("type", *keys), f"The action {kind}")
    return read(reading, where, value)


def _assign(reading: Reading, where: Where, value: Mapping[str, object]) -> Action:
    delay = reading.duration((*where, "delay"), value["delay"]) if "delay" in value else timedelta(0)
    return Assign(receivers=_receivers(reading, where, value), delay=delay)


def _aggregate(reading: Reading, where: Where, value: Mapping[str, object]) -> Action:
    route = reading.choice((*where, "route"), value.get("route", "last"), Route, "route")
    timeout = reading.duration((*where, "timeout"), value.get("timeout"))
    by = _paths(reading, (*where, "by"), value.get("by"))
    receivers = _receivers(reading, where, value)
    return Aggregate(by=by, timeout=timeout, receivers=receivers, route=route or Route.LAST)


def _paths(reading: Reading, where: Where, value: object) -> tuple[str, ...]:
    """Paths as texts; one may be a list of its keys."""
    if not isinstance(value, list) or not any(isinstance(each, list) for each in value):
        return reading.texts(where, value, "The list by")
    return tuple(
        path_text(reading.texts(place, item, "A path of by"))
        if isinstance(item, list)
        else reading.text(place, item, "A path of by")
        for place, item in reading.items(where, value, "The list by")
    )


def _escalate(reading: Reading, where: Where, value: Mapping[str, object]) -> Action:
    items = reading.items((*where, "rules"), value.get("rules"), "The list rules")
    steps = tuple(_escalate_step(reading, place, item) for place, item in items)
    if value.get("rules") == []:
        reading.wrong((*where, "rules"), "The list rules is empty.", "Add a rule with receivers and a timeout.")
    return Escalate(
        steps=steps, repeat=reading.count((*where, "repeat"), value.get("repeat", 0), "repeat", MOST_REPEATS)
    )


def _escalate_step(reading: Reading, where: Where, item: object) -> EscalateStep:
    fields = reading.mapping(where, item, ("receivers", "timeout"), "A rule of escalate")
    if not isinstance(item, Mapping):
        return EscalateStep(receivers=(), timeout=timedelta(0))
    receivers = reading.texts((*where, "receivers"), fields.get("receivers"), "The list receivers")
    return EscalateStep(receivers=receivers, timeout=reading.duration((*where, "timeout"), fields.get("timeout")))


def _setval(reading: Reading, where: Where, value: Mapping[str, object]) -> Action:
    place = (*where, "map")
    fields = reading.mapping(place, value.get("map"), ("title", "description", "urgency", "tags"), "The map of setval")
    words = _word_reader(reading, where, value)
    tags = fields.get("tags")
    listed_tags = [tags] if isinstance(tags, str) else tags
    return SetVal(
        title=words((*place, "title"), fields["title"]) if "title" in fields else None,
        description=words((*place, "description"), fields["description"]) if "description" in fields else None,
        urgency=_urgency(reading, (*place, "urgency"), fields, words) if "urgency" in fields else None,
        tags=tuple(words(at, tag) for at, tag in reading.items((*place, "tags"), listed_tags, "The list tags"))
        if "tags" in fields
        else None,
    )


def _urgency(
    reading: Reading, where: Where, fields: Mapping[str, object], words: Callable[[Where, object], Words]
) -> Words:
    written = fields["urgency"]
    if isinstance(written, str) and "{{" in written:
        return words(where, written)
    return reading.choice(where, written, Urgency, "urgency") or Urgency.MEDIUM


def _incident(reading: Reading, where: Where, value: Mapping[str, object]) -> Action:
    words, place, written = _word_reader(reading, where, value), (*where, "severity"), value.get("severity")
    if value.get("handlebars") is True and isinstance(written, str) and "{{" in written:
        severity: Severity | Template | None = reading.template(place, written, "The severity")
    else:
        severity = reading.choice(place, value.get("severity", "SEV-UNKNOWN"), Severity, "severity")
    return FlagIncident(
        severity=severity or Severity.UNKNOWN, message=words((*where, "message"), value.get("message", ""))
    )


def _attach(reading: Reading, where: Where, value: Mapping[str, object]) -> Action:
    return Attach(ids=reading.texts((*where, "ids"), value.get("ids"), "The list ids"))


def _automate(reading: Reading, where: Where, value: Mapping[str, object]) -> Action:
    return Automate(ids=reading.texts((*where, "ids"), value.get("ids"), "The list ids"))


def _ignore(_reading: Reading, _where: Where, _value: Mapping[str, object]) -> Action:
    return Ignore()


def _receivers(reading: Reading, where: Where, value: Mapping[str, object]) -> tuple[str, ...]:
    return reading.texts((*where, "receiver"), value.get("receiver"), "The receiver")


def _word_reader(reading: Reading, where: Where, value: Mapping[str, object]) -> Callable[[Where, object], Words]:
    if reading.flag((*where, "handlebars"), value.get("handlebars", False), "handlebars"):
        return lambda place, text: reading.template(place, text, _what(place)) or ""
    return lambda place, text: reading.text(place, text, _what(place))


def _what(place: Where) -> str:
    return "A tag" if isinstance(place[-1], int) else f"The {place[-1]}"


_Reader: TypeAlias = Callable[[Reading, Where, Mapping[str, object]], Action]
_READERS: Mapping[str, tuple[tuple[str, ...], _Reader]] = {
    "assign": (("receiver", "delay"), _assign),
    "aggregate": (("by", "timeout", "receiver", "route"), _aggregate),
    "escalate": (("rules", "repeat"), _escalate),
    "setval": (("map", "handlebars"), _setval),
    "incident": (("severity", "message", "handlebars"), _incident),
    "stakeholder": (("ids",), _attach),
    "automate": (("ids",), _automate),
    "ignore": ((), _ignore),
}
