"""Variables of the environment as values: what each is for, and which of them a misspelt one means."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from bot.errors import Invalid, Problem

_ALIKE = 0.85  # of difflib's ratio: one letter more, less or swapped in a name of eight
_OWN = ("PAGERTREE_", "PAGER_")  # what people put before every name, and nothing here has
# Kubernetes sets these for each service: https://kubernetes.io/docs/tutorials/services/connect-applications-service/
_LINK = re.compile(r"_SERVICE_(HOST|PORT)(_|$)|_PORT_[0-9]+_(TCP|UDP)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable. `about` says in Markdown what it is for, `default` what holds without it.

    `example` is what `.env.example` shows where there is no default; `needed` ones stand there ready to be filled in.
    """

    name: str
    about: str
    default: str = ""
    example: str = ""
    needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Variables that belong together, as they are listed.

    `checks` read some of them each, and raise `Invalid`: `bot.settings` has all of them read when a process starts.
    """

    heading: str
    variables: tuple[Variable, ...]
    checks: tuple[Callable[[Mapping[str, str]], object], ...] = ()


def problems(given: Mapping[str, str], groups: Iterable[Group]) -> Iterator[Problem]:
    """Everything that is wrong with what is given, each once."""
    found: dict[str, Problem] = {}
    for check in (check for group in groups for check in group.checks):
        try:
            check(given)
        except Invalid as error:
            found |= {str(each): each for each in error.problems}
    yield from found.values()


def slips(given: Mapping[str, str], known: Iterable[str]) -> Iterator[str]:
    """A sentence for each variable that is not read and looks like one that is: the name that was probably meant."""
    names = frozenset(known)
    for name, value in given.items():
        if value and name not in names and (meant := _meant(name, value, names)):
            yield f"{name} is set and nothing reads it: {meant} is probably meant."


def times(environment: Mapping[str, str], name: str, usual: float = 1.0) -> float:
    """How many times as fast as usual, by a setting; 0: as fast as can be. Raises `Invalid`."""
    given = environment.get(name, "").strip()
    try:
        factor = float(given or usual)
    except ValueError:
        factor = -1.0
    if not 0 <= factor <= 1_000_000:
        raise Invalid([Problem(message=f"{name}: is not a number such as 1, 2.5 or 0 (no limit).")])
    return factor


def _meant(name: str, value: str, names: frozenset[str]) -> str:
    if len(name) > 60 or _LINK.search(name) or value.startswith(("tcp://", "udp://")):
        return ""
    plain = name.upper()
    for prefix in _OWN:
        plain = plain.removeprefix(prefix)
    if plain in names:
        return plain if plain != name else ""
    if "_" not in plain:
        return ""
    close = get_close_matches(plain, _of_several_words(names), n=1, cutoff=_ALIKE)
    return close[0] if close else ""


def _of_several_words(names: Iterable[str]) -> list[str]:
    """Much else is called like those of one word, such as PORT."""
    return sorted(name for name in names if "_" in name)
