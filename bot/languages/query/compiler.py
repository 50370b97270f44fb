"""From a plain query to conditions, with every problem found on the way.

Source: `createQueryOperations` in src/core.ts and src/operations.ts of sift 17.1.4. What sift throws at, when it
compiles or when it matches, is a problem here.
"""

import difflib
from collections.abc import Callable
from datetime import date
from typing import Final

from bot.errors import Invalid, Problem
from bot.languages.query import comparisons, conditions
from bot.languages.query.clock import CLOCKS, ClockReader
from bot.languages.query.conditions import (
    All,
    Condition,
    Differs,
    Either,
    Exists,
    Fits,
    Nested,
    Opposite,
    Sized,
    SomeElement,
)
from bot.languages.query.paths import LONGEST, split
from bot.languages.query.plain import Where, nearest, render
from bot.languages.regexp import Untranslatable, compile_pattern
from bot.languages.values import OBJECT_NAMES, is_falsy, is_number, to_text

MOST_CONDITIONS: Final = 5_000
"""Operators in one query."""

MOST_PROBLEMS: Final = 100
"""Problems that one query is told of."""

TYPES: Final = ("number", "string", "bool", "array", "null", "timestamp")


class QueryCompiler:
    """Reads one query; `problems` refuse it, `doubts` are what can never do what its author meant."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.doubts: list[Problem] = []
        self.paths: dict[str, None] = {}
        self.conditions = 0
        self.prefix: tuple[str, ...] = ()

    def problem(self, where: Where, message: str, mend: str = "") -> None:
        """Refuse the query for this; at once when nobody would read any more."""
        self.problems.append(Problem(message=message, mend=mend, where=where))
        if len(self.problems) >= MOST_PROBLEMS:
            raise Invalid(self.problems)

    def doubt(self, where: Where, message: str, mend: str = "") -> None:
        """Note what sift accepts and what cannot have been meant."""
        self.doubts.append(Problem(message=message, mend=mend, where=where))

    def query(self, query: object, where: Where) -> Condition:
        """Any query: operators on the value itself, paths below it, or a value to equal."""
        on_value, below = self._read(query, where)
        parts = [Nested((), tuple(on_value)), *below] if on_value else below
        return parts[0] if len(parts) == 1 else All("", tuple(parts))

    def _read(self, query: object, where: Where) -> tuple[list[Condition], list[Condition]]:
        if not self._is_query(query, where):
            return [comparisons.equals("$eq", query)], []
        on_value: list[Condition] = []
        below: list[Condition] = []
        for key, operand in _entries(query):
            place = (*where, int(key) if isinstance(query, list) else key)
            if key.startswith("$"):
                on_value += self._operator(key, operand, query, place)
            else:
                below.append(self._field(key, operand, place))
        return on_value, below

    def _is_query(self, query: object, where: Where) -> bool:
        """sift's `isVanillaObject`: a key named constructor or toJSON makes a query a literal value."""
        if isinstance(query, list):
            return True
        if not isinstance(query, dict):
            return False
        if query.get("constructor", 0) is None:
            self.problem((*where, "constructor"), "A query cannot have an empty constructor.", "Remove it.")
        return "constructor" not in query and is_falsy(query.get("toJSON"))

    def _field(self, path: str, operand: object, where: Where) -> Condition:
        keys = split(path)
        if len(keys) > LONGEST:
            self.problem(where, f"The path has more than {LONGEST} keys.", "Shorten it.")
        outside, self.prefix = self.prefix, (*self.prefix, path)
        self.paths[".".join(self.prefix)] = None
        children = self._operand(path, operand, where)
        self.prefix = outside
        return Nested(keys[:LONGEST], children)

    def _operand(self, path: str, operand: object, where: Where) -> tuple[Condition, ...]:
        if not has_operators(operand):
            self._count(where)
            return (comparisons.equals("$eq", operand),)
        if not self._is_query(operand, where):
            return (comparisons.equals("$eq", operand),)
        self._refuse_mixture(path, operand, where)
        self._refuse_groups(path, operand, where)
        on_value: list[Condition] = []
        for key, value in _entries(operand):
            if key.startswith("$"):
                on_value += self._operator(key, value, operand, (*where, key))
        return tuple(on_value)

    def _refuse_mixture(self, path: str, operand: object, where: Where) -> None:
        for key, _ in _entries(operand):
            if not key.startswith("$"):
                self.problem(
                    (*where, key),
                    f"{render(path)} mixes operators with the plain key {render(key)}.",
                    f"Write {render(f'{path}.{key}')} as a path of its own, or compare the whole value with $eq.",
                )

    def _refuse_groups(self, path: str, operand: object, where: Where) -> None:
        for key, _ in _entries(operand):
            if key in GROUPS and path and path not in OBJECT_NAMES:
                self.problem(
                    (*where, key),
                    f"{key} cannot stand under the path {render(path)}.",
                    f"Put {key} above it, with the path in each of its members.",
                )

    def _count(self, where: Where) -> None:
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            said = f"The query has more than {MOST_CONDITIONS:,} conditions."
            raise Invalid([*self.problems, Problem(message=said, mend="Use $in, or several rules.", where=where)])

    def _operator(self, name: str, operand: object, query: object, where: Where) -> list[Condition]:
        self._count(where)
        if name == "$options":
            if not isinstance(query, dict) or "$regex" not in query:
                self.doubt(where, "$options without $regex matches everything.", "Add $regex.")
            return []
        if name in CLOCKS:
            return ClockReader(self, where).read(name, operand)
        reader = READERS.get(name)
        if reader is None:
            self._refuse_operator(name, where)
            return []
        made = reader(self, operand, query, where)
        return [made] if made is not None else []

    def _refuse_operator(self, name: str, where: Where) -> None:
        if name == "$where":
            self.problem(where, "$where is refused: it would run code.", "Use $regex, $elemMatch or comparisons.")
        else:
            meant = MEANT.get(name.lower(), "")
            mend = f"Write {meant}." if meant else _near_operator(name)
            self.problem(where, f"Unknown operator {render(name)}.", mend)

    def members(self, name: str, operand: object, where: Where) -> tuple[Condition, ...]:
        """The queries of `$and`, `$or`, `$nor` and `$all`."""
        if not isinstance(operand, list):
            self.problem(where, f"{name} needs a list, not {render(operand, 40)}.", "Start each member with a dash.")
            return ()
        if not operand and name != "$all":
            self.problem(where, f"{name} needs at least one member.", "Add one, or remove it.")
        if name != "$all" and not self.prefix:
            self._doubt_values(name, operand, where)
        return tuple(self.query(member, (*where, index)) for index, member in enumerate(operand))

    def _doubt_values(self, name: str, members: list[object], where: Where) -> None:
        """Above every path, a member that is a value is compared with the whole document."""
        for index, member in enumerate(members):
            if not isinstance(member, dict):
                said = f"A member of {name} is {render(member, 40)}, which no whole document equals."
                self.doubt((*where, index), said, "Write a mapping, such as {alert.title: disk full}.")


