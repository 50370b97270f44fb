"""A router's YAML as rules, read and compiled once per text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.engine.directory import Directory
from bot.engine.matching import FirstMatch, compile_query, compile_rules
from bot.engine.model import Automation as AutomationModel
from bot.engine.model import ReceiverKind, Stakeholder
from bot.engine.rules.actions import Action, Aggregate, Assign, Attach, Automate, Escalate, read_action
from bot.engine.rules.reading import Reading
from bot.engine.rules.yaml_tree import Where

MOST_RULES = 20_000
_REMEMBERED = 512  # texts whose rules stay compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: what it is called, and what to do when it is the first that matches."""

    name: str
    match: Mapping[str, object]
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A router's rules in order, and the index that finds the first match."""

    rules: tuple[Rule, ...]
    first: FirstMatch


@lru_cache(maxsize=_REMEMBERED)
def read_router(text: str) -> Rules:
    """Read and compile a router, or raise `Invalid` with every problem, each with line and column."""
    reading = Reading(text)
    rules = tuple(_rules(reading))
    reading.finish()
    return Rules(rules=rules, first=compile_rules([rule.match for rule in rules]))


def check_router(text: str, directory: Directory) -> None:
    """Raise `Invalid` when a router names what does not exist; problems of the text itself come first."""
    reading = Reading(text)
    for index, rule in enumerate(read_router(text).rules):
        for number, action in enumerate(rule.actions):
            _check_names(reading, ("rules", index, "actions", number), action, directory)
    reading.finish()


def receivers_of(action: Action) -> tuple[tuple[Where, str], ...]:
    """The receivers that an action names, each with its path inside the action."""
    match action:
        case Assign(receivers=receivers) | Aggregate(receivers=receivers):
            single = (("receiver",),) if len(receivers) == 1 else ()
            places: tuple[Where, ...] = single or tuple(("receiver", index) for index in range(len(receivers)))
            return tuple(zip(places, receivers, strict=True))
        case Escalate(steps=steps):
            return tuple(
                (("rules", number, "receivers", index), text)
                for number, step in enumerate(steps)
                for index, text in enumerate(step.receivers)
            )
        case _:
            return ()


def _rules(reading: Reading) -> Iterator[Rule]:
    root = reading.mapping((), reading.tree.value, ("rules", "tests"), "A router")
    if "rules" not in root:
        reading.wrong((), "The key rules is missing.", "Start with a line rules: and a list of rules below it.")
        return
    value = root["rules"]
    if isinstance(value, list) and len(value) > MOST_RULES:
        reading.wrong(("rules",), f"There are {len(value)} rules; the most is {MOST_RULES}.", "Split the router.")
        return
    for where, item in reading.items(("rules",), value, "The list rules"):
        yield _rule(reading, where, item)


def _rule(reading: Reading, where: Where, item: object) -> Rule:
    fields = reading.mapping(where, item, ("name", "match", "actions"), "A rule")
    name = reading.text((*where, "name"), fields["name"], "The name") if "name" in fields else ""
    return Rule(
        name=name or f"rule {int(where[-1]) + 1}",
        match=read_match(reading, where, fields),
        actions=tuple(_actions(reading, where, fields)),
    )


def read_match(reading: Reading, where: Where, fields: Mapping[str, object]) -> Mapping[str, object]:
    """Read and check the `match` of a rule."""
    place = (*where, "match")
    match = fields.get("match")
    if not isinstance(match, Mapping):
        reading.wrong(place, "A rule needs a match, which is a mapping.", "To match everything, write {always: true}.")
        return {}
    reading.attempt(place, lambda: compile_query(match))
    return match


def _actions(reading: Reading, where: Where, fields: Mapping[str, object]) -> Iterator[Action]:
    if not fields.get("actions"):
        reading.wrong(where, "A rule needs actions, which is a list.", "For example {type: assign, receiver: team:…}.")
        return
    for place, item in reading.items((*where, "actions"), fields["actions"], "The list actions"):
        action = read_action(reading, place, item)
        if action is not None:
            yield action


def _check_names(reading: Reading, where: Where, action: Action, directory: Directory) -> None:
    for place, text in receivers_of(action):
        if directory.receiver(text) is None:
            reading.wrong((*where, *place), f"There is no receiver {text!r:.80}.", _suggest_receiver(text))
    match action:
        case Attach(ids=ids):
            missing = [each for each in ids if not directory.get(Stakeholder, each.removeprefix("stakeholder:"))]
        case Automate(ids=ids):
            missing = [each for each in ids if not directory.get(AutomationModel, each.removeprefix("automation:"))]
        case _:
            return
    for each in missing:
        reading.wrong((*where, "ids"), f"There is no {each!r:.80}.", "Use its handle or its id.")


def _suggest_receiver(text: str) -> str:
    if text.partition(":")[0] in set(ReceiverKind):
        return f"List them with /pagertree {text.partition(':')[0]} list."
    return f"Write its kind and handle, such as team:{text.partition(':')[2] or text}."
