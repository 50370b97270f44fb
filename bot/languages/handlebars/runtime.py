"""What a template runs in: the budget of one rendering, the scope of one block, and a call of a helper."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, NoReturn

from bot.errors import TemplateFailed
from bot.languages.handlebars.limits import MAX_DEPTH, MAX_OUTPUT, MAX_STEPS, MAX_TEXT
from bot.languages.handlebars.values import UNDEFINED, loose_equal, text_of, truthy

Frame = dict[object, object]
"""The `@` data: `root`, `index`, `key`, `first`, `last`, what helpers add, and `_parent`."""

Function = Callable[..., object]
HelperTable = Mapping[str, Function]
"""Helpers by name, as the modules of the library hold them."""

Depths = tuple[object, "Depths"] | None
Params = tuple[tuple[object, ...], "Params"] | None

PARTIAL_BLOCK: Final = object()
"""Where a frame keeps the block of a partial call: a key that no template can write."""

NULL_CONTEXT: Final[dict[str, object]] = {}
"""What helpers see as `this` where the context is missing."""


class Rendering:
    """One rendering: its instant, its escape, the partials now in scope, and what is left of its budget."""

    __slots__ = ("chances", "depth", "escape", "now", "partials", "room", "steps")

    def __init__(self, now: datetime, escape: Callable[[str], str]) -> None:
        self.now = now
        self.escape = escape
        self.partials: Mapping[str, Body] = {}
        self.steps = MAX_STEPS
        self.room = MAX_OUTPUT
        self.depth = 0
        self.chances = 0

    def spend(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise TemplateFailed(f"the template takes more than {MAX_STEPS:,} steps on this payload.")

    def emit(self, text: str) -> str:
        self.room -= len(text)
        if self.room < 0:
            raise TemplateFailed(f"the template prints more than {MAX_OUTPUT:,} characters on this payload.")
        return text

    def text(self, value: object) -> str:
        """A value that is no text as text; a list counts its items first."""
        self.weigh((value,))
        return text_of(value)

    def weigh(self, values: Sequence[object]) -> None:
        """Spend what a helper may take to go over `values`: a step per list item, and one per 16 characters."""
        cost = 1
        for value in values:
            if isinstance(value, str | list | tuple | dict):
                cost += _weight(value)
        self.spend(cost)

    def allow_text(self, size: int) -> None:
        """Refuse a text of `size` characters before it is made."""
        if size > MAX_TEXT:
            raise TemplateFailed(f"a helper would make a text of more than {MAX_TEXT:,} characters.")
        self.spend(max(size, 0) >> 6)


def _weight(value: object) -> int:
    if isinstance(value, str):
        return len(value) >> 4
    if isinstance(value, list | tuple):
        return len(value) + sum([_weight(item) for item in value if isinstance(item, list | tuple)])
    return len(value) if isinstance(value, dict) else 0


class Scope:
    """Where a piece of a template runs: `this`, the contexts above it, the `@` data and the block parameters."""

    __slots__ = ("data", "depths", "params", "run", "this")

    def __init__(self, run: Rendering, this: object, depths: Depths, data: Frame, params: Params) -> None:
        self.run = run
        self.this = this
        self.depths = depths
        self.data = data
        self.params = params

    def above(self, depth: int) -> object:
        depths = self.depths
        while depth and depths is not None:
            depths = depths[1]
            depth -= 1
        return UNDEFINED if depths is None else depths[0]

    def receiver(self) -> object:
        return NULL_CONTEXT if self.this is None or self.this is UNDEFINED else self.this


class Routine:
    """A compiled piece of a template: texts and closures that print, and the inline partials it defines."""

    __slots__ = ("inlines", "parts")

    def __init__(self, parts: "tuple[Callable[[Scope], str], ...]", inlines: "tuple[tuple[str, Routine], ...]") -> None:
        self.parts = parts
        self.inlines = inlines

    def run(self, scope: Scope) -> str:
        run = scope.run
        run.spend(len(self.parts) + 1)
        run.depth += 1
        if run.depth > MAX_DEPTH:
            raise TemplateFailed(f"blocks and partials run more than {MAX_DEPTH} deep within each other.")
        text = "".join([part(scope) for part in self.parts])
        run.depth -= 1
        return text


class Body:
    """A routine with the scope it was written in: what a block helper or a partial call runs."""

    __slots__ = ("routine", "scope")

    def __init__(self, routine: Routine, scope: Scope) -> None:
        self.routine = routine
        self.scope = scope

    def run(self, context: object, data: Frame | None = None, params: tuple[object, ...] = ()) -> str:
        outer = self.scope
        depths = outer.depths
        if not _same(context, UNDEFINED if depths is None else depths[0]):
            depths = (context, depths)
        frame = outer.data if data is None else data
        inner = Scope(outer.run, context, depths, frame, (params, outer.params))
        if not self.routine.inlines:
            return self.routine.run(inner)
        return run_with_inlines(self.routine, outer, inner)


def run_with_inlines(routine: Routine, outer: Scope, inner: Scope) -> str:
    """Run with the routine's inline partials in scope; they see the contexts that its block was opened in."""
    run = inner.run
    before = run.partials
    written_in = Scope(run, outer.this, outer.depths, outer.data, inner.params)
    run.spend(len(before) + len(routine.inlines))
    run.partials = {**before, **{name: Body(inline, written_in) for name, inline in routine.inlines}}
    text = routine.run(inner)
    run.partials = before
    return text


def _same(context: object, current: object) -> bool:
    if context is current:
        return True
    if isinstance(context, dict | list) and isinstance(current, dict | list | None):
        return context is NULL_CONTEXT and current is None
    return loose_equal(context, current)


class HelperCall:
    """One call of a helper: its name, hash arguments, `this`, and the block it was given, if any."""

    __slots__ = ("_inverse", "_program", "hash", "name", "run", "scope")

    def __init__(
        self, name: str, pairs: dict[str, object], scope: Scope, program: Routine | None, inverse: Routine | None
    ) -> None:
        self.name = name
        self.hash = pairs
        self.scope = scope
        self.run = scope.run
        self._program = program
        self._inverse = inverse

    @property
    def this(self) -> object:
        return self.scope.receiver()

    @property
    def is_block(self) -> bool:
        return self._program is not None or self._inverse is not None

    def fn(self, context: object, data: Frame | None = None, params: tuple[object, ...] = ()) -> str:
        """The block over `context`; empty where the call has an `else` only."""
        self._require_block()
        return Body(self._program, self.scope).run(context, data, params) if self._program else ""

    def inverse(self, context: object) -> str:
        """The `else` part over `context`; empty where there is none."""
        self._require_block()
        return Body(self._inverse, self.scope).run(context) if self._inverse else ""

    def choose(self, value: object) -> object:
        """A test's answer: the value itself inline, the block or its `else` where there is a block."""
        if not self.is_block:
            return value
        return self.fn(self.this) if truthy(value) else self.inverse(self.this)

    def frame(self, more: Mapping[str, object]) -> Frame:
        return new_frame(self.scope.data, more)

    def refuse(self, why: str) -> NoReturn:
        raise TemplateFailed(f"{self.name}: {why}")

    def text(self, value: object) -> str:
        """`String(value)` within the budget for texts."""
        text = text_of(value)
        self.run.allow_text(len(text))
        return text

    def _require_block(self) -> None:
        if not self.is_block:
            self.refuse("works as a block only, {{#" + self.name + " …}}.")


def new_frame(parent: Frame, more: Mapping[str, object]) -> Frame:
    frame = parent.copy()
    for key, value in more.items():
        frame[key] = value
    frame["_parent"] = parent
    return frame
