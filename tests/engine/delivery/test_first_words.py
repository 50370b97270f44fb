"""The first forty letters: how bad, what, where."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.delivery.first_words import ROOM, first_words, told
from bot.engine.model import Urgency
from bot.shown_text import clean
from tests.channels.samples import small


@pytest.mark.parametrize(
    ("title", "urgency", "seen"),
    [
        ("[FIRING:3] HighCPU on db-3", Urgency.HIGH, "HIGH HighCPU on db-3"),
        ("[FIRING:1] [critical] KubePodCrashLooping", Urgency.CRITICAL, "CRITICAL KubePodCrashLooping"),
        ("CRITICAL: disk full", Urgency.CRITICAL, "CRITICAL disk full"),
        ("[Alerting] Queue length alert", Urgency.MEDIUM, "MEDIUM Queue length alert"),
        ("warning - swap is used", Urgency.MEDIUM, "MEDIUM swap is used"),
        ("PROBLEM: host web-1 is DOWN", Urgency.HIGH, "HIGH host web-1 is DOWN"),
        ("** PROBLEM Service Alert: db/Disk is CRITICAL **", Urgency.HIGH, "HIGH db/Disk is CRITICAL"),
        ("High latency", Urgency.HIGH, "HIGH latency"),
        ("Highly available pair is broken", Urgency.HIGH, "HIGH Highly available pair is broken"),
        ("High-availability lost", Urgency.HIGH, "HIGH High-availability lost"),
        ("CRITICAL disk full", Urgency.HIGH, "HIGH CRITICAL disk full"),
        ("[prod] disk full", Urgency.HIGH, "HIGH [prod] disk full"),
        ("Critical", Urgency.CRITICAL, "CRITICAL Critical"),
        ("[FIRING:2]", Urgency.LOW, "LOW [FIRING:2]"),
        (
            "[FIRING:3] NodeFilesystemSpaceFillingUp (node-exporter db-3.eu-west-1.example.com:9100 critical)",
            Urgency.CRITICAL,
            "CRITICAL db-3: NodeFilesystemSpaceFillin",
        ),
        (
            "KubePodCrashLooping: Pod api is in waiting state (reason: CrashLoopBackOff)",
            Urgency.HIGH,
            "HIGH KubePodCrashLooping: Pod api is in ",
        ),
        (
            "Filesystem has less than 5% space left on db-3.eu-west-1.example.com:9100",
            Urgency.CRITICAL,
            "CRITICAL db-3: Filesystem has less than ",
        ),
        (
            "Instance has been down for more than 5 minutes (web-7)",
            Urgency.CRITICAL,
            "CRITICAL web-7: Instance has been down f",
        ),
        (
            "Target is unreachable since a long time, look (10.0.0.12:9100, prod)",
            Urgency.HIGH,
            "HIGH 10.0.0.12:9100: Target is unreachab",
        ),
        (
            "Latency is above its limit for a quarter of an hour (5m)",
            Urgency.LOW,
            "LOW Latency is above its limit for a qua",
        ),
        (
            "API error budget burns too fast for the whole company",
            Urgency.HIGH,
            "HIGH API error budget burns too fast for",
        ),
    ],
)
def test_how_bad_what_and_where_are_seen(title: str, urgency: Urgency, seen: str) -> None:
    assert first_words(replace(small(), title=title, urgency=urgency), 200)[:ROOM] == seen


@given(st.text(max_size=300), st.sampled_from(Urgency))
def test_no_title_loses_its_words(title: str, urgency: Urgency) -> None:
    said = told(title, urgency, 400, 9)

    shown = " ".join(clean(title).split())
    assert bool(said) is bool(shown)
    assert said == shown or said.endswith(shown[-1]) or shown.endswith((")", "*"))
    assert "\n" not in said


def test_what_got_worse_says_so_first() -> None:
    assert first_words(replace(small(), was=Urgency.LOW, urgency=Urgency.HIGH), 50) == "WORSE HIGH ping"
