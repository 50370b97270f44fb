"""Feeds as the world writes them: who is on call at an instant, or what is said of it."""

import warnings
from datetime import timedelta

import pytest

from bot.engine.ical import read_calendar, read_feed
from bot.engine.schedules import Schedule, check, on_call
from bot.errors import Invalid
from tests.engine.schedules.samples import instant

PEOPLE = {
    **{f"{name}@example.org": name for name in ("ada", "bo", "cy")},
    "Ada Example": "ada",
    "bo.b": "bo",
    "Cy": "cy",
    "O'Hara-Smith": "cy",
}
WEEK = ("DTSTART;TZID=Europe/Berlin:20260601T090000", "DTEND;TZID=Europe/Berlin:20260601T170000", "RRULE:FREQ=WEEKLY")
DAY = WEEK[:2]
ADA, BO = "ATTENDEE:mailto:ada@example.org", "ATTENDEE:mailto:bo@example.org"


def vevent(*lines: str, uid: str = "1") -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT", ""))


def calendar(*events: str, head: str = "") -> str:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{head}{''.join(events)}END:VCALENDAR\r\n"


def who(text: str, *instants: str, zone: str = "Europe/Berlin") -> list[list[str]]:
    events, _ = read_feed(text, zone, PEOPLE)
    found = Schedule(id="s", name="S", handle="s", zone=zone, events=events)
    assert check(found) == ()
    return [sorted(shift.user_id for shift in on_call(found, instant(at))) for at in instants]


def said(text: str, zone: str = "Europe/Berlin") -> str:
    return "\n".join(problem.message for problem in read_feed(text, zone, PEOPLE)[1])


# --- Lines --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r", "\r\r\n"])
@pytest.mark.parametrize("before", ["", "\r\n\r\n", "\ufeff", "\ufeff \r\n", "Warning: x in y on line 3\r\n"])
def test_any_line_ending_and_blank_first_lines_are_read(ending: str, before: str) -> None:
    folded = vevent(*DAY, "ATTENDEE:mailto:ada@exa\r\n mple.org", "SUMMARY:Night\r\n\t shift")
    assert who((before + calendar(folded)).replace("\r\n", ending), "2026-06-01T10:00") == [["ada"]]


@pytest.mark.parametrize(
    "text",
    [
        "Begin with the dashboard", "BEGIN: now", "End: of the shift", "END:VALARM", "begin", "", ":", "=;:",
        "DESCRIPTION:a\u2028ATTENDEE:mailto:bo@example.org", "DESCRIPTION:a\x0bATTENDEE:mailto:bo@example.org",
        "DESCRIPTION:a\x85END:VEVENT", 'X-A;B="unclosed:c', 'ATTENDEE;CN="B', "ATTACH:" + "x" * 200_000,
        "BEGIN:VALARM\r\nTRIGGER:-PT1H\r\nATTENDEE:mailto:bo@example.org\r\nEND:VALARM",
        "BEGIN:X-OWN\r\nATTENDEE:mailto:bo@example.org\r\nEND:X-OWN",
    ],
)  # fmt: skip
def test_a_stray_line_spoils_nothing(text: str) -> None:
    feed = calendar(vevent(text, *DAY, ADA), vevent(*(each.replace("0601T", "0602T") for each in DAY), BO, uid="2"))
    assert who(feed, "2026-06-01T10:00", "2026-06-02T10:00") == [["ada"], ["bo"]]


@pytest.mark.parametrize("name", ["begin:vevent", "Begin:VEvent", "BEGIN:VEVENT ", "BEGIN : VEVENT"])
def test_names_are_read_in_any_case(name: str) -> None:
    feed = calendar(vevent(*(each.lower().replace("europe/berlin", "Europe/Berlin") for each in DAY), ADA))
    assert who(feed.replace("BEGIN:VEVENT", name), "2026-06-01T10:00") == [["ada"]]