def _entries(query: object) -> list[tuple[str, object]]:
    if isinstance(query, dict):
        return list(query.items())
    return [(str(index), item) for index, item in enumerate(query)] if isinstance(query, list) else []


def has_operators(value: object) -> bool:
    """Whether any key of `value` itself starts with `$`."""
    return isinstance(value, dict) and any(key.startswith("$") for key in value)


OperatorReader = Callable[[QueryCompiler, object, object, Where], Condition | None]


def _equals(_: QueryCompiler, operand: object, _query: object, _where: Where) -> Condition:
    return comparisons.equals("$eq", operand)


def _differs(_: QueryCompiler, operand: object, _query: object, _where: Where) -> Condition:
    return Differs("$ne", operand, comparisons.equality(operand))


def _ordered(name: str) -> OperatorReader:
    def read(compiler: QueryCompiler, operand: object, _: object, where: Where) -> Condition:
        if holds_no_text(operand):
            compiler.problem(
                where, f"{name} cannot compare with an object that has the key toString.", "Remove the key."
            )
        if operand is None or isinstance(operand, (list, dict, bool)):
            compiler.doubt(
                where, f"{name} compares with {render(operand, 40)}.", "Compare with a number, text or time."
            )
        return Fits(name, operand, comparisons.ordering(name, operand))

    return read


def holds_no_text(operand: object) -> bool:
    """Whether JavaScript throws when it makes text of this: an object hides `toString`."""
    if isinstance(operand, list):
        return any(map(holds_no_text, operand))
    return isinstance(operand, dict) and "toString" in operand


