"""Tokens to a tree, by the grammar of handlebars.js 4.7 (its `handlebars.yy`), as a recursive descent with a depth."""

import re
from collections.abc import Callable
from typing import Final

from bot.errors import Invalid
from bot.languages.handlebars.lexer import Kind, Lexeme, Lexer
from bot.languages.handlebars.limits import MAX_ARGUMENT_NESTING, MAX_NESTING, MAX_SOURCE
from bot.languages.handlebars.positions import TemplateText
from bot.languages.handlebars.syntax import (
    NO_STRIP,
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
    Strip,
)
from bot.languages.handlebars.values import UNDEFINED, whole

_UPWARD: Final = ("..", ".", "this")
_LITERALS: Final = (Kind.STRING, Kind.NUMBER, Kind.BOOLEAN, Kind.UNDEFINED, Kind.NULL)
_PARAMS: Final = (Kind.ID, Kind.DATA, Kind.OPEN_CALL, *_LITERALS)


def parse(source: TemplateText) -> Program:
    """The tree of a template, whitespace not yet controlled. Raises Invalid with the first problem."""
    if len(source.text) > MAX_SOURCE:
        raise source.invalid(0, f"this template has more than {MAX_SOURCE:,} characters.", "Shorten it.")
    return TemplateParser(source).read()