def test_what_breaks_off_anywhere_is_refused() -> None:
    text = calendar(vevent(*DAY, ADA), vevent(*WEEK, BO, uid="2"))
    for end in range(len("BEGIN:VCALENDAR"), len(text.rstrip())):
        with pytest.raises(Invalid, match="breaks off"):
            read_feed(text[:end], "Europe/Berlin", PEOPLE)


def test_an_event_without_its_end_is_read_and_told() -> None:
    feed = calendar(vevent(*DAY, ADA).replace("END:VEVENT\r\n", ""), vevent(*WEEK, BO, uid="2"))
    assert who(feed, "2026-06-01T10:00") == [["ada", "bo"]]
    assert "has no END:VEVENT" in said(feed)


# --- Exceptions and changes -----------------------------------------------------------------------------------------

UTC_WEEK = ("DTSTART:20260601T070000Z", "DTEND:20260601T150000Z", "RRULE:FREQ=WEEKLY")
AROUND = ("2026-10-19T08:00", "2026-10-26T08:30", "2026-11-02T08:30", "2026-11-09T08:30")
NOT_2_NOV = [["ada"], ["ada"], [], ["ada"]]


@pytest.mark.parametrize("series", [WEEK, UTC_WEEK])
@pytest.mark.parametrize("property_name", ["EXDATE", "RECURRENCE-ID"])
@pytest.mark.parametrize("form", ["own", "utc", "other", "day"])
def test_an_occurrence_is_named_in_any_zone_across_a_clock_change(
    series: tuple[str, ...], property_name: str, form: str
) -> None:
    in_winter = "07" if series is UTC_WEEK else "08"
    own = (
        f"{property_name}:20261102T070000Z"
        if series is UTC_WEEK
        else f"{property_name};TZID=Europe/Berlin:20261102T090000"
    )
    named = {
        "own": own,
        "utc": f"{property_name}:20261102T{in_winter}0000Z",
        "other": f"{property_name};TZID=Asia/Tokyo:20261102T{int(in_winter) + 9}0000",
        "day": f"{property_name};VALUE=DATE:20261102",
    }[form]
    gone = (named,) if property_name == "EXDATE" else ()
    changes = () if gone else (vevent(named, "STATUS:CANCELLED"),)
    feed = calendar(vevent(*series, *gone, ADA), *changes)
    assert who(feed, *AROUND) == NOT_2_NOV
    assert said(feed) == ""


def test_a_series_keeps_its_own_clock() -> None:
    feed = calendar(vevent("DTSTART;TZID=America/New_York:20260302T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY", ADA))
    at = ("2026-03-02T14:30", "2026-03-09T13:30", "2026-03-30T13:30", "2026-11-02T14:30")
    assert who(feed, *at) == [["ada"]] * 4
    assert said(feed) == ""


@pytest.mark.parametrize(
    ("rule", "on", "off"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-06-05T23:00", "2026-06-06T23:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU", "2026-06-14T23:00", "2026-06-07T23:00"),
        ("FREQ=MONTHLY;BYDAY=1MO", "2026-07-06T23:00", "2026-07-07T23:00"),
        ("FREQ=DAILY;BYHOUR=10,22;BYMINUTE=30", "2026-06-02T11:00", "2026-06-02T19:00"),
        ("FREQ=DAILY;BYHOUR=22;BYMINUTE=30;BYSECOND=0", "2026-06-04T23:00", "2026-06-04T21:00"),
    ],
)
def test_days_and_hours_in_utc_are_those_of_utc(rule: str, on: str, off: str) -> None:
    feed = calendar(vevent("DTSTART:20260601T223000Z", "DURATION:PT8H", f"RRULE:{rule}", ADA))
    assert who(feed, on, off) == [["ada"], []]
    assert said(feed) == ""


def test_a_changed_occurrence_is_one_whatever_rule_it_repeats() -> None:
    feed = calendar(vevent(*WEEK, ADA), vevent("RECURRENCE-ID:20260608T070000Z", *WEEK, BO))
    assert who(feed, "2026-06-01T10:00", "2026-06-08T10:00", "2026-06-15T10:00") == [["ada", "bo"], [], ["ada"]]
    moved = "DTSTART;TZID=Europe/Berlin:20260608T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY"
    feed = calendar(vevent(*WEEK, ADA), vevent("RECURRENCE-ID:20260608T070000Z", *moved, BO))
    assert who(feed, "2026-06-08T07:30", "2026-06-15T07:30") == [["bo"], ["ada"]]


