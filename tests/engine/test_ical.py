"""Calendars written, seen by two independent readers, and feeds read."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.ical import export, export_user, read_feed
from bot.engine.schedules import Action, Event, Override, Schedule, check, daily, on_call, shifts, weekly
from bot.engine.schedules.walltime import last_instant, wall_clock
from bot.errors import Invalid
from tests.engine.schedules.samples import event, instant, names, schedule, wall

STAMP = instant("2026-10-01T00:00")
START, END = instant("2026-10-01T00:00"), instant("2026-12-01T00:00")
BY_EMAIL = {"Ada@example.org": "ada", "bo@example.org": "bo"}


def rota(zone: str = "Europe/Berlin", name: str = "Payments") -> Schedule:
    override = Override(
        id="ovr_1",
        start_at=instant("2026-10-20T10:00"),
        end_at=instant("2026-10-21T10:00"),
        action=Action.REPLACE,
        user_ids=("dee",),
        layer=1,
    )
    events = (
        weekly(id="evt_1", attendees=("ada", "bo", "cy"), handover=wall("2026-01-05T02:30")),
        daily(id="evt_2", attendees=("bo", "ada"), handover=wall("2026-01-05T08:00"), layer=2),
    )
    return Schedule(id="sch_1", name=name, handle="payments", zone=zone, events=events, overrides=(override,))


def calendar_of(text: str) -> icalendar.Calendar:
    parsed = icalendar.Calendar.from_ical(text.encode())
    assert isinstance(parsed, icalendar.Calendar)
    return parsed


def spans(events: list[icalendar.Event]) -> list[tuple[date, date, str]]:
    return sorted((each.start, each.end, str(each["SUMMARY"])) for each in events)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
def test_two_readers_see_the_shifts_that_are_on_call(zone: str) -> None:
    given_rota = rota(zone)
    expected = sorted(
        (shift.start_at, shift.end_at, f"{shift.user_id.title()} (layer {shift.layer})")
        for shift in shifts(given_rota, START, END)
    )
    people = {user_id: user_id.title() for user_id in ("ada", "bo", "cy", "dee")}
    calendar = calendar_of(export(given_rota, START, END, people, STAMP))
    assert spans(calendar.events) == expected
    assert spans(recurring_ical_events.of(calendar).between(START, END)) == expected


@pytest.mark.parametrize("hour", range(0, 24 * 60, 131))
def test_at_any_instant_a_reader_sees_who_is_on_call(hour: int) -> None:
    at = START + timedelta(hours=hour)
    calendar = calendar_of(export(rota(), START, END, {}, STAMP))
    seen = {str(one["SUMMARY"]) for one in recurring_ical_events.of(calendar).at(at)}
    assert seen == {f"{shift.user_id} (layer {shift.layer})" for shift in on_call(rota(), at)}


def test_a_users_calendar_has_their_shifts_of_all_schedules() -> None:
    first, second = rota(), schedule(event("2026-10-05T09:00", "2026-10-05T17:00", "ada"))
    calendar = calendar_of(export_user([first, second], "ada", START, END, STAMP))
    expected = sum(shift.user_id == "ada" for each in (first, second) for shift in shifts(each, START, END))
    assert len(calendar.events) == expected
    assert {str(one["SUMMARY"]) for one in calendar.events} == {
        "On call: Payments (layer 1)",
        "On call: Payments (layer 2)",
    }


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC"])
def test_we_read_what_we_write_as_the_same_shifts(zone: str) -> None:
    people = {user_id: f"{user_id}.h" for user_id in ("ada", "bo", "cy", "dee")}
    same_names = dict.fromkeys(people, "Same Name")
    text = export(rota(), START, END, same_names, STAMP, handles=people)
    events, problems = read_feed(text, zone, {handle: user_id for user_id, handle in people.items()})
    assert problems == ()
    read = schedule(*events, zone=zone)
    for hour in range(0, 60 * 24, 5):
        at = START + timedelta(hours=hour)
        if at.date() != date(2026, 10, 25):  # a wall clock cannot tell the two readings of an hour apart
            said = {(shift.layer, shift.user_id) for shift in on_call(read, at)}
            assert said == {(shift.layer, shift.user_id) for shift in on_call(rota(), at)}


def test_durations_and_times_are_those_of_the_rules_that_clients_publish() -> None:
    text = export(rota(), START, END, {}, STAMP)
    assert "\r\nX-PUBLISHED-TTL:PT1H\r\n" in text
    assert "\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in text
    for needed in ("VERSION:2.0", "PRODID:", "METHOD:PUBLISH", "NAME:", "X-WR-CALNAME:"):
        assert f"\r\n{needed}" in text
    for each in calendar_of(text).events:
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= each.keys()
        assert "ATTENDEE" not in each


def test_each_shift_keeps_its_own_uid() -> None:
    calendar = calendar_of(export(rota(), START, END, {}, STAMP))
    later = calendar_of(export(rota(), START + timedelta(days=1), END, {}, STAMP + timedelta(days=1)))
    uids = [str(one["UID"]) for one in calendar.events]
    assert len(set(uids)) == len(uids)
    assert {str(one["UID"]) for one in later.events} < set(uids)


def test_hostile_names_stay_text() -> None:
    name = 'x\r\nEND:VEVENT\r\nBEGIN:VALARM; "a",b\\c \x00' + "ü😀" * 60
    text = export(rota(name=name), START, END, {"ada": name}, STAMP)
    calendar = calendar_of(text)
    assert {one.name for one in calendar.walk()} == {"VCALENDAR", "VEVENT"}
    summaries = {str(one["SUMMARY"]) for one in calendar.events}
    assert 'xEND:VEVENTBEGIN:VALARM; "a",b\\c ' + "ü😀" * 60 + " (layer 1)" in summaries
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")


def test_the_same_input_makes_the_same_text() -> None:
    assert export(rota(), START, END, {}, STAMP) == export(rota(), START, END, {}, STAMP)


def feed(*events: str, head: str = "") -> str:
    body = "".join(f"BEGIN:VEVENT\r\n{each}\r\nEND:VEVENT\r\n" for each in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{head}{body}END:VCALENDAR\r\n"


def lines(*given_lines: str) -> str:
    return "\r\n".join((*given_lines, "ATTENDEE;CN=Ada:MAILTO:ada@EXAMPLE.org"))


def one_event(*given_lines: str, zone: str = "Europe/Berlin") -> Event:
    events, problems = read_feed(feed(lines("UID:1", *given_lines)), zone, BY_EMAIL)
    assert problems == ()
    assert len(events) == 1
    assert check(schedule(*events, zone=zone)) == ()
    return events[0]


@pytest.mark.parametrize(
    ("given_lines", "start", "end"),
    [
        (("DTSTART:20260601T070000Z", "DTEND:20260601T150000Z"), "2026-06-01T09:00", "2026-06-01T17:00"),
        (("DTSTART:20260601T090000", "DURATION:PT8H"), "2026-06-01T09:00", "2026-06-01T17:00"),
        (
            ("DTSTART;TZID=America/New_York:20260601T090000", "DTEND;TZID=America/New_York:20260601T170000"),
            "2026-06-01T15:00",
            "2026-06-01T23:00",
        ),
        (
            ("DTSTART;TZID=W. Europe Standard Time:20260601T090000", "DURATION:PT1H"),
            "2026-06-01T09:00",
            "2026-06-01T10:00",
        ),
        (("DTSTART;VALUE=DATE:20260601",), "2026-06-01T00:00", "2026-06-02T00:00"),
        (("DTSTART;VALUE=DATE:20260601", "DTEND;VALUE=DATE:20260608"), "2026-06-01T00:00", "2026-06-08T00:00"),
    ],
)
def test_times_are_read_as_the_wall_clock_of_the_schedule(given_lines: tuple[str, ...], start: str, end: str) -> None:
    found = one_event(*given_lines)
    assert (found.start, found.end, found.recurrence) == (wall(start), wall(end), None)
    assert (found.attendees, found.rotation, found.layer) == (("ada",), None, 1)


WEEKLY = ("DTSTART;TZID=Europe/Berlin:20260601T090000", "DTEND;TZID=Europe/Berlin:20260605T090000")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("FREQ=WEEKLY;INTERVAL=2", "FREQ=WEEKLY;INTERVAL=2"),
        ("FREQ=WEEKLY;COUNT=5;BYDAY=MO,TH;WKST=SU", "FREQ=WEEKLY;COUNT=5;BYDAY=MO,TH;WKST=SU"),
        ("FREQ=WEEKLY;UNTIL=20260629T070000Z", "FREQ=WEEKLY;UNTIL=20260629T090000"),
        ("FREQ=WEEKLY;UNTIL=20260629", "FREQ=WEEKLY;UNTIL=20260629"),
        ("FREQ=WEEKLY;UNTIL=99991231T235959Z", "FREQ=WEEKLY"),
        ("FREQ=MONTHLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=1MO"),
    ],
)
def test_recurrences_are_taken_over(written: str, read: str) -> None:
    found = one_event(*WEEKLY, f"RRULE:{written}")
    assert found.recurrence is not None
    assert set(found.recurrence.split(";")) == set(read.split(";"))


def test_exceptions_and_further_times_are_taken_over() -> None:
    text = feed(
        lines("UID:1", *WEEKLY, "RRULE:FREQ=WEEKLY", "EXDATE:20260608T070000Z,20260615T070000Z",
              "RDATE;VALUE=PERIOD:20260610T070000Z/PT2H")
    )  # fmt: skip
    (series, extra), problems = read_feed(text, "Europe/Berlin", BY_EMAIL)
    assert problems == ()
    assert series.exceptions == (wall("2026-06-08T09:00"), wall("2026-06-15T09:00"))
    assert (extra.start, extra.end, extra.recurrence) == (wall("2026-06-10T09:00"), wall("2026-06-10T11:00"), None)


def test_a_changed_occurrence_takes_the_place_of_the_original() -> None:
    changed = (
        "UID:1\r\nRECURRENCE-ID:20260608T070000Z\r\nDTSTART:20260608T100000Z\r\nDURATION:PT4H\r\n"
        "ATTENDEE:mailto:bo@example.org"
    )
    gone = "\r\n".join([lines("UID:1", "RECURRENCE-ID:20260615T070000Z", *WEEKLY), "STATUS:CANCELLED"])
    events, problems = read_feed(
        feed(lines("UID:1", *WEEKLY, "RRULE:FREQ=WEEKLY"), changed, gone), "Europe/Berlin", BY_EMAIL
    )
    assert problems == ()
    given_rota = schedule(*events, zone="Europe/Berlin")
    instants = ["2026-06-02T10:00", "2026-06-08T09:00", "2026-06-08T11:00", "2026-06-16T10:00", "2026-06-23T10:00"]
    assert [names(given_rota, instant(at)) for at in instants] == [["ada"], [], ["bo"], [], ["ada"]]


def test_all_who_are_known_are_on_call_together_and_others_are_told() -> None:
    text = feed(
        "\r\n".join([
            "UID:1", *WEEKLY, "ATTENDEE:mailto:bo@example.org", "ATTENDEE:mailto:ada@example.org",
            "ATTENDEE:mailto:who@example.org", "ATTENDEE;CUTYPE=ROOM:mailto:room@example.org",
        ])
    )  # fmt: skip
    (found,), (problem,) = read_feed(text, "Europe/Berlin", BY_EMAIL)
    assert found.attendees == ("bo", "ada")
    assert "Nobody here has the address who@example.org" in problem.message


def test_reading_again_gives_the_same_ids_and_drops_what_is_over() -> None:
    text = feed(
        lines("UID:1", *WEEKLY),
        lines("UID:2", *WEEKLY, "RRULE:FREQ=WEEKLY"),
        lines("UID:3", *WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3"),
    )
    once, _ = read_feed(text, "Europe/Berlin", BY_EMAIL)
    again, _ = read_feed(text, "Europe/Berlin", BY_EMAIL, since=instant("2026-07-01T00:00"), layer=2)
    assert len({each.id for each in once}) == 3
    (series,) = (each for each in once if each.recurrence == "FREQ=WEEKLY")
    assert [(each.id, each.layer) for each in again] == [(series.id, 2)]


@pytest.mark.parametrize(
    ("given_lines", "said"),
    [
        ((), "no start"),
        (("DTSTART:garbage",), "DTSTART cannot be read"),
        (("DTSTART:20260601T090000Z",), "end is not after"),
        (("DTSTART:20260601T090000Z", "DTEND:20260501T090000Z"), "end is not after"),
        (("DTSTART:00010101T000000Z", "DTEND:00010102T000000Z"), "none from 1970"),
        (("DTSTART:99991231T235959Z", "DURATION:P1D"), "none from 1970"),
        (("DTSTART:20260601T090000Z", "DURATION:P99999D"), "length cannot be read"),
        ((*WEEKLY, "RRULE:FREQ=SECONDLY"), "not supported"),
        ((*WEEKLY, "RRULE:FREQ=NEVER"), "not supported"),
        ((*WEEKLY, "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"), "several recurrences"),
        ((*WEEKLY, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "never happens"),
        ((*WEEKLY, "EXDATE:nonsense"), "EXDATE cannot be read"),
        ((*WEEKLY, "RDATE:" + ",".join(["20260601T090000Z"] * 1001)), "more than 1,000"),
        ((*WEEKLY, "RECURRENCE-ID;RANGE=THISANDPRIOR:20260601T090000Z"), "RANGE=THISANDPRIOR"),
        (("DTSTART;TZID=Middle Earth:20260601T090000", "DURATION:PT1H"), "time zone 'Middle Earth' is unknown"),
        ((*WEEKLY, "ATTENDEE:" + "x" * 60_000), "its ATTENDEE is too long"),
    ],
)
def test_what_cannot_be_taken_over_is_left_out_and_told(given_lines: tuple[str, ...], said: str) -> None:
    text = feed(lines("UID:1", "SUMMARY:Night", *given_lines), lines("UID:2", *WEEKLY))
    events, problems = read_feed(text, "Europe/Berlin", BY_EMAIL)
    assert [each.start for each in events] == [wall("2026-06-01T09:00")]
    (problem,) = problems
    assert said in problem.message
    assert problem.mend


def test_an_event_whom_nobody_attends_is_left_out() -> None:
    events, problems = read_feed(feed("\r\n".join(["UID:1", "SUMMARY:Night", *WEEKLY])), "Europe/Berlin", BY_EMAIL)
    assert events == ()
    assert [problem.message for problem in problems] == [
        "'Night' on 2026-06-01: nobody attends it, and its title names nobody who is known here."
    ]


@pytest.mark.parametrize(
    ("given_lines", "said"),
    [
        (("DTSTART;TZID=(UTC+09:00) Osaka\\, Tokyo:20260601T160000", "DURATION:PT1H"), "taken to be Asia/Tokyo"),
        (("DTSTART;TZID=/x.org/1/Asia/Tokyo:20260601T160000", "DURATION:PT1H"), "taken to be Asia/Tokyo"),
        ((*WEEKLY, "RRULE:FREQ=WEEKLY", "EXRULE:FREQ=MONTHLY"), "EXRULE"),
        ((*WEEKLY, "SUMMARY:Canceled: Night"), "its people are on call"),
    ],
)
def test_what_is_read_otherwise_than_written_is_told(given_lines: tuple[str, ...], said: str) -> None:
    events, problems = read_feed(feed(lines("UID:1", *given_lines)), "Europe/Berlin", BY_EMAIL)
    assert len(events) == 1
    assert said in problems[0].message


def test_a_broken_event_spoils_no_other() -> None:
    events, problems = read_feed(feed("UID:1\r\n:::;;\r\n=", lines("UID:2", *WEEKLY)), "Europe/Berlin", BY_EMAIL)
    assert [each.attendees for each in events] == [("ada",)]
    assert problems


def test_a_feed_defines_no_time_zone_for_the_process() -> None:
    own = (
        "BEGIN:VTIMEZONE\r\nTZID:Mordor\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0000\r\n"
        "TZOFFSETTO:+0900\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    text = feed(lines("UID:1", "DTSTART;TZID=Mordor:20260601T090000", "DURATION:PT1H"), head=own)
    _, (problem,) = read_feed(text, "Europe/Berlin", BY_EMAIL)
    assert "time zone 'Mordor' is unknown" in problem.message
    kept = own.replace("RRULE:FREQ=SECONDLY\r\n", "")
    (found,), () = read_feed(feed(*re.findall("UID.*?org", text, re.DOTALL), head=kept), "UTC", BY_EMAIL)
    assert found.start == wall("2026-06-01T00:00")
    assert read_feed(feed(*re.findall("UID.*?org", text, re.DOTALL)), "UTC", BY_EMAIL)[0] == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no iCalendar feed"),
        ("<html>", "no iCalendar feed"),
        (feed("X" * 5_000_001), "characters"),
        (feed("X")[:-3], "breaks off"),
        (feed("BEGIN:X-A\r\n" * 11 + "END:X-A\r\n" * 11), "in one another"),
        (feed(*["UID:1"] * 2001), "more than 2,000 events"),
    ],
)
def test_what_is_no_feed_or_too_large_is_refused(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read_feed(text, "Europe/Berlin", BY_EMAIL)


def test_a_feed_is_never_taken_for_a_path(tmp_path: Path) -> None:
    stored = tmp_path / "feed.ics"
    stored.write_text(feed(lines("UID:1", *WEEKLY)))
    with pytest.raises(Invalid, match="no iCalendar feed"):
        read_feed(str(stored), "Europe/Berlin", BY_EMAIL)


def test_recurrences_that_have_to_be_searched_are_limited() -> None:
    never = [lines(f"UID:{n}", *WEEKLY, "RRULE:FREQ=MONTHLY;BYDAY=1MO") for n in range(102)]
    events, problems = read_feed(feed(*never), "Europe/Berlin", BY_EMAIL)
    assert len(events) == 100
    assert len(problems) == 2


PROPERTY = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE", "END:VCALENDAR", "RRULE:FREQ=DAILY;COUNT=2"]),
    st.builds("{}:{}".format, st.sampled_from(["DTSTART", "DTEND", "EXDATE", "RDATE", "RRULE", "DURATION"]), st.text()),
    st.sampled_from(["DTSTART:20260601T090000Z", "DTEND:20260601T100000Z", "ATTENDEE:mailto:ada@example.org"]),
)


@settings(deadline=None)
@given(st.lists(PROPERTY, max_size=12))
def test_any_text_is_read_or_refused(properties: list[str]) -> None:
    events, problems = read_feed(feed("\r\n".join(properties)), "Europe/Berlin", BY_EMAIL)
    assert all(isinstance(each.start, datetime) for each in events)
    assert all(problem.message for problem in problems)


RECURRENCES = st.sampled_from([
    "FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;COUNT=20", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU", "FREQ=MONTHLY;BYDAY=1MO,-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=YEARLY;BYMONTH=11;BYDAY=3TU", "FREQ=MONTHLY;BYDAY=MO,TU,WE;BYSETPOS=-1",
])  # fmt: skip
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"])


@settings(deadline=None)
@given(
    recurrence=RECURRENCES, zone=ZONES, hour=st.integers(5, 23), length=st.integers(1, 17), skipped=st.integers(0, 9)
)
def test_a_peer_finds_the_same_shifts(recurrence: str, zone: str, hour: int, length: int, skipped: int) -> None:
    start = first_start(recurrence, hour)
    end = start + timedelta(hours=length)
    off = start + timedelta(days=skipped)
    written = feed(
        lines("UID:1", f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}", f"DTEND;TZID={zone}:{end:%Y%m%dT%H%M%S}",
              f"RRULE:{recurrence}", f"EXDATE;TZID={zone}:{off:%Y%m%dT%H%M%S}")
    )  # fmt: skip
    events, problems = read_feed(written, zone, BY_EMAIL)
    assert all("has no occurrence at" in problem.message for problem in problems)
    ours = [(shift.start_at, shift.end_at) for shift in shifts(schedule(*events, zone=zone), START, END)]
    theirs = recurring_ical_events.of(calendar_of(written)).between(START, END)
    assert ours == sorted((one.start.astimezone(UTC), as_ours(one.end, zone)) for one in theirs)


def as_ours(end: datetime, zone: str) -> datetime:
    """Of an end that happens twice, calendars take the first time (RFC 5545 §3.3.5), and a shift the last."""
    return last_instant(wall_clock(end, ZoneInfo(zone)), ZoneInfo(zone))


def first_start(recurrence: str, hour: int) -> datetime:
    """The first start from January 2026 on that the recurrence names."""
    (found, *_), _ = read_feed(
        feed(lines("UID:1", f"DTSTART:20260105T{hour:02}0000", "DURATION:PT1H", f"RRULE:{recurrence}")), "UTC", BY_EMAIL
    )
    return found.start