def _items(compiler: QueryCompiler, name: str, operand: object, where: Where) -> list[object]:
    if not isinstance(operand, list):
        shown = render(operand, 40)
        compiler.doubt(where, f"{name}: {shown} is no list: it counts as [{shown}].", f"Write {name}: [{shown}].")
    items = operand if isinstance(operand, list) else [operand]
    for index, item in enumerate(items):
        if has_operators(item):
            compiler.problem((*where, index), f"{name} compares values: it takes no operators.", "Use $or instead.")
    return items


def _within(compiler: QueryCompiler, operand: object, _: object, where: Where) -> Condition:
    items = _items(compiler, "$in", operand, where)
    if not items:
        compiler.doubt(where, "$in with an empty list never matches.", "Name a value.")
    return conditions.Within("$in", items, comparisons.membership(items))


def _outside(compiler: QueryCompiler, operand: object, _: object, where: Where) -> Condition:
    items = _items(compiler, "$nin", operand, where)
    return Differs("$nin", items, comparisons.membership(items))


def _exists(compiler: QueryCompiler, operand: object, _: object, where: Where) -> Condition:
    if not isinstance(operand, bool):
        wanted = "false" if is_falsy(operand) else "true"
        compiler.doubt(where, f"$exists: {render(operand, 40)} counts as {wanted}.", "Write true or false.")
    return Exists("$exists", operand, not is_falsy(operand))


def _type(compiler: QueryCompiler, operand: object, _: object, where: Where) -> Condition | None:
    if not isinstance(operand, str) or operand not in TYPES:
        mend = nearest(operand, TYPES) if isinstance(operand, str) else ""
        compiler.problem(where, f"$type does not know {render(operand, 40)}.", mend or f"It knows {', '.join(TYPES)}.")
        return None
    return Fits("$type", operand, comparisons.typed(operand))


def _size(compiler: QueryCompiler, operand: object, _: object, where: Where) -> Condition:
    whole = isinstance(operand, (int, float)) and is_number(operand) and operand >= 0 and operand == operand // 1
    if not whole:
        compiler.doubt(where, f"$size: {render(operand, 40)} is no length: it never matches.", "Write a whole number.")
    return Sized("$size", operand if is_number(operand) else None)


def _mod(compiler: QueryCompiler, operand: object, _: object, where: Where) -> Condition | None:
    if not isinstance(operand, (list, str)):
        compiler.problem(where, "$mod needs a list of divisor and remainder.", "Write $mod: [10, 0].")
        return None
    pair = [*operand, None, None][:2]
    if len(operand) != 2 or not is_number(pair[0]) or not is_number(pair[1]):
        mend = "Write two numbers without quotes, as in $mod: [10, 0]."
        compiler.doubt(where, f"$mod: {render(operand, 40)} is no pair of numbers.", mend)
    elif pair[0] == 0:
        compiler.doubt(where, "$mod divides by 0: it never matches.", "Write a divisor that is not 0.")
    return Fits("$mod", operand, comparisons.divided(operand))


def _regex(compiler: QueryCompiler, operand: object, query: object, where: Where) -> Condition | None:
    options = query.get("$options", "") if isinstance(query, dict) else ""
    if not isinstance(operand, str):
        said = f"$regex: {render(operand, 40)} is no text: it counts as the pattern {to_text(operand):.40}."
        compiler.doubt(where, said, "Write the pattern in quotes.")
    try:
        regex = compile_pattern(to_text(operand), to_text(options))
    except Untranslatable as failed:
        place = (*where[:-1], "$options") if failed.flags else where
        compiler.problem(place, failed.message, failed.mend)
        return None
    return Fits("$regex", regex.source, regex.found_in, regex.factors)


def _not(compiler: QueryCompiler, operand: object, _: object, where: Where) -> Condition:
    if not isinstance(operand, dict):
        shown = render(operand, 40)
        compiler.doubt(where, f"$not: {shown} holds no operator: it compares with the value.", f"Write $ne: {shown}.")
    return Opposite("$not", operand, compiler.query(operand, where))


