"""Generated queries and documents for the comparison with sift, in groups.

`written`: what people write over alerts. `odd`: any plain JSON in any operator. `quirks`: what only JavaScript can make
of it: prototypes, coercions, dates, halves of characters, its own regular expressions. `patterns`: regular expressions
put together at random, half of them wrong.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = Any
Case = tuple[Json, Json]

URGENCIES = ["silent", "low", "medium", "high", "critical"]
WORDS = [
    "disk",
    "cpu",
    "memory",
    "payments",
    "checkout",
    "db-1",
    "staging",
    "prod",
    "eu-west-1",
    "us-east-1",
    "latency",
]
TITLES = [
    "[staging] disk full on db-1",
    "CPU usage above 90% on payments",
    "Checkout latency is HIGH",
    "",
    "prod: memory\nsecond line",
    "RESOLVED: disk",
    "Größe überschritten 🔥",
]
PATTERNS = [
    "^\\[staging\\]", "disk", "cpu|memory", "^prod", "full on db-\\d+$", "usage above (\\d+)%", "\\bhigh\\b", "^$",
    ".*", "^RESOLVED", "lat[ea]ncy", "(?:eu|us)-(west|east)-1", "\\d{2,3}", "[^a-z]+$", "second line$", "^second",
    "überschritten", "(?=.*disk)(?=.*full)", "^(?!RESOLVED)", "(\\w)\\1", "🔥", "Größe",
]  # fmt: skip


@dataclass
class Author:
    """Somebody who writes queries and alerts, with dice."""

    dice: random.Random

    def pick(self, *choices: Json) -> Json:
        return self.dice.choice(choices)

    def maybe(self, chance: float) -> bool:
        return self.dice.random() < chance

    def some(self, choices: list[Json], most: int = 3) -> list[Json]:
        return [self.dice.choice(choices) for _ in range(self.dice.randint(0, most))]


class Written(Author):
    """What people write."""

    PATHS = (
        "alert.title", "alert.urgency", "alert.tags", "alert.count", "alert.incident", "alert.description",
        "data.labels.env", "data.labels.service", "data.value", "data.items.name", "data.items.level",
        "data.items.0.name", "data.tags.0", "data.missing", "data.labels", "data.firing", "always", "log.method",
        "integration.id", "data.items",
    )  # fmt: skip

    def document(self) -> Json:
        document: dict[str, Json] = {
            "always": True,
            "alert": {
                "title": self.pick(*TITLES),
                "description": self.pick(*TITLES, None),
                "urgency": self.pick(*URGENCIES),
                "tags": self.some(WORDS),
                "count": self.dice.randint(0, 5),
                "incident": self.maybe(0.3),
            },
            "data": {
                "labels": {"env": self.pick("prod", "staging", "dev"), "service": self.pick(*WORDS)},
                "value": self.pick(0, 1, 42, 90, 90.5, "90", None, -3),
                "items": [self.item() for _ in range(self.dice.randint(0, 3))],
                "tags": self.some(WORDS),
                "firing": self.pick(True, False),
            },
            "log": {"method": self.pick("POST", "GET")},
            "integration": {"id": self.pick("int_1", "int_2", "int_3")},
        }
        if self.maybe(0.15):
            del document["data"][self.pick("labels", "items", "value")]
        return document

    def item(self) -> Json:
        item = {"name": self.pick(*WORDS), "level": self.dice.randint(0, 9)}
        if self.maybe(0.3):
            item["sub"] = {"tags": self.some(WORDS)}
        return item

    def scalar(self) -> Json:
        return self.pick(
            *WORDS, *URGENCIES, *TITLES, 0, 1, 2, 42, 90, 90.5, True, False, None, "int_1", "POST", "prod", "staging"
        )

    def query(self, depth: int = 0) -> Json:
        query: dict[str, Json] = {}
        for _ in range(self.dice.randint(1, 3)):
            if depth < 3 and self.maybe(0.25):
                query[self.pick("$and", "$or", "$nor")] = [
                    self.query(depth + 1) for _ in range(self.dice.randint(1, 3))
                ]
            elif self.maybe(0.06):
                query["$not"] = self.query(depth + 1)
            else:
                query[self.dice.choice(self.PATHS)] = self.operand(depth)
        return query

    def operand(self, depth: int) -> Json:
        if self.maybe(0.3):
            return self.scalar()
        operand: dict[str, Json] = {}
        for _ in range(self.pick(1, 1, 1, 2)):
            operand |= self.operator(depth)
        return operand

    def operator(self, depth: int) -> dict[str, Json]:
        makers: list[Callable[[], dict[str, Json]]] = [
            lambda: {self.pick("$eq", "$ne"): self.scalar()},
            lambda: {self.pick("$gt", "$gte", "$lt", "$lte"): self.pick(0, 1, 2, 42, 90, "b", "low", "prod")},
            lambda: {self.pick("$in", "$nin"): [self.scalar() for _ in range(self.dice.randint(1, 4))]},
            lambda: {"$all": self.some(WORDS)}, lambda: {"$exists": self.maybe(0.5)},
            lambda: {"$type": self.pick("number", "string", "bool", "array", "null", "timestamp")},
            lambda: {"$size": self.dice.randint(0, 3)}, lambda: {"$mod": [self.pick(2, 3, 10), self.pick(0, 1)]},
            self.pattern,
            lambda: {"$elemMatch": self.element(depth)}, lambda: {"$not": self.operator(depth + 1)},
        ]  # fmt: skip
        return self.dice.choice(makers)()

    def pattern(self) -> dict[str, Json]:
        options = {"$options": self.pick("i", "im", "s", "u", "g")} if self.maybe(0.4) else {}
        return {"$regex": self.dice.choice(PATTERNS)} | options

    def element(self, depth: int) -> Json:
        if self.maybe(0.3):
            return self.operator(depth + 1)
        return {"name": self.pick(*WORDS), **({"level": {"$gte": 3}} if self.maybe(0.5) else {})}


class Odd(Author):
    """Plain JSON of any shape in any operator."""

    KEYS = ("a", "b", "c", "0", "1", "x y", "é")
    SCALARS: tuple[Json, ...] = (
        None,
        True,
        False,
        0,
        1,
        2,
        -1,
        1.5,
        5,
        "",
        "a",
        "b",
        "1",
        "ab",
        "é",
        10**15,
        1e21,
        12345678901234567890,
    )

    def value(self, depth: int = 0) -> Json:
        if depth > 3 or self.maybe(0.5):
            return self.dice.choice(self.SCALARS)
        if self.maybe(0.5):
            return [self.value(depth + 1) for _ in range(self.dice.randint(0, 3))]
        return {self.dice.choice(self.KEYS): self.value(depth + 1) for _ in range(self.dice.randint(0, 3))}

    def document(self) -> Json:
        return {self.dice.choice(self.KEYS): self.value() for _ in range(self.dice.randint(0, 4))}

    def path(self) -> str:
        return ".".join(self.dice.choice(self.KEYS) for _ in range(self.pick(1, 1, 2, 2, 3)))

    def query(self, depth: int = 0) -> Json:
        query: dict[str, Json] = {}
        for _ in range(self.pick(0, 1, 1, 1, 2)):
            if depth < 3 and self.maybe(0.3):
                query |= self.operator(depth + 1, grouped=True)
            else:
                query[self.path()] = self.operand(depth)
        return query

    def operand(self, depth: int) -> Json:
        if self.maybe(0.3):
            return self.value(2)
        operand: dict[str, Json] = {}
        for _ in range(self.pick(1, 1, 1, 2, 3)):
            operand |= self.operator(depth, grouped=self.maybe(0.02))
        return operand

    def any_query(self, depth: int) -> Json:
        if depth > 4 or self.maybe(0.3):
            return self.value(2)
        return self.query(depth) if self.maybe(0.6) else self.operator(depth, grouped=True)

    def operator(self, depth: int, grouped: bool) -> dict[str, Json]:
        name = self.pick(
            "$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$all", "$exists", "$type", "$size", "$mod",
            "$regex", "$elemMatch", "$not", *(["$and", "$or", "$nor"] * 2 if grouped else []),
        )  # fmt: skip
        return {name: self.operand_of(name, depth + 1)}

    def operand_of(self, name: str, depth: int) -> Json:
        if name in ("$and", "$or", "$nor", "$all"):
            return self.value() if self.maybe(0.04) else [self.any_query(depth) for _ in range(self.dice.randint(0, 3))]
        if name == "$not":
            return self.any_query(depth)
        if name == "$elemMatch":
            return (
                self.value()
                if self.maybe(0.05)
                else self.query(depth)
                if self.maybe(0.6)
                else self.operator(depth, grouped=False)
            )
        return self.value_of(name)

    def value_of(self, name: str) -> Json:
        match name:
            case "$in" | "$nin":
                return [self.value(2) for _ in range(self.dice.randint(0, 3))] if self.maybe(0.9) else self.value(3)
            case "$type":
                return self.pick("number", "string", "bool", "array", "null", "timestamp")
            case "$size":
                return self.pick(0, 1, 2, 3, "2", None, True, 1.0)
            case "$mod":
                return self.pick(
                    [2, 0], [2, 1], [3, 0], [0, 0], [5, 5.0], [2], [], [1.5, 0], [-2, 1], ["2", 0], [2, "0"], "20"
                )
            case "$regex":
                return self.pick("a", "^a", "b$", "[ab]+", "", "^$", ".", "1", 1, None, "é", "\\w", "\\s")
            case _:
                return self.value(2)


class Quirks(Odd):
    """What only JavaScript makes of it."""

    KEYS = (
        *Odd.KEYS,
        "length",
        "",
        "01",
        "1e0",
        "-1",
        "map",
        "values",
        "trim",
        "constructor",
        "valueOf",
        " ",
        "Infinity",
    )  # type: ignore[assignment]
    SCALARS = (
        *Odd.SCALARS, "🔥", "a🔥", "\ud83d", "\ufb01", "10", " 1 ", "0x1", "Infinity", "-0", "1,2", "[object Object]",
        "null", {"$$date": 0}, {"$$date": 1767603600123}, 1767603600123, 1e-7, 0.1, "2026-01-05T09:00:00.123Z", "K",
        "ſ", "İ", "ß", "\n", "a\nb", "a\rb", "\u2028",
    )  # fmt: skip
    REGEXES = (
        "[^]", "[]", "a{,2}", "\\cI", "\\u{61}", "\\u0061", "\\x61", "(?<n>a)\\k<n>", "\\p{L}", "\\p{Lu}", "^.$",
        "^..$", "$", "^b", "a$", "\\bé", "\\w+$", "\\d", "(a)|b\\1", "\\1(a)", "(?<=a)b", "(?<!a)b", "(?!a).",
        "(?=a)*b", "a**", "a{2,1}", "(", "[b-a]", "[\\w-z]", "\\8", "\\07", "[\\b]", "{", "}", "]", "a{1", "x{0}",
        "(?i)a", "(?<n>a)(?<n>b)", "k", "K", "\\u212a", "ß", "[^a]", "\\S", "\\W", "[\\s\\S]", "(?:)", "^(?:a|b)*$",
        "\\/", "\\-", "[a-]", "[-a]", "[\\d-x]", "\\c", "[\\c_]", "\\ud83d", "\\ud83d\\udd25", "🔥", "[🔥]",
        "\\p{Script=Greek}", "\\p{Foo}", "\\k<n>", "\\k", "(?<a", "[[a-z]--[b]]", "[\\p{L}&&[a-f]]", "^\\s$", "i",
        "\\0", "s", "[^\\W]", "\\B", "(?:a?){3}$", "a+?b", "\\.", "[.]", "^[^]$", "(a*)*$", "\\u{1F525}",
        "(?:(a)|b)*\\1$", "\\P{L}", "[^\\P{L}]",
    )  # fmt: skip

    def path(self) -> str:
        return super().path() if self.maybe(0.95) else f"{super().path()}.toString"

    def document(self) -> Json:
        return super().document() | ({"toString": self.value()} if self.maybe(0.01) else {})

    def value_of(self, name: str) -> Json:
        if name == "$regex":
            return self.dice.choice(self.REGEXES)
        return super().value_of(name)

    def operator(self, depth: int, grouped: bool) -> dict[str, Json]:
        made = super().operator(depth, grouped)
        if "$regex" in made and self.maybe(0.6):
            made["$options"] = self.pick(
                "i", "u", "iu", "m", "s", "g", "y", "v", "iv", "d", "x", "gy", "uv", "ii", "", None, "mu", "iy"
            )
        return made


class Patterns(Author):
    """Regular expressions of any kind."""

    ATOMS: tuple[str, ...] = (
        *"abAB1_ -/={}]éÉßksKſKİıςσΣᾳǆǅ🔥", "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", ".", "\\.", "\\n", "\\t", "\\b",
        "\\B", "^", "$", "[ab]", "[^ab]", "[a-z]", "[A-Z\\d]", "[^]", "[]", "\\u0061", "\\x41", "\\x4", "\\u{61}",
        "[🔥é]", "\\p{L}", "\\P{Lu}", "\\p{Script=Latin}", "\\1", "\\2", "\\k<n>", "\\0", "\\01", "\\8", "\\cA", "\\c",
        "\\-", "[\\w-z]", "[a-]", "[^\\W]", "[\\b]", "{1}", "{,2}", "{2", "[z-a]", "\\q", "\\/", "[\\P{L}]",
        "[^\\p{Lu}]", "\\u0130", "[\\u212a]",
    )  # fmt: skip
    GROUPS = ("(", "(", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?<n>", "(?i:", "(")
    COUNTS = ("*", "+", "?", "{2}", "{1,2}", "{0,}", "*?", "+?", "??", "{2,1}")
    LETTERS: tuple[str, ...] = (
        *"aabbABk1_ \n\r-KKsſéÉßSİıǆǅςσΣᾳ{}]/\\cq\x01\u2028🔥",
        "\ud83d",
        "\udd25",
        "u{61}",
        "x4",
    )

    def part(self, depth: int) -> str:
        if self.maybe(0.72) or depth > 3:
            return str(self.dice.choice(self.ATOMS))
        return self.dice.choice(self.GROUPS) + self.expression(depth + 1) + (")" if self.maybe(0.98) else "")

    def expression(self, depth: int = 0) -> str:
        parts = (
            self.part(depth)
            + (self.dice.choice(self.COUNTS) if self.maybe(0.3) else "")
            + ("|" if self.maybe(0.1) else "")
            for _ in range(self.dice.randint(1, 4))
        )
        return "".join(parts)

    def query(self) -> Json:
        flags = "".join({self.dice.choice("imsuygv") for _ in range(self.dice.randint(0, 2))})
        return {"a": {"$regex": self.expression(), "$options": flags}}

    def document(self) -> Json:
        return {"a": "".join(self.dice.choice(self.LETTERS) for _ in range(self.dice.randint(0, 7)))}


GROUPS: dict[str, Callable[[random.Random], Written | Odd | Patterns]] = {
    "written": Written,
    "odd": Odd,
    "quirks": Quirks,
    "patterns": Patterns,
}


def cases(group: str, count: int, seed: int) -> list[Case]:
    """`count` pairs of query and document, the same for the same seed."""
    author = GROUPS[group](random.Random(f"{group} {seed}"))
    return [(author.query(), author.document()) for _ in range(count)]