def test_a_change_of_all_that_follow_is_followed() -> None:
    later = ("RECURRENCE-ID;RANGE=THISANDFUTURE:20260615T070000Z", "DTSTART;TZID=Europe/Berlin:20260616T100000")
    off = vevent("RECURRENCE-ID;TZID=Europe/Berlin:20260629T090000", "STATUS:CANCELLED")
    feed = calendar(vevent(*WEEK, ADA), vevent(*later, "DURATION:PT2H", BO), off)
    at = ("2026-06-08T10:00", "2026-06-15T08:30", "2026-06-16T08:30", "2026-06-23T09:30", "2026-06-30T08:30")
    assert who(feed, *at, "2026-11-03T09:30") == [["ada"], [], ["bo"], ["bo"], [], ["bo"]]


@pytest.mark.parametrize("status", ["CANCELLED", "CANCELED", "Cancelled", "cancelled "])
def test_what_is_cancelled_does_not_take_place(status: str) -> None:
    assert who(calendar(vevent(*DAY, f"STATUS:{status}", ADA)), "2026-06-01T10:00") == [[]]
    assert who(calendar(vevent(*WEEK, ADA), vevent(f"STATUS:{status}")), "2026-06-08T10:00") == [[]]
    gone = vevent("RECURRENCE-ID:20260608T070000Z", f"STATUS:{status}", "SEQUENCE:1")
    assert who(calendar(vevent(*WEEK, ADA), gone), "2026-06-08T10:00", "2026-06-15T10:00") == [[], ["ada"]]


def test_a_calendar_of_cancellations_puts_nobody_on_call() -> None:
    assert who(calendar(vevent(*DAY, ADA), head="METHOD:CANCEL\r\n"), "2026-06-01T10:00") == [[]]


def test_the_newest_sequence_counts() -> None:
    other = tuple(each.replace("0601T", "0602T") for each in DAY)
    feed = calendar(vevent(*other, "SEQUENCE:3", BO), vevent(*DAY, "SEQUENCE:0", ADA))
    assert who(feed, "2026-06-01T10:00", "2026-06-02T10:00") == [[], ["bo"]]
    changes = [vevent("RECURRENCE-ID:20260608T070000Z", *DAY, f"SEQUENCE:{n}", one) for n, one in ((2, BO), (1, ADA))]
    assert who(calendar(vevent(*WEEK, "SEQUENCE:9", ADA), *changes), "2026-06-01T10:00") == [["ada", "bo"]]


def test_two_people_under_one_uid_and_time_are_both_on_call() -> None:
    feed = calendar(vevent(*WEEK, ADA), vevent(*WEEK, BO))
    assert who(feed, "2026-06-08T10:00") == [["ada", "bo"]]
    turned = calendar(vevent(*WEEK, BO), vevent(*WEEK, ADA))
    assert read_feed(feed, "UTC", PEOPLE) == read_feed(turned, "UTC", PEOPLE)


@pytest.mark.parametrize(
    "line", ["EXDATE;TZID=Europe/Berlin:20260608T080000", "EXDATE;VALUE=DATE:20260609", "EXDATE:20260608T090000Z"]
)
def test_an_exception_that_names_no_occurrence_is_told(line: str) -> None:
    assert "'Week' has no occurrence at 2026-06-0" in said(calendar(vevent("SUMMARY:Week", *WEEK, line, ADA)))


def test_an_exception_after_the_series_or_before_now_is_not_told() -> None:
    ended = (*WEEK[:2], "RRULE:FREQ=WEEKLY;COUNT=2", "EXDATE:20260701T070000Z")
    assert said(calendar(vevent(*ended, ADA))) == ""
    feed = calendar(vevent(*WEEK, "EXDATE:20260608T060000Z", "EXDATE;VALUE=DATE:20260609", ADA))
    assert read_feed(feed, "UTC", PEOPLE, since=instant("2026-07-01T00:00"))[1] == ()