def _element(compiler: QueryCompiler, operand: object, _: object, where: Where) -> Condition | None:
    if not isinstance(operand, (dict, list, date)):
        compiler.problem(where, "$elemMatch needs a mapping.", "Write the conditions that one element has to fit.")
        return None
    if not isinstance(operand, dict):
        mend = "Write a mapping of the conditions that one element has to fit."
        compiler.doubt(where, f"$elemMatch: {render(operand, 40)} is no mapping.", mend)
    return SomeElement("$elemMatch", operand, compiler.query(operand, where))


def _all(compiler: QueryCompiler, operand: object, _: object, where: Where) -> Condition:
    if operand == []:
        compiler.doubt(where, "$all with an empty list matches everything.", "Name a value.")
    return All("$all", compiler.members("$all", operand, where))


def _and(compiler: QueryCompiler, operand: object, _: object, where: Where) -> Condition:
    return All("$and", compiler.members("$and", operand, where))


def _or(compiler: QueryCompiler, operand: object, _: object, where: Where) -> Condition:
    return Either("$or", compiler.members("$or", operand, where), wanted=True)


def _nor(compiler: QueryCompiler, operand: object, _: object, where: Where) -> Condition:
    return Either("$nor", compiler.members("$nor", operand, where), wanted=False)


GROUPS: Final = ("$and", "$or", "$nor")

READERS: Final[dict[str, OperatorReader]] = {
    "$eq": _equals,
    "$ne": _differs,
    "$gt": _ordered("$gt"),
    "$gte": _ordered("$gte"),
    "$lt": _ordered("$lt"),
    "$lte": _ordered("$lte"),
    "$in": _within,
    "$nin": _outside,
    "$all": _all,
    "$and": _and,
    "$or": _or,
    "$nor": _nor,
    "$not": _not,
    "$exists": _exists,
    "$type": _type,
    "$size": _size,
    "$mod": _mod,
    "$regex": _regex,
    "$elemMatch": _element,
}

MEANT: Final = {
    "$notin": "$nin",
    "$not_in": "$nin",
    "$notequal": "$ne",
    "$neq": "$ne",
    "$noteq": "$ne",
    "$equal": "$eq",
    "$equals": "$eq",
    "$is": "$eq",
    "$isnot": "$ne",
    "$ngt": "$lte",
    "$nlt": "$gte",
    "$ngte": "$lt",
    "$nlte": "$gt",
    "$notexists": "$exists: false",
    "$nexists": "$exists: false",
    "$nregex": "$not: {$regex: …}",
    "$notregex": "$not: {$regex: …}",
    "$nand": "$not: {$and: […]}",
    "$contains": "$regex",
    "$like": "$regex",
    "$match": "$regex",
    "$none": "$nor",
    "$noneof": "$nin",
    "$any": "$or",
    "$anyof": "$in",
    "$oneof": "$in",
    "$allof": "$all",
    "$xor": "$or, and $not around both",
    "$ge": "$gte",
    "$le": "$lte",
    "$before": "$lt",
    "$after": "$gt",
    "$between": "$gte and $lte, or $timeBetween for the time of day",
    "$matches": "$regex",
    "$startswith": "$regex: ^…",
    "$endswith": "$regex: …$",
    "$isnull": "$eq: null",
    "$lower": "$regex with $options: i",
    "$upper": "$regex with $options: i",
    "$ieq": "$regex: ^…$ with $options: i",
}
"""Operators of other languages, by what they mean here: the nearest in spelling is often the opposite."""

OPERATORS: Final = (*READERS, "$options", *CLOCKS)
_OPPOSITES: Final = {"$in": "$nin", "$eq": "$ne", "$gt": "$lt", "$gte": "$lte", "$or": "$nor"}
_BACK: Final = {other: one for one, other in _OPPOSITES.items()}
_ALIKE: Final = 0.6
"""How alike two names are at least, from 0 to 1, for one to be meant by the other."""


def _near_operator(name: str) -> str:
    """The operator that was probably meant; with its opposite where that is spelt nearly the same."""
    known, said = {each.lower(): each for each in OPERATORS}, name.strip().lower()[:40]
    close = difflib.get_close_matches(said, known, n=1, cutoff=_ALIKE)
    if not close:
        return ""
    meant = known[close[0]]
    other = _OPPOSITES.get(meant) or _BACK.get(meant, "")
    is_alike = said != close[0] and difflib.SequenceMatcher(None, said, other).ratio() >= _ALIKE
    return f"Did you mean {meant}{f', or its opposite {other}' if is_alike else ''}?"
