"""Opsgenie's alert policies and routing rules (https://docs.opsgenie.com/docs/alert-policy-api).

A policy has a `filter` with conditions on the alert's fields.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.engine.translation.written import (
    Inexact,
    Query,
    TranslatedRule,
    Translation,
    TranslationDraft,
    assign,
    either,
    literally,
    opposite,
    team,
    text_of,
    together,
)
from bot.languages.query.paths import path_text

_PATHS: Final = {
    "message": "data.message",
    "description": "data.description",
    "alias": "data.alias",
    "source": "data.source",
    "entity": "data.entity",
    "tags": "data.tags",
    "priority": "data.priority",
    "user": "data.user",
}
_URGENCIES: Final = {"P1": "critical", "P2": "high", "P3": "medium", "P4": "low", "P5": "low"}
_KINDS: Final = ("match-all", "match-any-condition", "match-all-conditions")
_LEFT_OUT: Final = (
    *("actions", "alias", "autoCloseEnabled", "autoRestart", "deDuplicationActionType", "delayOption", "details"),
    *("duration", "entity", "source", "timeRestriction", "timeRestrictions"),
)


def translate(value: object) -> Translation | None:
    """Translate one policy, or a list of them."""
    listed = value.get("data", value) if isinstance(value, Mapping) else value
    policies = listed if isinstance(listed, list) else [listed]
    known = [each for each in policies if isinstance(each, Mapping) and _filter(each).get("type") in _KINDS]
    if not known or len(known) != len(policies):
        return None
    draft = TranslationDraft()
    for number, policy in enumerate(known, start=1):
        _attempt(draft, policy, text_of(policy.get("name")) or f"policy {number}")
    return draft.finish("Opsgenie")


def _filter(policy: Mapping[str, object]) -> Mapping[str, object]:
    found = policy.get("filter", policy.get("criteria"))
    return found if isinstance(found, Mapping) else {}


def _attempt(draft: TranslationDraft, policy: Mapping[str, object], name: str) -> None:
    if policy.get("enabled") is False:
        draft.leave_out(f"{name}: it is disabled.")
        return
    try:
        match = _match(_filter(policy))
        actions = list(_actions(policy))
    except Inexact as inexact:
        draft.leave_out(f"{name}: {inexact}")
        return
    goes_on = policy.get("continue") is True
    if actions:
        draft.rules.append(TranslatedRule(name=name, match=match, actions=actions, goes_on=goes_on))


def _match(criteria: Mapping[str, object]) -> Query:
    listed = criteria.get("conditions")
    conditions = [_condition(each) for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    if criteria.get("type") == "match-all" or not conditions:
        return {"always": True}
    return either(conditions) if criteria.get("type") == "match-any-condition" else together(conditions)


def _condition(asked: Mapping[str, object]) -> Query:
    field, operation = text_of(asked.get("field")), text_of(asked.get("operation"))
    expected = text_of(asked.get("expectedValue"))
    query = _test(_path(field, text_of(asked.get("key"))), operation, expected)
    return opposite(query) if asked.get("not") is True else query


def _path(field: str, key: str) -> str:
    if field in {"extra-properties", "details"} and key:
        return path_text(("data", "details", key))
    if field not in _PATHS:
        raise Inexact(f"a condition on {field[:40]} has no counterpart.")
    return _PATHS[field]


def _test(path: str, operation: str, expected: str) -> Query:
    match operation:
        case "equals" if path == "data.priority" and expected == "P3":
            return {path: {"$in": ["P3", None]}}  # what a sender leaves out is P3
        case "equals":
            return {path: expected}
        case "contains":
            return {path: {"$regex": literally(expected)}}
        case "starts-with":
            return {path: {"$regex": f"^{literally(expected)}"}}
        case "ends-with":
            return {path: {"$regex": f"{literally(expected)}$"}}
        case "is-empty":
            return {path: {"$in": ["", None, []]}}
        case _:
            raise Inexact(f"the operation {operation[:40]} has no exact counterpart.")


def _actions(policy: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    for key in (key for key in _LEFT_OUT if policy.get(key)):
        raise Inexact(f"its {key} has no counterpart.")
    values = dict(_values(policy))
    if values:
        yield {"type": "setval", "map": values}
    if policy.get("suppress") is True:
        yield {"type": "ignore"}
    receivers = [_receiver(each) for each in _responders(policy)]
    if receivers:
        yield assign(*dict.fromkeys(receivers))


def _values(policy: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for key, name in (("message", "title"), ("alertDescription", "description")):
        said = text_of(policy.get(key))
        if said and said not in {"{{message}}", "{{description}}"}:
            if "{{" in said:
                raise Inexact(f"its {key} has placeholders of Opsgenie's.")
            yield name, said
    priority = text_of(policy.get("priority"))
    if priority:
        if priority not in _URGENCIES:
            raise Inexact(f"the priority {priority[:40]} is not known.")
        yield "urgency", _URGENCIES[priority]
    if policy.get("tags"):
        raise Inexact("it adds tags to those that an alert has.")


def _responders(policy: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    listed = policy.get("responders")
    notify = policy.get("notify")
    every = [*(listed if isinstance(listed, list) else []), *([notify] if isinstance(notify, Mapping) else [])]
    yield from (each for each in every if isinstance(each, Mapping))


def _receiver(responder: Mapping[str, object]) -> str:
    name = text_of(responder.get("name")) or text_of(responder.get("username")) or text_of(responder.get("id"))
    match responder.get("type"):
        case "team" | "escalation":
            return team(name)
        case "schedule":
            return team(name).replace("team:", "schedule:", 1)
        case "user":
            return team(name.partition("@")[0]).replace("team:", "user:", 1)
        case _:
            raise Inexact(f"the responder {name[:40]} is neither a team nor a schedule nor a user.")
