"""Plain text that is laid out piece by piece: spaces collapse, blank lines do not pile up, lines are indented."""

import re

MAX_INDENTS = 6  # of quotes and lists inside each other
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_INVISIBLE = re.compile("[\u00ad\u034f\u200b\u2060\ufeff]")
_ODD_SPACES = re.compile("[ \t\r\n\f\xa0\u2000-\u200f\u202f\u205f\u3000]+")


class Flow:
    """Lines, of which the last is still written to. Newlines are owed, and paid before the next word."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._owed = 0
        self._spaced = True
        self._indents: list[str] = []
        self._point = ""

    @property
    def text(self) -> str:
        """All that was said, without spaces at the ends of lines."""
        return "\n".join(line.rstrip() for line in "".join(self._said).split("\n")).strip("\n")

    @property
    def size(self) -> int:
        """The number of pieces said, for `since`."""
        return len(self._said)

    def since(self, size: int) -> str:
        """What was said since there were so many pieces."""
        return "".join(self._said[size:]).strip()

    def end_line(self, newlines: int) -> None:
        """End the line, with a blank one behind it where `newlines` is 2."""
        self._owed = max(self._owed, newlines)

    def feed_line(self) -> None:
        """End the line; once more, and a line stays blank."""
        self._owed = min(self._owed + 1, 2)

    def indent(self, mark: str) -> None:
        """Begin each line from here on with a mark, until `outdent`."""
        self._indents.append(mark)

    def outdent(self) -> None:
        """Take back the latest indent."""
        if self._indents:
            self._indents.pop()

    def point(self, mark: str) -> None:
        """Put a mark before the next word; "" takes back one that no word followed."""
        self._point = mark

    def say(self, text: str) -> None:
        """Write words; lines in them are spaces."""
        visible = _INVISIBLE.sub("", text)
        if not _ODD_SPACES.sub("", visible):
            self._space(visible)
            return
        words = _SPACES.sub(" ", visible)
        self._write(words.lstrip(" ") if self._spaced or self._owed else words)

    def keep(self, text: str) -> None:
        """Write lines as they are."""
        first, *others = _INVISIBLE.sub("", text).replace("\xa0", " ").split("\n")
        self._write(first)
        for line in others:
            self.feed_line()
            self._write(line)

    def _space(self, blank: str) -> None:
        if blank and not self._spaced and not self._owed:
            self._said.append(" ")
            self._spaced = True

    def _write(self, words: str) -> None:
        if not words.strip(" "):
            return
        if self._owed or not self._said:
            self._said.append(("\n" * self._owed if self._said else "") + self._margin())
        self._said.append(words)
        self._owed, self._spaced = 0, words.endswith(" ")

    def _margin(self) -> str:
        margin, self._point = "".join(self._indents[:MAX_INDENTS]) + self._point, ""
        return margin
