"""Paths to closures that read them: own keys and indexes only, missing from the first missing step on."""

from collections.abc import Callable

from bot.languages.handlebars.runtime import Scope
from bot.languages.handlebars.syntax import PathNode
from bot.languages.handlebars.values import UNDEFINED, is_missing, property_of, truthy

Evaluate = Callable[[Scope], object]


def path_reader(path: PathNode) -> Evaluate:
    """What reads `path` in a scope; a null on the way is the result, as in handlebars.js."""
    depth, parts = path.depth, path.parts
    if not parts:
        return (lambda scope: scope.above(depth)) if depth else (lambda scope: scope.this)
    if path.data:
        return lambda scope: _data(scope, depth, parts)
    if depth:
        return lambda scope: _follow(scope.above(depth), parts)
    if len(parts) == 1:
        return _field_reader(parts[0])
    return lambda scope: _follow(scope.this, parts)


def block_param_reader(depth: int, index: int, parts: tuple[str, ...]) -> Evaluate:
    def read(scope: Scope) -> object:
        params = scope.params
        for _ in range(depth):
            params = params[1] if params else None
        values = params[0] if params else ()
        return _follow(values[index], parts) if index < len(values) else UNDEFINED

    return read


def _field_reader(name: str) -> Evaluate:
    def read(scope: Scope) -> object:
        this = scope.this
        if isinstance(this, dict):
            return this.get(name, UNDEFINED)
        return this if is_missing(this) else property_of(this, name)

    return read


def _follow(value: object, parts: tuple[str, ...]) -> object:
    for part in parts:
        if value is None or value is UNDEFINED:
            return value
        value = value.get(part, UNDEFINED) if isinstance(value, dict) else property_of(value, part)
    return value


def _data(scope: Scope, depth: int, parts: tuple[str, ...]) -> object:
    value: object = scope.data
    for _ in range(depth):
        value = property_of(value, "_parent")
    for part in parts:
        if not truthy(value):
            return value
        value = property_of(value, part)
    return value
