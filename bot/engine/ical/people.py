"""Whom an event of a feed puts on call: its attendees, else the people whom its title names, else its organizer.

An address may stand in a `mailto:` in any spelling, in the EMAIL parameter (as Apple writes it) or as the name. A title
names people as Grafana OnCall, PagerDuty and people themselves write it: by address or @handle anywhere, by a full name
anywhere, and by one word where it stands alone or beside others that name somebody (`On Call - Ada Example - Primary`,
`ada bo`, `Primary: ada`). Words that say what kind of duty it is stand between names, and name nobody.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import unquote

from bot.engine.ical.components import USER
from bot.engine.ical.lines import PropertyLine

LONGEST_TITLE = 200
MOST_WORDS = 40
_THINGS = {"ROOM", "RESOURCE"}
_AWAY = {"DECLINED"}
_ADDRESS = re.compile(r"[^\s@<>\"'(),;:/\[\]]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,189}[A-Za-z0-9]")
_SEPARATOR = re.compile(
    r"[,;:/|&+()\[\]<>\n]| [-–—] |\b(?:is |are )?on[- ]?call\b(?: for)?|\band\b|→|->", re.IGNORECASE
)
_TOKEN = re.compile(r"[^\s,;:/|&+()\[\]<>\"]+")
_OWNER = re.compile(r"['’]s?\Z")
_DUTY = {
    *(
        "1st",
        "2nd",
        "3rd",
        "backup",
        "call",
        "cover",
        "day",
        "duty",
        "l1",
        "l2",
        "l3",
        "layer",
        "level",
        "night",
        "oncall",
    ),
    *(
        "on-call",
        "pager",
        "primary",
        "rota",
        "rotation",
        "secondary",
        "shift",
        "standby",
        "support",
        "tertiary",
        "week",
    ),
    "weekend",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The people of an event: users' ids, addresses that nobody here has, and whether all who attend it declined."""

    known: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    all_declined: bool = False


