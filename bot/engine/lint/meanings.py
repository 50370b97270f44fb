"""Hints about what can be saved and hardly does what its author meant: values, times and patterns."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from bot.engine.model import Severity, Status, Urgency
from bot.engine.rules.reading import Reading, listed, say_value
from bot.engine.rules.yaml_tree import Where
from bot.languages.moment.lenient import read_wall_time
from bot.languages.query.clock import DEFAULT_TIME
from bot.languages.query.compiler import has_operators
from bot.languages.query.paths import keys_of

VALUES: Final[Mapping[tuple[str, str], tuple[object, ...]]] = {
    ("alert", "urgency"): tuple(each.value for each in Urgency),
    ("integration", "urgency"): tuple(each.value for each in Urgency),
    ("alert", "status"): tuple(each.value for each in Status),
    ("alert", "incident"): (True, False),
    ("alert", "incident_severity"): (*(each.value for each in Severity), None),
    ("log", "method"): ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "NOTICE"),
}
"""All that a fact can be."""

_COMPARING: Final = frozenset({"$eq", "$ne", "$in", "$nin", "$all"})
_GROUPS: Final = frozenset({"$and", "$or", "$nor", "$not", "$elemMatch", "$all"})
_ANY_DAY: Final = date(2026, 1, 5)
_SLASHED: Final = re.compile(r"/(.*)/([dgimsuvyx]{0,4})", re.DOTALL)
_POSIX: Final = re.compile(r"\[:\^?([a-z]+):\]")
_CLASSES: Final = {
    "digit": "0-9",
    "alpha": "A-Za-z",
    "alnum": "A-Za-z0-9",
    "space": r"\s",
    "upper": "A-Z",
    "lower": "a-z",
    "word": r"\w",
    "xdigit": "0-9A-Fa-f",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What is odd about a place in a match, and what to write instead."""

    where: Where
    said: str
    mend: str


def hint_at_meanings(reading: Reading, where: Where, match: Mapping[str, object]) -> None:
    """Note what a match says that can hardly be meant."""
    for hint in _in_query(match, ()):
        reading.wrong((*where, *hint.where), hint.said, hint.mend)


def _in_query(query: object, path: tuple[str, ...]) -> Iterator[Hint]:
    for key, value in query.items() if isinstance(query, Mapping) else ():
        for hint in _of_key(str(key), value, path):
            yield Hint(where=(key, *hint.where), said=hint.said, mend=hint.mend)


def _of_key(key: str, value: object, path: tuple[str, ...]) -> Iterator[Hint]:
    if key == "$day":
        yield from _of_day(value)
    elif key == "$timeBetween" and isinstance(value, Mapping):
        yield from _of_times(value)
    elif key == "$regex" and isinstance(value, str):
        yield from _of_pattern(value)
    elif key in _COMPARING and tuple(path) in VALUES:
        yield from _of_values(value, path)
    elif key in _GROUPS:
        for index, member in enumerate(value) if isinstance(value, list) else ():
            yield from (_below((index,), hint) for hint in _in_query(member, path))
        yield from _in_query(value, path)
    elif not key.startswith("$"):
        inner = (*path, *keys_of(key))
        yield from _in_query(value, inner) if has_operators(value) else _of_values(value, inner)


def _below(where: Where, hint: Hint) -> Hint:
    return Hint(where=(*where, *hint.where), said=hint.said, mend=hint.mend)


def _of_values(value: object, path: tuple[str, ...]) -> Iterator[Hint]:
    known = VALUES.get((path[0], path[1])) if len(path) == 2 else None
    items = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
    for index, item in items if known else ():
        if not any(item is each or (item == each and type(item) is type(each)) for each in known or ()):
            said = f"{'.'.join(path)} is never {say_value(item)}."
            yield Hint(where=() if index is None else (index,), said=said, mend=_nearest(item, known or ()))


def _nearest(item: object, known: tuple[object, ...]) -> str:
    meant = next((each for each in known if str(each).lower() == str(item).strip().lower()), None)
    if meant is not None:
        return f"Change it to {say_value(meant)}." if isinstance(meant, bool) else f"Change it to {meant}."
    said = ("null" if each is None else say_value(each) if isinstance(each, bool) else str(each) for each in known)
    return f"It is one of {listed(said)}."


