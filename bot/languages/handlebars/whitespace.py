"""Whitespace control: `~`, and tags that stand alone on their line take the line with them.

The rules are those of handlebars.js 4.7 (its `whitespace-control.js`), each in time proportional to the text.
"""

import re
from typing import Final

from bot.languages.handlebars.syntax import (
    NO_STRIP,
    BlockNode,
    Comment,
    ContentNode,
    Mustache,
    Partial,
    Program,
    Statement,
    Strip,
)
from bot.languages.handlebars.values import SPACE

_REST_OF_LINE: Final = re.compile(r"[ \t]*\r?\n?")


def control(root: Program) -> None:
    """Trim the texts of the whole tree in place."""
    _control(root, is_root=True)


def _control(program: Program, *, is_root: bool = False) -> None:
    for index, node in enumerate(program.body):
        match node:
            case Mustache():
                _strip_around(program.body, index, node.strip)
            case Comment():
                _alone(program.body, index, node.strip, is_root=is_root)
            case Partial(program=None):
                _alone(program.body, index, node.strip, is_root=is_root)
            case BlockNode() | Partial():
                _block(program.body, index, is_root=is_root)
            case ContentNode():
                pass


def _strip_around(body: list[Statement], index: int, strip: Strip) -> None:
    if strip.close:
        _trim_start(_at(body, index + 1))
    if strip.open:
        _trim_end(_at(body, index - 1))


def _alone(body: list[Statement], index: int, strip: Strip, *, is_root: bool) -> None:
    alone = _blank_before(body, index, is_root=is_root) and _blank_after(body, index, is_root=is_root)
    _strip_around(body, index, strip)
    if not alone:
        return
    _drop_line_start(_at(body, index + 1))
    before, node = _at(body, index - 1), body[index]
    if _drop_indent(before) and isinstance(node, Partial) and isinstance(before, ContentNode):
        node.indent = before.original[len(before.original.rstrip(" \t")) :]


def _block(body: list[Statement], index: int, *, is_root: bool) -> None:
    node = body[index]
    if not isinstance(node, BlockNode | Partial):
        return
    open_alone, close_alone = _inside(node)
    opens = open_alone and _blank_before(body, index, is_root=is_root)
    closes = close_alone and _blank_after(body, index, is_root=is_root)
    around = Strip(node.open_strip.open if isinstance(node, BlockNode) else node.strip.open, node.close_strip.close)
    _strip_around(body, index, around)
    first, last = _outer_programs(node)
    if opens:
        _drop_line_start(_at(first.body, 0))
        _drop_indent(_at(body, index - 1))
    if closes:
        _drop_line_start(_at(body, index + 1))
        _drop_indent(_at(last.body, len(last.body) - 1))


def _outer_programs(node: BlockNode | Partial) -> tuple[Program, Program]:
    inverse = node.inverse if isinstance(node, BlockNode) else None
    first = node.program or inverse or Program([])
    return first, inverse or first


def _inside(node: BlockNode | Partial) -> tuple[bool, bool]:
    """Trim what the block's own tags touch; whether its opening and closing tag may stand alone on a line."""
    programs = (node.program, node.inverse) if isinstance(node, BlockNode) else (node.program,)
    for program in programs:
        if program is not None:
            _control(program)
    first, _ = _outer_programs(node)
    inverse = node.inverse if isinstance(node, BlockNode) and node.program else None
    first_inverse, last_inverse = _chain(inverse)
    open_alone = _blank_after(first.body, -1)
    close_alone = _blank_before((first_inverse or first).body, len((first_inverse or first).body))
    open_strip = node.open_strip if isinstance(node, BlockNode) else node.strip
    if open_strip.close:
        _trim_start(_at(first.body, 0))
    if first_inverse is None or last_inverse is None:
        if node.close_strip.open:
            _trim_end(_at(first.body, len(first.body) - 1))
    else:
        strip = node.inverse_strip if isinstance(node, BlockNode) else NO_STRIP
        _between(first, first_inverse, last_inverse, strip, node.close_strip)
    return open_alone, close_alone


def _chain(inverse: Program | None) -> tuple[Program | None, Program | None]:
    """The program after the first `else` of a chain, and the one after the last."""
    if inverse is None or not inverse.chained:
        return inverse, inverse
    head = inverse.body[0]
    first = head.program if isinstance(head, BlockNode) else None
    last = inverse
    while last.chained and isinstance(tail := last.body[-1], BlockNode) and tail.program is not None:
        last = tail.program
    return first, last


def _between(first: Program, first_inverse: Program, last_inverse: Program, strip: Strip, close: Strip) -> None:
    if strip.open:
        _trim_end(_at(first.body, len(first.body) - 1))
    if strip.close:
        _trim_start(_at(first_inverse.body, 0))
    if close.open:
        _trim_end(_at(last_inverse.body, len(last_inverse.body) - 1))
    if _blank_before(first.body, len(first.body)) and _blank_after(first_inverse.body, -1):
        _drop_indent(_at(first.body, len(first.body) - 1))
        _drop_line_start(_at(first_inverse.body, 0))


def _at(body: list[Statement], index: int) -> Statement | None:
    return body[index] if 0 <= index < len(body) else None


def _blank_before(body: list[Statement], index: int, *, is_root: bool = False) -> bool:
    before = _at(body, index - 1)
    if before is None:
        return is_root
    if not isinstance(before, ContentNode):
        return False
    tail = before.original[len(before.original.rstrip(SPACE)) :]
    return "\n" in tail or (is_root and index == 1 and len(tail) == len(before.original))


def _blank_after(body: list[Statement], index: int, *, is_root: bool = False) -> bool:
    after = _at(body, index + 1)
    if after is None:
        return is_root
    if not isinstance(after, ContentNode):
        return False
    head = after.original[: len(after.original) - len(after.original.lstrip(SPACE))]
    return "\n" in head or (is_root and index + 2 == len(body) and len(head) == len(after.original))


def _trim_start(node: Statement | None) -> None:
    if isinstance(node, ContentNode):
        trimmed = node.value.lstrip(SPACE)
        node.right_stripped = trimmed != node.value
        node.value = trimmed


def _trim_end(node: Statement | None) -> None:
    if isinstance(node, ContentNode):
        trimmed = node.value.rstrip(SPACE)
        node.left_stripped = trimmed != node.value
        node.value = trimmed


def _drop_line_start(node: Statement | None) -> None:
    if isinstance(node, ContentNode) and not node.right_stripped:
        match = _REST_OF_LINE.match(node.value)
        rest = node.value[match.end() :] if match else node.value
        node.right_stripped = rest != node.value
        node.value = rest


def _drop_indent(node: Statement | None) -> bool:
    if not isinstance(node, ContentNode) or node.left_stripped:
        return False
    trimmed = node.value.rstrip(" \t")
    node.left_stripped = trimmed != node.value
    node.value = trimmed
    return node.left_stripped
