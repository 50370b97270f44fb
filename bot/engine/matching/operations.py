"""sift's operations while candidates are offered to them one after the other: a faithful port of their states.

Every operation starts with what `reset()` leaves: it is `done` when no further candidate can change it, and `keep` is its
answer so far. Source: src/core.ts and src/operations.ts of sift 17.1.4.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.engine.matching.paths import Key, Segment, Walk, hangs_on_no_element, has_own, is_missing_property
from bot.engine.matching.run import Run
from bot.engine.matching.values import MISSING

Test = Callable[[object, Run], bool]
"""Whether one value fits; never raises, whatever the value."""


class Operation(Protocol):
    """One operation within one evaluation."""

    done: bool
    keep: bool

    def next(self, item: object, key: Key, owner: object, leaf: bool) -> None:
        """Take one candidate: a value, the key it hangs on, its owner, and whether the path ended there."""


class Fits:
    """Kept as soon as one candidate passes the test."""

    __slots__ = ("done", "keep", "run", "test")

    def __init__(self, test: Test, run: Run) -> None:
        self.test, self.run = test, run
        self.done = self.keep = False

    def next(self, item: object, key: Key, owner: object, leaf: bool) -> None:
        if not hangs_on_no_element(key, owner) and self.test(item, self.run):
            self.done = self.keep = True


class Differs:
    """Kept until one candidate passes the test."""

    __slots__ = ("done", "keep", "run", "test")

    def __init__(self, test: Test, run: Run) -> None:
        self.test, self.run = test, run
        self.done, self.keep = False, True

    def next(self, item: object, key: Key, owner: object, leaf: bool) -> None:
        if not is_missing_property(key, owner) and self.test(item, self.run):
            self.done, self.keep = True, False


class Within:
    """`$in`: like Fits, but a missing index of a list counts as missing."""

    __slots__ = ("done", "keep", "run", "test")

    def __init__(self, test: Test, run: Run) -> None:
        self.test, self.run = test, run
        self.done = self.keep = False

    def next(self, item: object, key: Key, owner: object, leaf: bool) -> None:
        if not is_missing_property(key, owner):
            self.done = self.keep = self.test(item, self.run)


class Sized:
    """`$size`: the candidate is a list of that length."""

    __slots__ = ("done", "keep", "length")

    def __init__(self, length: object) -> None:
        self.length = length
        self.done = self.keep = False

    def next(self, item: object, key: Key, owner: object, leaf: bool) -> None:
        if isinstance(item, list) and len(item) == self.length:
            self.done = self.keep = True


class Exists:
    """`$exists`: settled by the first candidate whose owner has the key."""

    __slots__ = ("done", "keep", "wanted")

    def __init__(self, wanted: bool) -> None:
        self.wanted = wanted
        self.done, self.keep = False, not wanted

    def next(self, item: object, key: Key, owner: object, leaf: bool) -> None:
        if leaf and (has_own(owner, key) if owner is not None else item is not MISSING):
            self.done, self.keep = True, self.wanted


class All:
    """A group whose operations must all be kept, by whichever candidates."""

    __slots__ = ("children", "done", "keep")

    def __init__(self, children: Sequence[Operation]) -> None:
        self.children = children
        self.done = self.keep = False

    def next(self, item: object, key: Key, owner: object, leaf: bool) -> None:
        done = keep = True
        for operation in self.children:
            if not operation.done:
                operation.next(item, key, owner, leaf)
            keep = keep and operation.keep
            if operation.done and not operation.keep:
                break
            done = done and operation.done
        self.done, self.keep = done, keep


class Nested:
    """A group at the end of a path: every candidate of the walk is offered to it."""

    __slots__ = ("group", "keys", "run")

    def __init__(self, keys: tuple[Segment, ...], group: All, run: Run) -> None:
        self.keys, self.group, self.run = keys, group, run

    @property
    def done(self) -> bool:
        return self.group.done

    @property
    def keep(self) -> bool:
        return self.group.keep

    def next(self, item: object, key: Key, owner: object, leaf: bool) -> None:
        Walk(self.keys, self._offer, self.run).enter(item, 0, key, owner, leaf)

    def _offer(self, item: object, key: Key, owner: object, leaf: bool) -> bool:
        self.group.next(item, key, owner, leaf)
        return not self.group.done


class Either:
    """`$or`, and `$nor` with `wanted` false: only the latest candidate counts."""

    __slots__ = ("children", "done", "keep", "wanted")

    def __init__(self, children: Sequence[Operation], wanted: bool) -> None:
        self.children, self.wanted = children, wanted
        self.done = self.keep = False

    def next(self, item: object, key: Key, owner: object, leaf: bool) -> None:
        self.done = False
        for operation in self.children:
            operation.next(item, key, owner, leaf)
            if operation.keep:
                self.done = True
                break
        self.keep = self.done is self.wanted


class Opposite:
    """`$not`: the opposite of its query, once a candidate was offered."""

    __slots__ = ("done", "inner", "keep")

    def __init__(self, inner: Operation) -> None:
        self.inner = inner
        self.done = self.keep = False

    def next(self, item: object, key: Key, owner: object, leaf: bool) -> None:
        self.inner.next(item, key, owner, leaf)
        self.done, self.keep = self.inner.done, not self.inner.keep


class SomeElement:
    """`$elemMatch`: an element of a list passes the whole query by itself."""

    __slots__ = ("done", "keep", "passes", "run")

    def __init__(self, passes: Callable[[object, Key, object, bool, Run], bool], run: Run) -> None:
        self.passes, self.run = passes, run
        self.done = self.keep = False

    def next(self, item: object, key: Key, owner: object, leaf: bool) -> None:
        if not isinstance(item, list):
            self.done = self.keep = False
            return
        for index, element in enumerate(item):
            self.run.step()
            self.keep = self.passes(element, index, item, True, self.run) or self.keep
        # A list inside a list stops the search, as sift leaves it to the list that holds it.
        self.done = self.keep or not isinstance(owner, dict)
