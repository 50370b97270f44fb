"""The paths that a template surely reads from the document itself."""

from collections.abc import Iterator
from typing import Final

from bot.languages.handlebars.syntax import (
    BlockNode,
    Expression,
    Invocation,
    LiteralNode,
    Mustache,
    Partial,
    PathNode,
    Program,
)

_SAME_CONTEXT: Final = frozenset(
    {"if", "unless", "and", "or", "not", "neither", "eq", "is", "isnt", "gt", "gte", "lt", "lte", "compare", "contains"}
)
"""Block helpers whose blocks see what stands around them."""


def root_paths(program: Program) -> tuple[tuple[str, ...], ...]:
    """The keys of each path of two keys and more, outside blocks that may change what a path starts from."""
    return tuple(dict.fromkeys(_in_program(program, at_root=True)))


def _in_program(program: Program | None, *, at_root: bool) -> Iterator[tuple[str, ...]]:
    for node in program.body if program else ():
        match node:
            case Mustache(call=call):
                yield from _in_call(call, at_root)
            case BlockNode(call=call, program=inner, inverse=inverse):
                yield from _in_call(call, at_root)
                inside = at_root and not node.inline and _name(call) in _SAME_CONTEXT
                yield from _in_program(inner, at_root=inside)
                yield from _in_program(inverse, at_root=inside)
            case Partial(call=call, program=inner):
                yield from _in_call(call, at_root)
                yield from _in_program(inner, at_root=False)
            case _:
                pass


def _in_call(call: Invocation, at_root: bool) -> Iterator[tuple[str, ...]]:
    for expression in (call.path, *call.params, *(value for _, value in call.hash)):
        yield from _in_expression(expression, at_root)


def _in_expression(expression: Expression, at_root: bool) -> Iterator[tuple[str, ...]]:
    match expression:
        case PathNode(data=True, depth=0, parts=("root", *parts)) if len(parts) > 1:
            yield tuple(parts)
        case PathNode(data=False, depth=0, parts=parts) if at_root and len(parts) > 1:
            yield parts
        case Invocation():
            yield from _in_call(expression, at_root)
        case PathNode() | LiteralNode():
            pass


def _name(call: Invocation) -> str:
    return call.path.original if isinstance(call.path, PathNode) else ""
