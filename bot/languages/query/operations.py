"""sift's operations while candidates are offered to them one after the other: a faithful port of their states.

Every operation starts with what `reset()` leaves: it is `done` when no further candidate can change it, and `keep` is
its answer so far. Source: src/core.ts and src/operations.ts of sift 17.1.4.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.languages.query.paths import Candidate, Segment, Walk, hangs_on_no_element, has_own, is_missing_property
from bot.languages.regexp.budget import Budget
from bot.languages.values import MISSING

CandidateTest = Callable[[object, Budget], bool]
"""Whether one value fits; never raises, whatever the value."""


class Operation(Protocol):
    """One operation within one evaluation."""

    done: bool
    keep: bool

    def next(self, at: Candidate) -> None:
        """Take one candidate."""


class FitsOperation:
    """Kept as soon as one candidate passes the test."""

    __slots__ = ("done", "keep", "test")

    def __init__(self, test: CandidateTest) -> None:
        self.test = test
        self.done = self.keep = False

    def next(self, at: Candidate) -> None:
        if not hangs_on_no_element(at) and self.test(at.value, at.run):
            self.done = self.keep = True


class DiffersOperation:
    """Kept until one candidate passes the test."""

    __slots__ = ("done", "keep", "test")

    def __init__(self, test: CandidateTest) -> None:
        self.test = test
        self.done, self.keep = False, True

    def next(self, at: Candidate) -> None:
        if not is_missing_property(at) and self.test(at.value, at.run):
            self.done, self.keep = True, False


class WithinOperation:
    """`$in`: like Fits, but a missing index of a list counts as missing."""

    __slots__ = ("done", "keep", "test")

    def __init__(self, test: CandidateTest) -> None:
        self.test = test
        self.done = self.keep = False

    def next(self, at: Candidate) -> None:
        if not is_missing_property(at):
            self.done = self.keep = self.test(at.value, at.run)


class SizedOperation:
    """`$size`: the candidate is a list of that length."""

    __slots__ = ("done", "keep", "length")

    def __init__(self, length: object) -> None:
        self.length = length
        self.done = self.keep = False

    def next(self, at: Candidate) -> None:
        if isinstance(at.value, list) and len(at.value) == self.length:
            self.done = self.keep = True


class ExistsOperation:
    """`$exists`: settled by the first candidate whose owner has the key."""

    __slots__ = ("done", "keep", "wanted")

    def __init__(self, wanted: bool) -> None:
        self.wanted = wanted
        self.done, self.keep = False, not wanted

    def next(self, at: Candidate) -> None:
        if at.ends and (at.value is not MISSING if at.owner is None else has_own(at.owner, at.key)):
            self.done, self.keep = True, self.wanted


class AllOperation:
    """A group whose operations must all be kept, by whichever candidates."""

    __slots__ = ("children", "done", "keep")

    def __init__(self, children: Sequence[Operation]) -> None:
        self.children = children
        self.done = self.keep = False

    def next(self, at: Candidate) -> None:
        done = keep = True
        for operation in self.children:
            if not operation.done:
                operation.next(at)
            keep = keep and operation.keep
            if operation.done and not operation.keep:
                break
            done = done and operation.done
        self.done, self.keep = done, keep


class NestedOperation:
    """A group at the end of a path: every candidate of the walk is offered to it."""

    __slots__ = ("done", "group", "keep", "keys")

    def __init__(self, keys: tuple[Segment, ...], group: AllOperation) -> None:
        self.keys, self.group = keys, group
        self.done = self.keep = False

    def next(self, at: Candidate) -> None:
        Walk(self.keys, self._offer, at.run).start(at)
        self.done, self.keep = self.group.done, self.group.keep

    def _offer(self, at: Candidate) -> bool:
        self.group.next(at)
        return not self.group.done


class EitherOperation:
    """`$or`, and `$nor` with `wanted` false: only the latest candidate counts."""

    __slots__ = ("children", "done", "keep", "wanted")

    def __init__(self, children: Sequence[Operation], wanted: bool) -> None:
        self.children, self.wanted = children, wanted
        self.done = self.keep = False

    def next(self, at: Candidate) -> None:
        run = at.run
        self.done, outside = False, run.hopeful
        run.hopeful = outside is self.wanted  # inside a negation, what cannot be said counts the other way round
        try:
            for operation in self.children:
                operation.next(at)
                if operation.keep:
                    self.done = True
                    break
        finally:
            run.hopeful = outside
        self.keep = self.done is self.wanted


class OppositeOperation:
    """`$not`: the opposite of its query, once a candidate was offered."""

    __slots__ = ("done", "inner", "keep")

    def __init__(self, inner: Operation) -> None:
        self.inner = inner
        self.done = self.keep = False

    def next(self, at: Candidate) -> None:
        run = at.run
        run.hopeful = not run.hopeful
        try:
            self.inner.next(at)
        finally:
            run.hopeful = not run.hopeful
        self.done, self.keep = self.inner.done, not self.inner.keep


class SomeElementOperation:
    """`$elemMatch`: an element of a list passes the whole query by itself."""

    __slots__ = ("done", "keep", "passes")

    def __init__(self, passes: Callable[[Candidate], bool]) -> None:
        self.passes = passes
        self.done = self.keep = False

    def next(self, at: Candidate) -> None:
        if not isinstance(at.value, list):
            self.done = self.keep = False
            return
        for index, element in enumerate(at.value):
            at.run.step()
            self.keep = self.passes(Candidate(element, index, at.value, True, at.run)) or self.keep
        # A list inside a list stops the search, as sift leaves it to the list that holds it.
        self.done = self.keep or not isinstance(at.owner, dict)