DAYS = ("DTSTART;VALUE=DATE:20260601", "DTEND;VALUE=DATE:20260601", "RRULE:FREQ=DAILY;UNTIL=20260605T220000Z")


@pytest.mark.parametrize(
    "form",
    [";VALUE=DATE:20260603", ":20260603T000000Z", ":20260603T000000", ";TZID=W. Europe Standard Time:20260603T000000"],
)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Tokyo"])
def test_a_day_of_a_series_of_days_is_left_out_or_moved(form: str, zone: str) -> None:
    noon = {"Europe/Berlin": "10:00", "America/New_York": "16:00", "Asia/Tokyo": "03:00"}[zone]
    at = [f"2026-06-0{day}T{noon}" for day in (2, 3, 4, 5)]
    assert who(calendar(vevent(*DAYS, f"EXDATE{form}", ADA)), *at, zone=zone) == [["ada"], [], ["ada"], ["ada"]]
    moved = vevent(f"RECURRENCE-ID{form}", "DTSTART;VALUE=DATE:20260605", BO)
    assert who(calendar(vevent(*DAYS, ADA), moved), *at, zone=zone) == [["ada"], [], ["ada"], ["ada", "bo"]]


def test_a_day_that_is_written_as_an_instant_is_the_day_of_the_schedule() -> None:
    found = who(calendar(vevent(*DAYS, "EXDATE:20260602T220000Z", ADA)), "2026-06-02T10:00", "2026-06-03T10:00")
    assert found == [["ada"], []]


# --- Zones ----------------------------------------------------------------------------------------------------------

OUTLOOK = (
    "BEGIN:VTIMEZONE\r\nTZID:{name}\r\nBEGIN:STANDARD\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:-0400\r\n"
    "TZOFFSETTO:-0500\r\nRRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\n"
    "DTSTART:16010101T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nRRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3\r\n"
    "END:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
)


@pytest.mark.parametrize("name", ["Eastern Standard Time 1", "Customized Time Zone", "Mine"])
def test_a_definition_is_the_truth_where_the_name_is_unknown(name: str) -> None:
    feed = calendar(
        vevent(f"DTSTART;TZID={name}:20260302T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY", ADA),
        head=OUTLOOK.format(name=name),
    )
    assert who(feed, "2026-03-02T14:30", "2026-03-09T13:30", "2026-11-02T14:30") == [["ada"]] * 3
    assert said(feed) == ""


def test_a_definition_whose_name_has_commas_is_found() -> None:
    name = "Nowhere\\, Erewhon"
    events = [
        vevent(f"DTSTART;TZID={tzid}:20260803T090000", "DURATION:PT1H", person, uid=tzid)
        for tzid, person in ((name, ADA), ('"Nowhere, Erewhon"', BO))
    ]
    assert who(calendar(*events, head=OUTLOOK.format(name=name)), "2026-08-03T13:30") == [["ada", "bo"]]


