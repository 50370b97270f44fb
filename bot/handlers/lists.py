"""Lists in pages, and the arguments that find their way in them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.engine.directory import Configured
from bot.errors import Invalid, Problem
from bot.handlers.buttons import turn
from bot.handlers.table import Argument, Arguments, CommandOption, Said
from bot.slack.blocks import Block, actions, context, escape, line, listing, section

C = TypeVar("C", bound=Configured)
T = TypeVar("T")

PAGE = 10
_LAST_PAGE = 100_000
_PIECE, _PIECES = 2_800, 3  # characters of a section, and sections of a page
_LONGEST_PART = _PIECE // 5  # an ampersand is five characters once it is escaped

PAGE_OPTION = CommandOption(name="page", value="number", summary="which page of the list")
SORT_OPTION = CommandOption(name="sort", value="order", summary="name, handle or newest; name if left out")
SEARCH = Argument(name="text", required=False, rest=True)


def page_of(arguments: Arguments) -> int:
    """The page that was asked for, or `Invalid`."""
    typed = arguments.options.get("page", "1")
    if not typed.isascii() or not typed.isdecimal() or not 1 <= int(typed) <= _LAST_PAGE:
        raise Invalid([Problem(message=f"“{typed[:20]}” is not a page.", mend=f"Pages are 1 to {_LAST_PAGE}.")])
    return int(typed)


def searched(arguments: Arguments) -> str:
    """The text that is looked for, in lower case."""
    return arguments.words[SEARCH.name].text.lower() if SEARCH.name in arguments.words else ""


def in_order(arguments: Arguments, found: Sequence[C]) -> tuple[C, ...]:
    """Objects in the order that was asked for. Raises `Invalid` for one that there is not."""
    typed = arguments.options.get("sort", "name").lower()
    if typed not in _ORDERS:
        raise Invalid([Problem(message=f"“{typed[:20]}” is no order.", mend=f"There are {', '.join(_ORDERS)}.")])
    return tuple(sorted(found, key=_ORDERS[typed], reverse=typed == "newest"))


def kept(arguments: Arguments) -> str:
    """What of a list's options its further pages have to keep."""
    typed = arguments.options.get("sort", "")
    return f" --sort {typed}" if typed in _ORDERS else ""


_ORDERS: Mapping[str, Callable[[Configured], tuple[str, ...]]] = {
    "name": lambda each: (each.name.casefold(), each.id),
    "handle": lambda each: (each.handle,),
    "newest": lambda each: (each.id.partition("_")[2],),  # ids sort by the time at which they were made
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows(Generic[T]):
    """What a list holds, of which only the page that is shown is drawn."""

    found: Sequence[T]
    draw: Callable[[T], Block]


def drawn(rows: Sequence[Block]) -> Rows[Block]:
    """Rows that are drawn already."""
    return Rows(found=rows, draw=lambda row: row)


def paged(title: str, rows: Rows[T], page: int, typed: str, *buttons: Block) -> Said:
    """Show one page of rows; `typed` is the command that shows the list, without its page."""
    shown = tuple(rows.draw(each) for each in rows.found[(page - 1) * PAGE : page * PAGE])
    return one_page(title, shown, Total(count=len(rows.found)), page, typed, *buttons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """How many rows a list has on all its pages; `is_more`: counting ended there."""

    count: int
    is_more: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.count // PAGE))

    def __str__(self) -> str:
        return f"more than {self.count:,} in all" if self.is_more else f"{self.count:,} in all"


def one_page(title: str, shown: Sequence[Block], total: Total, page: int, typed: str, *buttons: Block) -> Said:
    """Show a page whose rows were looked up, with how much there is and the way to the other pages."""
    told = [context(f"Page {page:,} of {total.pages:,}, {total}.")] if total.pages > 1 and shown else []
    turns = tuple(_turns(total, page, typed))
    foot = (*told, *((actions(*turns, *buttons),) if (*turns, *buttons) else ()))
    if not shown:
        missing = f"There is no page {page}: the last is {total.pages}." if total.count else "None is like that."
        return Said(text=title, blocks=(section(f"*{line(title)}*"), context(missing), *foot))
    return Said(text=title, blocks=(section(f"*{line(title)}*"), *shown, *foot))


def _turns(total: Total, page: int, typed: str) -> Iterator[Block]:
    if page > 1:
        yield turn("Back", f"{typed} --page {min(page - 1, total.pages)}")
    if page < total.pages:
        yield turn("More", f"{typed} --page {page + 1}")
    if page + 1 < total.pages:
        yield turn("Last", f"{typed} --page {total.pages}")


def text_page(text: str, page: int, typed: str) -> Iterator[Block]:
    """One page of a long text, in lines of code, with how much there is; `typed` is the command without its page."""
    pieces = pieces_of(text)
    last = max(1, -(-len(pieces) // _PIECES))
    if page > last:
        yield context(f"There is no page {page}: the last is {last}.")
    yield from (section(listing(piece)) for piece in pieces[(page - 1) * _PIECES : page * _PIECES])
    if last > 1:
        back = [turn("Back", f"{typed} --page {min(page - 1, last)}")] if page > 1 else []
        on = [turn("More", f"{typed} --page {page + 1}")] if page < min(last, _LAST_PAGE) else []
        yield context(f"Page {page} of {last}, {len(text.splitlines())} lines in all.")
        yield actions(*back, *on)


def pieces_of(text: str) -> list[str]:
    """A text in pieces that fit into a section once they are escaped, split at line ends where that is possible."""
    pieces: list[list[str]] = [[]]
    filled = 0
    for part in _parts(text):
        width = len(escape(part, len(part)))
        if filled + width > _PIECE and pieces[-1]:
            pieces.append([])
            filled = 0
        pieces[-1].append(part)
        filled += width
    return ["".join(piece) for piece in pieces if piece]


def _parts(text: str) -> Iterator[str]:
    """Lines, and of those that are longer than fits even escaped, parts."""
    for each in text.splitlines(keepends=True):
        yield from (each[at : at + _LONGEST_PART] for at in range(0, len(each), _LONGEST_PART))


def nothing_yet(text: str, *buttons: Block) -> Said:
    """Say how to begin."""
    return Said(text=text, blocks=(section(text), *((actions(*buttons),) if buttons else ())))
