"""A notification rule's YAML: how one person wants to be reached, and about what."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from bot.engine.model import NO_KINDS, AddressForm, ChannelChoice, ChannelKinds, NoticeKind, PagingStep
from bot.engine.rules.paths import NOTIFICATION_ROOTS
from bot.engine.rules.reading import Reading, nearest, say_value
from bot.engine.rules.rule_list import read_match, read_name, required_rules
from bot.engine.rules.undisturbed import undisturbed
from bot.engine.rules.yaml_tree import Where
from bot.errors import Invalid
from bot.languages.query import FirstMatch, Match, Predicate, Undecided

MOST_REPEATS = 3
MOST_STEPS = 100
_PUNCTUATION = re.compile(r"[\s().-]+")
_WRITTEN = {
    AddressForm.PHONE: re.compile(r"(?:\+|00)[1-9][0-9]{6,14}"),
    AddressForm.EMAIL: re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}"),
}
_EXAMPLES = {AddressForm.PHONE: '"+442071234567"', AddressForm.EMAIL: "jane@example.com"}
_CHANNEL = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_NAMED = ("primary", "secondary")
TYPES = tuple(kind.value for kind in NoticeKind if kind.value.startswith("alert."))
_REMEMBERED = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyRule:
    """One rule: what it is about, when it matches, and the steps it leads to (none: send nothing).

    `places` say where in the text each step was written.
    """

    name: str
    where: Where
    match: Mapping[str, object]
    predicate: Predicate
    types: tuple[str, ...]
    steps: tuple[PagingStep, ...]
    places: tuple[Where, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyRules:
    """All rules of a text, and the index of those that are about each type."""

    rules: tuple[NotifyRule, ...]
    by_type: Mapping[str, tuple[FirstMatch, tuple[NotifyRule, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The steps that a rule says, None where none does; `undecided` says which rule could not be decided, and why.

    `because` names the rule that decides, else ends the sentence that begins with the name of all of them.
    """

    steps: tuple[PagingStep, ...] | None = None
    undecided: str = ""
    because: str = ""


def plan(
    text: str, seen: Mapping[str, object], kind: NoticeKind, now: datetime, channels: ChannelKinds = NO_KINDS
) -> Plan:
    """The steps of the first rule that matches; none when no rule does, or one cannot be decided or read."""
    try:
        rules = read_notification_rule(text, channels)
    except Invalid:
        return Plan(because="cannot be read")
    first, about = rules.by_type.get(kind.value, (None, ()))
    match first.first(seen, now) if first else None:
        case Match(index=index):
            return Plan(steps=about[index].steps, because=about[index].name)
        case Undecided(index=index, reason=reason):
            said = f"{about[index].name} could not be decided ({reason})"
            return Plan(undecided=said, because=f"could not be decided in {about[index].name}")
        case None:
            return Plan(because="has nothing that matches")


@lru_cache(maxsize=_REMEMBERED)
@undisturbed()
def read_notification_rule(text: str, channels: ChannelKinds = NO_KINDS) -> NotifyRules:
    """Read and compile a notification rule, or raise `Invalid` with every problem, each with line and column.

    Its steps name the channels that there are; where none is known, any.
    """
    reading = Reading(text)
    rules = tuple(_rules(reading, channels))
    reading.finish()
    about = {kind: tuple(rule for rule in rules if kind in rule.types) for kind in TYPES}
    indexed = {kind: (FirstMatch([rule.predicate for rule in some]), some) for kind, some in about.items() if some}
    return NotifyRules(rules=rules, by_type=indexed)


def check_notification_rule(text: str, channels: ChannelKinds = NO_KINDS) -> None:
    """Raise `Invalid` with every problem for which a notification rule is not saved."""
    read_notification_rule(text, channels)
    reading = Reading(text, saving=True)
    for _ in _rules(reading, channels):
        pass
    reading.finish()


def _rules(reading: Reading, channels: ChannelKinds) -> Iterator[NotifyRule]:
    root = reading.mapping((), reading.tree.value, ("rules",), "A notification rule")
    for where, item in required_rules(reading, root, "Keep those that are needed."):
        yield _rule(reading, where, item, channels)


def _rule(reading: Reading, where: Where, item: object, channels: ChannelKinds) -> NotifyRule:
    fields = reading.mapping(where, item, ("name", "match", "types", "actions"), "A rule")
    match, predicate = read_match(reading, where, fields, NOTIFICATION_ROOTS)
    steps = _steps(reading, where, fields, channels)
    return NotifyRule(
        name=read_name(reading, where, fields),
        where=where,
        match=match,
        predicate=predicate,
        types=_types(reading, (*where, "types"), fields),
        steps=tuple(step for _, step in steps),
        places=tuple(place for place, _ in steps),
    )


