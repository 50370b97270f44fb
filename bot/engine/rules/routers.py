"""A router's YAML as rules, read and compiled once per text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.engine.directory import Directory
from bot.engine.model import Automation, Receiver, Router, Stakeholder
from bot.engine.rules.actions import (
    Action,
    Aggregate,
    Assign,
    Attach,
    Automate,
    Escalate,
    FlagIncident,
    Ignore,
    SetVal,
    Words,
    read_action,
)
from bot.engine.rules.examples import RouterTest, read_tests
from bot.engine.rules.naming import check_objects, check_receiver
from bot.engine.rules.paths import ROUTER_ROOTS, check_inner_paths, check_path, check_template
from bot.engine.rules.reading import Reading
from bot.engine.rules.rule_list import EVERYTHING, read_match, read_name, required_rules
from bot.engine.rules.undisturbed import undisturbed
from bot.engine.rules.yaml_tree import Where
from bot.errors import Invalid
from bot.languages.handlebars import Template
from bot.languages.query import FirstMatch, Predicate

_REMEMBERED = 512  # texts whose rules stay compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterRule:
    """One rule: what it is called, and what to do when it is the first that matches.

    One that `goes_on` acts, and the next that matches acts, too.
    """

    name: str
    predicate: Predicate
    match: Mapping[str, object]
    actions: tuple[Action, ...]
    goes_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A router's rules in order, the index that finds the first match, and the tests that the text brings along."""

    rules: tuple[RouterRule, ...]
    first: FirstMatch
    tests: tuple[RouterTest, ...] = ()


@lru_cache(maxsize=_REMEMBERED)
@undisturbed()
def read_router(text: str) -> Rules:
    """Read and compile a router, or raise `Invalid` with every problem, each with line and column."""
    reading = Reading(text)
    rules, tests = _read(reading)
    reading.finish()
    return Rules(rules=rules, first=FirstMatch([rule.predicate for rule in rules]), tests=tests)


def check_names(router: Router, directory: Directory) -> None:
    """Raise `Invalid` when a router cannot be read, names what does not exist or leads back to itself: all at once.

    `directory` already holds the router.
    """
    reading = Reading(router.yaml)
    try:
        rules = read_router(router.yaml).rules
    except Invalid:
        rules, _ = _read(reading)  # once more, for whatever stands beside what is wrong
    for index, rule in enumerate(rules):
        check_inner_paths(reading, ("rules", index, "match"), rule.match, ROUTER_ROOTS)
        for number, action in enumerate(rule.actions):
            _check_action(reading, ("rules", index, "actions", number), action, router, directory)
    reading.finish()


def receivers_of(action: Action) -> tuple[tuple[Where, str], ...]:
    """The receivers that an action names, each with its path inside the action."""
    match action:
        case Assign(receivers=receivers) | Aggregate(receivers=receivers):
            return tuple((("receiver", index), text) for index, text in enumerate(receivers))
        case Escalate(steps=steps):
            return tuple(
                (("rules", number, "receivers", index), text)
                for number, step in enumerate(steps)
                for index, text in enumerate(step.receivers)
            )
        case SetVal() | FlagIncident() | Attach() | Automate() | Ignore():
            return ()


@undisturbed()
def _read(reading: Reading) -> tuple[tuple[RouterRule, ...], tuple[RouterTest, ...]]:
    """Read as much as can be read, and note what is wrong. Raises `Invalid` for what is not YAML."""
    root = reading.mapping((), reading.tree.value, ("rules", "tests"), "A router")
    rules = tuple(_rules(reading, root))
    return rules, tuple(read_tests(reading, root["tests"])) if "tests" in root else ()


def _rules(reading: Reading, root: Mapping[str, object]) -> Iterator[RouterRule]:
    for where, item in required_rules(reading, root, "Split the router."):
        yield _rule(reading, where, item)


