"""Helpers and the compiler on hostile texts: how the time for each byte grows when the input is doubled."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from time import thread_time
from typing import Final

from bot.errors import Invalid, TemplateFailed
from bot.languages.handlebars import Template, compile_template
from bot.languages.handlebars.helpers import HELPERS

NOW: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
SIZES: Final = (10_000, 20_000)
WORTH: Final = 0.01
"""Seconds below which a time says nothing."""
MOST_GROWTH: Final = 1.2
ROUNDS: Final = 3

PIECES: Final = {
    "a letter": "a",
    "blanks": " ",
    "tags and brackets": "<[",
    "stars": "a*",
    "tables": "a|b\n-|-\n",
    "braces": "{a,b}",
    "signs beyond ASCII": "\N{FIRE}&",
}
"""What texts are made of, by name."""

ARGUMENTS: Final = ("data.t", 'data.t "a" "b"', "data.l", "data.l data.l")
OPENINGS: Final = ("{{a}}", "{{#a}}", "{{", "{{{", "{{!--", "{{a.b ", '"', "{{a (b ", "{{~a~}} ", "\\{{", "{{{{a}}}}")


def run() -> None:
    """Print whatever grows faster than its input, and the slowest of all."""
    slowest = (0.0, "")
    grown = 0
    for name, make in [*_renderings(), *_compilations()]:
        larger = _seconds(make(SIZES[1]))
        times = [_seconds(make(SIZES[0])) if larger > WORTH else 0.0, larger]
        slowest = max(slowest, (times[-1], name))
        growth = times[-1] / times[0] / 2 if times[0] else 0.0
        if times[-1] > WORTH and growth > MOST_GROWTH:
            grown += 1
            print(f"{name:<60} {times[-1] * 1000:8.1f} ms, {growth:.2f} times as long for each byte")
    print(f"{grown} grow by more than {MOST_GROWTH} times; the slowest: {slowest[1]}, {slowest[0] * 1000:.0f} ms")


def _renderings() -> Iterator[tuple[str, Callable[[int], Callable[[], object]]]]:
    for helper in HELPERS:
        for arguments in ARGUMENTS:
            source = f"{{{{{helper} {arguments}}}}}"
            template = _compiled(source) or _compiled(f"{{{{#{helper} {arguments}}}}}x{{{{/{helper}}}}}")
            for said, piece in PIECES.items() if template else ():
                yield f"{source} of {said}", _rendering(template, piece)  # type: ignore[arg-type]  # not None here


def _compiled(source: str) -> Template | None:
    try:
        return compile_template(source)
    except Invalid:
        return None


def _rendering(template: Template, piece: str) -> Callable[[int], Callable[[], object]]:
    def make(size: int) -> Callable[[], object]:
        text = (piece * (size // len(piece) + 1))[:size]
        data = {"t": text, "l": [piece] * (size // 8), "o": {f"{piece}{n}": n for n in range(size // 8)}}
        return lambda: template.render({"data": data}, NOW)

    return make


def _compilations() -> Iterator[tuple[str, Callable[[int], Callable[[], object]]]]:
    for opening in OPENINGS:
        yield f"compiling {opening}", _compiling(opening)


def _compiling(piece: str) -> Callable[[int], Callable[[], object]]:
    return lambda size: lambda: _compiled((piece * (size // len(piece) + 1))[:size])


def _seconds(work: Callable[[], object]) -> float:
    """The least time of several; what is refused costs nothing further."""
    best = 60.0
    for _ in range(ROUNDS):
        started = thread_time()
        with suppress(TemplateFailed):
            work()
        best = min(best, thread_time() - started)
        if best < WORTH / 4:
            break
    return best
