"""Hints about a notification rule: steps that no time is left for, and rules that never decide."""

from collections.abc import Sequence

from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.lint.routers import collected
from bot.engine.model import NotificationRule, User
from bot.engine.paging.late_steps import late_steps
from bot.engine.rules.notifications import NotifyRule, read_notification_rule
from bot.engine.rules.reading import Reading
from bot.engine.rules.silences import silent_rules
from bot.errors import Problem

_MEND_SILENCE = "Add alert.urgency: {$ne: critical} to its match, or notify by one channel at least."


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
        _hint_at_silence(reading, rules)
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


def _hint_at_time(reading: Reading, rule: NotifyRule, users: Sequence[User], directory: Directory) -> None:
    """Say once for each step which layer ends before it starts."""
    for late in late_steps(rule, users, directory):
        begins, lasts = say_duration(late.after), say_duration(late.lasts)
        said = f"This comes {begins} after the first page, but {late.layer} waits {lasts}."
        reading.wrong(late.place, said, "Wait less before it, or lengthen the layer's timeout.")


def _hint_at_silence(reading: Reading, rules: Sequence[NotifyRule]) -> None:
    for rule in silent_rules(rules):
        said = f"{rule.name!r:.80} sends nothing, also for critical alerts: whoever uses it is not paged for those."
        reading.wrong(rule.where, said, _MEND_SILENCE)
