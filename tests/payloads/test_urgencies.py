"""What words for severity mean, and how an integration says otherwise."""

import pytest

from bot.engine.model import Urgency
from bot.payloads import urgencies
from bot.payloads.urgencies import OPTION, first_urgency, urgency_of

SILENT, LOW, MEDIUM, HIGH, CRITICAL = Urgency.SILENT, Urgency.LOW, Urgency.MEDIUM, Urgency.HIGH, Urgency.CRITICAL


@pytest.mark.parametrize(
    ("words", "urgency"),
    [
        (
            "P0 p1 SEV0 sev-1 Sev_1 crit CRITICAL! urgent fatal emerg page Blocker Highest P1-Critical severity:1",
            CRITICAL,
        ),
        ("P2 sev2 S2 error ERR major Severe serious alert High", HIGH),
        ("P3 sev.3 warning WARN minor average moderate Medium", MEDIUM),
        ("P4 P5 sev5 info Informational notice ticket none debug Lowest", LOW),
        ("silent", SILENT),
    ],
)
def test_the_vocabulary_of_senders(words: str, urgency: Urgency) -> None:
    assert {word: urgency_of(word) for word in words.split()} == dict.fromkeys(words.split(), urgency)


@pytest.mark.parametrize(
    ("said", "urgency"),
    [
        ("Very High", HIGH),
        ("low to critical", CRITICAL),
        ("1 - Critical", CRITICAL),
        ("Sev 2", HIGH),
        ("[P3] checkout", MEDIUM),
        ("Priority 1", CRITICAL),
    ],
)
def test_a_word_inside_a_text_counts_the_most_urgent_first(said: str, urgency: Urgency) -> None:
    assert urgency_of(said) is urgency


@pytest.mark.parametrize(
    "said", ["", " ", "x", "ok", "normal", "unknown", "slow", "mediumwave", "p", "p9", "7", "a" * 10**6]
)
def test_what_says_nothing_is_the_integrations(said: str) -> None:
    assert urgency_of(said) is None


def test_the_first_word_that_means_something_counts() -> None:
    assert first_urgency(("", "odd", "warning", "critical")) is MEDIUM
    assert first_urgency(()) is None


def test_an_integrations_table_comes_first_then_the_types_own() -> None:
    options = {OPTION.name: "warning = high; gold: critical\nP1=low, broken, = high, p2 = loud"}
    own = {"warning": LOW, "gold": LOW, "3": HIGH}
    assert [urgency_of(word, options, own) for word in ("Warning", "GOLD", "p1", "p2", "3")] == [
        HIGH, CRITICAL, LOW, HIGH, HIGH,
    ]  # fmt: skip
    assert urgency_of("sla gold", options) is CRITICAL


def test_a_table_that_is_wrong_is_said_so_and_its_rest_counts() -> None:
    options = {OPTION.name: "warning = high, p2 = loud, nothing"}
    said = [each.message for each in urgencies.problems(options)]
    assert said == ["`p2 = loud` does not say what a word means.", "`nothing = ` does not say what a word means."]
    assert urgency_of("warning", options) is HIGH
