"""Lists in pages, and the arguments that find their way in them."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from bot.engine.directory import Configured
from bot.errors import Invalid, Problem
from bot.handlers.buttons import turn
from bot.handlers.table import Argument, Arguments, CommandOption, Said
from bot.slack.blocks import Block, actions, context, line, section

C = TypeVar("C", bound=Configured)

PAGE = 10
_LAST_PAGE = 100

PAGE_OPTION = CommandOption(name="page", value="number", summary="which page of the list, 1 to 100")
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


def paged(title: str, rows: Sequence[Block], page: int, typed: str, *buttons: Block) -> Said:
    """Show one page of rows; `typed` is the command that shows the list, without its page."""
    shown, last = rows[(page - 1) * PAGE : page * PAGE], max(1, -(-len(rows) // PAGE))
    back = [turn("Back", f"{typed} --page {min(page - 1, last)}")] if page > 1 else []
    on = [turn("More", f"{typed} --page {page + 1}")] if page < min(last, _LAST_PAGE) else []
    foot = (actions(*back, *on, *buttons),) if (*back, *on, *buttons) else ()
    if not shown:
        missing = f"There is no page {page}: the last is {last}." if rows else "None is like that."
        return Said(text=title, blocks=(section(f"*{line(title)}*"), context(missing), *foot))
    return Said(text=title, blocks=(section(f"*{line(title)}*"), *shown, *foot))


def nothing_yet(text: str, *buttons: Block) -> Said:
    """Say how to begin."""
    return Said(text=text, blocks=(section(text), *((actions(*buttons),) if buttons else ())))