class TemplateParser:
    def __init__(self, source: TemplateText) -> None:
        self._source = source
        self._tokens = Lexer(source).read()
        self._next = 0
        self._depth = 0
        self._calls = 0
        self._statements: dict[Kind, Callable[[Lexeme], Statement]] = {
            Kind.CONTENT: lambda token: ContentNode(token.text, token.text),
            Kind.COMMENT: lambda token: Comment(_strip(token, token)),
            Kind.OPEN: self._mustache,
            Kind.OPEN_UNESCAPED: self._mustache,
            Kind.OPEN_BLOCK: self._block,
            Kind.OPEN_INVERSE: self._inverse_block,
            Kind.OPEN_PARTIAL: self._partial,
            Kind.OPEN_PARTIAL_BLOCK: self._partial_block,
            Kind.OPEN_RAW: self._raw_block,
        }

    def read(self) -> Program:
        program = self._program()
        if self._peek().kind is not Kind.EOF:
            raise self._unexpected(self._peek())
        return program

    # -- tokens

    def _peek(self) -> Lexeme:
        return self._tokens[self._next]

    def _take(self) -> Lexeme:
        token = self._tokens[self._next]
        self._next += token.kind is not Kind.EOF
        return token

    def _expect(self, kind: Kind) -> Lexeme:
        token = self._take()
        if token.kind is not kind:
            raise self._unexpected(token, kind)
        return token

    def _unexpected(self, token: Lexeme, wanted: Kind | None = None) -> Invalid:
        what = token.kind if token.kind is Kind.EOF else repr(token.raw)
        if token.kind is Kind.NUMBER and self._next > 1 and self._tokens[self._next - 2].kind is Kind.SEPARATOR:
            mend = f"Write the index in brackets: [{token.raw}]."
            return self._source.invalid(token.at, "a path cannot end in a bare number.", mend)
        if token.kind in (Kind.INVERSE, Kind.OPEN_CHAIN, Kind.OPEN_END):
            return self._source.invalid(
                token.at, f"{what} belongs to no open block.", "Open the block, or remove this."
            )
        return self._source.invalid(token.at, f"unexpected {what}.", f"Expected {wanted} here." if wanted else "")

    # -- statements

    def _program(self) -> Program:
        body: list[Statement] = []
        while read := self._statements.get(self._peek().kind):
            body.append(read(self._take()))
        return Program(body)

    def _nested(self, opening: Lexeme) -> Program:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise self._source.invalid(
                opening.at, f"more than {MAX_NESTING} blocks within each other.", "Flatten them."
            )
        program = self._program()
        self._depth -= 1
        return program

    def _mustache(self, opening: Lexeme) -> Mustache:
        if "*" in opening.raw:
            mend = "Only {{#*inline}} blocks are."
            raise self._source.invalid(opening.at, "decorators are not supported here.", mend)
        call = self._call(opening, self._name())
        unescaped = opening.kind is Kind.OPEN_UNESCAPED
        closing = self._expect(Kind.CLOSE_UNESCAPED if unescaped else Kind.CLOSE)
        return Mustache(call, not unescaped and "&" not in opening.raw, _strip(opening, closing))

    def _opening(self, opening: Lexeme) -> tuple[Invocation, tuple[str, ...], Strip]:
        call = self._call(opening, self._name())
        params = self._block_params()
        return call, params, _strip(opening, self._expect(Kind.CLOSE))

    def _block_params(self) -> tuple[str, ...]:
        if self._peek().kind is not Kind.OPEN_PARAMS:
            return ()
        self._take()
        names = [_unbracketed(self._expect(Kind.ID).text)]
        while self._peek().kind is Kind.ID:
            names.append(_unbracketed(self._take().text))
        self._expect(Kind.CLOSE_PARAMS)
        return tuple(names)

    def _block(self, opening: Lexeme) -> BlockNode:
        call, params, strip = self._opening(opening)
        program = self._nested(opening)
        program.block_params = params
        inverse, inverse_strip = self._inverse_chain()
        inline = "*" in opening.raw
        if inline and inverse is not None:
            raise self._source.invalid(opening.at, "an inline partial has no {{else}}.", "Remove it.")
        close_strip = self._close(call, opening)
        _close_chain(inverse, close_strip)
        return BlockNode(call, program, inverse, strip, inverse_strip, close_strip, inline)

    def _inverse_block(self, opening: Lexeme) -> BlockNode:
        call, params, strip = self._opening(opening)
        program = self._nested(opening)
        program.block_params = params
        inverse, inverse_strip = None, NO_STRIP
        if self._peek().kind is Kind.INVERSE:
            token = self._take()
            inverse, inverse_strip = self._nested(token), _strip(token, token)
        return BlockNode(call, inverse, program, strip, inverse_strip, self._close(call, opening))

    def _inverse_chain(self) -> tuple[Program | None, Strip]:
        token = self._peek()
        if token.kind is Kind.INVERSE:
            self._take()
            return self._nested(token), _strip(token, token)
        if token.kind is not Kind.OPEN_CHAIN:
            return None, NO_STRIP
        self._depth += 1
        chained = self._chained(self._take())
        self._depth -= 1
        return chained

    def _chained(self, opening: Lexeme) -> tuple[Program, Strip]:
        call, params, strip = self._opening(opening)
        program = self._nested(opening)
        program.block_params = params
        inverse, inverse_strip = self._inverse_chain()
        _close_chain(inverse, inverse_strip)
        block = BlockNode(call, program, inverse, strip, inverse_strip, inverse_strip)
        return Program([block], chained=True), strip

    def _close(self, call: Invocation, opening: Lexeme) -> Strip:
        token = self._take()
        if token.kind is Kind.EOF:
            name = _original(call.path)
            raise self._source.invalid(
                opening.at, f"the block {name} is never closed.", f"Close it with {{{{/{name}}}}}."
            )
        if token.kind is not Kind.OPEN_END:
            raise self._unexpected(token, Kind.OPEN_END)
        self._check_close(call, _original(self._name()), token.at)
        return _strip(token, self._expect(Kind.CLOSE))

    def _check_close(self, call: Invocation, closed: str, at: int) -> None:
        opened = _original(call.path)
        if opened != closed:
            raise self._source.invalid(at, f"{closed} closes the block {opened}.", f"Close {opened} first.")

    def _partial(self, opening: Lexeme) -> Partial:
        call = self._call(opening, self._partial_name())
        self._check_partial(call)
        return Partial(call, strip=_strip(opening, self._expect(Kind.CLOSE)))

    def _partial_block(self, opening: Lexeme) -> Partial:
        call = self._call(opening, self._partial_name())
        self._check_partial(call)
        strip = _strip(opening, self._expect(Kind.CLOSE))
        program = self._nested(opening)
        return Partial(call, program, strip, self._close(call, opening))

    def _check_partial(self, call: Invocation) -> None:
        if len(call.params) > 1:
            raise self._source.invalid(
                call.at, "a partial takes one context at most.", "Pass the others as name=value."
            )

    def _raw_block(self, opening: Lexeme) -> BlockNode:
        call = self._call(opening, self._name())
        self._expect(Kind.CLOSE_RAW)
        body: list[Statement] = []
        while self._peek().kind is Kind.CONTENT:
            text = self._take().text
            body.append(ContentNode(text, text))
        ending = self._expect(Kind.END_RAW)
        self._check_close(call, ending.text, ending.at)
        return BlockNode(call, Program(body), None)

    # -- expressions

    def _call(self, opening: Lexeme, path: Expression) -> Invocation:
        params: list[Expression] = []
        pairs: list[tuple[str, Expression]] = []
        while self._peek().kind in _PARAMS:
            if self._peek().kind is Kind.ID and self._tokens[self._next + 1].kind is Kind.EQUALS:
                name = _unbracketed(self._take().text)
                self._take()
                pairs.append((name, self._param()))
            elif pairs:
                raise self._source.invalid(
                    self._peek().at, "a plain value follows name=value.", "Put plain values first."
                )
            else:
                params.append(self._param())
        return Invocation(path=path, params=tuple(params), hash=tuple(pairs), at=opening.at)

    def _param(self) -> Expression:
        return self._subexpression() if self._peek().kind is Kind.OPEN_CALL else self._name()

    def _partial_name(self) -> Expression:
        return self._param()

    def _subexpression(self) -> Invocation:
        opening = self._take()
        self._calls += 1
        if self._calls > MAX_ARGUMENT_NESTING:
            raise self._source.invalid(
                opening.at, "too many parentheses within each other.", "Compute less in one tag."
            )
        call = self._call(opening, self._name())
        self._expect(Kind.CLOSE_CALL)
        self._calls -= 1
        return call

    def _name(self) -> PathNode | LiteralNode:
        token = self._take()
        match token.kind:
            case Kind.ID:
                return self._path(token)
            case Kind.DATA:
                return self._path(self._expect(Kind.ID), data=True)
            case Kind.STRING:
                return LiteralNode(value=token.text, original=token.text, at=token.at)
            case Kind.NUMBER:
                number = whole(float(token.text))
                return LiteralNode(value=number, original=token.text, at=token.at)
            case Kind.BOOLEAN | Kind.UNDEFINED | Kind.NULL:
                values = {"true": True, "false": False, "null": None, "undefined": UNDEFINED}
                return LiteralNode(value=values[token.text], original=token.text, at=token.at)
            case _:
                raise self._unexpected(token, Kind.ID)

    def _is_quoted_key(self, before: Lexeme) -> bool:
        """Whether a key in brackets and quotes follows at once: handlebars.js refuses that, our rules do not."""
        following = self._peek()
        starts = following.kind is Kind.ID and following.raw[:2] in ('["', "['") and len(following.raw) > 3
        return starts and following.at == before.at + len(before.raw)

    def _path(self, first: Lexeme, *, data: bool = False) -> PathNode:
        written = [("", first)]
        while self._peek().kind is Kind.SEPARATOR or self._is_quoted_key(written[-1][1]):
            separator = self._take() if self._peek().kind is Kind.SEPARATOR else None
            written.append((separator.raw if separator else _BRACKETS, self._expect(Kind.ID)))
        depth, parts, original = 0, list[str](), "@" if data else ""
        for separator_text, token in written:
            part = _key_in_quotes(token.raw) if separator_text == _BRACKETS else _unbracketed(token.text)
            original += token.raw if separator_text == _BRACKETS else separator_text + part
            if part != token.text or part not in _UPWARD:
                parts.append(part)
            elif parts:
                mend = f"Write [{part}] for a field of that name."
                raise self._source.invalid(token.at, f"{part!r} can stand only at the start of a path.", mend)
            else:
                depth += part == ".."
        return PathNode(data=data, depth=depth, parts=tuple(parts), original=original, at=first.at)


_BRACKETS: Final = "[]"
"""Stands where no separator does, before a key in brackets and quotes: `data.labels["service.name"]`."""


def _key_in_quotes(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[2:-2])


def _strip(opening: Lexeme, closing: Lexeme) -> Strip:
    return Strip(opening.raw[2:3] == "~", closing.raw[-3:-2] == "~")


def _unbracketed(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == "[" and text[-1] == "]" else text


def _original(expression: Expression) -> str:
    return _original(expression.path) if isinstance(expression, Invocation) else expression.original


def _close_chain(inverse: Program | None, strip: Strip) -> None:
    """The closing tag of a block closes the last `else if` of its chain too."""
    if inverse is not None and inverse.chained and isinstance(block := inverse.body[0], BlockNode):
        block.close_strip = strip
