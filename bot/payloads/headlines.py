"""Titles for somebody who is woken: one line that says what is wrong, and where. An SMS or a call carries no more.

What senders put in their place (markup, JSON as text, nothing) is made readable here, for every type.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from html import unescape
from itertools import islice

from bot.errors import Unreadable
from bot.payloads import reading, values
from bot.payloads.markup import text_of

MAX_PLACES = 3
MAX_PLACE = 80  # characters
MAX_FIRST = 150  # characters of a description that stand for a title
MAX_MARKUP = 40_000  # characters of markup that are read
MAX_LAID_OUT = (
    200  # tags of a text that is laid out; a payload may hold hundreds of texts, and hostile ones take a while
)
MAX_WALKED = 60  # values of an object that are looked at for words
SAYING = (
    "title", "summary", "subject", "headline", "alertname", "alert_name", "alarmname", "event message", "message",
    "msg", "text", "name", "description", "detail-type", "reason", "error", "event", "status",
)  # fmt: skip
"""Keys of an object that say what it is about, the most telling first."""

_BLOCK = re.compile(
    r"<(?:p|br|div|table|tr|td|ul|ol|li|h[1-6]|html|body|pre|hr|blockquote)(?:\s[^<>]{0,1000})?/?>", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-z!][^<>]{0,2000}>", re.IGNORECASE)
_UNSEEN = re.compile(r"<(/?)(?:script|style|head|title)\b[^<>]{0,500}>", re.IGNORECASE)
_LINK = re.compile(r"<a\s[^<>]{0,2000}>", re.IGNORECASE)
_INLINE = re.compile(r"</(?:b|i|u|em|strong|span|font|code|small|a|p|div|h[1-6])>|<br\s?/?>", re.IGNORECASE)


def headline(text: str) -> str:
    """A sender's title without markup, and in words where it is JSON."""
    said = text.lstrip()
    if said[:1] in {"{", "["}:
        return worded(said) or text
    return read_markup(said[:MAX_MARKUP]).replace("\n", " ") if "<" in said and _INLINE.search(said) else text


def laid_out(text: str) -> str:
    """A text as it would be read: one with the markup of a page is laid out as mail is, any other stays as it is."""
    if "<" not in text or not (_BLOCK.search(text) or _LINK.search(text)):
        return text
    markup = text[:MAX_MARKUP]
    return read_markup(markup if _BLOCK.search(markup) else markup.replace("\n", "<br>"))


def read_markup(markup: str) -> str:
    """The words of markup: laid out, or, where it has very many tags, only with its lines and without them."""
    if markup.count("<") <= MAX_LAID_OUT:
        return text_of(markup)
    lines = unescape(_TAG.sub("", _BLOCK.sub("\n", seen(markup)))).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


def seen(markup: str) -> str:
    """Markup without scripts, styles and what stands in its head."""
    pieces = _UNSEEN.split(markup)
    return "".join(text for closed, text in zip(("/", *pieces[1::2]), pieces[::2], strict=True) if closed)


def first_line(description: str) -> str:
    """What stands for a title that is missing: the first line that says something."""
    return next((line[:MAX_FIRST] for line in description[:2_000].splitlines() if line.strip()), "")


def worded(text: str) -> str:
    """What JSON in a text is about, "" where it is none."""
    if not text.rstrip().endswith(("}", "]")):
        return ""
    with suppress(Unreadable):
        return about(reading.parsed(text.encode("utf-8", "replace")))
    return ""


def about(content: object) -> str:
    """What an object says of itself: its telling fields, else its first few, as words."""
    said = tuple(islice(scalars(content), MAX_WALKED))
    lowered = {name.lower(): text for name, text in reversed(said)}
    telling = values.kept(lowered.get(name, "") for name in SAYING)[:2]
    words = telling or tuple(f"{name}: {text}" for name, text in said[:3])
    return ": ".join(values.kept(words)) if telling else ", ".join(words)


def scalars(content: object) -> Iterator[tuple[str, str]]:
    """The texts of an object by their names, the outer ones first."""
    waiting: list[tuple[str, object]] = [("", content)]
    for _ in range(MAX_WALKED):
        if not waiting:
            return
        name, value = waiting.pop(0)
        if isinstance(value, dict):
            waiting += islice(value.items(), MAX_WALKED)
        elif isinstance(value, list):
            waiting += ((name, each) for each in value[:3])
        elif (text := values.as_text(value)) and len(text) < 1_000:
            yield name, text


def placed(title: str, places: Iterable[str]) -> str:
    """A title with the places that it does not name yet: `CPU is high (web1, eu-west-1)`."""
    named, lowered = [], title.lower()
    for place in places:
        bare = bare_place(place)
        if bare and bare.lower() not in lowered:
            named.append(bare)
            lowered += f" {bare.lower()}"
    return f"{title} ({', '.join(named[:MAX_PLACES])})" if named and title else title or ", ".join(named[:MAX_PLACES])


def bare_place(place: str) -> str:
    """A place as it is said: an address without its scheme and its end."""
    return place.strip().removeprefix("https://").removeprefix("http://").rstrip("/")[:MAX_PLACE]
