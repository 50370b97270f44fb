"""PagerDuty's rules for events: rulesets (https://developer.pagerduty.com/api-reference/) and Event Orchestrations.

What they read of an event in the format of Events API v2 stands in `data.payload` here.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    same_value,
    team,
    text_of,
    together,
    without_case,
)
from bot.languages.query.paths import keys_of, path_text

_URGENCIES: Final = {"critical": "critical", "error": "high", "warning": "medium", "info": "low"}
_FIELDS: Final = frozenset(
    {"summary", "source", "severity", "component", "group", "class", "timestamp", "custom_details"}
)
_EXPRESSION: Final = re.compile(
    r"\s*(event\.[\w.\[\]'\"-]+)\s+"
    r"(?:(does not exist|exists)|(does not match|matches)\s+(?:(part|regex)\s+)?'((?:[^'\\]|\\.)*)')\s*"
)
_LEFT_OUT: Final = (
    *("annotate", "automation_actions", "drop_event", "escalation_policy", "event_action", "extractions"),
    *("incident_custom_field_updates", "pagerduty_automation_actions", "priority", "suspend", "variables"),
)


def translate(value: object) -> Translation | None:
    """Translate a ruleset's rules, or an orchestration's sets."""
    draft = TranslationDraft()
    if rules := _ruleset(value):
        for number, rule in enumerate(rules, start=1):
            _attempt(draft, rule, number, _conditions_of_ruleset)
        return draft.finish("PagerDuty")
    if sets := _orchestration(value):
        _translate_sets(draft, sets, value)
        return draft.finish("PagerDuty")
    return None


def _ruleset(value: object) -> list[Mapping[str, object]]:
    listed = value.get("rules") if isinstance(value, Mapping) else value
    if isinstance(value, Mapping) and isinstance(value.get("rule"), Mapping):
        listed = [value["rule"]]
    rules = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    known = [each for each in rules if isinstance(each.get("actions"), Mapping)]
    has_conditions = any(
        isinstance(each.get("conditions"), Mapping) and "subconditions" in each["conditions"] for each in known
    )
    return known if has_conditions and len(known) == len(rules) else []


def _orchestration(value: object) -> list[Mapping[str, object]]:
    found = value.get("orchestration_path", value) if isinstance(value, Mapping) else None
    sets = found.get("sets") if isinstance(found, Mapping) else None
    return [each for each in sets if isinstance(each, Mapping)] if isinstance(sets, list) else []


def _translate_sets(draft: TranslationDraft, sets: Sequence[Mapping[str, object]], value: object) -> None:
    for each in sets[1:]:
        draft.leave_out(f"the set {text_of(each.get('id'))}: a rule that leads to it is left out, too.")
    rules = sets[0].get("rules")
    for number, rule in enumerate(rules if isinstance(rules, list) else (), start=1):
        if isinstance(rule, Mapping):
            _attempt(draft, rule, number, _conditions_of_orchestration)
    found = value.get("orchestration_path", value) if isinstance(value, Mapping) else {}
    rest = found.get("catch_all") if isinstance(found, Mapping) else None
    if isinstance(rest, Mapping) and isinstance(rest.get("actions"), Mapping):
        _attempt(draft, {"label": "everything else", "actions": rest["actions"]}, 0, _conditions_of_orchestration)


def _attempt(
    draft: TranslationDraft, rule: Mapping[str, object], number: int, read: Callable[[Mapping[str, object]], Query]
) -> None:
    label = text_of(rule.get("label")) or f"rule {number}"
    if rule.get("disabled") is True:
        draft.leave_out(f"{label}: it is disabled.")
        return
    try:
        match = read(rule)
        actions = list(_actions(rule.get("actions")))
    except Inexact as inexact:
        draft.leave_out(f"{label}: {inexact}")
        return
    if actions:
        draft.rules.append(TranslatedRule(name=label, match=match, actions=actions))


def _actions(value: object) -> Iterator[Mapping[str, object]]:
    actions = value if isinstance(value, Mapping) else {}
    for key in (key for key in _LEFT_OUT if actions.get(key)):
        raise Inexact(f"its action {key} has no counterpart.")
    severity = _value(actions.get("severity"))
    if severity:
        if severity not in _URGENCIES:
            raise Inexact(f"the severity {severity[:40]} is not known.")
        yield {"type": "setval", "map": {"urgency": _URGENCIES[severity]}}
    if _is_on(actions.get("suppress")):
        yield {"type": "ignore"}
        return
    target = _value(actions.get("route")) or text_of(actions.get("route_to"))
    if target:
        yield assign(team(target))


def _value(value: object) -> str:
    return text_of(value.get("value")) if isinstance(value, Mapping) else text_of(value)


def _is_on(value: object) -> bool:
    if not isinstance(value, Mapping):
        return value is True
    if value.get("threshold_value"):
        raise Inexact("it suppresses up to a threshold.")
    return value.get("value") is True


def _conditions_of_ruleset(rule: Mapping[str, object]) -> Query:
    if rule.get("time_frame"):
        raise Inexact("it has a time frame: write $timeBetween and $day.")
    conditions = rule.get("conditions")
    if rule.get("catch_all") is True or not isinstance(conditions, Mapping):
        return {"always": True}
    parts = conditions.get("subconditions")
    queries = [_subcondition(each) for each in parts if isinstance(each, Mapping)] if isinstance(parts, list) else []
    if not queries:
        return {"always": True}
    return either(queries) if conditions.get("operator") == "or" else together(queries)


def _subcondition(part: Mapping[str, object]) -> Query:
    parameters = part.get("parameters")
    asked = parameters if isinstance(parameters, Mapping) else {}
    if asked.get("options"):
        raise Inexact("a condition has options.")
    path, value, operator = (
        _path(text_of(asked.get("path"))),
        text_of(asked.get("value")),
        text_of(part.get("operator")),
    )
    negated = operator.startswith("n")
    return _test(path, operator.removeprefix("n"), value, negated=negated)


def _test(path: str, operator: str, value: str, *, negated: bool) -> Query:
    match operator:
        case "exists":
            return {path: {"$exists": not negated}}
        case "equals":
            return opposite({path: same_value(value)}) if negated else {path: same_value(value)}
        case "contains":
            query: Query = {path: {"$regex": literally(value)}}
        case "matches":
            source, options = without_case(value)
            query = {path: {"$regex": source, **options}}
        case _:
            raise Inexact(f"the operator {operator[:40]} is not known.")
    return opposite(query) if negated else query


def _conditions_of_orchestration(rule: Mapping[str, object]) -> Query:
    listed = rule.get("conditions")
    expressions = (
        [text_of(each.get("expression")) for each in listed if isinstance(each, Mapping)]
        if isinstance(listed, list)
        else []
    )
    queries = [_expression(each) for each in expressions if each]
    return either(queries) if queries else {"always": True}


def _expression(text: str) -> Query:
    """`event.summary matches part 'x' and not …`: comparisons joined by one kind of word."""
    parts = re.split(r"\s+(and|or)\s+(?=event\.)", text.strip()[:2_000])
    words = set(parts[1::2])
    if len(words) > 1:
        raise Inexact(f"the expression {text[:80]} joins by both and and or.")
    queries = [_comparison(each) for each in parts[::2]]
    return either(queries) if words == {"or"} else together(queries)


def _comparison(text: str) -> Query:
    found = _EXPRESSION.fullmatch(text)
    if found is None:
        raise Inexact(f"the expression {text[:80]} cannot be read.")
    field, existing, matching, how, value = found.groups()
    path = _path(field)
    if existing:
        return {path: {"$exists": existing == "exists"}}
    kinds = {None: "equals", "part": "contains", "regex": "matches"}
    return _test(path, kinds[how], re.sub(r"\\(['\\])", r"\1", value or ""), negated="not" in matching)


def _path(written: str) -> str:
    """A path into an event, as it stands in the payload here."""
    keys = list(keys_of(written.replace("['", '["').replace("']", '"]')))
    if keys[:1] == ["event"] and len(keys) > 1 and keys[1] in _FIELDS:
        return path_text(("data", "payload", *keys[1:]))
    if keys[:1] == ["payload"] and len(keys) > 1:
        return path_text(("data", *keys))
    if keys in (["event_action"], ["dedup_key"], ["client"], ["client_url"]):
        return path_text(("data", *keys))
    raise Inexact(f"there is no field {written[:80]} in an event of Events API v2.")