def test_a_definition_may_list_its_changes_from_long_ago() -> None:
    observances = "".join(
        f"BEGIN:{kind}\r\nDTSTART:{start}\r\nTZOFFSETFROM:{before}\r\nTZOFFSETTO:{after}\r\n{rdates}END:{kind}\r\n"
        for kind, start, before, after, rdates in (
            ("STANDARD", "18930401T000000", "+005328", "+0100", "RDATE:18930401T000000\r\n"),
            ("DAYLIGHT", "20250330T020000", "+0100", "+0200", "RDATE:20260329T020000\r\nRDATE:20270328T020000\r\n"),
            ("STANDARD", "20251026T030000", "+0200", "+0100", "RDATE:20261025T030000\r\n"),
        )
    )
    head = f"BEGIN:VTIMEZONE\r\nTZID:Mine\r\nTZUNTIL:20280101T000000Z\r\n{observances}END:VTIMEZONE\r\n"
    feed = calendar(vevent("DTSTART;TZID=Mine:20260302T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY", ADA), head=head)
    assert who(feed, "2026-03-09T08:30", "2026-06-01T07:30", "2026-11-02T08:30", zone="UTC") == [["ada"]] * 3


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("W. Europe Standard Time", "07:30"), ("w. europe standard time", "07:30"), ("Europe/Kiev", "06:30"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern", "07:30"), ('"(UTC+01:00) Amsterdam, Berlin, Bern"', "07:30"),
        ("(UTC-05:00) Eastern Time (US & Canada)", "13:30"), ("Eastern Time (US & Canada)", "13:30"),
        ("/freeassociation.sourceforge.net/America/Denver", "15:30"), ("tzone://Microsoft/Utc", "09:30"),
        ("/mozilla.org/20050126_1/America/Argentina/Ushuaia", "12:30"), ("GMT+0200", "07:30"), ("UTC", "09:30"),
        ("Germany/Berlin", "07:30"), ('"Europe/Berlin;VALUE=DATE-TIME"', "07:30"), ("(UTC) Koordinerad tid", "09:30"),
        ("(UTC+01:00) Viena, Praga", "08:30"),
        ("Eastern Standard Time 1", "13:30"), ("PST", "16:30"), ("EST", "14:30"), ("Etc/GMT+2", "11:30"),
    ],
)  # fmt: skip
def test_zones_are_known_by_the_names_that_calendars_write(name: str, at: str) -> None:
    feed = calendar(vevent(f"DTSTART;TZID={name}:20260901T090000", "DURATION:PT1H", ADA))
    assert who(feed, f"2026-09-01T{at}", zone="Asia/Tokyo") == [["ada"]]


@pytest.mark.parametrize("name", ["Mordor", "Customized Time Zone", "tzone://Microsoft/Custom", "Erewhon/Mordor"])
def test_an_unknown_zone_is_never_taken_to_be_the_schedules(name: str) -> None:
    feed = calendar(vevent("SUMMARY:Night", f"DTSTART;TZID={name}:20260901T090000", "DURATION:PT1H", ADA))
    assert read_feed(feed, "Europe/Berlin", PEOPLE)[0] == ()
    assert "'Night' on 2026-09-01: its time zone" in said(feed)


def test_a_zone_without_a_name_is_the_one_that_is_defined_without_one() -> None:
    feed = calendar(vevent("DTSTART;TZID=:20260302T090000", "DURATION:PT1H", ADA), head=OUTLOOK.format(name=""))
    assert who(feed, "2026-03-02T14:30", "2026-03-02T08:30") == [["ada"], []]


def test_floating_times_are_those_of_their_calendar() -> None:
    floating = vevent("DTSTART:20260703T090000", "DURATION:PT8H", ADA)
    head = "X-WR-TIMEZONE:America/New_York\r\n"
    assert who(calendar(floating, head=head), "2026-07-03T12:30", "2026-07-03T20:30", zone="UTC") == [[], ["ada"]]
    assert who(calendar(floating), "2026-07-03T12:30", zone="UTC") == [["ada"]]
    two = calendar(floating, head=head) + calendar(floating.replace("UID:1", "UID:2"))
    assert who(two, "2026-07-03T09:30", "2026-07-03T20:30", zone="UTC") == [["ada"], ["ada"]]
    unknown = calendar(floating, head="X-WR-TIMEZONE:Mordor\r\n")
    assert "the time zone 'Mordor' of its calendar is unknown" in said(unknown)


# --- Times --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "end",
    [
        "DTEND:2026-06-01T17:00:00Z", "DTEND:20260601T1700Z", "DTEND:20260601T170000.000Z",
        "DTEND:20260601T190000+0200",
        "DTEND:20260601T113000-05:30", "DTEND:20260601T165960Z", "DTEND:20260601 170000Z", "DURATION:PT11H",
    ],
)  # fmt: skip
def test_a_time_is_read_however_it_is_written(end: str) -> None:
    feed = calendar(vevent("DTSTART:20260601T060000Z", end, ADA))
    assert who(feed, "2026-06-01T16:59", "2026-06-01T17:00") == [["ada"], []]


