"""Feeds are read as two independent readers read them; `python -m tests.peers.calendar_agreement` asks far more."""

import pytest

from tests.peers.calendar_agreement import compare, feeds, our_spans
from tests.peers.node import missing


def test_no_reader_reads_a_feed_otherwise() -> None:
    assert [(each.peer, each.zone, each.feed.text) for each in compare(40, seed=17)] == []


@pytest.mark.skipif(bool(missing("ical.js")), reason=f"NOT COMPARED WITH ical.js: {missing('ical.js')}")
def test_the_feeds_are_worth_reading() -> None:
    asked = feeds(40, seed=17)
    traits = {trait for feed, _ in asked for trait in feed.traits}
    assert {"exdate utc", "exdate other", "recurrence-id utc", "cancelled", "rdate"} <= traits
    assert sum(map(len, (our_spans(*pair) for pair in asked))) > 1_000
