"""A notification rule's YAML: how one person wants to be reached, and about what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from bot.engine.matching import FirstMatch, compile_rules
from bot.engine.model import ChannelChoice, NoticeKind, PagingStep
from bot.engine.rules.reading import Reading, listed, nearest
from bot.engine.rules.routers import MOST_RULES, read_match
from bot.engine.rules.yaml_tree import Where
from bot.errors import Invalid

CHANNELS = ("push", "email", "sms", "voice", "slack")
MOST_REPEATS = 3
_ADDRESSED = ("sms", "voice", "email")
_TYPES = tuple(kind.value for kind in NoticeKind if kind is not NoticeKind.CARD)
_REMEMBERED = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyRule:
    """One rule: what it is about, when it matches, and the steps it leads to (none: send nothing)."""

    match: Mapping[str, object]
    types: tuple[str, ...]
    steps: tuple[PagingStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyRules:
    """All rules of a text, and the index of those that are about each type."""

    by_type: Mapping[str, tuple[FirstMatch, tuple[NotifyRule, ...]]]


def plan(text: str, seen: Mapping[str, object], kind: NoticeKind, now: datetime) -> tuple[PagingStep, ...] | None:
    """The steps of the first rule that matches, or None when no rule does or the text cannot be read."""
    try:
        rules = read_notification_rule(text)
    except Invalid:
        return None
    first, about = rules.by_type.get(kind.value, (None, ()))
    index = first.first(seen, now) if first else None
    return None if index is None else about[index].steps


@lru_cache(maxsize=_REMEMBERED)
def read_notification_rule(text: str) -> NotifyRules:
    """Read and compile a notification rule, or raise `Invalid` with every problem, each with line and column."""
    reading = Reading(text)
    rules = tuple(_rules(reading))
    reading.finish()
    about = {kind: tuple(rule for rule in rules if kind in rule.types) for kind in _TYPES}
    return NotifyRules(
        by_type={kind: (compile_rules([rule.match for rule in some]), some) for kind, some in about.items() if some}
    )


def _rules(reading: Reading) -> Iterator[NotifyRule]:
    root = reading.mapping((), reading.tree.value, ("rules",), "A notification rule")
    if "rules" not in root:
        reading.wrong((), "The key rules is missing.", "Start with a line rules: and a list of rules below it.")
        return
    for where, item in reading.items(("rules",), root["rules"], "The list rules"):
        if int(where[-1]) >= MOST_RULES:
            reading.wrong(where, f"There are more than {MOST_RULES} rules.")
            return
        yield _rule(reading, where, item)


def _rule(reading: Reading, where: Where, item: object) -> NotifyRule:
    fields = reading.mapping(where, item, ("name", "match", "types", "actions"), "A rule")
    types = reading.texts((*where, "types"), fields["types"], "The list types") if "types" in fields else (_TYPES[0],)
    for each in (each for each in types if each not in _TYPES):
        reading.wrong((*where, "types"), f"There is no type {each!r:.80}.", nearest(each, _TYPES))
    return NotifyRule(match=read_match(reading, where, fields), types=types, steps=_steps(reading, where, fields))


def _steps(reading: Reading, where: Where, fields: Mapping[str, object]) -> tuple[PagingStep, ...]:
    if not fields.get("actions"):
        reading.wrong(where, "A rule needs actions, which is a list.", "For example {type: notify, channels: [slack]}.")
        return ()
    steps: list[PagingStep] = []
    for place, item in reading.items((*where, "actions"), fields["actions"], "The list actions"):
        kind = item.get("type") if isinstance(item, Mapping) else None
        if kind == "notify":
            steps.append(_notify(reading, place, item))
        elif kind == "repeat":
            steps *= 1 + _times(reading, place, item)
        elif kind == "ignore":
            reading.mapping(place, item, ("type",), "The action ignore")
            return ()
        else:
            reading.wrong(place, "An action is notify, repeat or ignore.", "Write type: notify, for example.")
    return tuple(steps)


def _notify(reading: Reading, where: Where, item: object) -> PagingStep:
    fields = reading.mapping(where, item, ("type", "channels", "timeout", "channel_options"), "The action notify")
    channels = reading.texts((*where, "channels"), fields.get("channels"), "The list channels")
    for each in (each for each in channels if each not in CHANNELS):
        reading.wrong((*where, "channels"), f"There is no channel {each!r:.80}.", f"They are {listed(CHANNELS)}.")
    options = _options(reading, (*where, "channel_options"), fields.get("channel_options", {}))
    wait = reading.duration((*where, "timeout"), fields["timeout"]) if "timeout" in fields else timedelta(0)
    return PagingStep(channels=tuple(_choice(each, options) for each in dict.fromkeys(channels)), wait=wait)


def _options(reading: Reading, where: Where, value: object) -> Mapping[str, object]:
    keys = (*_ADDRESSED, *(f"{each}_fallback" for each in _ADDRESSED))
    options = reading.mapping(where, value, keys, "channel_options")
    for key in options:
        if key.endswith("_fallback"):
            reading.flag((*where, key), options[key], key)
        else:
            reading.text((*where, key), options[key], key)
    return options


def _choice(channel: str, options: Mapping[str, object]) -> ChannelChoice:
    address = str(options.get(channel, "primary"))
    return ChannelChoice(channel=channel, address=address, fallback=options.get(f"{channel}_fallback") is True)


def _times(reading: Reading, where: Where, item: object) -> int:
    fields = reading.mapping(where, item, ("type", "times"), "The action repeat")
    return reading.count((*where, "times"), fields.get("times", 1), "times", MOST_REPEATS)