def test_midnight_may_be_the_24th_hour_and_a_25th_is_told() -> None:
    feed = calendar(vevent("DTSTART:20260601T060000Z", "DTEND:20260601T240000Z", ADA))
    assert who(feed, "2026-06-01T23:59", "2026-06-02T00:00") == [["ada"], []]
    assert "its DTEND cannot be read" in said(feed.replace("T24", "T25"))


def test_an_end_that_a_clock_change_skips_stays_where_it_is_written() -> None:
    night = ("DTSTART;TZID=Mine:20260307T183000", "DTEND;TZID=Mine:20260308T023000", "RRULE:FREQ=DAILY")
    feed = calendar(vevent(*night, ADA), head=OUTLOOK.format(name="Mine"))  # 02:30 is skipped on 8 March
    assert who(feed, "2026-03-09T06:29", "2026-03-09T06:31") == [["ada"], []]


@pytest.mark.parametrize(
    ("every", "on", "off"),
    [("12", "2026-11-07T20:30", "2026-11-07T16:30"), ("48", "2026-11-06T08:30", "2026-11-07T08:30")],
)
def test_every_so_many_hours_for_ever_are_times_of_day(every: str, on: str, off: str) -> None:
    start = "DTSTART;TZID=Europe/Berlin:20260601T090000"
    feed = calendar(vevent(start, "DURATION:PT4H", f"RRULE:FREQ=HOURLY;INTERVAL={every}", ADA))
    assert who(feed, on, off) == [["ada"], []]


def test_a_change_that_names_nobody_is_left_to_the_people_of_its_series() -> None:
    moved = vevent(
        "RECURRENCE-ID:20260608T070000Z", "DTSTART:20260609T070000Z", "DTEND:20260609T150000Z", "SUMMARY:Later"
    )
    feed = calendar(vevent(*WEEK, ADA), moved)
    assert who(feed, "2026-06-08T10:00", "2026-06-09T10:00") == [[], ["ada"]]
    assert "'Later' on 2026-06-09 names nobody" in said(feed)


# --- People ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "ATTENDEE:MAILTO:ADA@example.org", "ATTENDEE:mailto: ada@example.org", "ATTENDEE:ada@example.org",
        "ATTENDEE:mailto:<ada@example.org>", "ATTENDEE:mailto:mailto:ada@example.org",
        "ATTENDEE:mailto:ada%40example.org", "ATTENDEE:mailto:ada@example.org?subject=x",
        "ATTENDEE;EMAIL=ada@example.org:/aZ1/principal/", "ATTENDEE;CN=ada@example.org:invalid:nomail",
        'ATTENDEE;CN="Example, Ada";EMAIL="ada@example.org":urn:uuid:1', "ATTENDEE;CN=Ada Example:invalid:nomail",
        "ORGANIZER:mailto:ada@example.org", "SUMMARY:ada@example.org", "SUMMARY:Payments <ada@example.org>",
        "SUMMARY:On Call - Ada Example - Primary", "SUMMARY:[L1] ada@example.org", "SUMMARY:ada example",
        'ATTENDEE;CN="Example, Ada":invalid:nomail', 'ATTENDEE;CN="Ada Example (Ops)":mailto:', "SUMMARY:Example, Ada",
        "SUMMARY:Ada Example's week", "SUMMARY:Ada Example is on call for Payments",
        "SUMMARY:On call: Ada  Example (primary)",
    ],
)  # fmt: skip
def test_people_are_found_however_they_are_written(line: str) -> None:
    assert who(calendar(vevent(*DAY, line)), "2026-06-01T10:00") == [["ada"]]
    assert said(calendar(vevent(*DAY, line))) == ""


