"""Hints about a notification rule: steps that no time is left for, and rules that never decide."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.lint.meanings import hint_at_meanings, hint_at_waits, written_at
from bot.engine.lint.old_names import hint_at_old_names
from bot.engine.lint.routers import collected
from bot.engine.model import DEFAULT_LAYERS, USER_TIMEOUT, Layer, NoticeKind, NotificationRule, Team, User
from bot.engine.rules.notifications import NEVER_SENT, OTHER_CHANNELS, NotifyRule, read_notification_rule
from bot.engine.rules.paths import paths_in
from bot.engine.rules.reading import Reading
from bot.engine.rules.rewriting import Instead
from bot.engine.rules.yaml_tree import Where
from bot.engine.schedules import Schedule
from bot.errors import Problem

_ASKED_DIRECTLY = (USER_TIMEOUT, "a user who is asked directly")


def notification_hints(rule: NotificationRule, directory: Directory) -> tuple[Problem, ...]:
    """All hints about a notification rule in the order of its text. Raises `Invalid` for one that cannot be read."""
    rules = read_notification_rule(rule.yaml, directory.channel_kinds).rules
    users = tuple(each for each in directory.users.values() if each.notification_rule_id == rule.id)

    def note(reading: Reading) -> None:
        if not rule.enabled:
            reading.wrong((), "The rule is disabled: default channels are used.", "Enable it.")
        if not users:
            reading.wrong((), "Nobody uses this rule.", "Attach it to a user.")
        _hint_at_order(reading, rules)
        for each in rules:
            for place in dict.fromkeys(each.places):
                hint_at_waits(reading, place)
        for each in rules:
            _hint_at_time(reading, each, users, directory)

    return collected(rule.yaml, note)


def _hint_at_order(reading: Reading, rules: Sequence[NotifyRule]) -> None:
    everything: dict[frozenset[str], NotifyRule] = {}  # the first rule that matches all alerts, by what it is about
    for rule in rules:
        about = frozenset(rule.types)
        above = next((each for types, each in everything.items() if about <= types), None)
        if above:
            said = f"{rule.name!r:.80} never decides: {above.name!r:.80} above matches everything."
            reading.wrong(rule.where, said, "Put it first, or remove it.")
        if rule.predicate.always:
            everything.setdefault(about, rule)
        for doubt in rule.predicate.doubts:
            reading.wrong((*rule.where, "match", *doubt.where), doubt.message, doubt.mend)
        hint_at_meanings(reading, (*rule.where, "match"), rule.match)
        hint_at_old_names(reading, (*rule.where, "match"), paths_in(rule.match))
        _hint_at_what_is_not_here(reading, rule)


def _hint_at_what_is_not_here(reading: Reading, rule: NotifyRule) -> None:
    """PagerTree's names for channels and news that there are none of here."""
    written = written_at(reading.tree.value, rule.where)
    types = written.get("types") if isinstance(written, Mapping) else None
    for index, each in enumerate(types if isinstance(types, list) else ()):
        if each in NEVER_SENT:
            at = (*rule.where, "types", index)
            reading.wrong(at, f"There is no {each} here: this never happens.", "Remove it.")
    for place in dict.fromkeys(rule.places):
        step = written_at(reading.tree.value, place)
        for where, key in _other_channels(step):
            said = f"There is no channel {key} here; {OTHER_CHANNELS[key]} is used."
            rewrite = Instead(value=OTHER_CHANNELS[key])
            reading.wrong((*place, *where), said, f"Change it to {OTHER_CHANNELS[key]}.", rewrite)


def _other_channels(step: object) -> Iterator[tuple[Where, str]]:
    channels = step.get("channels") if isinstance(step, Mapping) else None
    if isinstance(channels, str) and channels in OTHER_CHANNELS:
        yield ("channels",), channels
    for index, each in enumerate(channels if isinstance(channels, list) else ()):
        if each in OTHER_CHANNELS:
            yield ("channels", index), each


def _hint_at_time(reading: Reading, rule: NotifyRule, users: Sequence[User], directory: Directory) -> None:
    """Say once for each step which layer ends before it starts."""
    if NoticeKind.OPEN not in rule.types or not users:
        return
    shortest, layer = min((each for user in users for each in _waits(user, directory)), default=_ASKED_DIRECTLY)
    after, told = timedelta(0), set()
    for place, step in zip(rule.places, rule.steps, strict=True):
        if after >= shortest and place not in told:
            told.add(place)
            said = f"This comes {say_duration(after)} after the first page, but {layer} waits {say_duration(shortest)}."
            reading.wrong(place, said, "Wait less before it, or lengthen the layer's timeout.")
        after += step.wait or timedelta(0)


def _waits(user: User, directory: Directory) -> Iterator[tuple[timedelta, str]]:
    """How long each layer waits in which a user can be on call, and which one that is."""
    for team in directory.teams.values():
        schedule = directory.schedules.get(team.schedule_id or "")
        numbers = _layers_of(user, schedule) if schedule else frozenset()
        for layer in (layer for layer in _policy(team, directory) if layer.number in numbers):
            yield layer.timeout, f"layer {layer.number} of team:{team.handle}"


def _policy(team: Team, directory: Directory) -> tuple[Layer, ...]:
    policy = directory.policies.get(team.policy_id or "")
    return policy.layers if policy else DEFAULT_LAYERS


def _layers_of(user: User, schedule: Schedule) -> frozenset[int]:
    events = {event.layer for event in schedule.events if user.id in event.attendees}
    overrides = {override.layer or 1 for override in schedule.overrides if user.id in override.user_ids}
    return frozenset(events | overrides)
