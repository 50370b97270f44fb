"""Help on every level, written from the table that also dispatches."""

from collections.abc import Sequence

from bot.engine.model import Role
from bot.handlers.grammar import Word, WordKind
from bot.handlers.table import HELP, NAME, Command, Noun, Said, Table, nearest, shown, usage
from bot.slack.blocks import code, context, divider, line, section


def asks_for_help(table: Table, words: Sequence[Word]) -> bool:
    """Whether `help` stands where a noun or a verb may, or a noun alone has no command of its own.

    Anywhere else it is a word like any other: the end of a sentence, what is searched for, or somebody's name.
    """
    at = _place_of_help(table, words)
    noun = table.noun(words[0].text.lower()) if len(words) == 1 else None
    return at is not None or (noun is not None and bool(noun.name) and noun.find("") is None)


def _place_of_help(table: Table, words: Sequence[Word]) -> int | None:
    """Where `help` stands: in front, behind a noun, or behind a command that takes no words."""
    if _is_help(words, 0):
        return 0
    noun = table.noun(words[0].text.lower()) if words else None
    if noun is None or not noun.name:
        return None
    if _is_help(words, 1):
        return 1
    command = noun.find(words[1].text.lower()) if len(words) == 3 else None
    return 2 if command and not command.arguments and _is_help(words, 2) else None


def _is_help(words: Sequence[Word], at: int) -> bool:
    return len(words) > at and words[at].kind is WordKind.TEXT and words[at].text.lower() == HELP


def help_with(table: Table, words: Sequence[Word]) -> Said:
    """Explain everything, a noun, or one command."""
    at = _place_of_help(table, words)
    left = [word for index, word in enumerate(words) if index != at]
    if not left:
        return _everything(table)
    noun = table.noun(left[0].text.lower())
    if noun is None:
        near = nearest(table, left)
        hint = f"Did you mean {code(shown(near))}?" if near else f"{code(f'{NAME} {HELP}')} shows what there is."
        return Said(text=f"There is nothing called “{line(left[0].text, 60)}”. {hint}")
    command = noun.find(left[1].text.lower()) if len(left) > 1 else None
    return _one(noun, command) if command else _noun(noun)


def _everything(table: Table) -> Said:
    rows = [
        section(f"{code(f'{NAME} {noun.name}'.strip())} {line(noun.summary)}\n{_verbs(noun)}") for noun in table.nouns
    ]
    more = context(
        f"More of each: {code(f'{NAME} {HELP} router')} or {code(f'{NAME} router {HELP}')}.",
        'Quote what has spaces in it: "Payments DB". Name people as @jane, channels as #payments, alerts as #1042.',
    )
    return Said(text=f"What {NAME} can do", blocks=(*rows, divider(), more))


def _verbs(noun: Noun) -> str:
    return " · ".join(code(command.verb) for command in noun.commands if command.verb)


def _noun(noun: Noun) -> Said:
    rows = [section(_row(noun, command)) for command in noun.commands]
    return Said(text=f"{NAME} {noun.name}: {noun.summary}", blocks=(section(f"*{noun.name}* {noun.summary}"), *rows))


def _one(noun: Noun, command: Command) -> Said:
    options = [f"{code(f'--{option.name} <{option.value}>')} {line(option.summary)}" for option in command.options]
    return Said(text=usage(noun, command), blocks=(section("\n".join([_row(noun, command), *options])),))


def _row(noun: Noun, command: Command) -> str:
    admins = f" _({whom(command)})_" if command.role is Role.ADMIN else ""
    example = f"\nFor example {code(f'{NAME} {command.example}')}" if command.example else ""
    return f"{code(usage(noun, command))}{admins}\n{line(command.summary)}{example}"


def whom(command: Command) -> str:
    """Say who may run a command."""
    if command.role is not Role.ADMIN:
        return "everybody"
    return "admins, and those of the team" if command.team_admins else "admins"
