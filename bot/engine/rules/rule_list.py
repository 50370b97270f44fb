"""What the texts of rules have in common: the list `rules`, and each rule's `name` and `match`."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from bot.engine.rules.paths import check_inner_paths, check_paths
from bot.engine.rules.reading import Reading, say_kind
from bot.engine.rules.yaml_tree import Where
from bot.errors import Invalid
from bot.languages.query import Predicate, compile_query

MOST_RULES = 20_000
EVERYTHING = compile_query({})
"""What stands for a match that could not be read."""
_LANGUAGE = "The language is written down in docs/matching.md."


def required_rules(reading: Reading, root: Mapping[str, object], mend: str) -> Iterator[tuple[Where, object]]:
    """Go through the list `rules` of a text that has to have one; `mend` says what to do when it is too long."""
    if "rules" in root:
        yield from items(reading, root["rules"], MOST_RULES, mend)
    elif isinstance(reading.tree.value, Mapping):  # where it is no mapping at all, that was said already
        reading.wrong((), "The key rules is missing.", "Start with a line rules: and a list of rules below it.")


def items(reading: Reading, rules: object, most: int, mend: str) -> Iterator[tuple[Where, object]]:
    """Go through the list `rules`, each rule with its path."""
    if isinstance(rules, list) and len(rules) > most:
        reading.wrong(("rules",), f"There are {len(rules)} rules; the most is {most}.", mend)
        return
    yield from reading.items(("rules",), rules, "The list rules")


def read_name(reading: Reading, where: Where, fields: Mapping[str, object]) -> str:
    """Read what a rule is called: by its number where it has no name."""
    name = reading.text((*where, "name"), fields["name"], "The name") if "name" in fields else ""
    return name or f"rule {int(where[-1]) + 1}"


def read_match(
    reading: Reading, where: Where, fields: Mapping[str, object], roots: Collection[str]
) -> tuple[Mapping[str, object], Predicate]:
    """Read and compile the `match` of a rule, whose paths start with one of these roots."""
    match, predicate = compile_match(reading, where, fields)
    check_paths(reading, (*where, "match"), match, roots)
    if reading.saving:
        check_inner_paths(reading, (*where, "match"), match, roots)
    return match, predicate


def compile_match(
    reading: Reading, where: Where, fields: Mapping[str, object]
) -> tuple[Mapping[str, object], Predicate]:
    """Read and compile the `match` of a rule, whatever its paths."""
    place = (*where, "match")
    match = fields.get("match")
    if not isinstance(match, Mapping):
        mend = "To match everything, write match: {always: true}."
        reading.wrong(place, f"A rule needs a match, which is a mapping, not {say_kind(match)}.", mend)
        return {}, EVERYTHING
    return match, reading.attempt(place, lambda: _compile(match)) or EVERYTHING


def _compile(match: Mapping[str, object]) -> Predicate:
    try:
        return compile_query(match)
    except Invalid as invalid:
        raise Invalid(replace(each, mend=each.mend or _LANGUAGE) for each in invalid.problems) from None
