"""Prometheus Alertmanager's tree of routes (https://prometheus.io/docs/alerting/latest/configuration/#route).

A route's own receiver is asked where none of its children matches. Labels are those that all alerts of a group share,
as the type `prometheus` reads them; with its option `per_alert`, those of each alert.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import re2

from bot.engine.translation.written import (
    MOST_RULES,
    Inexact,
    Query,
    TranslatedRule,
    Translation,
    TranslationDraft,
    assign,
    opposite,
    team,
    text_of,
    together,
    without_case,
)
from bot.languages.query.paths import path_text

_LABELS: Final = ("alert", "additional_data", "labels")
_MATCHER: Final = re.compile(r'\s*"?([A-Za-z_][A-Za-z0-9_.:/-]*)"?\s*(=~|!~|!=|=)\s*(.*?)\s*', re.DOTALL)
_DEEPEST: Final = 50
_OF_GROUPS: Final = ("group_by", "group_wait", "group_interval", "repeat_interval")
_OF_TIMES: Final = ("mute_time_intervals", "active_time_intervals")


def translate(value: object) -> Translation | None:
    """Translate a configuration with a `route`, or a route by itself."""
    if not isinstance(value, Mapping):
        return None
    root = value.get("route", value)
    if not isinstance(root, Mapping) or "receiver" not in root or "rules" in value:
        return None
    draft = TranslationDraft()
    if value.get("inhibit_rules"):
        draft.leave_out("inhibit_rules: let Alertmanager go on inhibiting, before it sends.")
    _emit(draft, root, (), text_of(root.get("receiver")), 0)
    return draft.finish("Alertmanager")


def _emit(
    draft: TranslationDraft, route: Mapping[str, object], above: tuple[Query, ...], receiver: str, depth: int
) -> None:
    """Add the rules of a route and of all below it; `above` are the conditions of those around it."""
    _note_rest(draft, route, receiver)
    past: list[Query] = []
    for child in _children(route):
        try:
            own = together(list(_matchers(child)))
            _refuse_depth(child, depth)
        except Inexact as inexact:
            draft.leave_out(f"the route to {text_of(child.get('receiver')) or receiver}: {inexact}")
            continue
        name = text_of(child.get("receiver")) or receiver
        if child.get("continue") is True:
            past.append(own)
            _add(draft, name, (*above, own), goes_on=True)
            _note_rest(draft, child, name)
        else:
            _emit(draft, child, (*above, own), name, depth + 1)
    _add(draft, receiver, (*above, *map(opposite, past)))


def _refuse_depth(child: Mapping[str, object], depth: int) -> None:
    if child.get("continue") is True and (_children(child) or depth):
        raise Inexact("its `continue: true` stands above or below other routes, which one list of rules cannot say.")
    if depth >= _DEEPEST:
        raise Inexact(f"it stands more than {_DEEPEST} routes deep.")


def _add(draft: TranslationDraft, receiver: str, conditions: tuple[Query, ...], *, goes_on: bool = False) -> None:
    if len(draft.rules) >= MOST_RULES:
        draft.leave_out(f"everything behind the first {MOST_RULES} rules.")
        return
    rule = TranslatedRule(
        name=receiver or "no receiver", match=together(conditions), actions=[assign(team(receiver))], goes_on=goes_on
    )
    draft.rules.append(rule)


def _children(route: Mapping[str, object]) -> list[Mapping[str, object]]:
    found = route.get("routes")
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _note_rest(draft: TranslationDraft, route: Mapping[str, object], receiver: str) -> None:
    groups = [key for key in _OF_GROUPS if key in route]
    if groups:
        draft.leave_out(f"{', '.join(groups)}: Alertmanager goes on grouping, before it sends.")
    for key in (key for key in _OF_TIMES if route.get(key)):
        draft.leave_out(f"{key} of {receiver}: write $timeBetween and $day into its match.")


def _matchers(route: Mapping[str, object]) -> Iterator[Query]:
    for key, sign in (("match", "="), ("match_re", "=~")):
        labels = route.get(key)
        for name, value in labels.items() if isinstance(labels, Mapping) else ():
            yield _condition(str(name), sign, text_of(value))
    written = route.get("matchers", [])
    for each in written if isinstance(written, list) else [written]:
        yield from _written_matchers(text_of(each))


def _written_matchers(text: str) -> Iterator[Query]:
    """`a="b"`, or several of them in braces and between commas."""
    inner = text.strip().removeprefix("{").removesuffix("}") if text.strip().startswith("{") else text
    for part in _apart(inner):
        found = _MATCHER.fullmatch(part)
        if found is None:
            raise Inexact(f"its matcher {part[:80]} cannot be read.")
        yield _condition(found[1], found[2], _unquoted(found[3]))


def _apart(text: str) -> Iterator[str]:
    """Split at commas outside quotes."""
    yield from (part for part in re.findall(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+', text) if part.strip())


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text[1:-1])
    return text


def _condition(label: str, sign: str, value: str) -> Query:
    """One matcher. A label that an alert does not have is an empty one."""
    path = path_text((*_LABELS, label))
    match sign:
        case "=":
            return {path: value} if value else {path: {"$in": ["", None]}}
        case "!=":
            return {path: {"$ne": value}} if value else {path: {"$nin": ["", None]}}
        case _:
            return _by_pattern(path, value, wanted=sign == "=~")


def _by_pattern(path: str, pattern: str, *, wanted: bool) -> Query:
    """A pattern of RE2 that has to match the whole text."""
    source, options = without_case(pattern)
    try:
        takes_nothing = re2.fullmatch(f"(?:{pattern})", "") is not None
    except re2.error as error:
        raise Inexact(f"the pattern {pattern[:80]} cannot be read ({error}).") from None
    query: Query = {path: {"$regex": f"^(?:{source})$", **options}}
    query = {"$or": [query, {path: None}]} if takes_nothing else query
    return query if wanted else opposite(query)
