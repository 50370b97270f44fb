"""Grafana OnCall's routes (https://grafana.com/docs/oncall/latest/configure/integrations/#route).

A route decides by a Jinja expression over `payload`. Its expressions are read as a tree and never run.
"""

import ast
import re
from collections.abc import Mapping
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

_JINJA: Final = re.compile(r"\s*\{\{-?(.*?)-?\}\}\s*", re.DOTALL)
_LONGEST: Final = 1_000
_WORDS: Final = re.compile(r"(?<![\w.'\"])(?:true|false|none)(?![\w.'\"])")
_DEFINED: Final = re.compile(r"\bis\s+(not\s+)?defined\b")


def translate(value: object) -> Translation | None:
    """Translate the routes of an integration: as the API lists them, or Terraform holds them."""
    listed = value.get("results", value.get("routes", value)) if isinstance(value, Mapping) else value
    routes = listed if isinstance(listed, list) else [listed]
    known = [each for each in routes if isinstance(each, Mapping) and "routing_regex" in each]
    if not known or len(known) != len(routes):
        return None
    draft = TranslationDraft()
    for number, route in enumerate(sorted(known, key=_position), start=1):
        _attempt(draft, route, f"route {number}")
    return draft.finish("Grafana OnCall")


def _position(route: Mapping[str, object]) -> int:
    position = route.get("position")
    return position if isinstance(position, int) else 0


def _attempt(draft: TranslationDraft, route: Mapping[str, object], name: str) -> None:
    target = text_of(route.get("escalation_chain_id")) or text_of(route.get("escalation_chain"))
    if not target:
        draft.leave_out(f"{name}: it has no escalation chain.")
        return
    try:
        match = _match(route)
    except Inexact as inexact:
        draft.leave_out(f"{name}: {inexact}")
        return
    draft.rules.append(TranslatedRule(name=name, match=match, actions=[assign(team(target))]))


def _match(route: Mapping[str, object]) -> Query:
    if route.get("is_the_last_route") is True:
        return {"always": True}
    source = text_of(route.get("routing_regex"))
    if text_of(route.get("routing_type")) in {"", "regex"} and "{{" not in source:
        raise Inexact("a regular expression over the whole payload as text has no counterpart.")
    found = _JINJA.fullmatch(source)
    if found is None or len(source) > _LONGEST:
        raise Inexact(f"the template {source[:80]} is more than one expression.")
    return _query(_parsed(found[1]))


def _parsed(source: str) -> ast.expr:
    """A Jinja expression has Python's syntax but for tests and filters."""
    if "|" in source:
        raise Inexact(f"the filter in {source.strip()[:80]} has no counterpart.")
    plain = _DEFINED.sub(lambda found: "is not None" if not found[1] else "is None", source)
    plain = _WORDS.sub(lambda found: found[0].capitalize(), plain)
    try:
        return ast.parse(plain.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise Inexact(f"the expression {source.strip()[:80]} cannot be read.") from None


def _query(node: ast.expr) -> Query:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return together([_query(each) for each in values])
        case ast.BoolOp(op=ast.Or(), values=values):
            return either([_query(each) for each in values])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return opposite(_query(operand))
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            return _comparison(left, operator, right)
        case ast.Constant(value=True):
            return {"always": True}
        case _:
            raise Inexact(f"the expression {ast.unparse(node)[:80]} has no counterpart.")


def _comparison(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Query:
    if isinstance(left, ast.Constant) and not isinstance(right, ast.Constant):
        return _inside(_path(right), left.value, operator)
    path = _path(left)
    match operator, right:
        case ast.Is() | ast.IsNot(), ast.Constant(value=None):
            return {path: {"$exists": isinstance(operator, ast.IsNot)}}
        case ast.Eq(), ast.Constant(value=value):
            return {path: value}
        case ast.NotEq(), ast.Constant(value=value):
            return {path: {"$ne": value}}
        case ast.In(), ast.List(elts=items) | ast.Tuple(elts=items):
            return {path: {"$in": [_constant(each) for each in items]}}
        case ast.NotIn(), ast.List(elts=items) | ast.Tuple(elts=items):
            return {path: {"$nin": [_constant(each) for each in items]}}
        case _:
            raise Inexact("a comparison in it has no exact counterpart.")


def _inside(path: str, value: object, operator: ast.cmpop) -> Query:
    """`"x" in payload.message`: a part of a text, or an element of a list."""
    if isinstance(operator, ast.Eq):
        return {path: value}
    if not isinstance(value, str) or not isinstance(operator, ast.In | ast.NotIn):
        raise Inexact("a comparison in it has no exact counterpart.")
    part: Query = {path: {"$type": "string", "$regex": literally(value)}}
    query = either(
        [{"$and": [part, {path: {"$not": {"$type": "array"}}}]}, {"$and": [{path: {"$type": "array"}}, {path: value}]}]
    )
    return query if isinstance(operator, ast.In) else opposite(query)


def _constant(node: ast.expr) -> object:
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | bool | None):
        return node.value
    raise Inexact("a list in it holds more than plain values.")


def _path(node: ast.expr) -> str:
    return path_text(("data", *_keys(node)))


def _keys(node: ast.expr) -> tuple[str, ...]:
    match node:
        case ast.Name(id="payload"):
            return ()
        case ast.Attribute(value=inner, attr=name):
            return (*_keys(inner), name)
        case ast.Subscript(value=inner, slice=ast.Constant(value=str() | int() as key)):
            return (*_keys(inner), str(key))
        case ast.Call(
            func=ast.Attribute(value=inner, attr="get"), args=[ast.Constant(value=str() as key)], keywords=[]
        ):
            return (*_keys(inner), key)
        case _:
            raise Inexact(f"{ast.unparse(node)[:80]} is no path into the payload.")
