"""A compiled regular expression, bounded in time whatever the pattern and the text."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from time import perf_counter
from typing import Final

import re2
import regex

from bot.languages.regexp.budget import Budget
from bot.languages.regexp.emission import HEAVIEST, SHIFT, ForBacktracking, ForRe2, Inexpressible, weight
from bot.languages.regexp.factors import Factors, factors, needed
from bot.languages.regexp.literals import literal_test
from bot.languages.regexp.parser import parse, split_pairs
from bot.languages.regexp.syntax import Edge, Flags, Node, Sequence, Untranslatable

LONGEST: Final = 2_000
"""Characters of a pattern."""

LONGEST_WRITTEN: Final = 200_000
"""Characters of a pattern with its sets of characters written out."""

LONGEST_TEXT: Final = 100_000
"""Characters of a text that a pattern beyond RE2 is tried on; RE2 is linear and takes any."""

SECONDS: Final = 0.05
"""Time for one text and one pattern beyond RE2."""

Search = Callable[[str, Budget], bool]


@dataclass(frozen=True, slots=True)
class Pattern:
    """`source` shows the pattern as JavaScript writes it; `factors` are texts that it cannot match without."""

    source: str
    factors: tuple[Factors, ...] = field(repr=False)
    search: Search = field(repr=False)

    def found_in(self, value: object, run: Budget) -> bool:
        """Whether `value` is a text that the pattern matches; what takes too long counts as not matched."""
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
    backtracking = _backtracking(tree, flags)
    try:
        linear = _linear(_short(ForRe2().write(tree)))
    except (Inexpressible, re2.error):
        return _bounded(backtracking(), flags)
    if flags.multiline:
        return _by_lines(linear, _bounded(backtracking(), flags), flags)
    return lambda text, _: linear(text.encode() if text.isascii() else encodable(text, flags).encode())


def _short(written: str) -> str:
    if len(written) > LONGEST_WRITTEN:
        raise Untranslatable("The regular expression names too many sets of characters.", "Use fewer \\p{ }.")
    return written


def _linear(pattern: str) -> Callable[[bytes], bool]:
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    compiled = re2.compile(pattern.encode(), options)
    return lambda text: compiled.search(text) is not None


def _backtracking(tree: Node, flags: Flags) -> Callable[[], regex.Pattern[str]]:
    def compiled() -> regex.Pattern[str]:
        if weight(tree) > HEAVIEST:
            raise Untranslatable("The regular expression repeats too much inside repetitions.", "Use + or *.")
        return regex.compile(_short(ForBacktracking(flags.ignore_case).write(tree)))

    return compiled


def _by_lines(linear: Callable[[bytes], bool], otherwise: Search, flags: Flags) -> Search:
    """RE2 knows one end of line; a text that has others goes to the other engine."""
    other_ends = re.compile("[\r\u2028\u2029]")

    def search(text: str, run: Budget) -> bool:
        if other_ends.search(text):
            return otherwise(text, run)
        return linear(encodable(text, flags).encode())

    return search


def _bounded(compiled: regex.Pattern[str], flags: Flags) -> Search:
    def search(text: str, run: Budget) -> bool:
        if len(text) > LONGEST_TEXT or run.regex_seconds <= 0:
            run.gave_up.append(TOO_LONG if len(text) > LONGEST_TEXT else TOO_SLOW)
            return False
        started = perf_counter()
        try:
            seconds = min(SECONDS, run.regex_seconds)
            return compiled.search(encodable(text, flags), timeout=seconds, concurrent=True) is not None
        except TimeoutError:
            run.gave_up.append(TOO_SLOW)
            return False
        finally:
            run.regex_seconds -= perf_counter() - started

    return search


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
