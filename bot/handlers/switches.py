"""Turning a router or an integration on and off."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from bot.engine.model import Integration, Router
from bot.handlers.buttons import run as run_command
from bot.handlers.modals.saving import open_object, save
from bot.handlers.table import Arguments, Said
from bot.handlers.visit import Visit
from bot.slack.blocks import line, section

S = TypeVar("S", Router, Integration)


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
