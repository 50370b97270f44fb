"""Where a notification rule sends nothing for a critical alert: found in its text, whatever the alert says besides."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from bot.engine.model import NoticeKind, Urgency
from bot.engine.rules.notifications import NotifyRule
from bot.errors import Invalid
from bot.languages.query import compile_query

_SEEN = {"always": True, "alert": {"urgency": Urgency.CRITICAL.value}}
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # nothing that is asked here reads the clock

_Bounds = tuple[bool, bool]
"""Whether some critical alert matches, as far as can be told, and whether each one surely does."""


def silent_rules(rules: Sequence[NotifyRule]) -> Iterator[NotifyRule]:
    """The rules that send nothing and may decide about the page of a critical alert, in their order.

    Of conditions only those on the urgency are judged; any other may hold or not. Nothing below a rule that every
    critical alert matches can decide.
    """
    for rule in (each for each in rules if NoticeKind.OPEN.value in each.types):
        may, surely = _bounds(rule.match)
        if may and not rule.steps:
            yield rule
        if surely or rule.predicate.always:
            return


def _bounds(match: Mapping[str, object]) -> _Bounds:
    found = [_of_condition(key, value) for key, value in match.items()]
    return all(may for may, _ in found), all(surely for _, surely in found)


def _of_condition(key: str, value: object) -> _Bounds:
    match key, value:
        case "$and" | "$or" | "$nor", [*parts] if all(isinstance(each, Mapping) for each in parts):
            return _of_parts(key, [_bounds(each) for each in parts if isinstance(each, Mapping)])
        case (("always" | "alert.urgency"), _):
            return _tested(key, value)
        case _:
            return True, False


def _of_parts(key: str, parts: Sequence[_Bounds]) -> _Bounds:
    if key == "$and":
        return all(may for may, _ in parts), all(surely for _, surely in parts)
    any_may, any_surely = any(may for may, _ in parts), any(surely for _, surely in parts)
    return (any_may, any_surely) if key == "$or" else (not any_surely, not any_may)


def _tested(key: str, value: object) -> _Bounds:
    try:
        holds = compile_query({key: value}).test(_SEEN, _ANY_TIME)
    except Invalid:
        return True, False
    return holds, holds
