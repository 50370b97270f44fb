"""Template text to tokens, by the lexical rules of handlebars.js 4.7 (its `handlebars.l`, whose first match wins).

Every rule takes time in proportion to what it reads: plain text is searched, never matched lazily.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.errors import Invalid
from bot.languages.handlebars.positions import TemplateText
from bot.languages.handlebars.values import SPACE

_S: Final = f"[{SPACE}]"
_LITERAL_END: Final = rf"(?=[~}}{SPACE})])"
_NAME: Final = rf"[^{SPACE}!\"#%-,./;->@\[-\^`{{-~]+"


class Kind(StrEnum):
    CONTENT = "text"
    COMMENT = "a comment"
    OPEN = "{{"
    OPEN_UNESCAPED = "{{{"
    OPEN_BLOCK = "{{#"
    OPEN_INVERSE = "{{^"
    OPEN_CHAIN = "{{else …"
    INVERSE = "{{else}}"
    OPEN_END = "{{/"
    OPEN_PARTIAL = "{{>"
    OPEN_PARTIAL_BLOCK = "{{#>"
    OPEN_RAW = "{{{{"
    CLOSE = "}}"
    CLOSE_UNESCAPED = "}}}"
    CLOSE_RAW = "}}}}"
    END_RAW = "the end of a raw block"
    OPEN_CALL = "("
    CLOSE_CALL = ")"
    EQUALS = "="
    SEPARATOR = "."
    DATA = "@"
    ID = "a name"
    STRING = "a text"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    UNDEFINED = "undefined"
    NULL = "null"
    OPEN_PARAMS = "as |"
    CLOSE_PARAMS = "|"
    EOF = "the end of the template"


@dataclass(frozen=True, slots=True)
class Lexeme:
    kind: Kind
    text: str
    raw: str
    at: int


_TAG: Final = [
    (Kind.OPEN_CALL, r"\("),
    (Kind.CLOSE_CALL, r"\)"),
    (Kind.OPEN_RAW, r"\{\{\{\{"),
    (Kind.CLOSE_RAW, r"\}\}\}\}"),
    (Kind.OPEN_PARTIAL, r"\{\{~?>"),
    (Kind.OPEN_PARTIAL_BLOCK, r"\{\{~?#>"),
    (Kind.OPEN_BLOCK, r"\{\{~?#\*?"),
    (Kind.OPEN_END, r"\{\{~?/"),
    (Kind.INVERSE, rf"\{{\{{~?(?:\^{_S}*|{_S}*else{_S}*)~?\}}\}}"),
    (Kind.OPEN_INVERSE, r"\{\{~?\^"),
    (Kind.OPEN_CHAIN, rf"\{{\{{~?{_S}*else(?![A-Za-z0-9_])"),
    (Kind.OPEN_UNESCAPED, r"\{\{~?\{"),
    (Kind.OPEN, r"\{\{~?&"),
    (Kind.COMMENT, r"\{\{~?!"),
    (Kind.OPEN, r"\{\{~?\*?"),
    (Kind.EQUALS, r"="),
    (Kind.ID, r"\.\."),
    (Kind.ID, rf"\.(?=[=~}}{SPACE}/.)|])"),
    (Kind.SEPARATOR, r"[/.]"),
    (Kind.CLOSE_UNESCAPED, r"\}~?\}\}"),
    (Kind.CLOSE, r"~?\}\}"),
    (Kind.STRING, r'"(?:\\["]|[^"])*"|' + r"'(?:\\[']|[^'])*'"),
    (Kind.DATA, r"@"),
    (Kind.BOOLEAN, rf"(?:true|false){_LITERAL_END}"),
    (Kind.UNDEFINED, rf"undefined{_LITERAL_END}"),
    (Kind.NULL, rf"null{_LITERAL_END}"),
    (Kind.NUMBER, rf"-?[0-9]+(?:\.[0-9]+)?{_LITERAL_END}"),
    (Kind.OPEN_PARAMS, rf"as{_S}+\|"),
    (Kind.CLOSE_PARAMS, r"\|"),
    (Kind.ID, rf"{_NAME}+(?=[=~}}{SPACE}/.)|]|\[[\"'])"),
    (Kind.ID, r"""\["(?:\\["\\]|[^"\\])*"\]|\['(?:\\['\\]|[^'\\])*'\]"""),
    (Kind.ID, r"\[(?:\\\]|[^\]])*\]"),
]

_KINDS: Final = tuple(kind for kind, _ in _TAG)
_IN_TAG: Final = re.compile("|".join(f"({rule})" for _, rule in _TAG))
_BLANK: Final = re.compile(f"{_S}+")
_AFTER_ESCAPED: Final = re.compile(r"\{\{|\\\{\{|\\\\\{\{|\Z")
_END_OF_RAW: Final = re.compile(rf"\{{\{{\{{\{{/({_NAME})\}}\}}\}}\}}")
_END_OF_COMMENT: Final = re.compile(r"--~?\}\}")


class Lexer:
    """Reads one template once, left to right."""

    def __init__(self, source: TemplateText) -> None:
        self._source = source
        self._text = source.text
        self._at = 0
        self._tokens: list[Lexeme] = []

    def read(self) -> list[Lexeme]:
        """All tokens, ending with EOF. Raises Invalid where no rule fits."""
        if (nul := self._text.find("\x00")) >= 0:
            raise self._source.invalid(nul, "a template cannot hold the character NUL.", "Remove it.")
        while self._at < len(self._text):
            self._read_text()
        self._add(Kind.EOF, self._at, "")
        return self._tokens

    def _add(self, kind: Kind, end: int, text: str) -> None:
        self._tokens.append(Lexeme(kind, text, self._text[self._at : end], self._at))
        self._at = end

    def _read_text(self) -> None:
        opening = self._text.find("{{", self._at)
        end = len(self._text) if opening < 0 else opening
        text = self._text[self._at : end]
        escapes = opening >= 0 and text.endswith("\\")
        if text:
            self._add(Kind.CONTENT, end, text[:-1] if escapes else text)
            if escapes and len(text) == 1:
                self._tokens.pop()
        if escapes and not text.endswith("\\\\"):
            self._read_escaped()
        elif opening >= 0:
            self._read_tag()

    def _read_escaped(self) -> None:
        """What follows a backslash: `{{` and all up to the next tag is text."""
        ending = _AFTER_ESCAPED.search(self._text, self._at + 2)
        end = ending.start() if ending else len(self._text)
        self._add(Kind.CONTENT, end, self._text[self._at : end])

    def _read_tag(self) -> None:
        opened = self._at
        while self._at < len(self._text):
            if blank := _BLANK.match(self._text, self._at):
                self._at = blank.end()
                continue
            kind = self._read_one(opened)
            if kind is Kind.CLOSE_RAW:
                return self._read_raw()
            if kind in (Kind.CLOSE, Kind.CLOSE_UNESCAPED, Kind.INVERSE, Kind.COMMENT):
                return None
        raise self._unclosed(opened)

    def _read_one(self, opened: int) -> Kind:
        match = _IN_TAG.match(self._text, self._at)
        if match is None or match.lastindex is None:
            if self._text.find("}}", self._at) < 0:
                raise self._unclosed(opened)
            shown = self._text[self._at]
            raise self._source.invalid(
                self._at, f"{shown!r} cannot stand here.", "Put texts in quotes, odd names in [ ]."
            )
        kind = _KINDS[match.lastindex - 1]
        if kind is Kind.COMMENT:
            self._read_comment(match.end())
        else:
            self._add(kind, match.end(), _unquoted(kind, match.group()))
        return kind

    def _unclosed(self, opened: int) -> Invalid:
        return self._source.invalid(opened, "this tag is never closed.", "Close it with }}.")

    def _read_comment(self, after: int) -> None:
        dashed = self._text.startswith("--", after)
        end = -1
        if not dashed:
            end = self._text.find("}}", after) + 2
        elif closing := _END_OF_COMMENT.search(self._text, after):
            end = closing.end()
        if end <= 1:
            mend = "Close it with --}}." if dashed else "Close it with }}."
            raise self._source.invalid(self._at, "this comment is never closed.", mend)
        self._add(Kind.COMMENT, end, self._text[self._at : end])

    def _read_raw(self) -> None:
        """Up to the end tag of the raw block that was just opened; raw blocks within it are text."""
        opened, depth = self._at, 1
        while depth:
            if ending := _END_OF_RAW.match(self._text, self._at):
                depth -= 1
                kind = Kind.CONTENT if depth else Kind.END_RAW
                self._add(kind, ending.end(), ending.group() if depth else ending.group(1))
            elif self._text.startswith("{{{{", self._at) and self._text[self._at + 4 : self._at + 5] not in {"", "/"}:
                depth += 1
                self._add(Kind.CONTENT, self._at + 4, "{{{{")
            elif (end := self._text.find("{{{{", self._at + 1)) > 0:
                self._add(Kind.CONTENT, end, self._text[self._at : end])
            else:
                raise self._source.invalid(
                    opened, "this raw block is never closed.", "Close it with {{{{/its name}}}}."
                )


def _unquoted(kind: Kind, raw: str) -> str:
    if kind is Kind.STRING:
        return raw[1:-1].replace("\\" + raw[0], raw[0])
    if kind is Kind.ID and raw.startswith("["):
        return re.sub(r"\\([\\\]])", r"\1", raw)
    return raw
