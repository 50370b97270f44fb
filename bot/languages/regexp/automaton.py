"""Matching in linear time what looks around, but refers to no group: exact, and never given up.

What a look asks is answered for every place of the text first: a look ahead by reading the text from its end, a look
behind from its start. The pattern around it then sees one more fact of each place. Sets of states are made when a text
first leads there, as in RE2.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from bot.languages.regexp.charsets import LINE_ENDS, Ranges, contains
from bot.languages.regexp.emission import MOST_COUNTED, Inexpressible
from bot.languages.regexp.parser import split_pairs
from bot.languages.regexp.syntax import (
    Alternatives,
    Boundary,
    Capture,
    Edge,
    Flags,
    Look,
    Node,
    OneOf,
    Repeat,
    Sequence,
)

MOST_KEPT: Final = 2_000
"""Sets of states that are remembered at once."""

Place = Edge | Boundary | Look
"""What asks about a place between two characters."""

Truths = list[bool]
"""For each place of a text, from before the first character to behind the last: whether something holds there."""


def automaton(tree: Node, flags: Flags) -> Callable[[str], bool]:
    """A search for `tree`. Raises Inexpressible where it refers to a group."""
    whole = Machine(tree, backwards=False)

    def search(text: str) -> bool:
        units = text if flags.unicode else split_pairs(text)
        return any(whole.ends(units, stop=True))

    return search


@dataclass(slots=True)
class Machine:
    """The states of one tree, and of the looks in it; `backwards` reads texts from their end."""

    tree: Node
    backwards: bool
    letters: list[Ranges] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    looks: dict[int, "Machine"] = field(default_factory=dict)
    steps: list[list[tuple[int, int]]] = field(default_factory=list)
    moves: list[list[tuple[int, int]]] = field(default_factory=list)
    start: int = 0
    final: int = 0
    borders: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.final = self._state()
        self.start = self._build(self.tree, self.final)
        self.borders = sorted({edge for ranges in self.letters for low, high in ranges for edge in (low, high + 1)})

    def ends(self, text: str, *, stop: bool = False) -> Truths:
        """Whether a match ends at each place; with `stop`, places behind the first such one stay untold."""
        facts = [self._truths(place, number, text) for number, place in enumerate(self.places)]
        return MachineRun(self, text, facts).ends(stop)

    def _state(self) -> int:
        self.steps.append([])
        self.moves.append([])
        return len(self.steps) - 1

    def _build(self, node: Node, to: int) -> int:
        """The state from which `node` leads to the state `to`."""
        match node:
            case OneOf(ranges=ranges):
                at = self._state()
                self.moves[at].append((_number(ranges, self.letters), to))
                return at
            case Sequence(parts=parts):
                for part in parts if self.backwards else reversed(parts):
                    to = self._build(part, to)
                return to
            case Alternatives(options=options):
                return self._fork([self._build(option, to) for option in options])
            case Repeat():
                return self._repeat(node, to)
            case Capture(part=part):
                return self._build(part, to)
            case Edge() | Boundary() | Look():
                return self._ask(node, to)
            case _:
                raise Inexpressible

    def _fork(self, targets: Iterable[int]) -> int:
        at = self._state()
        self.steps[at] += [(-1, target) for target in targets]
        return at

    def _repeat(self, node: Repeat, to: int) -> int:
        if node.most is None or node.most > MOST_COUNTED:
            loop = self._fork([to])
            self.steps[loop].append((-1, self._build(node.part, loop)))
            to = loop
        else:
            end = to
            for _ in range(node.most - node.least):
                to = self._fork([end, self._build(node.part, to)])
        for _ in range(node.least):
            to = self._build(node.part, to)
        return to

    def _ask(self, place: Place, to: int) -> int:
        at = self._state()
        number = len(self.places)
        self.places.append(place)
        if isinstance(place, Look):
            self.looks[number] = Machine(place.part, backwards=not place.behind)
        self.steps[at].append((number, to))
        return at

    def _truths(self, place: Place, number: int, text: str) -> Truths:
        match place:
            case Look(negative=negative):
                found = self.looks[number].ends(text)
                return [not each for each in found] if negative else found
            case Edge(end=end, lines=lines):
                return _line_edges(text, end) if lines else _text_edges(text, end)
            case Boundary(negative=negative, word=word):
                inside = [False, *(contains(word, ord(letter)) for letter in text), False]
                return [(before is after) is negative for before, after in pairwise(inside)]


def _number(ranges: Ranges, known: list[Ranges]) -> int:
    if ranges not in known:
        known.append(ranges)
    return known.index(ranges)


def _text_edges(text: str, end: bool) -> Truths:
    edges = [False] * (len(text) + 1)
    edges[-1 if end else 0] = True
    return edges


def _line_edges(text: str, end: bool) -> Truths:
    ends = [contains(LINE_ENDS, ord(letter)) for letter in text]
    return [*ends, True] if end else [True, *ends]


class MachineRun:
    """One text read by one machine. A set of states is known by a number while this lasts."""

    __slots__ = ("backwards", "facts", "kept", "known", "machine", "passed", "table", "text")

    def __init__(self, machine: Machine, text: str, facts: list[Truths]) -> None:
        self.machine = machine
        self.backwards = machine.backwards
        self.text = text[::-1] if machine.backwards else text
        self.facts = [found[::-1] for found in facts] if machine.backwards else facts
        self._forget()

    def _forget(self) -> None:
        self.known: dict[frozenset[int], int] = {}
        self.kept: list[frozenset[int]] = []
        self.table: defaultdict[int, dict[tuple[int, tuple[bool, ...]], int]] = defaultdict(dict)

    def ends(self, stop: bool) -> Truths:
        """Whether a match ends at each place, in the order of the text."""
        places: list[tuple[bool, ...]] = list(zip(*self.facts, strict=True)) or [()] * (len(self.text) + 1)
        kind = Kinds(self.machine.borders)
        state = self._number(self._closed({self.machine.start}, places[0]))
        found = [self.machine.final in self.kept[state]]
        for letter, holds in zip(self.text, places[1:], strict=True):
            if stop and found[-1]:
                break
            sign = (kind[letter], holds)
            following = self.table[state].get(sign)
            if following is None:
                reached = self._closed(self._moved(state, ord(letter)), holds)
                following = self._remember(state, sign, reached)
            state = following
            found.append(self.machine.final in self.kept[state])
        return found[::-1] if self.backwards else found

    def _moved(self, state: int, point: int) -> set[int]:
        machine = self.machine
        fitting = [contains(ranges, point) for ranges in machine.letters]
        moves = (move for at in self.kept[state] for move in machine.moves[at])
        return {target for letter, target in moves if fitting[letter]} | {machine.start}

    def _closed(self, states: set[int], holds: tuple[bool, ...]) -> frozenset[int]:
        """The states that can be reached without reading, where these facts hold."""
        steps, reached, pending = self.machine.steps, set(states), list(states)
        while pending:
            for place, target in steps[pending.pop()]:
                if target not in reached and (place < 0 or holds[place]):
                    reached.add(target)
                    pending.append(target)
        return frozenset(reached)

    def _remember(self, state: int, sign: tuple[int, tuple[bool, ...]], reached: frozenset[int]) -> int:
        if len(self.kept) >= MOST_KEPT:
            self._forget()
            return self._number(reached)
        number = self.table[state][sign] = self._number(reached)
        return number

    def _number(self, states: frozenset[int]) -> int:
        if states not in self.known:
            self.known[states] = len(self.kept)
            self.kept.append(states)
        return self.known[states]


class Kinds(dict[str, int]):
    """Characters by number; two with one number are in the same sets of the pattern."""

    def __init__(self, borders: list[int]) -> None:
        self.borders = borders

    def __missing__(self, letter: str) -> int:
        found = self[letter] = bisect_right(self.borders, ord(letter))
        return found
