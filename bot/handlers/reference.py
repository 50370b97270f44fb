"""Writes `docs/commands.md` from the table of commands: `python -m bot.handlers.reference > docs/commands.md`."""

import sys
from collections.abc import Iterator

from bot.handlers.collecting import collect
from bot.handlers.help import whom
from bot.handlers.table import HELP, NAME, Command, Noun, Table, usage

_HEAD = f"""# Commands

Written from the table that dispatches them (`python -m bot.handlers.reference > docs/commands.md`).

Everything is `{NAME} <noun> <verb> …`. Quote what has spaces in it, with any quotes: `{NAME} alert list “disk full”`.
Name people as `@jane`, channels as `#payments`, alerts as `#1042`. A handle may be written with its kind:
`team:payments`. Options come anywhere after the verb: `--page 2`, `--page=2`. `{NAME} {HELP}`, `{NAME} {HELP} router`
and `{NAME} router {HELP}` explain; a slip of the pen gets the nearest command.
"""


def write(table: Table) -> str:
    """The whole page."""
    parts = [_HEAD, *(part for noun in table.nouns for part in _noun(noun))]
    return "\n".join(parts)


def _noun(noun: Noun) -> Iterator[str]:
    yield f"## {f'{NAME} {noun.name}'.strip()}\n\n{noun.summary}\n"
    yield "| Command | What it does | For |\n| --- | --- | --- |"
    yield from (_row(noun, command) for command in noun.commands)
    yield ""


def _row(noun: Noun, command: Command) -> str:
    typed = usage(noun, command).replace("|", "\\|")
    options = "".join(f" `--{option.name}`: {option.summary}." for option in command.options)
    example = f" Example: `{NAME} {command.example}`." if command.example else ""
    form = " Opens a form." if command.opens else ""
    return f"| `{typed}` | {command.summary}{form}{options}{example} | {whom(command)} |"


if __name__ == "__main__":
    sys.stdout.write(write(collect()))