def _types(reading: Reading, where: Where, fields: Mapping[str, object]) -> tuple[str, ...]:
    types = reading.texts(where, fields["types"], "The list types") if "types" in fields else (TYPES[0],)
    for each in (each for each in types if each not in TYPES):
        reading.wrong(where, f"There is no type {each!r:.80}.", nearest(each, TYPES))
    return types


def _steps(
    reading: Reading, where: Where, fields: Mapping[str, object], channels: ChannelKinds
) -> list[tuple[Where, PagingStep]]:
    actions, place = fields.get("actions"), (*where, "actions")
    if not actions:
        reading.wrong(where, "A rule needs actions, which is a list.", "For example {type: notify, channels: [slack]}.")
        return []
    steps: list[tuple[Where, PagingStep]] = []
    for at, item in reading.items(place, actions, "The list actions"):
        match item.get("type") if isinstance(item, Mapping) else None:
            case "notify":
                steps.append((at, _notify(reading, at, item, channels)))
            case "repeat":
                steps = _repeat(reading, at, item, steps)
            case "ignore":
                _ignore(reading, at, item, actions)
            case other:
                said = f"There is no action {say_value(other)}." if other else "An action needs a type."
                reading.wrong(at, said, "Write type: notify, type: repeat or type: ignore.")
    return steps


def _notify(reading: Reading, where: Where, item: object, known: ChannelKinds) -> PagingStep:
    fields = reading.mapping(where, item, ("type", "channels", "timeout", "channel_options"), "The action notify")
    channels = reading.texts((*where, "channels"), fields.get("channels"), "The list channels")
    for each in (each for each in channels if not _is_channel(each, known)):
        mend = nearest(each, known.paging) if known.paging else "Write its name, such as slack."
        reading.wrong((*where, "channels"), f"There is no channel {each!r:.80}.", mend)
    options = _options(reading, (*where, "channel_options"), fields.get("channel_options", {}), known)
    wait = reading.duration((*where, "timeout"), fields["timeout"]) if "timeout" in fields else timedelta(0)
    return PagingStep(channels=tuple(_choice(each, options, known) for each in dict.fromkeys(channels)), wait=wait)


def _is_channel(name: str, known: ChannelKinds) -> bool:
    return known.is_known(name) and _CHANNEL.fullmatch(name) is not None


def _options(reading: Reading, where: Where, value: object, known: ChannelKinds) -> Mapping[str, object]:
    forms = {name: form for form in _WRITTEN for name in known.in_form(form)}
    keys = (*forms, *(f"{each}_fallback" for each in forms))
    options = reading.mapping(where, value, keys, "channel_options")
    for key in options:
        if key in forms:
            _check_address(reading, (*where, key), key, reading.text((*where, key), options[key], key), forms[key])
        elif key in keys:
            reading.flag((*where, key), options[key], key)
    return options


def _check_address(reading: Reading, where: Where, channel: str, address: str, form: AddressForm) -> None:
    plain = _PUNCTUATION.sub("", address) if form is AddressForm.PHONE else address
    if not address or address in _NAMED or _WRITTEN[form].fullmatch(plain):
        return
    mend = f"Write primary, secondary or an address such as {_EXAMPLES[form]}."
    reading.wrong(where, f"{address!r:.80} is no address for {channel}.", mend)


def _choice(channel: str, options: Mapping[str, object], known: ChannelKinds) -> ChannelChoice:
    address, is_phone = str(options.get(channel, "primary")), known.of(channel).form is AddressForm.PHONE
    falls_back = is_phone and options.get(f"{channel}_fallback") is True
    return ChannelChoice(channel=channel, address=address, fallback=falls_back)


def _repeat(
    reading: Reading, where: Where, item: object, steps: list[tuple[Where, PagingStep]]
) -> list[tuple[Where, PagingStep]]:
    fields = reading.mapping(where, item, ("type", "times"), "The action repeat")
    times = reading.count((*where, "times"), fields.get("times", 1), "times", MOST_REPEATS)
    if not steps:
        reading.wrong(where, "There is nothing above to repeat.", "Put a notify action before it.")
    if len(steps) * (1 + times) > MOST_STEPS:
        said = f"That makes more than {MOST_STEPS} steps."
        reading.wrong(where, said, "Repeat less: an escalation policy pages the next person long before.")
        return steps
    return steps * (1 + times)


def _ignore(reading: Reading, where: Where, item: object, actions: object) -> None:
    reading.mapping(where, item, ("type",), "The action ignore")
    if isinstance(actions, list) and len(actions) > 1:
        reading.wrong(where, "ignore sends nothing, and other actions stand beside it.", "Keep the one or the others.")