def _rule(reading: Reading, where: Where, item: object) -> RouterRule:
    fields = reading.mapping(where, item, ("name", "match", "actions", "continue"), "A rule")
    if not isinstance(item, Mapping):
        return RouterRule(name="", predicate=EVERYTHING, match={}, actions=())
    match, predicate = read_match(reading, where, fields, ROUTER_ROOTS)
    return RouterRule(
        name=read_name(reading, where, fields),
        predicate=predicate,
        match=match,
        actions=tuple(_actions(reading, where, fields)),
        goes_on=reading.flag((*where, "continue"), fields.get("continue", False), "continue"),
    )


def _actions(reading: Reading, where: Where, fields: Mapping[str, object]) -> Iterator[Action]:
    if not fields.get("actions"):
        reading.wrong(where, "A rule needs actions, which is a list.", "For example {type: assign, receiver: team:…}.")
        return
    for place, item in reading.items((*where, "actions"), fields["actions"], "The list actions"):
        yield read_action(reading, place, item)


def _check_action(reading: Reading, where: Where, action: Action, router: Router, directory: Directory) -> None:
    for place, text in receivers_of(action):
        check_receiver(reading, (*where, *place), text, directory)
        way = way_back(directory.receiver(text), router.id, directory)
        if way:
            said = f"{text:.80} leads back to this router{say_way(way)}."
            reading.wrong((*where, *place), said, "Name a team, user or schedule, or a router that leads elsewhere.")
    _check_paths_of(reading, where, action)
    match action:
        case Attach(ids=ids):
            check_objects(reading, (*where, "ids"), ids, Stakeholder, directory)
        case Automate(ids=ids):
            check_objects(reading, (*where, "ids"), ids, Automation, directory)
        case Assign() | Aggregate() | Escalate() | SetVal() | FlagIncident() | Ignore():
            pass


def _check_paths_of(reading: Reading, where: Where, action: Action) -> None:
    match action:
        case Aggregate(by=by):
            for number, path in enumerate(by):
                at = (*where, "by", number)
                if not reading.is_wrong(at):
                    check_path(reading, at, path, ROUTER_ROOTS)
        case SetVal() | FlagIncident():
            for place, words in words_of(action):
                check_template(reading, (*where, *place), words, ROUTER_ROOTS)
        case Assign() | Escalate() | Attach() | Automate() | Ignore():
            pass


def words_of(action: SetVal | FlagIncident) -> tuple[tuple[Where, Words], ...]:
    """The texts and templates of an action, each with its path inside the action."""
    match action:
        case FlagIncident(message=message, severity=severity):
            ranked = ((("severity",), severity),) if isinstance(severity, Template) else ()
            return ((("message",), message), *ranked)
        case SetVal(tags=tags):
            fields = (("title", action.title), ("description", action.description), ("urgency", action.urgency))
            single = ((("map", name), words) for name, words in fields if words is not None)
            return (*single, *((("map", "tags", index), tag) for index, tag in enumerate(tags or ())))


def way_back(receiver: Receiver | None, router_id: str, directory: Directory) -> tuple[Router, ...]:
    """The routers by way of which a receiver leads to a router, that one last; none when it does not."""
    ways: list[tuple[Router, ...]] = [(found,)] if (found := _router(receiver, directory)) else []
    known: set[str] = set()
    for way in ways:
        if way[-1].id == router_id:
            return way
        if way[-1].id not in known:
            known.add(way[-1].id)
            ways += [(*way, following) for following in _routers_after(way[-1], directory)]
    return ()


def say_way(way: tuple[Router, ...]) -> str:
    """Name the routers on a way back, after the first and before the last."""
    between = [f"router:{each.handle}" for each in way[1:-1]]
    return f" by way of {', '.join(between)}" if between else ""


def _routers_after(router: Router, directory: Directory) -> Iterator[Router]:
    default = _router(router.default_destination, directory)
    if default:
        yield default
    try:
        rules = read_router(router.yaml).rules if router.enabled else ()
    except Invalid:
        return
    named = dict.fromkeys(text for rule in rules for action in rule.actions for _, text in receivers_of(action))
    yield from (found for found in (_router(directory.receiver(text), directory) for text in named) if found)


def _router(receiver: Receiver | None, directory: Directory) -> Router | None:
    return directory.routers.get(receiver.id) if receiver else None
