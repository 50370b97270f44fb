"""Hints about what can be saved and hardly does what its author meant: values, times and patterns."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from difflib import get_close_matches
from typing import Final, TypeGuard

from bot.engine.model import Severity, Status, Urgency
from bot.engine.rules.reading import Reading, listed, say_value
from bot.engine.rules.rewriting import Beside, Instead, Rewrite, written
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
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
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
    rewrite: Rewrite | None = None


def hint_at_meanings(reading: Reading, where: Where, match: Mapping[str, object]) -> None:
    """Note what a match says that can hardly be meant."""
    for hint in _in_query(match, ()):
        reading.wrong((*where, *hint.where), hint.said, hint.mend, hint.rewrite)


def _in_query(query: object, path: tuple[str, ...]) -> Iterator[Hint]:
    if isinstance(query, Mapping):
        yield from _of_no_choice(query)
    has_options = isinstance(query, Mapping) and "$options" in query
    for key, value in query.items() if isinstance(query, Mapping) else ():
        for hint in _of_key(str(key), value, path, has_options):
            yield _below((key,), hint)


def _of_no_choice(query: Mapping[str, object]) -> Iterator[Hint]:
    """Conditions that hold for all values, or for none."""
    for key, value in query.items():
        if key in {"$in", "$nin", "$all"} and value == []:
            never = "never holds" if key == "$in" else "always holds"
            yield Hint(where=(key,), said=f"{key}: [] {never}.", mend="Name the values, or remove it.")
        elif key == "$regex" and value in {"", ".*", "^.*$", "^"}:
            mend = "Remove it, or write what the text has to hold."
            yield Hint(where=(key,), said=f"The pattern {say_value(value)} matches every text.", mend=mend)
        elif key == "always" and value is not True and not has_operators(value):
            yield Hint(where=(key,), said="always is never anything but true.", mend="Remove the rule, or disable it.")
        elif key == "$or" and isinstance(value, list) and len(value) > 1 and {"always": True} in value:
            at = value.index({"always": True})
            yield Hint(where=(key, at), said="This holds always, and so does the $or.", mend="Remove one of the two.")
    low = max((each for name in ("$gt", "$gte") if _is_number(each := query.get(name))), default=None)
    high = min((each for name in ("$lt", "$lte") if _is_number(each := query.get(name))), default=None)
    if low is not None and high is not None and (low > high or (low == high and not {"$gt", "$lt"}.isdisjoint(query))):
        name = "$gt" if "$gt" in query else "$gte"
        said = f"No number is over {low} and under {high}."
        yield Hint(where=(name,), said=said, mend="For one or the other, write $or.")


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _of_key(key: str, value: object, path: tuple[str, ...], has_options: bool) -> Iterator[Hint]:
    if key == "$day":
        yield from _of_day(value)
    elif key == "$timeBetween" and isinstance(value, Mapping):
        yield from _of_times(value)
    elif key == "$regex" and isinstance(value, str):
        yield from _of_pattern(value, has_options)
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
    return replace(hint, where=(*where, *hint.where))


def _of_values(value: object, path: tuple[str, ...]) -> Iterator[Hint]:
    known = VALUES.get((path[0], path[1])) if len(path) == 2 else None
    items = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
    for index, item in items if known else ():
        if not any(item is each or (item == each and type(item) is type(each)) for each in known or ()):
            said = f"{'.'.join(path)} is never {say_value(item)}."
            meant = _meant(item, known or ())
            mend = f"Change it to {written(meant)}." if meant is not None else _choices(known or ())
            rewrite = Instead(value=meant) if meant is not None else None
            yield Hint(where=() if index is None else (index,), said=said, mend=mend, rewrite=rewrite)


def _meant(item: object, known: tuple[object, ...]) -> str | bool | None:
    """The value that differs in case, or in what kind of value it is; else the only one that is spelt nearly so."""
    said = str(item).strip().lower()
    texts = {str(each).lower(): each for each in known if isinstance(each, str | bool)}
    near = get_close_matches(said[:80], texts, n=1, cutoff=0.75)
    return texts.get(said, texts[near[0]] if near else None)


def _choices(known: tuple[object, ...]) -> str:
    said = ("null" if each is None else say_value(each) if isinstance(each, bool) else str(each) for each in known)
    return f"It is one of {listed(said)}."


def _of_day(value: object) -> Iterator[Hint]:
    among = value.get("$in") if isinstance(value, Mapping) else None
    if isinstance(among, list) and set(range(1, 8)) <= {each for each in among if isinstance(each, int)}:
        yield Hint(where=("$in",), said="All seven days are among them: this always holds.", mend="Remove it.")
    for name, operand in value.items() if isinstance(value, Mapping) else ():
        items = list(enumerate(operand)) if isinstance(operand, list) else [(None, operand)]
        for index, item in items if name in _COMPARING else ():
            if item not in range(1, 8) or isinstance(item, bool):
                day = _day(item)
                mend = f"Change it to {day}." if day else "Write 1 to 7, without quotes."
                said = f"{say_value(item)} is no ISO day: they go from 1, Monday, to 7, Sunday."
                where = (name,) if index is None else (name, index)
                yield Hint(where=where, said=said, mend=mend, rewrite=Instead(value=day) if day else None)


def _day(item: object) -> int | None:
    """The day that is meant: by its number in quotes, by its name, or as Sunday is counted from 0."""
    plain = str(item).strip().lower()
    if plain == "0" and not isinstance(item, bool):
        return 7
    if len(plain) == 1 and plain in "1234567":
        return int(plain)
    named = [day for day, name in enumerate(_DAYS, start=1) if len(plain) > 1 and name.startswith(plain)]
    return named[0] if len(named) == 1 else None


def _of_times(operand: Mapping[str, object]) -> Iterator[Hint]:
    form = operand.get("timeformat") or DEFAULT_TIME
    for key in ("starttime", "endtime"):
        text = operand.get(key)
        if isinstance(text, str) and isinstance(form, str):
            yield from _of_time(key, text, form)
    start, end = operand.get("starttime"), operand.get("endtime")
    if isinstance(start, str) and start == end:
        mend = f'For the whole day, remove it; for up to midnight, write endtime: "24:00" instead of {end:.40}.'
        yield Hint(where=("endtime",), said="It ends as it begins: this holds for an instant only.", mend=mend)


def _of_time(key: str, text: str, form: str) -> Iterator[Hint]:
    wall = read_wall_time(text, form).on(_ANY_DAY)
    if wall is None:
        return
    half = re.search(r"([ap])\.?m", text.lower())
    if half and "a" not in form.lower():
        meant = read_wall_time(text, DEFAULT_TIME).on(_ANY_DAY)
        said = f"The form {form} does not read {half[0]}: {text!r:.40} means {wall:%H:%M}."
        rewrite = Instead(value=f"{meant:%H:%M}") if meant else None
        mend = f'Change it to "{meant:%H:%M}".' if meant else "Leave it out."
        yield Hint(where=(key,), said=said, mend=mend, rewrite=rewrite)
    elif key == "endtime" and wall.time() == time(23, 59):
        said = f"{text!r:.40} leaves out the last minute of the day."
        mend = 'Change it to "24:00", the midnight that ends the day.'
        yield Hint(where=(key,), said=said, mend=mend, rewrite=Instead(value="24:00"))


def _of_pattern(source: str, has_options: bool) -> Iterator[Hint]:
    slashed = _SLASHED.fullmatch(source)
    if slashed and slashed[1]:
        kept = "".join(flag for flag in slashed[2] if flag in "imsuv")
        flags = f", and $options: {kept} beside it" if kept else ""
        said = f"The slashes of {source:.40} are literal: the text itself has to hold them."
        beside = Beside(key="$options", value=kept, instead=slashed[1]) if kept else Instead(value=slashed[1])
        rewrite = None if kept and has_options else beside
        yield Hint(where=(), said=said, mend=f"Change it to {slashed[1]:.80}{flags}.", rewrite=rewrite)
    posix = _POSIX.search(source)
    if posix:
        negated = posix[0].startswith("[:^")
        written_class = None if negated else _CLASSES.get(posix[1])
        mend = f"Change {posix[0]} to {written_class}." if written_class else "Write the characters themselves."
        instead = Instead(value=source.replace(posix[0], written_class)) if written_class else None
        said = f"{posix[0]} is not JavaScript: it means the letters themselves."
        yield Hint(where=(), said=said, mend=mend, rewrite=instead)


def hint_at_action(reading: Reading, where: Where, action: object) -> None:
    """Note what an action says, as it was written, that can hardly be meant."""
    if not isinstance(action, Mapping):
        return
    _hint_at_durations(reading, where, action)
    match action.get("type"):
        case "aggregate" if "route" not in action:
            mend = "Write route: first to page about the first at once, or route: last to keep it so."
            said = f"The first page leaves after {action.get('timeout')}: what comes first is held, too."
            reading.wrong(where, said, mend, Beside(key="route", value="first"), (*where, "type"))
        case "setval" | "incident" if action.get("handlebars") is not True:
            _hint_at_braces(reading, where, action)
    tags = action["map"].get("tags") if isinstance(action.get("map"), Mapping) else None
    if isinstance(tags, str) and "," in tags and "{{" not in tags:
        parts = tuple(each.strip() for each in tags.split(",") if each.strip())
        mend = f"Change it to {written(parts):.80}."
        reading.wrong((*where, "map", "tags"), f"{tags!r:.60} is one tag.", mend, Instead(value=parts))


def _hint_at_braces(reading: Reading, where: Where, action: Mapping[str, object]) -> None:
    texts: list[tuple[Where, object]] = [((), action), (("map",), action.get("map"))]
    for place, mapping in texts:
        for key, value in mapping.items() if isinstance(mapping, Mapping) else ():
            if isinstance(value, str) and "{{" in value:
                said = f"{value!r:.60} is printed as it stands."
                is_there = "handlebars" in action
                rewrite = Instead(value=True) if is_there else Beside(key="handlebars", value=True)
                at = (*where, "handlebars" if is_there else "type")
                reading.wrong((*where, *place, key), said, "Write handlebars: true beside it.", rewrite, at)


def hint_at_waits(reading: Reading, where: Where) -> None:
    """Note numbers without a unit in what stands at a place."""
    fields = written_at(reading.tree.value, where)
    if isinstance(fields, Mapping):
        _hint_at_durations(reading, where, fields)


def written_at(value: object, where: Where) -> object:
    """What stands at a path of a text; None where nothing does."""
    for key in where:
        if isinstance(value, Mapping) or (isinstance(value, list) and isinstance(key, int) and key < len(value)):
            value = value.get(key) if isinstance(value, Mapping) else value[int(key)]
        else:
            return None
    return value


def _hint_at_durations(reading: Reading, where: Where, fields: Mapping[str, object]) -> None:
    for key in ("delay", "timeout"):
        number = fields.get(key)
        if isinstance(number, int | float) and not isinstance(number, bool) and number:
            said = f"{key}: {number} has no unit: it is {number / 1000:g} s."
            mend = f"Change it to {number}s, or {number}ms if that is meant."
            reading.wrong((*where, key), said, mend, Instead(value=f"{number}s"))
    steps = fields.get("rules")
    for number, step in enumerate(steps if isinstance(steps, list) else ()):
        if isinstance(step, Mapping):
            _hint_at_durations(reading, (*where, "rules", number), step)
