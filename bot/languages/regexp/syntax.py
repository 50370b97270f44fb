"""The syntax tree of a regular expression."""

from dataclasses import dataclass

from bot.languages.regexp.charsets import Ranges


class Untranslatable(Exception):
    """A regular expression that JavaScript refuses, or that has no equal here. `flags`: the fault is in the options."""

    def __init__(self, message: str, mend: str = "", *, flags: bool = False) -> None:
        self.message, self.mend, self.flags = message, mend, flags
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Flags:
    """The flags that change what a pattern means; `d` and `g` do not, as sift asks from the start every time."""

    ignore_case: bool = False
    multiline: bool = False
    dot_all: bool = False
    unicode: bool = False
    sets: bool = False
    sticky: bool = False


@dataclass(frozen=True, slots=True)
class OneOf:
    """One character out of a set."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other; nothing at all when empty."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Alternatives:
    """One of several."""

    options: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`part` from `least` to `most` times; `most` None is without end."""

    part: "Node"
    least: int
    most: int | None
    lazy: bool


@dataclass(frozen=True, slots=True)
class Capture:
    """A numbered group."""

    number: int
    part: "Node"


@dataclass(frozen=True, slots=True)
class Back:
    """The text that a group captured; nothing when it captured nothing."""

    number: int


@dataclass(frozen=True, slots=True)
class Look:
    """A look ahead or behind."""

    behind: bool
    negative: bool
    part: "Node"


@dataclass(frozen=True, slots=True)
class Edge:
    """The start or the end, of the text or with `lines` of a line."""

    end: bool
    lines: bool


@dataclass(frozen=True, slots=True)
class Boundary:
    """A word's edge, or with `negative` none. `word` is what counts as part of a word."""

    negative: bool
    word: Ranges


Node = OneOf | Sequence | Alternatives | Repeat | Capture | Back | Look | Edge | Boundary

NOTHING = Sequence(())
