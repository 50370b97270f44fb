"""The fixed words of calls and texts, in the language that a person has chosen: the catalogue is `fixed_words.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.engine.model import User

_ENGLISH = "en"
_CATALOGUE = "fixed_words.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedWords:
    """All phrases of one language, by name."""

    phrases: Mapping[str, str]

    def say(self, name: str, **given: str) -> str:
        """A phrase with its braces filled in."""
        return self.phrases[name].format_map(given) if given else self.phrases[name]

    @property
    def voice(self) -> str:
        """The language of the voice, as Twilio names it: `de-DE`."""
        return self.phrases["language"]


def words_for(user: User | None) -> FixedWords:
    """What somebody reads and hears; English for nobody, and where their language is not in the catalogue."""
    return words_in(user.language if user else _ENGLISH)


@cache
def words_in(language: str) -> FixedWords:
    """The phrases of a language (`de`), each in English where it is not translated."""
    return FixedWords(phrases={name: said.get(language) or said[_ENGLISH] for name, said in catalogue().items()})


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every phrase by name, in every language by code, with what it is `about`."""
    return tomllib.loads((files("bot.twilio") / _CATALOGUE).read_text(encoding="utf-8"))
