"""Another handle for an object: chosen by a command, offered after its name was changed. The old one names it still."""

import re
from dataclasses import replace
from typing import TypeVar

from bot.engine.directory import Configured
from bot.engine.model import Role
from bot.errors import Invalid, Problem
from bot.handlers.buttons import run
from bot.handlers.lookup import noun_of
from bot.handlers.modals.saving import open_object, save
from bot.handlers.table import Argument, Arguments, Command, Said
from bot.handlers.visit import Visit
from bot.service.manage import LONGEST_HANDLE, handle_for
from bot.slack.blocks import Block, actions, code, line, section

C = TypeVar("C", bound=Configured)

_HANDLE = Argument(name="handle")
_FITS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){0,20}", re.ASCII)


def handle_command(kind: type[C]) -> Command:
    """The command that gives an object another handle."""
    noun = noun_of(kind)

    def run_(visit: Visit, arguments: Arguments) -> Said:
        found, seen = open_object(visit, kind, arguments.words[noun])
        handle = _read(visit, found, arguments.words[_HANDLE.name].text)
        save(visit, [(replace(found, handle=handle), seen)])
        said = f"{line(found.name, 100)} is {code(f'{noun}:{handle}')} now. {code(found.handle)} names it as well."
        return Said(text=said, blocks=(section(said), actions(run("Show", f"{noun} show {handle}"))))

    return Command(
        verb="handle",
        summary=f"Give {article(noun)} another handle; what names it by the old one goes on.",
        run=run_,
        arguments=(Argument(name=noun), _HANDLE),
        role=Role.ADMIN,
        example=f"{noun} handle payments billing",
    )


def article(noun: str) -> str:
    """A noun with its article."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _read(visit: Visit, found: Configured, typed: str) -> str:
    handle = typed.lower()
    if not _FITS.fullmatch(handle) or len(handle) > LONGEST_HANDLE:
        mend = f"It is made of a to z, 0 to 9 and single hyphens, at most {LONGEST_HANDLE} characters."
        raise Invalid([Problem(message=f"“{typed[:60]}” is no handle.", mend=mend)])
    other = visit.directory().get(type(found), handle)
    if other and other.id != found.id:
        raise Invalid([Problem(message=f"{handle} names {other.name[:60]}.", mend="Choose another handle.")])
    return handle


def offered(visit: Visit, before: Configured | None, after: Configured) -> tuple[Block, ...]:
    """After a form: the handle that fits the new name, where the object has one that was made of its old name."""
    if before is None or before.name == after.name:
        return ()
    handle = handle_for(visit.directory(), type(after), after.name)
    noun = noun_of(type(after))
    if handle == after.handle or after.handle.startswith(f"{handle}-"):
        return ()
    said = f"It is still called {code(after.handle)} in commands and rules."
    return (section(said, run(f"Call it {handle}"[:70], f"{noun} handle {after.handle} {handle}")),)
