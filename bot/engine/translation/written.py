"""A router in the making: rules that were translated, and what has no exact counterpart here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import yaml

Query: TypeAlias = dict[str, object]

MOST_RULES: Final = 5_000
_NO_LETTERS: Final = re.compile(r"[^a-z0-9]+")
_RE2_ONLY: Final = re.compile(r"\(\?[a-zA-Z-]+[:)]|\\[ACQEzpP]|\[\[:|\(\?P<")
_WIDE: Final = 10_000  # columns: no text is broken over lines


class Inexact(Exception):
    """Something that cannot be said here with the same meaning. The text says what, for whoever pasted it."""


class _Whole(yaml.SafeDumper):
    """Writes out what stands in several places: a router takes no aliases."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - of any data
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslatedRule:
    """One rule: its actions are written as in a router."""

    name: str
    match: Query
    actions: Sequence[Mapping[str, object]]
    goes_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """What was made of a pasted text. `left_out` says what was not translated, each in a sentence."""

    product: str
    rules: tuple[TranslatedRule, ...]
    left_out: tuple[str, ...] = ()

    @property
    def yaml(self) -> str:
        """The rules as a router's text, with what was left out above them."""
        rules = [_rule(each) for each in self.rules]
        head = "".join(f"# Not translated: {' '.join(each.split())}\n" for each in self.left_out)
        written: str = yaml.dump({"rules": rules}, Dumper=_Whole, sort_keys=False, allow_unicode=True, width=_WIDE)
        return f"# From {self.product}.\n{head}{written}"


@dataclass(slots=True)
class TranslationDraft:
    """Gathers rules and what is left out."""

    rules: list[TranslatedRule] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def leave_out(self, said: str) -> None:
        """Say once that something was not translated."""
        if said not in self.left_out:
            self.left_out.append(said[:500])

    def finish(self, product: str) -> Translation:
        """The translation."""
        return Translation(product=product, rules=tuple(self.rules), left_out=tuple(self.left_out))


def _rule(rule: TranslatedRule) -> dict[str, object]:
    going = {"continue": True} if rule.goes_on else {}
    return {"name": rule.name, "match": rule.match, **going, "actions": [dict(each) for each in rule.actions]}


def together(queries: Sequence[Query]) -> Query:
    """A query that holds where all of these do."""
    kept = [each for each in queries if each and each != {"always": True}]
    if not kept:
        return {"always": True}
    if len(kept) == 1:
        return dict(kept[0])
    keys = [key for each in kept for key in each]
    if len(set(keys)) == len(keys):
        return {key: value for each in kept for key, value in each.items()}
    return {"$and": [dict(each) for each in kept]}


def either(queries: Sequence[Query]) -> Query:
    """A query that holds where any of these does."""
    return dict(queries[0]) if len(queries) == 1 else {"$or": [dict(each) for each in queries]}


def opposite(query: Query) -> Query:
    """A query that holds where this one does not."""
    return {"$nor": [dict(query)]}


def team(name: str) -> str:
    """A receiver by another product's name for it: a team with that handle, to be made or renamed."""
    return f"team:{_NO_LETTERS.sub('-', name.lower()).strip('-')[:60] or 'unnamed'}"


def literally(text: str) -> str:
    """A pattern that matches a text as it stands, in JavaScript's syntax."""
    return re.sub(r"[\\^$.|?*+()\[\]{}/]", r"\\\g<0>", text)


def assign(*receivers: str) -> dict[str, object]:
    """An action that sends an alert on."""
    return {"type": "assign", "receiver": receivers[0] if len(receivers) == 1 else list(receivers)}


def text_of(value: object) -> str:
    """A scalar as text, empty for what is none."""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def same_value(value: str) -> object:
    """A condition for a value that others compare as text, and that a payload may hold as a number."""
    return {"$in": [value, int(value)]} if re.fullmatch(r"0|-?[1-9][0-9]{0,14}", value) else value


def without_case(pattern: str) -> tuple[str, dict[str, str]]:
    """A pattern of RE2 in JavaScript's syntax, and its `$options`. Raises `Inexact` for what only RE2 has."""
    source = pattern.removeprefix("(?i)")
    if _RE2_ONLY.search(source):
        raise Inexact(f"the pattern {pattern[:80]} has a meaning in RE2 that JavaScript has not.")
    return source, {} if source == pattern else {"$options": "i"}
