"""A tree to closures. What a name means is settled here, once; running a template only follows it.

The cases are those of handlebars.js 4.7 (its `compiler.js`): a name with arguments is a helper; a bare name is a block
parameter, else a helper, else a field; a path is always a field.
"""

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Final

from bot.errors import Invalid, Problem
from bot.languages.handlebars.builtins import block_of_field
from bot.languages.handlebars.helpers import HELPERS, WITHHELD, Helper
from bot.languages.handlebars.partials import Print, partial_printer
from bot.languages.handlebars.paths import Evaluate, block_param_reader, path_reader
from bot.languages.handlebars.positions import TemplateText
from bot.languages.handlebars.runtime import HelperCall, Routine, Scope
from bot.languages.handlebars.syntax import (
    BlockNode,
    Comment,
    ContentNode,
    Expression,
    Invocation,
    LiteralNode,
    Mustache,
    Partial,
    PathNode,
    Program,
    Statement,
)
from bot.languages.handlebars.values import UNDEFINED, is_missing, text_of

_SCOPED: Final = re.compile(r"^\.|this(?![A-Za-z0-9_])")


def compile_program(source: TemplateText, root: Program) -> Routine:
    """The routine of a whole template. Raises Invalid with every unknown helper and partial at once."""
    compiler = TemplateCompiler(source, root)
    routine = compiler.routine(root)
    if compiler.problems:
        raise Invalid(compiler.problems)
    return routine


class TemplateCompiler:
    def __init__(self, source: TemplateText, root: Program) -> None:
        self._source = source
        self._partials = frozenset(_inline_names(root))
        self._params: list[tuple[str, ...]] = []
        self.problems: list[Problem] = []

    def routine(self, program: Program) -> Routine:
        self._params.append(program.block_params)
        parts: list[Print] = []
        inlines: list[tuple[str, Routine]] = []
        for node in program.body:
            if isinstance(node, BlockNode) and node.inline:
                inlines.extend(self._inline(node))
            elif (part := self._part(node)) is not None:
                parts.append(part)
        self._params.pop()
        return Routine(tuple(parts), tuple(inlines))

    def _routine_or_none(self, program: Program | None) -> Routine | None:
        return None if program is None else self.routine(program)

    def _part(self, node: Statement) -> Print | None:
        match node:
            case ContentNode(value=text):
                return _text_printer(text) if text else None
            case Mustache(call=call, escaped=escaped):
                evaluate = self._mustache(call)
                return _escaped_printer(evaluate) if escaped else _plain_printer(evaluate)
            case BlockNode():
                return _plain_printer(self._block(node))
            case Partial():
                return self._partial(node)
            case Comment():
                return None

    # -- names

    def _mustache(self, call: Invocation) -> Evaluate:
        path = _as_path(call.path)
        if self._is_helper_call(call, path):
            return self._helper(call, path, None, None)
        if _is_simple(path) and path.parts[0] in HELPERS and self._param_index(path) is None:
            return self._helper(call, path, None, None)
        return self._path(path)

    def _block(self, node: BlockNode) -> Evaluate:
        path = _as_path(node.call.path)
        program, inverse = self._routine_or_none(node.program), self._routine_or_none(node.inverse)
        bare_helper = _is_simple(path) and path.parts[0] in HELPERS and self._param_index(path) is None
        if bare_helper or self._is_helper_call(node.call, path):
            return self._helper(node.call, path, program, inverse)
        return _field_block(path.original, self._path(path), program, inverse, is_simple=_is_simple(path))

    def _is_helper_call(self, call: Invocation, path: PathNode) -> bool:
        return bool(call.params or call.hash) and self._param_index(path) is None

    def _param_index(self, path: PathNode) -> tuple[int, int] | None:
        if path.data or path.depth or not path.parts or _SCOPED.search(path.original):
            return None
        for depth, names in enumerate(reversed(self._params)):
            if path.parts[0] in names:
                return depth, names.index(path.parts[0])
        return None

    def _expression(self, expression: Expression) -> Evaluate:
        match expression:
            case LiteralNode(value=value):
                return lambda _: value
            case PathNode():
                return self._path(expression)
            case Invocation(path=path):
                named = _as_path(path)
                if self._param_index(named) is not None:
                    return self._path(named)
                return self._helper(expression, named, None, None)

    def _path(self, path: PathNode) -> Evaluate:
        index = self._param_index(path)
        return path_reader(path) if index is None else block_param_reader(*index, path.parts[1:])

    # -- helpers

    def _helper(self, call: Invocation, path: PathNode, program: Routine | None, inverse: Routine | None) -> Evaluate:
        params = [self._expression(param) for param in call.params]
        pairs = [(name, self._expression(value)) for name, value in reversed(call.hash)]
        name = path.parts[0] if _is_simple(path) else path.original
        helper = HELPERS.get(name) if _is_simple(path) else None
        if helper is None:
            self._report_unknown(path, name)
            return lambda _: UNDEFINED
        if problem := helper.misuse(name, len(params), is_block=program is not None or inverse is not None):
            self.problems.append(self._source.problem(path.at, *problem))
        return _helper_call(name, helper, params[: helper.most], pairs, (program, inverse))

    def _report_unknown(self, path: PathNode, name: str) -> None:
        if name in WITHHELD and _is_simple(path):
            self.problems.append(self._source.problem(path.at, f"the helper {name!r} is left out.", WITHHELD[name]))
            return
        near = get_close_matches(name, HELPERS, n=1, cutoff=0.7)
        mend = f"Did you mean {near[0]}?" if near else "docs/templates.md lists the helpers."
        self.problems.append(self._source.problem(path.at, f"there is no helper {name!r}.", mend))

    # -- partials

    def _inline(self, node: BlockNode) -> list[tuple[str, Routine]]:
        names = node.call.params
        routine = self.routine(node.program or Program([]))
        name = names[0] if names else None
        if _original(node.call) != "inline" or not isinstance(name, LiteralNode):
            mend = 'Write {{#*inline "name"}}…{{/inline}}.'
            problem = self._source.problem(node.call.at, "an inline partial needs a name in quotes.", mend)
            self.problems.append(problem)
            return []
        return [(text_of(name.value), routine)]

    def _partial(self, node: Partial) -> Print:
        call = node.call
        context = self._expression(call.params[0]) if call.params else None
        pairs = [(name, self._expression(value)) for name, value in reversed(call.hash)]
        name = self._partial_name(node)
        return partial_printer(name, context, pairs, self._routine_or_none(node.program), node.indent)

    def _partial_name(self, node: Partial) -> Evaluate:
        path = node.call.path
        if isinstance(path, Invocation):
            return self._expression(path)
        name = path.original
        if name not in self._partials and name != "@partial-block" and node.program is None:
            near = get_close_matches(name, self._partials, n=1)
            mend = f"Did you mean {near[0]}?" if near else f'Define it with {{{{#*inline "{name}"}}}}…{{{{/inline}}}}.'
            self.problems.append(self._source.problem(path.at, f"there is no partial {name!r}.", mend))
        return lambda _: name


