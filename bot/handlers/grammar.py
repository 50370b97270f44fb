"""The one grammar of commands: words, quoted or not, people, conversations, alert numbers and options.

Slack sends what was typed raw: with smart quotes and dashes that phones put in, with `&amp;`, and with people and
conversations as `<@U…|name>` and `<#C…|name>`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.errors import Invalid, Problem

LONGEST = 3_000  # characters of one command

_CLOSING = {'"': '"”„', "'": "'’", "“": '”“"', "„": '“”"', "‘": "’'", "«": "»", "`": "`"}
_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_CONVERSATION = re.compile(r"<#([CGD][A-Z0-9]+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<((?:https?|mailto):[^|>]+)(?:\|[^>]*)?>")
_OPTION = re.compile(r"(?:--|—|–)([A-Za-z][\w-]*)(=)?")
_MENTION = re.compile(r"<([@#])([A-Z0-9]+)(?:\|([^>]*))?>")
_NEEDS_NO_QUOTES = re.compile(r"[\w@.:/+][^\s»]*")
_PASTED = re.compile(r"^/pagertree(?=\s|$)")  # a copied line, behind what was typed already
_NUMBER = re.compile(r"#(\d{1,12})")


class WordKind(StrEnum):
    """What a word of a command stands for."""

    TEXT = "text"
    PERSON = "person"
    CONVERSATION = "conversation"
    ALERT = "alert"
    OPTION = "option"
    UNCLOSED = "unclosed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word. `text` is the text, the Slack id, the alert's number or the option's name.

    A quote that is not closed makes one word of all that follows it. `raw` is what was typed, with the spaces that
    follow it; empty for a word that nobody typed.
    """

    text: str
    kind: WordKind = WordKind.TEXT
    raw: str = field(default="", compare=False, repr=False)

    @property
    def is_quoted(self) -> bool:
        """Whether it was typed in quotes."""
        return self.kind is WordKind.TEXT and self.raw[:1] in _CLOSING

    def __str__(self) -> str:
        return {WordKind.ALERT: "#", WordKind.PERSON: "@", WordKind.OPTION: "--"}.get(self.kind, "") + self.text


def sentence(words: Sequence[Word]) -> str:
    """What words say when they are free text: as typed, without the quotes that are around all of it."""
    if len(words) == 1 and words[0].kind is WordKind.TEXT:
        return words[0].text
    return _unescape(
        _MENTION.sub(_named, _LINK.sub(r"\1", "".join(word.raw or f"{_typed(word)} " for word in words)))
    ).strip()


def _named(mention: re.Match[str]) -> str:
    return f"{mention[1]}{mention[3] or mention[2]}"


def refuse_unclosed(words: Iterable[Word]) -> None:
    """Raise `Invalid` for a quote that is not closed, where words are read one by one."""
    for word in words:
        if word.kind is WordKind.UNCLOSED:
            closing = _CLOSING[word.text[0]][0]
            raise _wrong(f"The quote before “{word.text[1:][:30]}” is not closed.", f"Close it with {closing}.")


def typed_again(words: Iterable[Word]) -> str:
    """Write words so that `read` reads the same ones."""
    return " ".join(map(_typed, words))


def _typed(word: Word) -> str:
    match word.kind:
        case WordKind.PERSON:
            return f"<@{word.text}>"
        case WordKind.CONVERSATION:
            return f"<#{word.text}>"
        case WordKind.TEXT if _NEEDS_NO_QUOTES.fullmatch(word.text):
            return word.text
        case WordKind.TEXT:
            return f"«{word.text}»"
        case WordKind.UNCLOSED:
            return word.raw
        case _:
            return str(word)


def read(typed: str) -> tuple[Word, ...]:
    """Split what was typed after `/pagertree` into words. Raises `Invalid` for what is too long for a command."""
    if len(typed) > LONGEST:
        raise _wrong(f"A command has at most {LONGEST} characters, this one {len(typed)}.", "Use the form instead.")
    return tuple(_words(_PASTED.sub("", typed.strip()).strip()))


def _words(text: str) -> Iterator[Word]:
    at = 0
    while at < len(text):
        word, end = _word(text, at)
        after = next((index for index in range(end, len(text)) if not text[index].isspace()), len(text))
        yield replace(word, raw=text[at:after])
        at = after


def _word(text: str, at: int) -> tuple[Word, int]:
    if text[at] in _CLOSING:
        return _quoted(text, at)
    if option := _OPTION.match(text, at):
        return Word(text=option[1].lower(), kind=WordKind.OPTION), option.end()
    end = next((index for index in range(at, len(text)) if _ends(text, at, index)), len(text))
    return _meaning(text[at:end]), end


def _ends(text: str, start: int, index: int) -> bool:
    """A word ends at a space, but not inside the `<…>` that it began with: channel names hold none, labels may."""
    return text[index].isspace() and not (text[start] == "<" and ">" not in text[start:index] and ">" in text[index:])


def _quoted(text: str, at: int) -> tuple[Word, int]:
    closing = _CLOSING[text[at]]
    for index in range(at + 1, len(text)):
        if text[index] in closing and (index + 1 == len(text) or text[index + 1].isspace()):
            return Word(text=_unescape(text[at + 1 : index])), index + 1
    return Word(text=_unescape(text[at:]), kind=WordKind.UNCLOSED), len(text)


def _meaning(text: str) -> Word:
    if person := _PERSON.fullmatch(text):
        return Word(text=person[1], kind=WordKind.PERSON)
    if conversation := _CONVERSATION.fullmatch(text):
        return Word(text=conversation[1], kind=WordKind.CONVERSATION)
    if number := _NUMBER.fullmatch(text):
        return Word(text=number[1], kind=WordKind.ALERT)
    return Word(text=_unescape(_LINK.sub(r"\1", text)))


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _wrong(message: str, mend: str) -> Invalid:
    return Invalid([Problem(message=message, mend=mend)])
