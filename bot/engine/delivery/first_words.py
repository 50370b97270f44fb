"""The first words of a page: a lock screen shows some forty letters, and they have to say how bad, what and where.

What senders put in front for their own lists (`[FIRING:3]`, a severity that we say ourselves) is left out, and a place
that stands at the end of a long title is said first.
"""

import re
from collections.abc import Mapping

from bot.engine.delivery.card import Card
from bot.engine.model import Urgency
from bot.shown_text import clean, clip

ROOM = 40
"""Letters that phones show of a notification's first line, or fewer: phones differ, none shows less of a title."""

_PLACE = 20  # letters of a place that is said first: as many are left for what is wrong
_WHOLE = 12  # letters of a host's name that is not shortened to its first part
_LOOKED_AT = 400  # letters of a title in which a place is looked for
_MOST_MARKS = 4
_STATES = "firing|alerting|alert|alarm|problem(?: (?:service|host) alert)?|triggered|active"
_STATE = re.compile(
    rf"[*!\s]{{0,8}}(?:\[(?:{_STATES})(?::\s?\d{{1,9}})?\]|(?:{_STATES})(?::\d{{1,9}})?(?=\s*[:|]|\s-\s))[\s:|*\u2013-]{{0,8}}",
    re.IGNORECASE,
)
_SAME: Mapping[Urgency, str] = {
    Urgency.CRITICAL: "crit|fatal|emergency",
    Urgency.HIGH: "error",
    Urgency.MEDIUM: "warning|warn",
    Urgency.LOW: "info|notice",
    Urgency.SILENT: "",
}
_BEHIND = "on|at|from|in|host|instance|node|server|pod|device|for"
_NAMED = re.compile(rf"\s(?:{_BEHIND})[ =:]([\w][\w.-]{{1,80}}[\w])(?=$|[\s:,;)\]/])", re.IGNORECASE)
_PLACE_LIKE = re.compile(r"(?=[^\s]*[A-Za-z])[\w][\w.:/@-]{0,80}[\w/]")
_SPAN = re.compile(r"\d+(?:\.\d+)?\w{0,3}", re.ASCII)
_ADDRESS = re.compile(r"[\d.]+(?::\d+)?", re.ASCII)


def first_words(card: Card, most: int) -> str:
    """How bad it is, then what and where: `WORSE CRITICAL db-3: disk full`. `most` letters of the title are kept."""
    return f"{how_bad(card)} {told(card.title, card.urgency, most, len(how_bad(card)) + 1)}"


def how_bad(card: Card) -> str:
    """The urgency, and whether it rose."""
    return f"{'WORSE ' if card.was and card.asks else ''}{card.urgency.upper()}"


def told(title: str, urgency: Urgency, most: int, taken: int = 0) -> str:
    """A title as it is said behind its urgency, when so many letters of a line are `taken` already."""
    line = _unmarked(" ".join(clean(title).split()), urgency)
    return clip(_placed_first(line, ROOM - taken), most)


def _unmarked(line: str, urgency: Urgency) -> str:
    """A title without the marks in front that say what is said already; as it is where nothing else is in it."""
    left = line
    for _ in range(_MOST_MARKS):
        found = _STATE.match(left) or _DOUBLED[urgency].match(left)
        if found is None or not left[found.end() :].strip():
            break
        left = left[found.end() :].lstrip()
    return left.rstrip(" *") if line.startswith("**") else left


def _doubling(urgency: Urgency) -> re.Pattern[str]:
    """An urgency in front: the word itself, or one that means it in brackets or before a colon."""
    words = f"{urgency}|{_SAME[urgency]}" if _SAME[urgency] else urgency
    return re.compile(
        rf"[*!\s]{{0,8}}(?:[\[(<](?:{words})[\])>]\s?[:|\u2013-]?\s?|(?:{words})(?:\s?[:|]\s?|\s[\u2013-]\s)|{urgency}\s)",
        re.IGNORECASE,
    )


_DOUBLED = {urgency: _doubling(urgency) for urgency in Urgency}


def _placed_first(line: str, room: int) -> str:
    """Say the place first where it would stand behind the letters that are seen."""
    if len(line) <= room:
        return line
    place, whole = _place_of(line)
    short = _short(place)
    if not short or len(short) > _PLACE or short.lower() in line[:room].lower():
        return line
    return f"{short}: {line.rpartition(' (')[0]}" if whole and short == place else f"{short}: {line}"


def _place_of(line: str) -> tuple[str, bool]:
    """The place that a title names, and whether it is all that stands in brackets at its end."""
    named = [found[1] for found in _NAMED.finditer(line[:_LOOKED_AT]) if _is_host(found[1])]
    inside = line[:-1].rpartition(" (")[2] if line.endswith(")") else ""
    listed = inside.split(", ")
    if all(_is_place(each) for each in listed) and not named:
        return listed[0], len(listed) == 1
    words = inside if line.isascii() else line[:_LOOKED_AT]  # `на сервере db-3`: no word of ours stands in front
    machines = [each.strip(",") for each in words.split() if _is_place(each.strip(",")) and _is_machine(each)]
    return next(iter((*reversed(named), *machines)), ""), False


def _short(place: str) -> str:
    """A host's own name of a whole one; an address stays whole."""
    bare = place.partition("/")[0]
    if len(bare) <= _WHOLE or _ADDRESS.fullmatch(bare):
        return bare
    return bare.partition(":")[0].partition(".")[0]


def _is_place(word: str) -> bool:
    return bool(_PLACE_LIKE.fullmatch(word) or _ADDRESS.fullmatch(word)) and not _SPAN.fullmatch(word)


def _is_machine(word: str) -> bool:
    """Whether a word among others is the name or the address of one: it has a number, and a full stop or a hyphen."""
    return any(each.isdigit() for each in word) and any(each in ".-" for each in word)


def _is_host(word: str) -> bool:
    """Whether a word behind `on` or `from` is a name of a machine rather than of anything else."""
    return _is_place(word) and any(each in "0123456789.-_" for each in word)
