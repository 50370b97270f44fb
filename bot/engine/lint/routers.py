"""Hints about a router: rules that never decide, alerts that end nowhere, receivers that nobody answers for."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from itertools import islice

from bot.engine.directory import Directory
from bot.engine.lint.meanings import hint_at_action, hint_at_meanings, written_at
from bot.engine.lint.old_names import hint_at_old_names
from bot.engine.lint.people import why_nobody
from bot.engine.model import ReceiverKind, Router
from bot.engine.rules.actions import Aggregate, Assign, Escalate, FlagIncident, Ignore, SetVal
from bot.engine.rules.integrations import destinations_in
from bot.engine.rules.paths import paths_in
from bot.engine.rules.reading import Reading
from bot.engine.rules.rewriting import Instead, InsteadOfKey
from bot.engine.rules.routers import RouterRule, Rules, read_router, receivers_of, words_of
from bot.engine.rules.yaml_tree import Where
from bot.errors import Invalid, Problem
from bot.languages.handlebars import Template
from bot.languages.query.paths import keys_of, path_text

FEWEST_SAMPLES = 5
"""Payloads that have to be at hand before a path is called unheard of."""
_MOST_COMPARED = 200  # earlier rules that a rule is compared with, and keys that a misspelt one is
_PAGING = (Assign, Aggregate, Escalate)
_ROUTING = (*_PAGING, Ignore)


def router_hints(
    router: Router, directory: Directory, samples: Sequence[Mapping[str, object]], now: datetime
) -> tuple[Problem, ...]:
    """All hints about a router in the order of its text. Raises `Invalid` for a text that cannot be read.

    `samples` are documents of alerts that came through it lately, newest first.
    """
    rules = read_router(router.yaml)

    def note(reading: Reading) -> None:
        _hint_at_place(reading, router, directory)
        _hint_at_end(reading, router, rules)
        for index, reason in _unreachable(rules.rules):
            mend = "Remove one of the two, or put this one first."
            reading.wrong(("rules", index), f"{rules.rules[index].name!r:.80} never decides: {reason}.", mend)
        _hint_at_going_on(reading, rules.rules)
        for index, rule in enumerate(rules.rules):
            _hint_at_rule(reading, ("rules", index), rule, directory, now)
            if len(samples) >= FEWEST_SAMPLES:
                _hint_at_paths(reading, ("rules", index), rule, samples)

    return collected(router.yaml, note)


def _hint_at_rule(reading: Reading, where: Where, rule: RouterRule, directory: Directory, now: datetime) -> None:
    _hint_at_actions(reading, where, rule)
    hint_at_old_names(reading, where, _paths_of(rule))
    _hint_at_receivers(reading, where, rule, directory, now)
    _hint_at_handing_over(reading, where, rule, directory)
    _hint_at_doubts(reading, where, rule)
    hint_at_meanings(reading, (*where, "match"), rule.match)
    for number, _ in enumerate(rule.actions):
        place = (*where, "actions", number)
        hint_at_action(reading, place, written_at(reading.tree.value, place))


def _hint_at_place(reading: Reading, router: Router, directory: Directory) -> None:
    if not router.enabled:
        reading.wrong((), "The router is disabled: everything goes to its default destination.", "Enable it.")
    if not _is_used(router, directory):
        said = "Nothing is sent to this router."
        reading.wrong((), said, f"Make router:{router.handle} a destination of an integration.")


def _is_used(router: Router, directory: Directory) -> bool:
    """Whether an integration, its rules, or another router sends anything here."""
    integrations = directory.integrations.values()
    others = (each for each in directory.routers.values() if each.id != router.id)
    return (
        any(router.id in {receiver.id for receiver in each.destinations} for each in integrations)
        or any(router.id in _named_by_router(each, directory) for each in others)
        or any(router.id in _named_by_rules(each.rules, directory) for each in integrations)
    )


def _named_by_router(router: Router, directory: Directory) -> set[str]:
    try:
        rules = read_router(router.yaml).rules
    except Invalid:
        rules = ()
    texts = {text for rule in rules for action in rule.actions for _, text in receivers_of(action)}
    default = {router.default_destination.id} if router.default_destination else set()
    return default | {found.id for found in map(directory.receiver, texts) if found}


def _named_by_rules(text: str, directory: Directory) -> set[str]:
    try:
        texts = destinations_in(text)
    except Invalid:
        texts = ()
    return {found.id for found in map(directory.receiver, texts) if found}


def _hint_at_end(reading: Reading, router: Router, rules: Rules) -> None:
    if router.default_destination:
        return
    mend = "Give it one, or end with a rule that matches {always: true} and assigns."
    if not any(rule.predicate.always and not rule.goes_on for rule in rules.rules):
        reading.wrong((), "What no rule matches goes to nobody: there is no default destination.", mend)
    for index, rule in enumerate(rules.rules):
        if not rule.goes_on and not any(isinstance(action, _ROUTING) for action in rule.actions):
            said = f"{rule.name!r:.80} routes nowhere, and there is no default destination."
            reading.wrong(("rules", index), said, mend)


def _hint_at_going_on(reading: Reading, rules: Sequence[RouterRule]) -> None:
    """A rule that goes on although nothing is asked behind it, and one whose pages an ignore below takes back."""
    for index, rule in enumerate(rules):
        at, stay = ("rules", index, "continue"), Instead(value=False)
        if rule.goes_on and index == len(rules) - 1:
            reading.wrong(at, "No rule is below this one to go on to.", "Remove continue.", stay)
        elif rule.goes_on and any(isinstance(action, Ignore) for action in rule.actions):
            reading.wrong(at, "This never goes on: ignore ends the routing.", "Remove continue.", stay)
        elif rule.goes_on and any(isinstance(action, _PAGING) for action in rule.actions):
            _hint_at_taking_back(reading, rules, index)


def _hint_at_taking_back(reading: Reading, rules: Sequence[RouterRule], index: int) -> None:
    below = range(index + 1, min(index + 1 + _MOST_COMPARED, len(rules)))
    ignoring = (each for each in below if any(isinstance(action, Ignore) for action in rules[each].actions))
    found = next(ignoring, None)
    if found is not None:
        said = f"Where {rules[found].name!r:.80} below matches, too, its ignore takes this back: nobody is paged."
        reading.wrong(("rules", index, "continue"), said, "Put that rule first, or remove continue.")


def _unreachable(rules: Sequence[RouterRule]) -> Iterator[tuple[int, str]]:
    """Rules behind one that matches everything, or all that they match: each entry of a match narrows it."""
    always: int | None = None
    narrower: dict[str, list[tuple[frozenset[str], int]]] = {}
    for index, rule in enumerate(rules):
        parts = frozenset(json.dumps([key, value], sort_keys=True, default=str) for key, value in rule.match.items())
        earlier = _wider(parts, narrower)
        if always is not None:
            yield index, f"{rules[always].name!r:.80} above matches everything"
        elif earlier is not None:
            yield index, f"{rules[earlier].name!r:.80} above matches all that it does"
        elif rule.predicate.always and not rule.goes_on:
            always = index
        if parts and not rule.goes_on:
            narrower.setdefault(min(parts), []).append((parts, index))


def _wider(parts: frozenset[str], narrower: Mapping[str, list[tuple[frozenset[str], int]]]) -> int | None:
    candidates = (each for part in parts for each in narrower.get(part, ())[:_MOST_COMPARED])
    return min((index for wider, index in candidates if wider <= parts), default=None)


def _hint_at_actions(reading: Reading, where: Where, rule: RouterRule) -> None:
    ends = next((number for number, action in enumerate(rule.actions) if isinstance(action, Ignore)), None)
    if ends is not None and ends + 1 < len(rule.actions):
        mend = "Put ignore last, or remove it."
        reading.wrong((*where, "actions", ends + 1), "This is never done: ignore above ends the routing.", mend)


def _hint_at_handing_over(reading: Reading, where: Where, rule: RouterRule, directory: Directory) -> None:
    """Steps of an escalation behind one that hands the alert over for good."""
    for number, action in enumerate(rule.actions):
        for at, step in enumerate(action.steps[:-1] if isinstance(action, Escalate) else ()):
            found = [directory.receiver(text) for text in step.receivers]
            if any(each is not None and each.kind is not ReceiverKind.USER for each in found):
                said = f"This is never asked: the rule above hands the alert over to {', '.join(step.receivers):.80}."
                mend = "Put it before that one, or name users there."
                reading.wrong((*where, "actions", number, "rules", at + 1), said, mend)
                break


def _hint_at_receivers(reading: Reading, where: Where, rule: RouterRule, directory: Directory, now: datetime) -> None:
    for number, action in enumerate(rule.actions):
        for place, text in receivers_of(action):
            receiver = directory.receiver(text)
            reason = why_nobody(receiver, directory, now) if receiver else ""
            if reason:
                mend = "Mend that, or name another receiver."
                reading.wrong((*where, "actions", number, *place), f"{text:.80}: {reason}.", mend)


def _hint_at_doubts(reading: Reading, where: Where, rule: RouterRule) -> None:
    for doubt in rule.predicate.doubts:
        reading.wrong((*where, "match", *doubt.where), doubt.message, doubt.mend)


def _paths_of(rule: RouterRule) -> Iterator[tuple[Where, str]]:
    """All paths that a rule names, each with its place in the rule."""
    yield from ((("match", *place), path) for place, path in paths_in(rule.match))
    for number, action in enumerate(rule.actions):
        by = action.by if isinstance(action, Aggregate) else ()
        yield from ((("actions", number, "by", index), path) for index, path in enumerate(by))
        if isinstance(action, SetVal | FlagIncident):
            for place, words in words_of(action):
                paths = words.paths if isinstance(words, Template) else ()
                yield from ((("actions", number, *place), path_text(keys)) for keys in paths)


def _hint_at_paths(reading: Reading, where: Where, rule: RouterRule, samples: Sequence[Mapping[str, object]]) -> None:
    for place, path in _paths_of(rule):
        keys = keys_of(path)
        if _is_open(keys) and not any(_leads_somewhere(sample, keys) for sample in samples):
            said = f"None of the latest {len(samples)} payloads has {path:.80}."
            _hint_at_path(reading, (*where, *place), said, keys, samples)


def _hint_at_path(
    reading: Reading, where: Where, said: str, keys: Sequence[str], samples: Sequence[Mapping[str, object]]
) -> None:
    """Note a path that no payload has, with the one that is probably meant."""
    near = _nearest_path(samples, keys)
    if not near:
        reading.wrong(where, said, "Check its spelling against a stored payload.")
        return
    path = path_text(near)
    is_key = where[-1] == path_text(keys)
    rewrite = InsteadOfKey(key=path) if is_key else Instead(value=path) if isinstance(where[-1], int) else None
    reading.wrong(where, said, f"Did you mean {path}?", rewrite if "by" in where or is_key else None)


def _nearest_path(samples: Sequence[Mapping[str, object]], keys: Sequence[str]) -> tuple[str, ...]:
    """The path that differs in the spelling of one key, in the newest payload that has such a one."""
    found = (_respelt(sample, keys) for sample in samples)
    return next((each for each in found if each), ())


def _respelt(found: object, keys: Sequence[str]) -> tuple[str, ...]:
    if not keys or not isinstance(found, Mapping):
        return ()
    key, rest = keys[0], keys[1:]
    if key in found:
        behind = _respelt(found[key], rest)
        return (key, *behind) if behind else ()
    names = [name for name in islice(found, _MOST_COMPARED) if isinstance(name, str)]
    near = next(iter(get_close_matches(key[:80], names, n=1)), None)
    return (near, *rest) if near is not None and _leads_somewhere(found[near], rest) else ()


def _is_open(keys: Sequence[str]) -> bool:
    """Whether a path lies where a payload may hold any key."""
    return (len(keys) > 1 and keys[0] == "data") or (
        len(keys) > 2 and tuple(keys[:2]) in {("log", "data"), ("alert", "additional_data")}
    )


def _leads_somewhere(found: object, keys: Sequence[str]) -> bool:
    """Whether a path exists; a list is walked by index and element by element, as matching walks it."""
    if not keys:
        return True
    key, rest = keys[0], keys[1:]
    if isinstance(found, Mapping):
        return key in found and _leads_somewhere(found[key], rest)
    if isinstance(found, list):
        if key.isdigit() and int(key) < len(found) and _leads_somewhere(found[int(key)], rest):
            return True
        return any(_leads_somewhere(each, keys) for each in found if isinstance(each, Mapping))
    return False


def collected(text: str, note: Callable[[Reading], None]) -> tuple[Problem, ...]:
    """What is noted while a text is looked through, in the order of the text; at most as much as anybody reads."""
    reading = Reading(text)
    try:
        note(reading)
        reading.finish()
    except Invalid as invalid:
        return invalid.problems
    return ()
