"""Versions of what is configured, for any noun: listed with their authors, compared, and brought back."""

from collections.abc import Callable
from typing import TypeVar, cast

from bot.engine.directory import PREFIXES, Configured, Directory, name_of
from bot.engine.model import Role
from bot.errors import Invalid, NotFound, Problem
from bot.handlers.buttons import RUN, run
from bot.handlers.grammar import Word
from bot.handlers.lists import PAGE_OPTION, page_of, text_page
from bot.handlers.lookup import noun_of, pick
from bot.handlers.restoring import restored
from bot.handlers.table import Argument, Arguments, Command, Said
from bot.handlers.visit import Visit
from bot.ports import Revision
from bot.service import history
from bot.slack.blocks import Block, actions, button, confirmation, context, line, section, when

C = TypeVar("C", bound=Configured)

_VERSION = Argument(name="version")
_FROM = Argument(name="version")
_TO = Argument(name="other version", required=False)
_SHOWN = 10


def commands(kind: type[Configured], noun: str) -> tuple[Command, ...]:
    """`history`, `diff` and `restore` of a noun; its first argument is named like it."""
    argument = Argument(name=noun)
    return (
        Command(
            verb="history",
            summary="List the versions, with their authors.",
            run=_listing(kind, noun),
            arguments=(argument,),
        ),
        Command(
            verb="diff",
            summary="Show what changed in a version, or between two.",
            run=_comparing(kind, noun),
            arguments=(argument, _FROM, _TO),
            options=(PAGE_OPTION,),
        ),
        Command(
            verb="restore",
            summary="Save an old version as the newest.",
            run=_restoring(kind, noun),
            arguments=(argument, _VERSION),
            role=Role.ADMIN,
        ),
    )


def _listing(kind: type[Configured], noun: str) -> Callable[[Visit, Arguments], Said]:
    def run_(visit: Visit, arguments: Arguments) -> Said:
        directory = visit.directory()
        found = object_of(visit, directory, kind, arguments.words[noun])
        versions = history.versions(visit.ports, found.id, _SHOWN + 1)
        rows = [_row(visit, each, directory, noun, found.handle) for each in versions[:_SHOWN]]
        more = [context("There are older ones.")] if len(versions) > _SHOWN else []
        head = section(f"*Versions of {line(found.name, 100)}*")
        return Said(text=f"Versions of {line(found.name, 100)}", blocks=(head, *_apart(rows), *more))

    return run_


def _apart(rows: list[tuple[Block, ...]]) -> tuple[Block, ...]:
    return tuple(block for row in rows for block in row)


def _row(visit: Visit, each: Revision, directory: Directory, noun: str, handle: str) -> tuple[Block, ...]:
    gone = ", deleted" if each.body is None else ""
    by = line(name_of(each.author, directory), 80)
    said = section(f"*{each.version}* · {when(each.at)} by {by}{gone}")
    buttons = [run("What changed", f"{noun} diff {handle} {each.version}")]
    if visit.user.role is Role.ADMIN and each.body is not None:
        asks = confirmation("Restore this version?", "It becomes the newest one, at once.", "Restore")
        typed = f"{noun} restore {handle} {each.version}"
        buttons.append(button(f"{RUN}{typed}"[:255], "Restore", typed, "", asks))
    return said, actions(*buttons)


def object_of(visit: Visit, directory: Directory, kind: type[C], word: Word) -> C:
    """Find an object by its handle, or by its id although it was deleted. Raises `NotFound`."""
    shelf = cast("type[Configured]", kind)
    if PREFIXES.get(word.text.partition("_")[0]) is not kind or directory.get(shelf, word.text):
        return pick(directory, kind, word)
    bodies = (each.body for each in history.versions(visit.ports, word.text))
    latest = next((body for body in bodies if isinstance(body, kind)), None)
    if latest is None:
        raise NotFound(f"There is no {noun_of(kind)} {word.text[:60]}.")
    return latest


def _comparing(kind: type[Configured], noun: str) -> Callable[[Visit, Arguments], Said]:
    def run_(visit: Visit, arguments: Arguments) -> Said:
        found = object_of(visit, visit.directory(), kind, arguments.words[noun])
        newer = number_of(arguments.words[_FROM.name])
        other = arguments.words.get(_TO.name)
        older = number_of(other) if other else newer - 1
        one, two = min(newer, older), max(newer, older)
        typed = f"{noun} diff {arguments.words[noun].text} {two} {one}"
        return compared(visit, found, one, two, typed=typed, page=page_of(arguments))

    return run_


def compared(visit: Visit, found: Configured, older: int, newer: int, *, typed: str, page: int) -> Said:
    """What changed between two versions, in pages of the command `typed`. Version 0 is nothing at all."""
    title = f"{line(found.name, 100)}, version {newer}"
    after = history.version(visit.ports, found.id, newer)
    if older < 1:
        return Said(text=title, blocks=(section(f"*{title}*\nIt was made with this version."),))
    text = history.diff(history.version(visit.ports, found.id, older), after)
    body = [*text_page(text, page, typed)] if text else [section("Nothing that is shown: a secret, perhaps.")]
    by = line(name_of(after.author, visit.directory()), 80)
    head = section(f"*{title}*, against version {older}\n{when(after.at)} by {by}")
    return Said(text=title, blocks=(head, *body))


def _restoring(kind: type[Configured], noun: str) -> Callable[[Visit, Arguments], Said]:
    def run_(visit: Visit, arguments: Arguments) -> Said:
        found = object_of(visit, visit.directory(), kind, arguments.words[noun])
        return restored(visit, found.id, number_of(arguments.words[_VERSION.name]))

    return run_


def number_of(word: Word) -> int:
    """Read the number of a version. Raises `Invalid`."""
    typed = word.text.lower().removeprefix("v")
    if not typed.isascii() or not typed.isdecimal() or not 0 < int(typed) < 10**9:
        mend = "Give the number of one that the verb history lists, such as 3."
        raise Invalid([Problem(message=f"“{word.text[:20]}” is no version.", mend=mend)])
    return int(typed)
