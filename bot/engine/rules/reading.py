"""Reading what a person wrote field by field, and collecting everything that is wrong with it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from bot.engine.durations import read_duration
from bot.engine.rules.rewriting import InsteadOfKey, Rewrite, Spans, spans_of
from bot.engine.rules.yaml_tree import Tree, Where, read_yaml
from bot.errors import Invalid, Problem, TextChange
from bot.languages.handlebars import Template, compile_template

MOST_PROBLEMS = 100
"""Problems that are told at once."""

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class Reading:
    """One text being read. Readers return a harmless value where something is wrong, so that reading goes on."""

    def __init__(self, text: str, *, saving: bool = False) -> None:
        """Read `text`; `saving` asks for more than what was saved before has to fulfil."""
        self._text = text
        self.saving = saving
        self._problems: list[Problem] = []

    @cached_property
    def tree(self) -> Tree:
        """The text as values with places. Raises `Invalid` for what is not YAML.

        Read when it is first asked for: checks of what was read before need no places until something is wrong.
        """
        return read_yaml(self._text)

    @cached_property
    def spans(self) -> Spans:
        """The scalars of the text, for changes of it."""
        return spans_of(self._text)

    def wrong(
        self, where: Where, message: str, mend: str = "", rewrite: Rewrite | None = None, at: Where | None = None
    ) -> None:
        """Note a problem at a path, and what rewriting mends it there, or at another path.

        Raises `Invalid` when there are more than anybody reads.
        """
        line, column = self.tree.place(where)
        change = self._change(at or where, rewrite) if rewrite else None
        self._note(Problem(message=message, mend=mend, where=where, line=line, column=column, change=change))

    def _change(self, where: Where, rewrite: Rewrite) -> TextChange | None:
        place = self.tree.key_place(where) if isinstance(rewrite, InsteadOfKey) else self.tree.place(where)
        return self.spans.change(place, rewrite)

    def is_wrong(self, where: Where) -> bool:
        """Say whether a problem was noted at the very place of a path: what follows from it need not be said."""
        place = self.tree.place(where) if self._problems else ()
        return any((problem.line, problem.column) == place for problem in self._problems)

    def attempt(self, where: Where, read: Callable[[], T]) -> T | None:
        """Run a reader that raises `Invalid`, and place its problems below a path."""
        try:
            return read()
        except Invalid as invalid:
            found = invalid.problems
        for problem in found:
            line, column = self.tree.place((*where, *problem.where))
            self._note(replace(problem, where=(*where, *problem.where), line=line, column=column))
        return None

    def finish(self) -> None:
        """Raise `Invalid` with every problem in the order of the text, if there are any."""
        if self._problems:
            raise Invalid(sorted(self._problems, key=lambda problem: (problem.line or 0, problem.column or 0)))

    def _note(self, problem: Problem) -> None:
        self._problems.append(problem)
        if len(self._problems) >= MOST_PROBLEMS:
            self.finish()

    def mapping(self, where: Where, value: object, keys: Collection[str], what: str) -> Mapping[str, object]:
        """Read a mapping that may have only these keys."""
        if not isinstance(value, Mapping):
            self.wrong(where, f"{what} has to be a mapping, not {say_kind(value)}.", f"Its keys are {listed(keys)}.")
            return {}
        for key in value:
            if key not in keys:
                self._wrong_key((*where, key), f"{what} has no key {key!r:.80}.", nearest(key, keys))
        return value

    def _wrong_key(self, where: Where, message: str, mend: str) -> None:
        line, column = self.tree.key_place(where)
        self._problems.append(Problem(message=message, mend=mend, where=where, line=line, column=column))

    def items(self, where: Where, value: object, what: str) -> Iterator[tuple[Where, object]]:
        """Go through a list, each item with its path."""
        if not isinstance(value, list):
            self.wrong(where, f"{what} has to be a list, not {say_kind(value)}.", "Start each item with a dash.")
            return
        for index, item in enumerate(value):
            yield (*where, index), item

    def text(self, where: Where, value: object, what: str) -> str:
        """Read a text."""
        if isinstance(value, str):
            return value
        self.wrong(where, f"{what} has to be a text, not {say_kind(value)}.", "Put it in quotes.")
        return ""

    def texts(self, where: Where, value: object, what: str) -> tuple[str, ...]:
        """Read one text or a list of texts, at least one."""
        if isinstance(value, str):
            return (value,)
        if value is None or value == []:
            self.wrong(where, f"{what} is missing.", "Name one, or several in a list.")
            return ()
        if not isinstance(value, list):
            said = f"{what} has to be a text or a list of texts, not {say_kind(value)}."
            self.wrong(where, said, "Name one, or several in a list.")
            return ()
        return tuple(self.text(place, item, what) for place, item in self.items(where, value, what))

    def duration(self, where: Where, value: object) -> timedelta:
        """Read a duration."""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            said = "The duration is missing." if value is None else f"{say_value(value)} is not a duration."
            self.wrong(where, said, "Write it like 90s, 5m, 1.5 hours or 1d.")
            return timedelta(0)
        return self.attempt(where, lambda: read_duration(value)) or timedelta(0)

    def flag(self, where: Where, value: object, what: str) -> bool:
        """Read true or false."""
        if not isinstance(value, bool):
            said = f"{what} has to be true or false, not {say_value(value)}."
            self.wrong(where, said, "Write true or false, without quotes.")
        return value is True

    def count(self, where: Where, value: object, what: str, most: int) -> int:
        """Read a whole number from 0 to `most`."""
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
            return value
        said = f"{what} has to be a whole number from 0 to {most}, not {say_value(value)}."
        self.wrong(where, said, f"Write 0 to {most}, without quotes.")
        return 0

    def choice(self, where: Where, value: object, choices: type[E], what: str) -> E | None:
        """Read one of an enumeration's values, in any case."""
        found = next((each for each in choices if isinstance(value, str) and each.lower() == value.lower()), None)
        if found is None:
            self.wrong(where, f"{say_value(value)} is no {what}.", f"Write one of {listed(choices)}.")
        return found

    def template(self, where: Where, value: object, what: str) -> Template | None:
        """Compile a Handlebars template."""
        source = self.text(where, value, what)
        return self.attempt(where, lambda: _compile(source))


def _compile(source: str) -> Template:
    try:
        return compile_template(source)
    except Invalid as invalid:
        raise Invalid(replace(each, message=f"In the template, {each.message}") for each in invalid.problems) from None


def say_kind(value: object) -> str:
    """Say what a value is, in YAML's words."""
    if value is None:
        return "empty"
    kinds = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "a mapping",
    }
    return kinds.get(type(value), "a date")


def say_value(value: object) -> str:
    """Show a scalar, or say what kind of value it is."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value!r:.80}" if isinstance(value, str | int | float) else say_kind(value)


def listed(words: Iterable[str]) -> str:
    """Join words for a sentence."""
    return ", ".join(words)


def nearest(word: str, words: Collection[str]) -> str:
    """Suggest the word that was probably meant, or list them all."""
    close = get_close_matches(word.lower()[:80], words, n=1)
    return f"Did you mean {close[0]}?" if close else f"Use one of {listed(words)}."
