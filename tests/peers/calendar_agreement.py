"""How often feeds are read as two independent readers read them: `python -m tests.peers.calendar_agreement`."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events  # type: ignore[import-untyped]

from bot.engine.ical import read_feed
from bot.engine.schedules.recurrence import between
from bot.engine.schedules.walltime import wall_clock
from tests.peers.calendar_feeds import FIRST, LAST, PEOPLE, ZONES, Feed, FeedWriter
from tests.peers.node import ask, missing

UNTIL = LAST - timedelta(days=60)
BY_EMAIL = {f"{name}@example.org": name for name in PEOPLE}
READ_OTHERWISE = {
    "recurring-ical-events": {
        "a skipped time of its own zone": "dateutil takes the offset after the change; RFC 5545 §3.3.5 the one before",
    },
    "ical.js": {
        "recurrence-id utc": "it compares the texts of times, not the instants",
        "recurrence-id other": "it compares the texts of times, not the instants",
        "exdate utc": "it compares the wall-clock times of two zones",
        "exdate other": "it compares the wall-clock times of two zones",
        "a first occurrence over a clock change": "it gives each occurrence the exact length of the first",
        "sequence": "it does not know SEQUENCE",
        "a time that is skipped": "it takes the offset after the change; RFC 5545 §3.3.5 the one before",
        "a time that happens twice": "it takes the second reading; RFC 5545 §3.3.5 says the first",
    },
}
"""What the peers read otherwise than the RFC has it, and so is not put to them."""

Spans = Counter[tuple[datetime, datetime, tuple[str, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A feed that a peer reads otherwise."""

    peer: str
    zone: str
    feed: Feed
    ours: Spans
    theirs: Spans


def feeds(count: int, seed: int) -> list[tuple[Feed, str]]:
    """Feeds, each with the zone of the schedule that it is read for."""
    return [(FeedWriter(seed + n).write(), ZONES[n % len(ZONES)]) for n in range(count)]


def our_spans(feed: Feed, zone: str) -> Spans:
    """What we read, as instants: the first reading of a wall-clock time, as RFC 5545 has it."""
    events, problems = read_feed(feed.text, zone, BY_EMAIL)
    assert not problems, problems
    found = (
        (start, start + event.duration, tuple(sorted(event.attendees)))
        for event in events
        for _, start in between(event.recurrence, event.start, FIRST, UNTIL)
        if start not in event.exceptions
    )
    return _within((_settled(start, zone), _settled(end, zone), people) for start, end, people in found)


def recurring_spans(feed: Feed, zone: str) -> Spans:
    """What `recurring-ical-events` reads."""
    calendar = icalendar.Calendar.from_ical(feed.text.encode())
    found = recurring_ical_events.of(calendar).between(FIRST - timedelta(days=2), UNTIL)
    standing = (each for each in found if str(each.get("STATUS", "")) != "CANCELLED")
    return _within((_peer_time(each.start, zone), _peer_time(each.end, zone), _people(each)) for each in standing)


def ical_js_spans(answer: Any, zone: str) -> Spans:
    """What ical.js reads."""
    return _within(
        (_peer_time(_parsed(start), zone), _peer_time(_parsed(end), zone), tuple(each[7:-12] for each in people))
        for _, start, end, people in answer
    )


def compare(count: int, seed: int) -> list[Difference]:
    """Put so many feeds to both peers; what they read otherwise, but for what is said in `READ_OTHERWISE`."""
    asked = feeds(count, seed)
    ours = [our_spans(feed, zone) for feed, zone in asked]
    js = [] if missing("ical.js") else ask("calendars.js", [(feed.text, f"{UNTIL:%Y-%m-%d}") for feed, _ in asked])
    theirs = [("recurring-ical-events", n, recurring_spans(*pair)) for n, pair in enumerate(asked)]
    theirs += [("ical.js", n, ical_js_spans(answer, asked[n][1])) for n, answer in enumerate(js)]
    return [
        Difference(peer=peer, zone=asked[n][1], feed=asked[n][0], ours=ours[n], theirs=spans)
        for peer, n, spans in theirs
        if not asked[n][0].traits & READ_OTHERWISE[peer].keys() and spans != ours[n]
    ]


def _within(spans: Iterable[tuple[datetime, datetime, tuple[str, ...]]]) -> Spans:
    first, last = FIRST.replace(tzinfo=UTC), (UNTIL - timedelta(days=2)).replace(tzinfo=UTC)
    return Counter({each: 1 for each in spans if first <= each[0] < last and each[0] < each[1]})


def _settled(wall: datetime, zone: str) -> datetime:
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _peer_time(at: date, zone: str) -> datetime:
    """An instant of a peer, as far as a wall clock tells it: a day begins at midnight in the schedule's zone."""
    if not isinstance(at, datetime):
        return _settled(datetime.combine(at, time.min), zone)
    return _settled(wall_clock(at, ZoneInfo(zone)), zone)


def _parsed(text: str) -> date:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def _people(event: icalendar.Event) -> tuple[str, ...]:
    invited = event.get("ATTENDEE", [])
    listed = invited if isinstance(invited, list) else [invited]
    return tuple(sorted(str(each)[7:-12] for each in listed if each.params.get("PARTSTAT") != "DECLINED"))


def main(arguments: Iterable[str] | None = None) -> int:
    """Print how many feeds are read alike, and the first that are not; 1 when there are any."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--feeds", type=int, default=1_000)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--show", type=int, default=2)
    options = reader.parse_args(list(arguments) if arguments is not None else None)
    found = compare(options.feeds, options.seed)
    peers = ["recurring-ical-events", *([] if missing("ical.js") else ["ical.js"])]
    traits = [feed.traits for feed, _ in feeds(options.feeds, options.seed)]
    for peer in peers:
        asked = sum(not each & READ_OTHERWISE[peer].keys() for each in traits)
        print(f"{peer:22} {asked:,} of {options.feeds:,} feeds put to it, {sum(d.peer == peer for d in found)} differ")
    for each in found[: options.show]:
        print(f"--- {each.peer}, schedule in {each.zone}, {sorted(each.feed.traits)}\n{each.feed.text}")
        print("only we:", sorted(each.ours - each.theirs)[:4], "\nonly they:", sorted(each.theirs - each.ours)[:4])
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
