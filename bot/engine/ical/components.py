"""A feed's text taken apart into its calendars, and each into its events and its definitions of time zones.

Only lines that begin or end a known component count as such, so that a text in which a line starts with "Begin" spoils
nothing. What breaks off before its END:VCALENDAR is refused as a whole: the rest of it may have said that people are
on call.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.engine.ical.lines import PropertyLine, name_of, read_frame, read_lines, unfold
from bot.errors import Invalid, Problem

LONGEST_TEXT = 5_000_000
LONGEST_LINE = 50_000
MOST_COMPONENTS = 40_000
DEEPEST = 10
LEFT_OUT = "It is left out: mend it in the calendar."

USER, LAYER = "X-PAGERTREE-USER", "X-PAGERTREE-LAYER"
"""Who is on call, by handle, and in which layer: in the calendars that we write."""

_PARTS = {"STANDARD", "DAYLIGHT", "VALARM", "AVAILABLE", "PARTICIPANT", "VLOCATION", "VRESOURCE"}
_WHOLES = {"VCALENDAR", "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE", "VAVAILABILITY"}
_READ = {
    *("UID", "SUMMARY", "STATUS", "SEQUENCE", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"),
    *("RRULE", "EXRULE", "RDATE", "EXDATE", "ATTENDEE", "ORGANIZER"),
    *(USER, LAYER, "METHOD", "X-WR-TIMEZONE", "TZID", "X-LIC-LOCATION", "TZOFFSETFROM", "TZOFFSETTO"),
}


@dataclass(slots=True, kw_only=True)
class Component:
    """One component as it is written: the lines of the properties that are read here, and what it holds.

    `is_whole` is False when its end is missing.
    """

    name: str
    lines: list[str] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)
    is_whole: bool = True
    too_long: str = ""

    def properties(self) -> Sequence[PropertyLine]:
        """Its properties in order."""
        return tuple(read_lines(self.lines))


def find_calendars(text: str) -> list[Component]:
    """The VCALENDARs of a text. Raises Invalid for what is no feed, is too large, or breaks off."""
    if len(text) > LONGEST_TEXT:
        raise _refuse(f"The feed has more than {LONGEST_TEXT:,} characters.", "Offer a feed of fewer events.")
    lines = unfold(text)
    if (True, "VCALENDAR") not in map(read_frame, lines):
        raise _refuse("This is no iCalendar feed.", "The text has to begin with BEGIN:VCALENDAR.")
    root = Component(name="")
    open_ones = _build(lines, root)
    if open_ones:
        mend = "It was cut off on its way: see that all of it is offered."
        raise _refuse(f"The feed breaks off: its {open_ones[-1]} has no end.", mend)
    return [each for each in root.parts if each.name == "VCALENDAR"]


def _build(lines: list[str], root: Component) -> list[str]:
    """Put what lines hold into `root`; returns the names of the components that are open at the end."""
    path, count = [root], 0
    for line, frame in _framed(lines):
        if frame is None:
            _keep(line, path[-1])
        elif frame[0]:
            _close_whole(path, frame[1])
            path.append(Component(name=frame[1]))
            path[-2].parts.append(path[-1])
            count += 1
        else:
            _close(path, frame[1])
        if count > MOST_COMPONENTS or len(path) > DEEPEST:
            said = f"The feed has more than {MOST_COMPONENTS:,} components, or more than {DEEPEST} in one another."
            raise _refuse(said, "Offer a feed of fewer events.")
    return [each.name for each in path[1:]]


def _framed(lines: list[str]) -> Iterator[tuple[str, tuple[bool, str] | None]]:
    """Each line with what it begins or ends. A name that nobody knows has to be both begun and ended later."""
    frames = [read_frame(line) for line in lines]
    ended = {frame[1]: place for place, frame in enumerate(frames) if frame and not frame[0]}
    for place, (line, frame) in enumerate(zip(lines, frames, strict=True)):
        known = frame and (frame[1] in _PARTS | _WHOLES or ended.get(frame[1], -1) > place or not frame[0])
        yield line, frame if known else None


def _keep(line: str, component: Component) -> None:
    name = name_of(line)
    if name not in _READ:
        return
    if len(line) > LONGEST_LINE:
        component.too_long = name
    else:
        component.lines.append(line)


def _close_whole(path: list[Component], beginning: str) -> None:
    """End an event (or the like) whose end is missing where the next one begins."""
    if beginning not in _WHOLES or beginning == "VCALENDAR":
        return
    while path[-1].name and path[-1].name != "VCALENDAR":
        path.pop().is_whole = False


def _close(path: list[Component], name: str) -> None:
    """End the innermost component of this name, and with it those inside it; an end of nothing is passed over."""
    if name not in (each.name for each in path):
        return
    while path[-1].name != name:
        path.pop().is_whole = False
    path.pop()


def _refuse(message: str, mend: str) -> Invalid:
    return Invalid([Problem(message=message, mend=mend, where=("feed",))])