def as_word(text: str) -> str:
    """A name, handle or address in the form in which they are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).removeprefix("@")


def find_people(properties: Sequence[PropertyLine], title: str, people: Mapping[str, str]) -> Named:
    """The people of an event, by `people`: users' ids by their addresses, handles and names, as `as_word` writes them.

    Who declined is not on call, and neither is a room, a resource, or who is told for information only.
    """
    if own := [people[word] for each in properties if each.name == USER and (word := as_word(each.value)) in people]:
        return Named(known=tuple(own))
    invited = [each for each in properties if each.name == "ATTENDEE" and not _is_thing(each)]
    if not invited:
        return _not_invited(properties, title, people)
    attending = [each for each in _without_delegators(invited) if _says(each, "PARTSTAT") not in _AWAY]
    if not attending:
        return Named(all_declined=True)
    away = set(_known((each for each in invited if each not in attending), people))
    found = tuple(_known(attending, people)) or tuple(_in_title(title, people))
    unknown = dict.fromkeys(address for each in attending if (address := _unknown(each, people)))
    return Named(known=tuple(dict.fromkeys(each for each in found if each not in away)), unknown=tuple(unknown))


def _not_invited(properties: Sequence[PropertyLine], title: str, people: Mapping[str, str]) -> Named:
    """Whom the title names, else who made the event."""
    organizers = (each for each in properties if each.name == "ORGANIZER")
    found = tuple(_in_title(title, people)) or tuple(_known(organizers, people))
    addresses = (as_word(address) for address in _ADDRESS.findall(title[:LONGEST_TITLE]))
    return Named(known=tuple(dict.fromkeys(found)), unknown=tuple(each for each in addresses if each not in people))


def _is_thing(line: PropertyLine) -> bool:
    return _says(line, "CUTYPE") in _THINGS or _says(line, "ROLE") == "NON-PARTICIPANT"


def _without_delegators(invited: list[PropertyLine]) -> list[PropertyLine]:
    """Who delegated their part to somebody who is invited too does not attend (RFC 5546 §3.2.2.3)."""
    present = {address for each in invited for address in _addresses(each)}
    return [
        each
        for each in invited
        if _says(each, "PARTSTAT") != "DELEGATED"
        or not present & {found[0].lower() for found in _ADDRESS.finditer(each.parameters.get("DELEGATED-TO", ""))}
    ]


def _says(line: PropertyLine, name: str) -> str:
    return line.parameters.get(name, "").strip().upper()


def _known(lines: Iterable[PropertyLine], people: Mapping[str, str]) -> Iterator[str]:
    for line in lines:
        words = (*_addresses(line), *_names(line.parameters.get("CN", "")))
        yield from [people[word] for word in words if word in people][:1]


def _names(text: str) -> Iterator[str]:
    """A name as it may be known: as written, without what stands in brackets, and `Example, Ada` turned around."""
    plain = text.partition("(")[0]
    family, comma, given = plain.partition(",")
    yield from (as_word(each) for each in (text, plain, f"{given} {family}" if comma else "") if each.strip())


def _unknown(line: PropertyLine, people: Mapping[str, str]) -> str:
    """What to call somebody whom nobody here is; empty for who is known."""
    if any(_known((line,), people)):
        return ""
    found = next(_addresses(line), "") or line.parameters.get("CN", "") or line.value
    return "".join(letter for letter in found if letter.isprintable())[:LONGEST_TITLE]


def _addresses(line: PropertyLine) -> Iterator[str]:
    """The addresses of a calendar user: `MAILTO:Ada@x.org`, `mailto:<ada@x.org>?…`, `ada%2Bx@x.org`, EMAIL=, CN=."""
    for text in (line.value, line.parameters.get("EMAIL", ""), line.parameters.get("CN", "")):
        for found in _ADDRESS.finditer(unquote(text[:1000]).partition("?")[0]):
            yield as_word(found[0])


def _in_title(title: str, people: Mapping[str, str]) -> Iterator[str]:
    text = title[:LONGEST_TITLE]
    addresses = [found[0] for found in _ADDRESS.finditer(text)]
    tokens = _TOKEN.findall(text)[:MOST_WORDS]
    handles = [token for token in tokens if token.startswith("@")]
    pieces = [piece for piece in _SEPARATOR.split(text) if piece and piece.strip()]
    turned = [f"{given} {family}" for family, given in _with_comma(text)]
    words = [as_word(word) for word in (*addresses, *handles, *pieces, *turned, *_phrases(tokens))]
    yield from (people[word] for word in words if word in people)
    for piece in pieces:
        yield from _alone(_TOKEN.findall(piece)[:MOST_WORDS], people)


def _alone(tokens: Sequence[str], people: Mapping[str, str]) -> Sequence[str]:
    """The people of words that all name somebody, but for those that say what kind of duty it is; else nobody."""
    bare = (as_word(_bare(token)) for token in tokens)
    words = [word for word in bare if word and word not in _DUTY]
    return [people[word] for word in words] if all(word in people for word in words) else []


def _bare(token: str) -> str:
    """A word without an owner's s, and without what is no letter or digit at its ends; empty where it has no letter."""
    word = _OWNER.sub("", token).strip("".join({each for each in token if not each.isalnum()}))
    return word if any(letter.isalpha() for letter in word) else ""


def _with_comma(text: str) -> Iterator[tuple[str, str]]:
    """Each two parts with a comma between them, which may be a family name and a given one."""
    parts = [part.strip() for part in text.split(",")]
    yield from pairwise(parts)


def _phrases(tokens: Sequence[str]) -> Iterator[str]:
    """Each two to five words that follow on each other, which a full name may be."""
    bare = [_bare(token) for token in tokens]
    for length in range(2, 6):
        for place in range(len(tokens) - length + 1):
            first = " ".join(tokens[place : place + length - 1])
            yield from {f"{first} {tokens[place + length - 1]}", f"{first} {bare[place + length - 1]}"}
