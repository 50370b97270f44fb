"""The tree of a template, named as handlebars.js names its own (docs/compiler-api.md there)."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class PathNode:
    """`@` data or a field, `depth` contexts up; `original` is how it was written, without brackets."""

    data: bool = False
    depth: int = 0
    parts: tuple[str, ...]
    original: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralNode:
    value: object
    original: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """A helper's or a field's name with its arguments, as it stands in a tag or in parentheses."""

    path: "PathNode | LiteralNode | Invocation"
    params: "tuple[Expression, ...]" = ()
    hash: "tuple[tuple[str, Expression], ...]" = ()
    at: int


Expression = PathNode | LiteralNode | Invocation


@dataclass(frozen=True, slots=True)
class Strip:
    """Whether `~` stands at the opening and at the closing side of a tag."""

    open: bool = False
    close: bool = False


NO_STRIP = Strip()


@dataclass(slots=True, eq=False)
class ContentNode:
    """Text; `value` is what whitespace control leaves of `original`."""

    original: str
    value: str
    left_stripped: bool = False
    right_stripped: bool = False


@dataclass(slots=True, eq=False)
class Comment:
    strip: Strip


@dataclass(slots=True, eq=False)
class Mustache:
    call: Invocation
    escaped: bool
    strip: Strip


@dataclass(slots=True, eq=False)
class Program:
    body: "list[Statement]"
    block_params: tuple[str, ...] = ()
    chained: bool = False


@dataclass(slots=True, eq=False)
class BlockNode:
    """`{{#name}}…{{else}}…{{/name}}`; with `inline`, `{{#*inline "name"}}`."""

    call: Invocation
    program: Program | None
    inverse: Program | None
    open_strip: Strip = NO_STRIP
    inverse_strip: Strip = NO_STRIP
    close_strip: Strip = NO_STRIP
    inline: bool = False


@dataclass(slots=True, eq=False)
class Partial:
    """`{{> name}}`; with a program, `{{#> name}}…{{/name}}`."""

    call: Invocation
    program: Program | None = None
    strip: Strip = NO_STRIP
    close_strip: Strip = NO_STRIP
    indent: str = field(default="")


Statement = ContentNode | Comment | Mustache | BlockNode | Partial
