"""Globs to regular expressions that RE2 can run: `*`, `**`, `?`, `[…]`, `{a,b}`, `{1..3}`, `@( ) +( ) *( ) ?( )`."""

import re
from itertools import product
from typing import Final

from bot.errors import TemplateFailed

_RANGE: Final = re.compile(r"(-?\d{1,4})\.\.(-?\d{1,4})")
_GROUPS: Final = ("@(", "?(", "*(", "+(")
_MOST: Final = 200


def braces_aware_split(globs: str) -> list[str]:
    """Globs between commas; a comma within `{ }` belongs to its glob."""
    found, depth, start = list[str](), 0, 0
    for at, char in enumerate(globs):
        depth += (char == "{") - (char == "}" and depth > 0)
        if char == "," and not depth:
            found.append(globs[start:at])
            start = at + 1
    return [glob.lstrip(" ") if at else glob for at, glob in enumerate([*found, globs[start:]])]


def glob_to_regex(glob: str, *, dot: bool) -> str:
    """One expression for the whole path. Refuses `!( )`, and braces that stand for too many globs."""
    alternatives = [_one(plain, dot=dot) for plain in expanded(glob)]
    return rf"\A(?:{'|'.join(alternatives)})\z"


def expanded(glob: str) -> list[str]:
    """A glob without braces for every choice that its braces leave."""
    parts: list[list[str]] = [[]]
    at = 0
    while (opening := glob.find("{", at)) >= 0 and (closing := _closing(glob, opening)) > 0:
        choices = _choices(glob[opening + 1 : closing])
        parts += [[glob[at:opening]], choices or [glob[opening : closing + 1]]]
        at = closing + 1
    parts = [*parts[1:], [glob[at:]]]
    count = 1
    for choices in parts:
        count *= len(choices)
        if count > _MOST:
            raise TemplateFailed(f"the glob {glob!r} stands for more than {_MOST} others.")
    return ["".join(found) for found in product(*parts)]


def _closing(glob: str, opening: int) -> int:
    depth = 0
    for at in range(opening, len(glob)):
        depth += (glob[at] == "{") - (glob[at] == "}")
        if not depth:
            return at
    return -1


def _choices(inside: str) -> list[str]:
    if numbers := _RANGE.fullmatch(inside):
        first, last = int(numbers[1]), int(numbers[2])
        step = 1 if first <= last else -1
        return [str(number) for number in range(first, last + step, step)][: _MOST + 1]
    choices = braces_aware_split(inside)
    if len(choices) < 2:
        return []
    return [plain for choice in choices for plain in expanded(choice)]


def _one(glob: str, *, dot: bool) -> str:
    pieces: list[str] = []
    groups: list[str] = []
    at = 0
    starts_segment = True
    while at < len(glob):
        piece, at = _piece(glob, at, groups, hidden="" if dot or not starts_segment else "[^./]")
        starts_segment = glob[at - 1] == "/"
        pieces.append(piece)
    return "".join(pieces)


def _piece(glob: str, at: int, groups: list[str], *, hidden: str) -> tuple[str, int]:
    """The expression for what stands at `at`; `hidden` is what must start a name where dot files are left out."""
    if glob.startswith("!(", at):
        raise TemplateFailed("a glob with !( ) cannot be used.")
    if glob.startswith("**", at):
        return _globstar(glob, at, hidden)
    if glob[at : at + 2] in _GROUPS:
        groups.append(glob[at])
        return "(?:", at + 2
    if groups and glob[at] in "|)":
        return ("|" if glob[at] == "|" else ")" + groups.pop().replace("@", "")), at + 1
    return _plain_piece(glob, at, hidden)


def _plain_piece(glob: str, at: int, hidden: str) -> tuple[str, int]:
    match glob[at]:
        case "*":
            whole_name = bool(hidden) and glob[at + 1 : at + 2] in {"", "/"}
            return f"(?:{hidden}[^/]*)" if whole_name else _some(hidden), at + 1
        case "?":
            return hidden or "[^/]", at + 1
        case "[" if (closing := glob.find("]", at + 2)) > 0:
            inside = glob[at + 1 : closing].replace("\\", "\\\\")
            return f"[{'^' + inside[1:] if inside[0] in '!^' else inside}]", closing + 1
        case "\\" if at + 1 < len(glob):
            return re.escape(glob[at + 1]), at + 2
        case char:
            return re.escape(char), at + 1


def _some(hidden: str) -> str:
    return f"(?:{hidden}[^/]*)?" if hidden else "[^/]*"


def _globstar(glob: str, at: int, hidden: str) -> tuple[str, int]:
    name = f"{hidden}[^/]*" if hidden else "[^/]*"
    if glob.startswith("**/", at):
        return f"(?:{name}/)*", at + 3
    return f"(?:{name}(?:/{name})*)?", at + 2
