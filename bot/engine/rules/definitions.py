"""Definitions of custom integrations: YAML that says what a payload asks for, read with every problem in its place.

The first rule whose `match` fits decides; where none does, `default` does. The document is `{always, log}`.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from bot.engine.documents import LOG_FACTS
from bot.engine.model import Incident, Severity, Signal, SignalKind, Urgency
from bot.engine.rules.paths import paths_at_root, paths_in
from bot.engine.rules.reading import Reading, listed, nearest, say_kind, say_value
from bot.engine.rules.rule_list import compile_match, items, read_name
from bot.engine.rules.yaml_tree import Where
from bot.errors import TemplateFailed
from bot.languages.handlebars import Template
from bot.languages.query import FirstMatch, Match, Predicate, Undecided
from bot.languages.query.paths import keys_of

MOST_RULES = 1_000
MOST_ACTIONS = 20
WEBHOOK_FACTS = tuple(fact for fact in LOG_FACTS if fact != "id")
MAIL_FACTS = ("from", "to", "subject", "body", "data")

_REMEMBERED = 512
_TEXTS = ("dedup_key", "title", "description", "urgency", "incident", "incident_severity", "incident_message")
_LISTS = ("tags", "dedup_keys")
OLD_KEYS: Mapping[str, str] = {"thirdparty_id": "dedup_key", "third_party_id": "dedup_key"}
"""Keys of an action by the names that PagerTree gives them, with the names used here. Both are understood."""
_DRAWN = ("format", "label", "value")
"""What an item of a list of additional data has."""
_MAPPINGS = ("meta", "additional_data")
_TRUE = frozenset({"true", "yes", "on", "1"})

Printed: TypeAlias = Template | str | int | float | bool | None


class Preparation(StrEnum):
    """What can be done to a payload before the rules see it."""

    PARSE_JSON = "parse_json"
    PARSE_SNS = "parse_sns"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparationStep:
    """One preparation: `parse_json` reads the text at a path below `log`, `parse_sns` opens Amazon's envelope."""

    kind: Preparation
    path: str = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """Make a signal: its fields are templates, or plain values. `joined` are lists written as one text with commas."""

    kind: SignalKind
    texts: Mapping[str, Printed] = field(default_factory=dict)
    lists: Mapping[str, tuple[Printed, ...]] = field(default_factory=dict)
    data: Mapping[str, Printed] = field(default_factory=dict)
    joined: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Let the payload pass without a signal, and say why."""

    reason: Printed


Action: TypeAlias = Make | Pass


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionRule:
    """One rule: what it is called, and what to do when it is the first that matches."""

    name: str
    predicate: Predicate
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A definition, ready to be applied. `default` is None where the text has none."""

    steps: tuple[PreparationStep, ...]
    rules: tuple[DefinitionRule, ...]
    first: FirstMatch
    default: tuple[Action, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a definition makes of a payload: which rule decided, the signals, and what was passed over or failed.

    `undecided` says which rule could not be decided; then `default` decided, unless it makes no alert.
    """

    rule: str
    signals: tuple[Signal, ...] = ()
    ignored: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    undecided: str = ""


@lru_cache(maxsize=_REMEMBERED)
def read_definition(text: str, facts: tuple[str, ...] = WEBHOOK_FACTS) -> Definition:
    """Read a definition whose rules may ask for these facts below `log`.

    Raises `Invalid` with every problem, each with line and column.
    """
    reading = Reading(text)
    root = reading.mapping((), reading.tree.value, ("preprocess", "rules", "default"), "A definition")
    steps = tuple(_steps(reading, root["preprocess"], facts)) if root.get("preprocess") else ()
    rules = tuple(_rules(reading, root.get("rules", []), facts))
    default = _default(reading, root["default"]) if "default" in root else None
    if root.keys().isdisjoint(("rules", "default")) and isinstance(reading.tree.value, Mapping):
        reading.wrong((), "There are neither rules nor a default.", "Start with a line rules: and a list below it.")
    reading.finish()
    return Definition(steps=steps, rules=rules, first=FirstMatch([rule.predicate for rule in rules]), default=default)


def check_definition(text: str, facts: tuple[str, ...] = WEBHOOK_FACTS) -> None:
    """Raise `Invalid` with every problem for which a definition is not saved: also for paths inside `$not`."""
    read_definition(text, facts)
    reading = Reading(text)
    rules = reading.tree.value.get("rules", []) if isinstance(reading.tree.value, Mapping) else []
    for where, item in items(reading, rules, MOST_RULES, ""):
        match = item.get("match") if isinstance(item, Mapping) else None
        for place, path in paths_in(match) if isinstance(match, Mapping) else ():
            _check_path(reading, (*where, "match", *place), path, facts)
    reading.finish()


def apply(definition: Definition, log: Mapping[str, object], now: datetime) -> Applied | None:
    """Apply a definition to a prepared payload; None when no rule matches and there is no default.

    A rule that cannot be decided ends the search. What comes of the payload then has to be an alert: where the default
    makes none, there are no signals.
    """
    document = {"always": True, "log": log}
    found = definition.first.first(document, now)
    tried = definition.rules[: found.index] if found else definition.rules
    reasons = tuple(_reason(rule, document, now) for rule in tried[:20])
    match found:
        case Match(index=index):
            rule = definition.rules[index]
            return _applied(rule.name, rule.actions, document, now, reasons)
        case Undecided(index=index, reason=reason):
            said = f"{definition.rules[index].name} could not be decided ({reason})"
            default = definition.default or ()
            makes = any(isinstance(each, Make) and each.kind is SignalKind.CREATE for each in default)
            applied = _applied("default", default if makes else (), document, now, (*reasons, said))
            return replace(applied, undecided=said)
        case None if definition.default is None:
            return None
        case None:
            return _applied("default", definition.default or (), document, now, reasons)


def _applied(
    name: str, actions: tuple[Action, ...], document: Mapping[str, object], now: datetime, tried: tuple[str, ...]
) -> Applied:
    made: list[Signal] = []
    ignored: list[str] = []
    failed: list[str] = []
    for action in actions:
        match action:
            case Pass(reason=reason):
                drawing = _Drawing(document, now)
                ignored.append(drawing.text("reason", reason))
                failed += drawing.failed
            case Make():
                drawing = _Drawing(document, now)
                made.append(drawing.signal(action))
                failed += drawing.failed
    return Applied(rule=name, signals=tuple(made), ignored=tuple(ignored), failed=tuple(failed), tried=tried)


def _reason(rule: DefinitionRule, document: Mapping[str, object], now: datetime) -> str:
    failure = rule.predicate.explain(document, now)
    said = f"{failure.path} {failure.condition}, seen {failure.seen}" if failure else "it does not match"
    return f"{rule.name}: {said}"


class _Drawing:
    """One signal being filled in. A template that fails leaves its field empty, and says so."""

    def __init__(self, document: Mapping[str, object], now: datetime) -> None:
        self._document = document
        self._now = now
        self.failed: list[str] = []

    def signal(self, action: Make) -> Signal:
        texts = {name: self.text(name, value) for name, value in action.texts.items()}
        lists = {
            name: tuple(said for value in values if (said := self.text(name, value)))
            for name, values in action.lists.items()
        }
        for name in action.joined:
            lists[name] = tuple(part.strip() for text in lists[name] for part in text.split(",") if part.strip())
        urgency = texts.get("urgency", "").strip().lower()
        return Signal(
            kind=action.kind,
            dedup_key=texts.get("dedup_key", "").strip(),
            title=texts.get("title", ""),
            description=texts.get("description", ""),
            urgency=Urgency(urgency) if urgency in set(Urgency) else None,
            tags=lists.get("tags", ()),
            incident=_incident(texts),
            data={
                name: self.text(name, value) if isinstance(value, Template) else value
                for name, value in action.data.items()
            },
            dedup_keys=lists.get("dedup_keys", ()),
        )

    def text(self, name: str, value: Printed) -> str:
        if not isinstance(value, Template):
            return str(value).lower() if isinstance(value, bool) else str("" if value is None else value)
        try:
            return value.render(self._document, self._now)
        except TemplateFailed as failed:
            self.failed.append(f"{name}: {failed}")
            return ""


def _incident(texts: Mapping[str, str]) -> Incident | None:
    flagged = texts.get("incident", "").strip().lower() in _TRUE
    if not flagged:
        return None
    said = texts.get("incident_severity", "").strip().upper()
    severity = Severity(said) if said in set(Severity) else Severity.UNKNOWN
    return Incident(severity=severity, message=texts.get("incident_message", ""))


def _steps(reading: Reading, value: object, facts: Collection[str]) -> Iterator[PreparationStep]:
    items = [value] if isinstance(value, str | Mapping) else value
    alone = items is not value
    for where, item in reading.items(("preprocess",), items, "The list preprocess"):
        place = ("preprocess",) if alone else where
        fields = {"type": item} if isinstance(item, str) else reading.mapping(place, item, ("type", "path"), "A step")
        kind = reading.choice(place, fields.get("type"), Preparation, "preprocessing step")
        path = reading.text((*place, "path"), fields.get("path", "log.body"), "The path")
        if not path.startswith("log.") or path.split(".")[1] not in facts:
            reading.wrong((*place, "path"), f"There is no text at {path!r:.80}.", "Write a path such as log.body.")
        if kind:
            yield PreparationStep(kind=kind, path=path.removeprefix("log."))


def _rules(reading: Reading, value: object, facts: Collection[str]) -> Iterator[DefinitionRule]:
    for where, item in items(reading, value, MOST_RULES, "Let a router do this."):
        fields = reading.mapping(where, item, ("name", "match", "actions"), "A rule")
        name = read_name(reading, where, fields)
        predicate = _match(reading, where, fields, facts)
        actions = tuple(_actions(reading, where, fields))
        yield DefinitionRule(name=name, predicate=predicate, actions=actions)


def _default(reading: Reading, value: object) -> tuple[Action, ...]:
    fields = reading.mapping(("default",), value, ("actions",), "The default")
    return tuple(_actions(reading, ("default",), fields))


def _match(reading: Reading, where: Where, fields: Mapping[str, object], facts: Collection[str]) -> Predicate:
    match, predicate = compile_match(reading, where, fields)
    for place, path in paths_at_root(match):
        _check_path(reading, (*where, "match", *place), path, facts)
    return predicate


def _check_path(reading: Reading, where: Where, path: str, facts: Collection[str]) -> None:
    root, fact, *_ = (*keys_of(path), "")
    if root not in {"always", "log"}:
        guess = f"Did you mean log.{path:.60}?" if root in facts else "Start it with log."
        reading.wrong(where, f"There is nothing at the path {path!r:.80}.", guess)
    elif root == "log" and fact and fact not in facts:
        reading.wrong(where, f"log has no {fact!r:.80}.", nearest(fact, facts))


def _actions(reading: Reading, where: Where, fields: Mapping[str, object]) -> Iterator[Action]:
    value = fields.get("actions")
    if not value:
        mend = "For example {type: create, dedup_key: '{{log.data.id}}', title: '{{log.data.title}}'}."
        reading.wrong(where, "It needs actions, which is a list.", mend)
        return
    if isinstance(value, list) and len(value) > MOST_ACTIONS:
        reading.wrong((*where, "actions"), f"There are {len(value)} actions; the most is {MOST_ACTIONS}.")
        return
    for place, item in reading.items((*where, "actions"), value, "The list actions"):
        action = _action(reading, place, item)
        if action is not None:
            yield action


def _action(reading: Reading, where: Where, item: object) -> Action | None:
    kinds = (*SignalKind, "ignore")
    said = item.get("type") if isinstance(item, Mapping) else None
    if not isinstance(item, Mapping) or said not in set(kinds):
        guess = nearest(said, kinds) if isinstance(said, str) else f"Write type: with one of {listed(kinds)}."
        reading.wrong((*where, "type"), f"There is no action {say_value(said)}.", guess)
        return None
    if said == "ignore":
        reading.mapping(where, item, ("type", "reason"), "The action ignore")
        return Pass(reason=_printed(reading, (*where, "reason"), item.get("reason", "no reason is given")))
    known = ("type", *_TEXTS, *_LISTS, *_MAPPINGS)
    old = [key for key, here in OLD_KEYS.items() if key in item and here not in item]
    fields = reading.mapping(where, item, (*known, *old[:1]), f"The action {said}")
    if not old and "dedup_key" not in fields:
        mend = "Say by which value the sender means the same alert, for example '{{log.data.id}}'."
        reading.wrong(where, f"The action {said} needs a dedup_key.", mend)
    return _make(reading, where, SignalKind(str(said)), fields)


def _make(reading: Reading, where: Where, kind: SignalKind, fields: Mapping[str, object]) -> Make:
    texts = {
        OLD_KEYS.get(name, name): _printed(reading, (*where, name), fields[name])
        for name in (*OLD_KEYS, *_TEXTS)
        if name in fields
    }
    _check_choice(reading, (*where, "urgency"), texts.get("urgency"), Urgency, "urgency")
    _check_choice(reading, (*where, "incident_severity"), texts.get("incident_severity"), Severity, "severity")
    data: dict[str, Printed] = {}
    for name in (name for name in _MAPPINGS if name in fields):
        data |= _data(reading, (*where, name), fields[name])
    lists = {name: _list(reading, (*where, name), fields[name]) for name in _LISTS if name in fields}
    joined = frozenset(name for name in lists if isinstance(fields[name], str))
    return Make(kind=kind, texts=texts, lists=lists, data=data, joined=joined)


def _list(reading: Reading, where: Where, value: object) -> tuple[Printed, ...]:
    if isinstance(value, str):
        return (_printed(reading, where, value),)
    items = reading.items(where, value, f"The list {where[-1]}")
    return tuple(_printed(reading, place, item) for place, item in items)


def _data(reading: Reading, where: Where, value: object) -> dict[str, Printed]:
    """Names with values: a mapping, or PagerTree's list of items with a label, a value and a format."""
    if isinstance(value, list):
        items = reading.items(where, value, f"The list {where[-1]}")
        return dict(each for place, item in items for each in _labelled(reading, place, item))
    if not isinstance(value, Mapping):
        reading.wrong(where, f"{where[-1]} has to be a mapping, not {say_kind(value)}.", "Write name: value below it.")
        return {}
    return {str(name): _printed(reading, (*where, str(name)), item) for name, item in value.items()}


def _labelled(reading: Reading, where: Where, item: object) -> Iterator[tuple[str, Printed]]:
    fields = reading.mapping(where, item, _DRAWN, "An item of additional_data")
    if isinstance(item, Mapping):
        label = reading.text((*where, "label"), fields.get("label"), "The label")
        yield label, _printed(reading, (*where, "value"), fields.get("value"))


def _printed(reading: Reading, where: Where, value: object) -> Printed:
    if isinstance(value, str):
        return reading.template(where, value, f"The {where[-1]}") if "{{" in value else value
    if value is None or isinstance(value, bool | int | float):
        return value
    reading.wrong(where, f"The {where[-1]} has to be a text, not {say_kind(value)}.", "Put it in quotes.")
    return None


def _check_choice(reading: Reading, where: Where, value: Printed, choices: type[StrEnum], what: str) -> None:
    known = {each.lower() for each in choices}
    if value is None or isinstance(value, Template) or str(value).lower() in known:
        return
    reading.wrong(where, f"{say_value(value)} is no {what}.", f"Write one of {listed(choices)}.")
