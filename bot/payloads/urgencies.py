"""What senders' words for severity, priority, level and importance mean here, unless an integration says otherwise."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from bot.engine.model import Urgency
from bot.errors import Problem
from bot.payloads import values
from bot.ports import Option

OPTION = Option(name="urgencies", label="What the sender's words for urgency mean, as in: warning = high, p3 = low")

VOCABULARY: Mapping[str, Urgency] = {
    **values.URGENCIES,
    **dict.fromkeys(("crit", "emergency", "emerg", "fatal", "disaster", "urgent", "page", "panic"), Urgency.CRITICAL),
    **dict.fromkeys(("blocker", "highest", "catastrophic", "immediate"), Urgency.CRITICAL),
    **dict.fromkeys(("error", "err", "alert", "major", "severe", "serious", "important", "danger"), Urgency.HIGH),
    **dict.fromkeys(("warning", "warn", "minor", "average", "moderate"), Urgency.MEDIUM),
    **dict.fromkeys(("info", "information", "informational", "notice", "ticket", "none", "debug"), Urgency.LOW),
    **dict.fromkeys(("trace", "trivial", "lowest", "verbose"), Urgency.LOW),
    **{
        f"{letter}{number}": urgency
        for letter in ("p", "s", "sev", "prio", "priority", "severity")
        for number, urgency in enumerate(
            (Urgency.CRITICAL, Urgency.CRITICAL, Urgency.HIGH, Urgency.MEDIUM, Urgency.LOW, Urgency.LOW)
        )
    },
}
"""In lower case. `page` and `ticket` come from Prometheus' older convention; bare numbers mean something else to each
sender, so that types have them in tables of their own.
"""

NOTHING: Mapping[str, Urgency] = {}
UNSET: Mapping[str, object] = {}
MAX_WORD = 80  # characters of a word for severity that are looked at
MAX_WORDS = 200  # in an integration's own table
_APART = re.compile(r"(?<=[a-z])[\s_.:#-]{1,3}(?=\d)")
_WORD = re.compile(r"[^\W_]+")


def urgency_of(
    said: str, options: Mapping[str, object] = UNSET, own: Mapping[str, Urgency] = NOTHING
) -> Urgency | None:
    """What a sender's word means: by the integration's table, else the type's own, else the vocabulary.

    Words inside a longer text count too (`P1 - Critical`, `SEV-2`), the most urgent of them. None when none is known.
    """
    whole = said[:MAX_WORD].strip().lower()
    if not whole:
        return None
    tables = (table(values.setting(OPTION, options)), own, VOCABULARY)
    joined = _APART.sub("", whole)
    exact = next((each[text] for text in (whole, joined) for each in tables if text in each), None)
    if exact:
        return exact
    found = (next((each[word] for each in tables if word in each), None) for word in _WORD.findall(joined))
    return max((each for each in found if each), key=lambda urgency: urgency.loudness, default=None)


def first_urgency(
    said: Iterable[str], options: Mapping[str, object] = UNSET, own: Mapping[str, Urgency] = NOTHING
) -> Urgency | None:
    """The meaning of the first of several words that has one."""
    return next((found for word in said if (found := urgency_of(word, options, own))), None)


@lru_cache(maxsize=256)
def table(text: str) -> Mapping[str, Urgency]:
    """An integration's own table, written `word = urgency, …`. What cannot be read is left out."""
    return {word: values.URGENCIES[meant] for word, meant in pairs(text) if word and meant in values.URGENCIES}


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """The words of a table, each with what it shall mean."""
    for entry in re.split(r"[,;\n]", text)[:MAX_WORDS]:
        word, _, meant = entry.replace(":", "=", 1).partition("=")
        if entry.strip():
            yield word.strip().lower(), meant.strip().lower()


def problems(options: Mapping[str, object]) -> Iterator[Problem]:
    """What is wrong with an integration's own table."""
    for word, meant in pairs(values.setting(OPTION, options)):
        if not word or meant not in values.URGENCIES:
            yield Problem(
                where=(OPTION.name,),
                message=f"`{word} = {meant}` does not say what a word means.",
                mend="Write `word = urgency` with commas between; an urgency is silent, low, medium, high or critical.",
            )