@pytest.mark.parametrize(
    ("title", "people"),
    [
        ("@bo.b", ["bo"]), ("bo.b", ["bo"]), ("bo.b, cy", ["bo", "cy"]), ("Primary: cy", ["cy"]),
        ("bo.b/cy", ["bo", "cy"]), ("bo.b cy", ["bo", "cy"]), ("Shift cy", ["cy"]), ("cy's shift", ["cy"]),
        ("1. cy", ["cy"]),
        ("📞 cy", ["cy"]), ("#cy", ["cy"]), ("PRIMARY bo.b SECONDARY cy", ["bo", "cy"]), ("cy meets bo.b", []),
        ("Cy on call", ["cy"]), ("On-call cy", ["cy"]), ("Cy On-Call GoAlert: Payments", ["cy"]),
        ("[Primary] Ada Example on call", ["ada"]), ("🔥 Ada Example", ["ada"]), ("ADA EXAMPLE", ["ada"]),
        ("cycling", []), ("Team cy meeting", []), ("adabo", []),
        ("O'Hara-Smith", ["cy"]), ("cy and bo.b", ["bo", "cy"]), ("Ada Example\\, bo.b", ["ada", "bo"]), ("", []),
    ],
)  # fmt: skip
def test_titles_name_people_by_words_that_stand_alone(title: str, people: list[str]) -> None:
    assert who(calendar(vevent(*DAY, f"SUMMARY:{title}")), "2026-06-01T10:00") == [people]


@pytest.mark.parametrize(
    ("lines", "people"),
    [
        ((ADA.replace(":", ";PARTSTAT=DECLINED:", 1), BO), ["bo"]),
        ((ADA.replace(":", ";PARTSTAT=declined:", 1), "SUMMARY:Ada Example"), []),
        ((ADA.replace(":", ";PARTSTAT=TENTATIVE:", 1), BO.replace(":", ";PARTSTAT=NEEDS-ACTION:", 1)), ["ada", "bo"]),
        ((ADA.replace(":", ";ROLE=NON-PARTICIPANT:", 1), BO), ["bo"]),
        ((ADA.replace(":", ';PARTSTAT=DELEGATED;DELEGATED-TO="mailto:bo@example.org":', 1), BO), ["bo"]),
        ((ADA, "SUMMARY:bo.b", "ORGANIZER:mailto:cy@example.org"), ["ada"]),
        (("SUMMARY:bo.b", "ORGANIZER:mailto:cy@example.org"), ["bo"]),
        (("ATTENDEE:mailto:who@example.org", "SUMMARY:bo.b"), ["bo"]),
        (("ATTENDEE;CUTYPE=ROOM:mailto:ada@example.org", "SUMMARY:bo.b"), ["bo"]),
    ],
)
def test_who_attends_counts_before_whom_the_title_names(lines: tuple[str, ...], people: list[str]) -> None:
    assert who(calendar(vevent(*DAY, *lines)), "2026-06-01T10:00") == [people]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            ("SUMMARY:Night", ADA.replace(":", ";PARTSTAT=DECLINED:", 1)),
            "'Night' on 2026-06-01: everybody who is invited",
        ),
        (("SUMMARY:Eve Else",), "'Eve Else' on 2026-06-01: nobody attends it, and its title names nobody"),
        (("SUMMARY:Night", "ATTENDEE:mailto:who@example.org"), "Nobody here has the address who@example.org."),
    ],
)
def test_who_cannot_be_found_is_told_by_name(lines: tuple[str, ...], words: str) -> None:
    assert words in said(calendar(vevent(*DAY, *lines)))


def test_addresses_that_nobody_has_can_be_looked_up() -> None:
    feed = calendar(vevent(*DAY, "ATTENDEE:mailto:who@example.org"), vevent(*WEEK, "SUMMARY:eve@example.org", uid="2"))
    assert read_calendar(feed, "UTC", PEOPLE).unknown == ("who@example.org", "eve@example.org")


# --- Amounts --------------------------------------------------------------------------------------------------------


