"""The one table of everything that people can ask for: dispatch, help and the documentation are written from it."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.engine.model import Role
from bot.errors import Invalid, Problem
from bot.handlers.filled import Filled
from bot.handlers.grammar import Word, WordKind, refuse_unclosed, sentence
from bot.handlers.synonyms import NOUNS, VERBS
from bot.handlers.visit import Visit
from bot.slack.blocks import Block
from bot.slack.forms import Choice, Form

NAME, HELP = "/pagertree", "help"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer in words. `text` is what phones show; both are markup that is escaped already."""

    text: str
    blocks: tuple[Block, ...] = ()


Reply: TypeAlias = Said | Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A word that a command takes. `rest` takes all words that are left.

    A `sentence` is what a person says to others: all that is left, as it was typed. Nothing in it is read as an option,
    a number or a quote, so a command's options stand before it.
    """

    name: str
    required: bool = True
    rest: bool = False
    sentence: bool = False

    def __str__(self) -> str:
        shown = f"<{self.name}>{'…' if self.rest or self.sentence else ''}"
        return shown if self.required else f"[{shown}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOption:
    """An option `--name value`.

    Where a sentence may follow, only one of its `values` makes it an option: with anything else the sentence begins.
    Without a `value` it is one that is there or not.
    """

    name: str
    value: str
    summary: str
    values: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"[--{self.name} <{self.value}>]" if self.value else f"[--{self.name}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What a command was given, by the names in the table."""

    words: Mapping[str, Word] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()  # options of the command that stand in its sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One row. `opens` is the title of the modal that the command opens, empty when it answers in the conversation.

    With `unless`, the modal asks only for what was not typed: it opens when that argument is missing. `team_admins` may
    run a command of admins, too: for what belongs to their team, which the command itself sees to.
    """

    verb: str
    summary: str
    run: Callable[[Visit, Arguments], Reply]
    arguments: tuple[Argument, ...] = ()
    options: tuple[CommandOption, ...] = ()
    role: Role = Role.MEMBER
    opens: str = ""
    unless: str = ""
    example: str = ""
    team_admins: bool = False

    @property
    def floor(self) -> Role:
        """The role that whoever types the command needs at least."""
        return Role.MEMBER if self.team_admins else self.role

    def opens_for(self, arguments: Arguments) -> str:
        """The title of the modal to open for what was typed, empty for an answer in the conversation."""
        return "" if self.unless and self.unless in arguments.words else self.opens


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """The commands of one kind of thing. The command with the empty verb is run when no verb is given."""

    name: str
    summary: str
    commands: tuple[Command, ...]

    def find(self, verb: str) -> Command | None:
        """The command of a verb."""
        return next((command for command in self.commands if command.verb == verb), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A form was taken; what was `said` of it replaces it."""

    title: str
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Modal:
    """What becomes of a form that is sent.

    `save` may answer with a form that goes on asking. It raises `Invalid` with problems whose `where` begins with the
    input that they are shown under, or any other of our errors. `anchor` is the input under which is shown what has no
    place of its own; empty without inputs.
    """

    name: str
    anchor: str
    save: Callable[[Visit, Filled], Saved | Form]
    role: Role = Role.MEMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """What becomes of a click. None: it needs no answer. `opens` is the title of the modal that it opens."""

    action_id: str
    press: Callable[[Visit, str], Reply | None]
    opens: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A button inside a form, which works on what is filled in; what it finds is laid over the form."""

    action_id: str
    opens: str
    use: Callable[[Visit, Filled], Form]
    role: Role = Role.MEMBER


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """The message that a shortcut was used on; empty for a shortcut that needs none."""

    text: str = ""
    conversation: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """Something of Slack's own menus: ⚡ everywhere, or ⋮ at a message. `opens` is the title of its modal."""

    callback_id: str
    opens: str
    open: Callable[[Visit, Quoted], Form]


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """Where the choices of a long menu come from, given what was typed into it."""

    action_id: str
    choices: Callable[[Visit, str], Sequence[Choice]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Everything that can be asked for."""

    nouns: tuple[Noun, ...]
    modals: tuple[Modal, ...] = ()
    buttons: tuple[Button, ...] = ()
    menus: tuple[Menu, ...] = ()
    tools: tuple[Tool, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()

    def noun(self, name: str) -> Noun | None:
        """A noun by its name."""
        return next((noun for noun in self.nouns if noun.name == name), None)


class Unknown(Invalid):
    """What was typed is no command. `near` is the command that was probably meant; empty when there is none."""

    def __init__(self, problem: Problem, near: Sequence[Word]) -> None:
        super().__init__([problem])
        self.near = tuple(near)


# --- Finding ------------------------------------------------------------------------------------------------------


def find(table: Table, words: Sequence[Word]) -> tuple[Noun, Command, Sequence[Word]]:
    """Find the command that words begin with, and what is left of them; or raise `Invalid` with the nearest one."""
    refuse_unclosed(words[:1])
    name = _plain(words, 0)
    noun = table.noun(name)
    if noun is None:
        raise _unknown(table, words)
    left = words[1:] if name else words
    if name and (verb := _plain(left, 0)) and (command := noun.find(verb)):
        return noun, command, left[1:]
    if bare := noun.find(""):
        return noun, bare, left
    raise _unknown(table, words)


def _plain(words: Sequence[Word], index: int) -> str:
    return words[index].text.lower() if len(words) > index and words[index].kind is WordKind.TEXT else ""


def _unknown(table: Table, words: Sequence[Word]) -> Invalid:
    typed = " ".join(map(str, words[:2]))
    near = nearest(table, words)
    mend = f"Did you mean {shown(near)}?" if near else f"{NAME} help shows what there is."
    return Unknown(Problem(message=f"There is no command “{typed[:60]}”.", mend=mend), near)


def shown(words: Sequence[Word]) -> str:
    """Say a command as a person reads it."""
    return " ".join((NAME, *map(str, words)))[:200]


def nearest(table: Table, words: Sequence[Word]) -> tuple[Word, ...]:
    """The command that was probably meant; nothing when none is near."""
    name, verb = _plain(words, 0), _plain(words, 1)
    if name.isdecimal():
        return (Word(text=name, kind=WordKind.ALERT),)
    if table.noun(name) is None and not _is_of_synonym(table, name, verb) and (owned := _owned(table, name, verb)):
        return (*map(_text, owned), *words[2 if verb == owned[0] else 1 :])
    known = [HELP, *(noun.name for noun in table.nouns if noun.name)]
    found = [name] if name in known else [NOUNS[name]] if name in NOUNS else difflib.get_close_matches(name, known, 1)
    noun = table.noun(found[0]) if found else None
    return (*map(_text, found), *(_rest(noun, words[1:]) if noun else ()))


def _text(word: str) -> Word:
    return Word(text=word)


def _is_of_synonym(table: Table, name: str, verb: str) -> bool:
    """Whether a word stands for a noun here that has the verb behind it: `incident list` means `alert list`."""
    noun = table.noun(NOUNS.get(name, ""))
    return bool(noun and verb and noun.find(verb))


def _owned(table: Table, name: str, verb: str) -> tuple[str, str] | None:
    """A verb that came first, behind its noun: `ack #1042` and `ack alert #1042` mean `alert ack #1042`."""
    meant = name if any(noun.find(name) for noun in table.nouns) else VERBS.get(name, "")
    owners = [noun.name for noun in table.nouns if meant and noun.find(meant)]
    owner = next((each for each in owners if verb in {"", each} or len(owners) == 1), None)
    return (owner, meant) if owner else None


def _rest(noun: Noun, words: Sequence[Word]) -> Sequence[Word]:
    """What probably follows a noun: its nearest verb, with what came behind it."""
    verb, verbs = _plain(words, 0), [command.verb for command in noun.commands if command.verb]
    meant = [VERBS[verb]] if VERBS.get(verb) in verbs else difflib.get_close_matches(verb, verbs, 1, 0.5)
    if meant:
        return (_text(meant[0]), *words[1:])
    is_number = bool(words) and (verb.isdecimal() or words[0].kind is WordKind.ALERT)
    return (_text("show"), *words) if is_number and "show" in verbs else ()


# --- Arguments ----------------------------------------------------------------------------------------------------


def bind(noun: Noun, command: Command, words: Sequence[Word]) -> Arguments:
    """Give the words that are left the names of the table, or raise `Invalid` with the usage."""
    options: dict[str, str] = {}
    plain: list[Word] = []
    left = list(words)
    while left:
        if _begins_sentence(command, plain, left):
            return _with_sentence(noun, command, plain, left, options)
        if not _is_option(command, plain, left[0]):
            plain.append(left.pop(0))
            continue
        known, value = _valued(noun, command, left)
        options[known.name] = value
        del left[: 2 if known.value else 1]
    refuse_unclosed(plain)
    return Arguments(words=_named(noun, command, plain), options=options)


def _begins_sentence(command: Command, plain: Sequence[Word], left: Sequence[Word]) -> bool:
    """Whether the sentence of a command begins here: behind its other words, and the options before it."""
    place = len(command.arguments) - 1
    if place < 0 or not command.arguments[place].sentence or len(plain) < place:
        return False
    return not _is_whole_option(command, left)


def _is_whole_option(command: Command, left: Sequence[Word]) -> bool:
    return (
        len(left) > 1
        and left[0].kind is WordKind.OPTION
        and left[1].kind is WordKind.TEXT
        and any(
            each.name == left[0].text and left[1].text.removeprefix("=").lower() in each.values
            for each in command.options
        )
    )


def _with_sentence(
    noun: Noun, command: Command, plain: list[Word], left: Sequence[Word], options: dict[str, str]
) -> Arguments:
    """What was given to a command whose last argument is a sentence. One in quotes may have options behind it."""
    refuse_unclosed(plain)
    if left[0].kind is WordKind.TEXT and left[0].is_quoted and (behind := _only_options(command, left[1:])) is not None:
        left, options = left[:1], options | behind
    said = Word(text=sentence(left))
    names = {each.name for each in command.options}
    unread = tuple(word.text for word in left if word.kind is WordKind.OPTION and word.text in names)
    return Arguments(words=_named(noun, command, [*plain, said]), options=options, unread=unread)


def _only_options(command: Command, words: Sequence[Word]) -> dict[str, str] | None:
    """Options and their values, if the words are nothing else."""
    pairs = [words[at : at + 2] for at in range(0, len(words), 2)]
    if not all(_is_whole_option(command, pair) for pair in pairs):
        return None
    return {name.text: value.text.removeprefix("=") for name, value in pairs}


def _is_option(command: Command, plain: Sequence[Word], word: Word) -> bool:
    """Whether a word is read as an option: in a text that has begun, only one that the command has."""
    if word.kind is not WordKind.OPTION:
        return False
    rest = next((at for at, argument in enumerate(command.arguments) if argument.rest), None)
    has_begun = rest is not None and len(plain) > rest
    return not has_begun or any(each.name == word.text for each in command.options)


def _valued(noun: Noun, command: Command, left: Sequence[Word]) -> tuple[CommandOption, str]:
    known = _option(noun, command, left[0].text)
    if not known.value:
        return known, known.name
    value = left[1] if len(left) > 1 else None
    if value is None or value.kind is WordKind.OPTION:
        raise _misused(noun, command, f"--{known.name} needs a {known.value}.")
    refuse_unclosed([value])
    return known, value.text.removeprefix("=")


def _option(noun: Noun, command: Command, name: str) -> CommandOption:
    if known := next((option for option in command.options if option.name == name), None):
        return known
    near = difflib.get_close_matches(name, [option.name for option in command.options], 1, 0.5)
    hint = f" Did you mean --{near[0]}?" if near else ""
    raise _misused(noun, command, f"There is no option --{name[:30]} here.{hint}")


def _named(noun: Noun, command: Command, plain: Sequence[Word]) -> Mapping[str, Word]:
    named: dict[str, Word] = {}
    left = list(plain)
    for argument in command.arguments:
        if argument.required and not left:
            raise _misused(noun, command, f"It needs {'an' if argument.name[0] in 'aeiou' else 'a'} {argument.name}.")
        if argument.rest and left:
            named[argument.name] = Word(text=sentence(left))
            left = []
        elif left:
            named[argument.name] = left.pop(0)
    if left:
        raise _misused(noun, command, f"“{left[0].text[:60]}” is one word too many: quote what has spaces in it.")
    return named


def _misused(noun: Noun, command: Command, message: str) -> Invalid:
    return Invalid([Problem(message=message, mend=f"Type {usage(noun, command)}")])


def usage(noun: Noun, command: Command) -> str:
    """Say how a command is typed."""
    said = [each for each in command.arguments if each.sentence]
    words = [each for each in command.arguments if not each.sentence]
    parts = (NAME, noun.name, command.verb, *map(str, words), *map(str, command.options), *map(str, said))
    return " ".join(part for part in parts if part)
