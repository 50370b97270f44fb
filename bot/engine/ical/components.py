"""A feed's text taken apart into its VEVENTs, each read by the icalendar library on its own.

Only the plain properties of VEVENTs reach the library. So a broken event spoils no other; a feed cannot define time
zones, which the library keeps for the whole process; and text is handed over as bytes, since a text of one line may
be taken for the path of a file.
"""

import re
from collections.abc import Iterator

import icalendar

from bot.errors import Invalid, Problem

LONGEST_TEXT = 1_000_000
LONGEST_LINE = 50_000
MOST_EVENTS = 2_000
FOLD = re.compile(r"\r?\n[ \t]")


def find_components(text: str) -> list[icalendar.Event | Problem]:
    """The feed's VEVENTs, or in place of one what is wrong with it. Raises Invalid for what is no feed or too large."""
    if len(text) > LONGEST_TEXT:
        raise _refuse(f"The feed has more than {LONGEST_TEXT:,} characters.", "Offer a feed of fewer events.")
    lines = FOLD.sub("", text).splitlines()
    if not lines or lines[0].lstrip("\ufeff").strip().upper() != "BEGIN:VCALENDAR":
        raise _refuse("This is no iCalendar feed.", "The text has to start with BEGIN:VCALENDAR.")
    if max(map(len, lines)) > LONGEST_LINE:
        raise _refuse(f"The feed has a line of more than {LONGEST_LINE:,} characters.", "Shorten the event.")
    blocks = list(_split(lines))
    if len(blocks) > MOST_EVENTS:
        raise _refuse(f"The feed has more than {MOST_EVENTS:,} events.", "Offer a feed of fewer events.")
    return [_parse(number, block) for number, block in enumerate(blocks, start=1)]


def _split(lines: list[str]) -> Iterator[list[str]]:
    """The property lines of each VEVENT, without those of components inside it."""
    block: list[str] = []
    depth = 0
    for line in lines:
        word = line.strip().upper()
        if depth == 0 and word != "BEGIN:VEVENT":
            continue
        if word.startswith("BEGIN"):
            depth += 1
        elif word.startswith("END:"):
            depth -= 1
        elif depth == 1:
            block.append(line)
        if depth == 0:
            yield block
            block = []


def _parse(number: int, block: list[str]) -> icalendar.Event | Problem:
    text = "\r\n".join(["BEGIN:VEVENT", *block, "END:VEVENT", ""])
    try:
        parsed = icalendar.Event.from_ical(text.encode(errors="replace"))
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        message = f"Event {number} of the feed cannot be read: {str(error)[:200]}"
        return Problem(message=message, mend="It is left out: mend it in the calendar.", where=("feed", number))
    if not isinstance(parsed, icalendar.Event):
        message = f"Event {number} of the feed cannot be read."
        return Problem(message=message, mend="It is left out: mend it in the calendar.", where=("feed", number))
    return parsed


def _refuse(message: str, mend: str) -> Invalid:
    return Invalid([Problem(message=message, mend=mend, where=("feed",))])
