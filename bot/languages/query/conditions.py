"""A compiled query: immutable conditions that can be asked again and again, by several threads at once.

`holds` offers one candidate to a fresh operation and reads its answer. As long as no list is met there is exactly one
candidate, and the answer is plain logic; where a list is met, `begin` makes sift's stateful operations and the walk
feeds them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.languages.query import operations
from bot.languages.query.operations import CandidateTest, Operation
from bot.languages.query.paths import Candidate, Segment, child, has_own, path_text, root
from bot.languages.regexp import Factors
from bot.languages.regexp.budget import TOO_MANY, Budget, Exhausted
from bot.languages.values import EPOCH, MISSING


class Condition(Protocol):
    """One node of a compiled query."""

    def holds(self, at: Candidate) -> bool:
        """Whether this one candidate, offered alone, satisfies the condition."""

    def begin(self) -> Operation:
        """The operation that takes several candidates."""

    def always(self) -> bool:
        """Whether it provably holds for every document."""


@dataclass(frozen=True, slots=True)
class Fits:
    """A candidate passes `test`. `name` and `operand` say it as the query does; `factors` are those of a pattern."""

    name: str
    operand: object
    test: CandidateTest
    factors: tuple[Factors, ...] = ()

    def holds(self, at: Candidate) -> bool:
        return self.test(at.value, at.run)

    def begin(self) -> Operation:
        return operations.FitsOperation(self.test)

    def always(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Differs:
    """No candidate passes `test`."""

    name: str
    operand: object
    test: CandidateTest

    def holds(self, at: Candidate) -> bool:
        return not self.test(at.value, at.run)

    def begin(self) -> Operation:
        return operations.DiffersOperation(self.test)

    def always(self) -> bool:
        return self.name == "$nin" and self.operand == []


@dataclass(frozen=True, slots=True)
class Within:
    """A candidate equals one of the items of `operand`."""

    name: str
    operand: object
    test: CandidateTest

    def holds(self, at: Candidate) -> bool:
        return self.test(at.value, at.run)

    def begin(self) -> Operation:
        return operations.WithinOperation(self.test)

    def always(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class OnClock:
    """A condition on the instant of the evaluation; `seen` says what the clock showed."""

    name: str
    operand: object
    test: Callable[[Budget], bool]
    seen: Callable[[Budget], str]

    def holds(self, at: Candidate) -> bool:
        return self.test(at.run)

    def begin(self) -> Operation:
        return operations.FitsOperation(lambda _value, run: self.test(run))

    def always(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Sized:
    """A candidate is a list of `operand` elements."""

    name: str
    operand: object

    def holds(self, at: Candidate) -> bool:
        return isinstance(at.value, list) and len(at.value) == self.operand

    def begin(self) -> Operation:
        return operations.SizedOperation(self.operand)

    def always(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Exists:
    """The key at the end of the path is there, or with `wanted` false is not."""

    name: str
    operand: object
    wanted: bool

    def holds(self, at: Candidate) -> bool:
        found = at.ends and (at.value is not MISSING if at.owner is None else has_own(at.owner, at.key))
        return found is self.wanted

    def begin(self) -> Operation:
        return operations.ExistsOperation(self.wanted)

    def always(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class All:
    """Every one of `children` holds: a query of several keys, `$and`, `$all`."""

    name: str
    children: tuple[Condition, ...]

    def holds(self, at: Candidate) -> bool:
        return all(inner.holds(at) for inner in self.children)

    def begin(self) -> Operation:
        return operations.AllOperation([inner.begin() for inner in self.children])

    def always(self) -> bool:
        if self.name == "$all":
            return not self.children  # its items are asked about elements, not about the document
        return all(inner.always() for inner in self.children)


@dataclass(frozen=True, slots=True)
class Nested:
    """Every one of `children` holds for what the path leads to; without keys, for the value itself."""

    keys: tuple[Segment, ...]
    children: tuple[Condition, ...]

    @property
    def path(self) -> str:
        return path_text(key.name for key in self.keys)

    def holds(self, at: Candidate) -> bool:
        if at.owner is not None or not self.keys:
            return self._holds(at)
        at.run.allow()  # every path from the root has steps of its own
        try:
            return self._holds(at)
        except (Exhausted, RecursionError):
            return at.run.give_up(TOO_MANY)

    def _holds(self, at: Candidate) -> bool:
        value, key, owner, ends, run = at
        for following in self.keys:
            if isinstance(value, list):
                return self._holds_in_list(at)
            if value is None or value is MISSING:
                ends = False
                break
            value, key, owner, ends = child(value, following), following, value, True
        if isinstance(value, list):
            return self._holds_in_list(at)
        only = Candidate(value, key, owner, ends, run)
        return all(inner.holds(only) for inner in self.children)

    def _holds_in_list(self, at: Candidate) -> bool:
        operation = self.begin()
        operation.next(at)
        return operation.keep

    def begin(self) -> Operation:
        return operations.NestedOperation(
            self.keys, operations.AllOperation([inner.begin() for inner in self.children])
        )

    def always(self) -> bool:
        if len(self.keys) == 1 and self.keys[0].name == "always":
            return self.holds(root({"always": True}, Budget(EPOCH)))
        return all(inner.always() for inner in self.children)


@dataclass(frozen=True, slots=True)
class Either:
    """One of `children` holds (`$or`), or none does (`$nor`, `wanted` false)."""

    name: str
    children: tuple[Condition, ...]
    wanted: bool

    def holds(self, at: Candidate) -> bool:
        if self.wanted:
            return any(inner.holds(at) for inner in self.children)
        run = at.run
        run.hopeful = not run.hopeful  # inside a negation, what cannot be said counts the other way round
        try:
            return not any(inner.holds(at) for inner in self.children)
        finally:
            run.hopeful = not run.hopeful

    def begin(self) -> Operation:
        return operations.EitherOperation([inner.begin() for inner in self.children], self.wanted)

    def always(self) -> bool:
        return self.wanted and any(inner.always() for inner in self.children)


@dataclass(frozen=True, slots=True)
class Opposite:
    """`$not`: the query does not hold."""

    name: str
    operand: object
    inner: Condition

    def holds(self, at: Candidate) -> bool:
        run = at.run
        run.hopeful = not run.hopeful
        try:
            return not self.inner.holds(at)
        finally:
            run.hopeful = not run.hopeful

    def begin(self) -> Operation:
        return operations.OppositeOperation(self.inner.begin())

    def always(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class SomeElement:
    """`$elemMatch`: one element of a list satisfies the whole query."""

    name: str
    operand: object
    inner: Condition

    def holds(self, at: Candidate) -> bool:
        operation = self.begin()
        operation.next(at)
        return operation.keep

    def begin(self) -> Operation:
        return operations.SomeElementOperation(self.inner.holds)

    def always(self) -> bool:
        return False