def test_of_what_is_over_nothing_is_read_or_said() -> None:
    old = [
        vevent(
            f"DTSTART:20{year:02}0101T090000Z", "DURATION:PT1H", "ATTENDEE:mailto:gone@example.org", uid=f"o{year}-{n}"
        )
        for year in range(10, 26)
        for n in range(200)
    ]
    events, problems = read_feed(calendar(*old, vevent(*DAY, ADA)), "UTC", PEOPLE, since=instant("2026-05-01T00:00"))
    assert (len(events), problems) == (1, ())


def test_as_many_events_are_kept_as_a_schedule_may_have_the_next_ones_first() -> None:
    start = instant("2026-06-01T00:00")
    made = [
        vevent(f"DTSTART:{start + timedelta(hours=8 * n):%Y%m%dT%H%M%SZ}", "DURATION:PT8H", ADA, uid=f"s{n}")
        for n in range(1_200)
    ]
    events, (problem,) = read_feed(calendar(*reversed(made)), "UTC", PEOPLE, since=start)
    assert len(events) == 1_000
    assert events[-1].start < events[0].start + timedelta(hours=8 * 1_000)
    assert "1,200 events; those from 2027-04 on are not read yet" in problem.message
    assert check(Schedule(id="s", name="S", handle="s", zone="UTC", events=events)) == ()


def test_one_event_that_no_schedule_may_have_keeps_no_other_out() -> None:
    long = ("SUMMARY:Long", "DTSTART:20260601T090000Z", "DTEND:20271201T090000Z")
    feed = calendar(vevent(*long, ADA), vevent(*DAY, BO, uid="2"))
    assert who(feed, "2026-06-01T10:00") == [["bo"]]
    assert said(feed) == "'Long' on 2026-06-01: The event is too long."


def test_a_feed_that_is_read_every_hour_gives_the_same_events_until_they_are_over() -> None:
    feed = calendar(vevent("DTSTART:20240601T070000Z", "DURATION:PT8H", "RRULE:FREQ=DAILY", ADA))
    first, _ = read_feed(feed, "Europe/Berlin", PEOPLE, since=instant("2026-04-01T00:00"))
    later, _ = read_feed(feed, "Europe/Berlin", PEOPLE, since=instant("2026-11-01T00:00"))
    assert set(later) < set(first)
    assert len(first) < 16


def test_a_file_is_read_once_and_says_up_to_when() -> None:
    feed = calendar(vevent(*UTC_WEEK, ADA), vevent(*WEEK, BO, uid="2"))
    once = read_calendar(feed, "Europe/Berlin", PEOPLE, since=instant("2026-06-01T00:00"), is_read_again=False)
    assert [problem.message for problem in once.problems] == [
        "'An event' is taken over up to 2029-01-01: no single rule says it on the clock of Europe/Berlin."
    ]


def test_more_occurrences_on_other_clocks_than_can_be_found_are_told() -> None:
    often = ("DTSTART:20260601T000000Z", "DURATION:PT30M", f"RRULE:FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))}")
    events, problems = read_feed(
        calendar(*(vevent(*often, ADA, uid=f"o{n}") for n in range(4))), "Europe/Berlin", PEOPLE
    )
    assert len(events) <= 1_000
    assert "more than 50,000 occurrences are on another clock" in str(problems)


def test_more_changes_than_can_be_compared_are_told() -> None:
    masters = [vevent(f"DTSTART:202606{n % 28 + 1:02}T{n // 28:02}0000Z", "DURATION:PT1H", ADA) for n in range(150)]
    changes = [vevent(f"RECURRENCE-ID:202607{n % 28 + 1:02}T{n // 28:02}0000Z", *DAY, BO) for n in range(150)]
    assert "150 events and 150 changes have its UID" in said(calendar(*masters, *changes))
    assert who(calendar(*masters, *changes, vevent(*DAY, ADA, uid="2")), "2026-06-01T10:00") == [["ada"]]


def test_no_reader_is_asked_to_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert said(calendar(vevent("DTSTART;TZID=/x.org/Asia/Tokyo:20260601T090000", "DURATION:PT1H", ADA)))