def _of_day(value: object) -> Iterator[Hint]:
    for name, operand in value.items() if isinstance(value, Mapping) else ():
        items = list(enumerate(operand)) if isinstance(operand, list) else [(None, operand)]
        for index, item in items if name in _COMPARING else ():
            if item not in range(1, 8) or isinstance(item, bool):
                mend = "Change it to 7." if item in (0, "0") else _day_mend(item)
                said = f"{say_value(item)} is no ISO day: they go from 1, Monday, to 7, Sunday."
                yield Hint(where=(name,) if index is None else (name, index), said=said, mend=mend)


def _day_mend(item: object) -> str:
    plain = str(item).strip()
    return f"Change it to {plain}, without quotes." if plain in "1234567" and plain else "Write 1 to 7, without quotes."


def _of_times(operand: Mapping[str, object]) -> Iterator[Hint]:
    form = operand.get("timeformat") or DEFAULT_TIME
    for key in ("starttime", "endtime"):
        text = operand.get(key)
        if isinstance(text, str) and isinstance(form, str):
            yield from _of_time(key, text, form)


def _of_time(key: str, text: str, form: str) -> Iterator[Hint]:
    wall = read_wall_time(text, form).on(_ANY_DAY)
    if wall is None:
        return
    half = re.search(r"([ap])\.?m", text.lower())
    if half and "a" not in form.lower():
        meant = read_wall_time(text, DEFAULT_TIME).on(_ANY_DAY)
        said = f"The form {form} does not read {half[0]}: {text!r:.40} means {wall:%H:%M}."
        yield Hint(where=(key,), said=said, mend=f'Change it to "{meant:%H:%M}".' if meant else "Leave it out.")
    elif key == "endtime" and wall.time() == time(23, 59):
        said = f"{text!r:.40} leaves out the last minute of the day."
        yield Hint(where=(key,), said=said, mend='Change it to "24:00", the midnight that ends the day.')


def _of_pattern(source: str) -> Iterator[Hint]:
    slashed = _SLASHED.fullmatch(source)
    if slashed and slashed[1]:
        flags = f", and $options: {slashed[2]} beside it" if slashed[2] else ""
        said = f"The slashes of {source:.40} are literal: the text itself has to hold them."
        yield Hint(where=(), said=said, mend=f"Change it to {slashed[1]:.80}{flags}.")
    posix = _POSIX.search(source)
    if posix:
        written = _CLASSES.get(posix[1])
        mend = f"Change {posix[0]} to {written}." if written else "Write the characters themselves."
        yield Hint(where=(), said=f"{posix[0]} is not JavaScript: it means the letters themselves.", mend=mend)


def hint_at_action(reading: Reading, where: Where, action: object) -> None:
    """Note what an action says, as it was written, that can hardly be meant."""
    if not isinstance(action, Mapping):
        return
    _hint_at_durations(reading, where, action)
    match action.get("type"):
        case "aggregate" if "route" not in action:
            mend = "Write route: first to page about the first at once, or route: last to keep it so."
            said = f"The first page leaves after {action.get('timeout')}: what comes first is held, too."
            reading.wrong(where, said, mend)
        case "setval" | "incident" if action.get("handlebars") is not True:
            _hint_at_braces(reading, where, action)
    tags = action["map"].get("tags") if isinstance(action.get("map"), Mapping) else None
    if isinstance(tags, str) and "," in tags and "{{" not in tags:
        parts = ", ".join(each.strip() for each in tags.split(","))
        reading.wrong((*where, "map", "tags"), f"{tags!r:.60} is one tag.", f"Change it to [{parts:.80}].")


def _hint_at_braces(reading: Reading, where: Where, action: Mapping[str, object]) -> None:
    texts: list[tuple[Where, object]] = [((), action), (("map",), action.get("map"))]
    for place, mapping in texts:
        for key, value in mapping.items() if isinstance(mapping, Mapping) else ():
            if isinstance(value, str) and "{{" in value:
                said = f"{value!r:.60} is printed as it stands."
                reading.wrong((*where, *place, key), said, "Write handlebars: true beside it.")


def _hint_at_durations(reading: Reading, where: Where, fields: Mapping[str, object]) -> None:
    for key in ("delay", "timeout"):
        written = fields.get(key)
        if isinstance(written, int | float) and not isinstance(written, bool) and written:
            said = f"{key}: {written} has no unit: it is {written / 1000:g} s."
            reading.wrong((*where, key), said, f"Change it to {written}s, or {written}ms if that is meant.")
    steps = fields.get("rules")
    for number, step in enumerate(steps if isinstance(steps, list) else ()):
        if isinstance(step, Mapping):
            _hint_at_durations(reading, (*where, "rules", number), step)
