"""The content lines of an iCalendar text (RFC 5545 §3.1), as the world writes them.

A line ends at CRLF, LF or CR and at nothing else: U+2028 and the like are letters of a text. What has no name and
value is no content line (the rest of a text that was broken without being folded), and is passed over.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from icalendar.parser import Contentline

_FOLD = re.compile(r"(?:\r{0,2}\n|\r)[ \t]")
_BREAK = re.compile(r"\r{0,2}\n|\r")
_FRAME = re.compile(r"(BEGIN|END)[ \t]*:[ \t]*([A-Z0-9-]{1,64})[ \t]*", re.IGNORECASE)
_ZONED = re.compile(r'[A-Za-z-]{5,13};TZID="?([^";]{1,200})"?:(\d{8}T[\dTZ,]{6,40000})', re.IGNORECASE)
"""A time in a zone; the zone's name may hold a colon and no quotes, `(UTC+01:00) Berlin`, although it has to."""
_NAME = re.compile(r"[A-Za-z0-9-]{1,64}(?=[;:])")


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyLine:
    """One property: its name and its parameters' names in capitals, and its value without escapes.

    `is_whole` is False where the parameters break the grammar, and so are not known.
    """

    name: str
    value: str
    parameters: Mapping[str, str]
    is_whole: bool = True


def unfold(text: str) -> list[str]:
    """The text's lines, each as long as it was before it was folded."""
    return _BREAK.split(_FOLD.sub("", text.lstrip("\ufeff")))


def read_frame(line: str) -> tuple[bool, str] | None:
    """Whether a line begins (True) or ends a component, and which; None when it does neither."""
    found = _FRAME.fullmatch(line)
    return (found[1].upper() == "BEGIN", found[2].upper()) if found else None


def name_of(line: str) -> str:
    """The property's name, in capitals; empty when the line has none."""
    found = _NAME.match(line)
    return found[0].upper() if found else ""


def read_lines(lines: Iterable[str]) -> Iterator[PropertyLine]:
    """The properties that lines hold."""
    for line in lines:
        if name := name_of(line):
            yield _read(name, line)


def _read(name: str, line: str) -> PropertyLine:
    if zoned := _ZONED.fullmatch(line):
        return PropertyLine(name=name, value=zoned[2], parameters={"TZID": zoned[1]})
    try:
        _, parameters, value = Contentline(line).parts()  # type: ignore[no-untyped-call]
    except ValueError:
        return PropertyLine(name=name, value=line.rpartition(":")[2].strip(), parameters={}, is_whole=False)
    named = {key.upper(): each if isinstance(each, str) else ",".join(each) for key, each in parameters.items()}
    return PropertyLine(name=name, value=value.strip(), parameters=named)
