"""Calls of inline partials, with handlebars.js's rules for their context, `@partial-block` and indentation."""

from collections.abc import Callable, Sequence

from bot.errors import TemplateFailed
from bot.languages.handlebars.paths import Evaluate
from bot.languages.handlebars.runtime import PARTIAL_BLOCK, Body, Frame, Routine, Scope, new_frame
from bot.languages.handlebars.values import keys_of, text_of

Print = Callable[[Scope], str]


def partial_printer(
    name: Evaluate,
    context: Evaluate | None,
    pairs: Sequence[tuple[str, Evaluate]],
    block: Routine | None,
    indent: str,
) -> Print:
    def show(scope: Scope) -> str:
        this = scope.this if context is None else context(scope)
        if pairs:
            this = {**spread(this), **{key: value(scope) for key, value in pairs}}
            scope.run.spend(len(this))
        text = _run(scope, text_of(name(scope)), this, block)
        return scope.run.emit(indented(text, indent)) if indent else text

    return show


def spread(value: object) -> dict[str, object]:
    """The own properties of a value as an object: what `Object.assign({}, value)` has."""
    if isinstance(value, dict):
        return {key: value[key] for key in keys_of(value)}
    if isinstance(value, str | list | tuple):
        return {str(index): item for index, item in enumerate(value)}
    return {}


def indented(text: str, indent: str) -> str:
    lines = text.split("\n")
    last = len(lines) - 1
    return "\n".join([line if not line and at == last else indent + line for at, line in enumerate(lines)])


def _run(scope: Scope, name: str, this: object, block: Routine | None) -> str:
    outer_block = scope.data.get(PARTIAL_BLOCK)
    partial = outer_block if name == "@partial-block" else scope.run.partials.get(name)
    data = scope.data
    if block is not None:
        own_block = PartialBlock(Body(block, scope), outer_block)
        data = new_frame(data, {})
        data[PARTIAL_BLOCK] = own_block
        partial = partial or own_block
    if isinstance(partial, Body | PartialBlock):
        return partial.run(this, data)
    raise TemplateFailed(f"there is no partial {name!r} where it is called.")


class PartialBlock:
    """The block of a partial call; while it runs, `@partial-block` is again what it was where it was written."""

    __slots__ = ("_body", "_outer")

    def __init__(self, body: Body, outer: object) -> None:
        self._body = body
        self._outer = outer

    def run(self, context: object, data: Frame) -> str:
        frame = new_frame(data, {})
        frame[PARTIAL_BLOCK] = self._outer
        return self._body.run(context, frame)
