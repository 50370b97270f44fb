"""A compiled regular expression, bounded in time whatever the pattern and the text."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from time import thread_time
from typing import Final

import re2
import regex

from bot.languages.regexp.automaton import automaton
from bot.languages.regexp.budget import SECONDS, WORK, Budget
from bot.languages.regexp.edges import alternatives
from bot.languages.regexp.emission import HEAVIEST, SHIFT, ForBacktracking, ForRe2, Inexpressible, weight
from bot.languages.regexp.factors import Factors, factors, needed
from bot.languages.regexp.literals import literal_test
from bot.languages.regexp.parser import parse, split_pairs
from bot.languages.regexp.relaxation import relaxed
from bot.languages.regexp.stops import time_stops
from bot.languages.regexp.syntax import Edge, Flags, Node, Sequence, Untranslatable

LONGEST: Final = 2_000
"""Characters of a pattern."""

LONGEST_WRITTEN: Final = 200_000
"""Characters of a pattern with its sets of characters written out."""

LONGEST_TEXT: Final = 100_000
"""Characters of a text that a pattern with references to groups is tried on; RE2 is linear and takes any."""

QUICKLY: Final = 0.02
"""Seconds after which the automaton takes over from the engine that backtracks."""

Search = Callable[[str, Budget], bool]
Asked = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Pattern:
    """`source` shows the pattern as JavaScript writes it; `factors` are texts that it cannot match without."""

    source: str
    factors: tuple[Factors, ...] = field(repr=False)
    search: Search = field(repr=False)

    def found_in(self, value: object, run: Budget) -> bool:
        """Whether `value` is a text that the pattern matches; where it gave up, the run says what that counts as."""
        return isinstance(value, str) and self.search(value, run)


@lru_cache(4096)
def compile_pattern(source: str, options: str = "") -> Pattern:
    """Compile a JavaScript pattern with its flags; raises Untranslatable."""
    flags = read_flags(options)
    if len(source) > LONGEST:
        raise Untranslatable(f"The regular expression is longer than {LONGEST:,} characters.", "Shorten it.")
    tree = parse(source, flags)
    if flags.sticky:
        tree = Sequence((Edge(end=False, lines=False), tree))
    shown = f"/{source}/{options}" if options else source
    required = tuple(factors(tree))
    return Pattern(shown, required, literal_test(tree, _spared(_engine(tree, flags), needed(required)), flags))


def _spared(engine: Search, text: str) -> Search:
    """Where the text that every match contains is not there, no engine has to look."""
    if not text:
        return engine
    return lambda value, run: text in value.lower() and engine(value, run)


def read_flags(options: str) -> Flags:
    """The flags of `$options`; raises Untranslatable for others, and for a flag given twice."""
    unknown = sorted(set(options) - set("dgimsuvy"))
    if unknown:
        mend = "x and inline flags are not JavaScript's." if "x" in unknown else "Flags are d g i m s u v y."
        raise Untranslatable(f"Unknown flag {unknown[0]} in $options.", mend, flags=True)
    if len(set(options)) != len(options) or {"u", "v"} <= set(options):
        raise Untranslatable("A flag in $options is given twice, or u and v together.", "Keep one.", flags=True)
    return Flags(
        ignore_case="i" in options,
        multiline="m" in options,
        dot_all="s" in options,
        unicode="u" in options or "v" in options,
        sets="v" in options,
        sticky="y" in options,
    )


def _engine(tree: Node, flags: Flags) -> Search:
    try:
        alike = _alike(tree, flags)
    except (Inexpressible, re2.error):
        return _beyond(tree, flags)
    if flags.multiline:
        return _by_lines(alike, _beyond(tree, flags))
    return lambda text, _: alike(text)


def _alike(tree: Node, flags: Flags) -> Asked:
    """A search by RE2, with the looks at the ends of the pattern written without looking."""
    options = [
        [(_linear(term.tree, flags), term.wanted) for term in terms] for terms in alternatives(tree, flags.unicode)
    ]
    if len(options) == 1 and len(options[0]) == 1:
        return options[0][0][0]
    return lambda text: any(all(found(text) is wanted for found, wanted in terms) for terms in options)


def _linear(tree: Node, flags: Flags) -> Asked:
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    compiled = re2.compile(_short(ForRe2().write(tree)).encode(), options)
    return lambda text: compiled.search((text if text.isascii() else encodable(text, flags)).encode()) is not None


def _short(written: str) -> str:
    if len(written) > LONGEST_WRITTEN:
        raise Untranslatable("The regular expression names too many sets of characters.", "Use fewer \\p{ }.")
    return written


def _by_lines(linear: Asked, otherwise: Search) -> Search:
    """RE2 knows one end of line; a text that has others goes to the other engine."""
    other_ends = re.compile("[\r\u2028\u2029]")
    return lambda text, run: otherwise(text, run) if other_ends.search(text) else linear(text)


def _beyond(tree: Node, flags: Flags) -> Search:
    """A search by the `regex` package, which backtracks, where RE2 does not rule a match out.

    Where the pattern refers to no group, that only helps to be quick: an automaton answers when it takes long.
    """
    if weight(tree) > HEAVIEST:
        raise Untranslatable("The regular expression repeats too much inside repetitions.", "Use + or *.")
    backtracking = regex.compile(_short(ForBacktracking(flags.ignore_case).write(tree)))
    try:
        search = _exactly(backtracking, automaton(tree, flags), flags, weight(tree))
    except Inexpressible:
        search = _backtracking(backtracking, flags)
    return _remembered(_ruled_out(tree, flags, search))


def _ruled_out(tree: Node, flags: Flags, search: Search) -> Search:
    """Without its looks and its references, a pattern matches all that it matches with them, and more."""
    try:
        wider = _linear(relaxed(tree), flags)
    except (Inexpressible, re2.error):
        return search
    return lambda text, run: wider(text) and search(text, run)


def _remembered(search: Search) -> Search:
    """The same pattern is not asked twice about the same text in one evaluation."""
    number = next(_NUMBERS)

    def remembered(text: str, run: Budget) -> bool:
        key = (number, text)
        if key in run.known:
            found, reason = run.known[key]
            return run.give_up(reason) if reason else found
        said = len(run.gave_up)
        found = search(text, run)
        run.known[key] = found, run.gave_up[-1] if len(run.gave_up) > said else ""
        return found

    return remembered


_NUMBERS: Final = count()


def _exactly(backtracking: regex.Pattern[str], exact: Asked, flags: Flags, size: int) -> Search:
    """Which of the two engines answers hangs on how busy the machine is; the answer does not."""

    def search(text: str, run: Budget) -> bool:
        work = len(text) * size
        if work > min(WORK, run.work):
            return run.give_up(TOO_LONG)
        run.work -= work
        try:
            return backtracking.search(encodable(text, flags), timeout=QUICKLY, concurrent=True) is not None
        except TimeoutError:
            return exact(text)

    return search


def _backtracking(compiled: regex.Pattern[str], flags: Flags) -> Search:
    def search(text: str, run: Budget) -> bool:
        if len(text) > LONGEST_TEXT:
            return run.give_up(TOO_LONG)
        started = thread_time()
        found = _within(compiled, encodable(text, flags), min(SECONDS, run.seconds))
        run.seconds -= thread_time() - started
        if found is None:
            time_stops.add()
            return run.give_up(TOO_SLOW)
        return found

    return search


def _within(compiled: regex.Pattern[str], text: str, seconds: float) -> bool | None:
    """Search for as much of this thread's own time; the package itself counts that of all."""
    started, allowed = thread_time(), seconds
    while (left := seconds - (thread_time() - started)) > 0:
        try:
            return compiled.search(text, timeout=allowed, concurrent=True) is not None
        except TimeoutError:
            allowed = max(2 * allowed, left)
    return None


TOO_SLOW: Final = "gave up: the regular expression took too long on this text"
TOO_LONG: Final = "gave up: the text is too long for this regular expression"

_BEYOND: Final = re.compile("[\ud800-\udfff\U00010000-\U0010ffff]")
_HALVES: Final = re.compile("[\ud800-\udfff]")


def encodable(text: str, flags: Flags) -> str:
    """`text` as the pattern sees it: without the flag u in halves, and halves as private characters."""
    if text.isascii() or not (_HALVES if flags.unicode else _BEYOND).search(text):
        return text
    halves = text if flags.unicode else split_pairs(text)
    return _HALVES.sub(lambda found: chr(SHIFT + ord(found[0])), halves)
