"""What is configured, kind by kind: listed, and taken away after asking, in the same way for every kind."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from bot.engine.directory import Configured, Directory
from bot.engine.model import Integration, NotificationRule, Role, Router
from bot.handlers.buttons import run
from bot.handlers.buttons import run as run_command
from bot.handlers.lists import Rows, in_order, kept, nothing_yet, page_of, paged, searched
from bot.handlers.lookup import noun_of, pick, search
from bot.handlers.modals.deletion import admit_deletion, ask_to_delete
from bot.handlers.modals.saving import open_object, save
from bot.handlers.table import Arguments, Said
from bot.handlers.visit import Visit
from bot.service.references import references_to
from bot.slack.blocks import line, section
from bot.slack.forms import Form

S = TypeVar("S", Router, Integration)


_MANY = {"policy": "policies"}  # all other nouns take an s


def switching(kind: type[S], enabled: bool, said: str) -> Callable[[Visit, Arguments], Said]:
    """Make what runs `enable` or `disable`; the command's one argument is named like the noun."""
    noun = kind.__name__.lower()

    def run(visit: Visit, arguments: Arguments) -> Said:
        found, seen = open_object(visit, kind, arguments.words[noun])
        save(visit, [(replace(found, enabled=enabled), seen)])
        text, back = f"The {noun} *{line(found.name, 100)}* {said}.", "disable" if enabled else "enable"
        undo = run_command(back.title(), f"{noun} {back} {found.handle}")
        return Said(text=text, blocks=(section(text, undo),))

    return run


C = TypeVar("C", bound=Configured)


def listing(
    kind: type[C], title: str, empty: str, facts: Callable[[Visit, C, Directory], str], maker: Role = Role.ADMIN
) -> Callable[[Visit, Arguments], Said]:
    """Make what runs `list`: `facts` are the markup of a row, `empty` says what the kind is for.

    `maker` is the role of those to whom the list offers to make another.
    """
    noun = noun_of(kind)

    def run_(visit: Visit, arguments: Arguments) -> Said:
        directory, text = visit.directory(), searched(arguments)
        found = search(directory, kind, text)
        makes = maker is Role.MEMBER or visit.user.role is Role.ADMIN
        if not found and not text:
            return nothing_yet(empty, *((run(f"New {noun}", f"{noun} add", "primary"),) if makes else ()))
        rows = Rows(
            found=in_order(arguments, found),
            draw=lambda each: section(
                f"{facts(visit, each, directory)}{_say_uses(each, directory)}",
                run("Show", f"{noun} show {each.handle}"),
            ),
        )
        typed = f'{noun} list "{text}"' if text else f"{noun} list"
        anew = (run(f"New {noun}", f"{noun} add"),) if makes else ()
        return paged(title, rows, page_of(arguments), typed + kept(arguments), *anew)

    return run_


def _say_uses(found: Configured, directory: Directory) -> str:
    """By how many others an object is used; of an integration and a rule that is said otherwise, or means nothing."""
    if isinstance(found, Integration | NotificationRule):
        return ""
    counts = Counter(noun for noun, _ in {(each.noun, each.handle) for each in references_to(directory, found.id)})
    said = ", ".join(
        f"{count:,} {noun if count == 1 else _MANY.get(noun, f'{noun}s')}" for noun, count in sorted(counts.items())
    )
    return f"\nused by {said or 'nothing'}"


def deleting(kind: type[C]) -> Callable[[Visit, Arguments], Form]:
    """Make what runs `delete`; the command's one argument is named like the noun."""
    noun = noun_of(kind)

    def run_(visit: Visit, arguments: Arguments) -> Form:
        directory = visit.directory()
        found = pick(directory, kind, arguments.words[noun])
        admit_deletion(visit, found)
        return ask_to_delete(visit, found)

    return run_