def _inline_names(program: Program | None) -> list[str]:
    """The names of all inline partials of the tree, however deep."""
    names: list[str] = []
    for node in program.body if program else ():
        if isinstance(node, BlockNode):
            if node.inline and node.call.params and isinstance(name := node.call.params[0], LiteralNode):
                names.append(text_of(name.value))
            names += _inline_names(node.program) + _inline_names(node.inverse)
        elif isinstance(node, Partial):
            names += _inline_names(node.program)
    return names


def _original(call: Invocation) -> str:
    return "" if isinstance(call.path, Invocation) else call.path.original


def _as_path(path: Expression) -> PathNode:
    """A literal where a name is wanted names a field or a helper: `{{"odd name"}}`."""
    if isinstance(path, PathNode):
        return path
    text = text_of(path.value) if isinstance(path, LiteralNode) else ""
    return PathNode(parts=(text,), original=text, at=path.at)


def _is_simple(path: PathNode) -> bool:
    return len(path.parts) == 1 and not path.depth and not path.data and not _SCOPED.search(path.original)


def _text_printer(text: str) -> Print:
    return lambda scope: scope.run.emit(text)


def _escaped_printer(evaluate: Evaluate) -> Print:
    def show(scope: Scope) -> str:
        value = evaluate(scope)
        if is_missing(value):
            return ""
        run = scope.run
        text = value if isinstance(value, str) else run.text(value)
        return run.emit(run.escape(text))

    return show


def _plain_printer(evaluate: Evaluate) -> Print:
    def show(scope: Scope) -> str:
        value = evaluate(scope)
        if is_missing(value):
            return ""
        return scope.run.emit(value if isinstance(value, str) else scope.run.text(value))

    return show


def _field_block(
    name: str, evaluate: Evaluate, program: Routine | None, inverse: Routine | None, *, is_simple: bool
) -> Evaluate:
    def show(scope: Scope) -> object:
        value = evaluate(scope)
        call = HelperCall(name, {}, scope, program, inverse)
        return block_of_field(call, UNDEFINED if is_simple and value is None else value)

    return show


def _helper_call(
    name: str,
    helper: Helper,
    params: Sequence[Evaluate],
    pairs: Sequence[tuple[str, Evaluate]],
    block: tuple[Routine | None, Routine | None],
) -> Evaluate:
    function: Callable[..., object] = helper.function
    program, inverse = block
    if not helper.takes_call:
        return _plain_call(function, params)

    def invoke(scope: Scope) -> object:
        arguments = [param(scope) for param in params]
        named = {key: value(scope) for key, value in pairs} if pairs else {}
        scope.run.weigh(arguments)
        return function(HelperCall(name, named, scope, program, inverse), *arguments)

    return invoke


def _plain_call(function: Callable[..., object], params: Sequence[Evaluate]) -> Evaluate:
    def invoke(scope: Scope) -> object:
        arguments = [param(scope) for param in params]
        scope.run.weigh(arguments)
        return function(*arguments)

    return invoke
