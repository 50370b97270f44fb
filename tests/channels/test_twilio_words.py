"""What SMS and calls say, in every state and with any text."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.delivery.card import Card, Person
from bot.engine.delivery.storms import say
from bot.engine.model import NoticeKind, Status, Urgency
from bot.twilio import speech
from bot.twilio.pronunciation import spoken
from bot.twilio.text import compose, fit, fit_lines, segments_of
from bot.twilio.text import digest as tell
from tests.channels.samples import card, small, storm
from tests.fakes.twilio_lines import read_twiml
from tests.golden.asking import Golden
from tests.golden.texts import TEXTS

KEYS_AT = "https://pager.example.com/twilio/keys/alt_1.1.0.0.usr_1.0.voice"
STORM_KEYS_AT = "https://pager.example.com/twilio/storms/stm_1"
KINDS = [kind for kind in NoticeKind if kind is not NoticeKind.CARD]
STATES = {
    NoticeKind.ACKNOWLEDGED: Status.ACKNOWLEDGED,
    NoticeKind.RESOLVED: Status.RESOLVED,
    NoticeKind.DROPPED: Status.DROPPED,
    NoticeKind.REMINDER: Status.ACKNOWLEDGED,
}
EXAMPLES = {
    "plain": "disk full on db-3",
    "numbers": "CPU 93.5% on db-3.example.com (10.0.0.1:5432), build 1234567",
    "signs": "payments_api <b>5xx</b> > 1% & p99=2s see https://grafana.example/d/x?y=z",
    "typography": "“disk” – 95 % full…",
    "hebrew": "הדיסק מלא בשרת db-3",
    "emoji": "🚒 fire 🧯 in rack 3",
}


def shown(text: str, kind: NoticeKind = NoticeKind.OPEN, urgency: Urgency = Urgency.HIGH) -> Card:
    state = STATES.get(kind, Status.OPEN)
    base = card(text, state, kind)
    teams = ("Payments",) if text in EXAMPLES.values() or len(text) < 10 else (text,)
    incident = "" if urgency is Urgency.HIGH else "SEV-1 money is lost"
    by = Person(name="Jane Doe") if state is not Status.OPEN else None
    return replace(base, teams=teams, incident=incident, urgency=urgency, settled_by=by)


def test_every_text_as_it_is_read(golden: Golden) -> None:
    texts = {name: compose(shown(text), can_reply=True) for name, text in EXAMPLES.items()}
    kinds = {kind.value: compose(shown(EXAMPLES["plain"], kind), can_reply=True) for kind in KINDS}
    loud = compose(shown(EXAMPLES["plain"], urgency=Urgency.CRITICAL), can_reply=True)
    rest = {"critical incident": loud, "no way to reply": compose(shown(EXAMPLES["plain"]), can_reply=False)}
    storms = {f"storm: {name}": tell(storm(text), 7, can_reply=True) for name, text in {**EXAMPLES, **TEXTS}.items()}
    nasty = {name: compose(shown(text), can_reply=True) for name, text in TEXTS.items()}
    for name, text in (texts | kinds | rest | nasty | storms).items():
        golden.check("sms", name, text.split("\n"))


def test_every_call_as_it_is_heard(golden: Golden) -> None:
    calls = {name: speech.page(shown(text), KEYS_AT) for name, text in {**EXAMPLES, **TEXTS}.items()}
    kinds = {kind.value: speech.page(shown(EXAMPLES["plain"], kind), KEYS_AT) for kind in KINDS}
    rest = {
        "no way to answer": speech.page(shown(EXAMPLES["plain"]), ""),
        "after a key": speech.reply("You have #1042. disk full on db-3"),
        "storm": speech.storm(say(storm(EXAMPLES["numbers"]), 7), STORM_KEYS_AT),
        "storm, no way to answer": speech.storm(say(storm(EXAMPLES["plain"]), 7), ""),
        "after a storm's key": speech.storm_reply("You have 37 alerts of this storm."),
    }
    for name, text in (calls | kinds | rest).items():
        golden.check("voice", name, text.replace("><", ">\n<").split("\n"))


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("kind", KINDS)
def test_two_segments_hold_everything(text: str, kind: NoticeKind) -> None:
    body = compose(shown(text, kind), can_reply=True)

    assert segments_of(body) <= 2
    assert "\n#1042 " in body
    is_news = kind in {NoticeKind.ASSIGNED, NoticeKind.REJECTED}
    assert body.endswith("C to close") or is_news or STATES.get(kind) in {Status.ACKNOWLEDGED, Status.RESOLVED}
    assert not any(unicodedata.category(each) in {"Cc", "Cs"} for each in body.replace("\n", ""))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=500))
def test_any_title_fits_and_keeps_the_number_and_the_codes(title: str) -> None:
    body = compose(replace(shown("x"), title=title), can_reply=True)

    assert segments_of(body) <= 2
    assert body.endswith("\n#1042 Payments\nReply A to ack, R to reject, C to close")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=500))
def test_any_storm_fits_and_keeps_the_code_that_takes_it(title: str) -> None:
    body = tell(storm(title), 7, can_reply=True)

    assert segments_of(body) <= 2
    assert body.startswith("Alert storm: 7 more alerts, 10,000 since 12:00 UTC, 9,901 that nobody has.")
    assert body.endswith("\nReply ALL to ack them all")
    assert len(speech.storm(say(storm(title), 7), STORM_KEYS_AT)) <= 4_000


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("€" * 152, 2),
        ("€" * 153, 3),
        ("a" + "€" * 152, 2),
        ("🚒" * 66, 2),
        ("🚒" * 67, 3),
        ("é✓" * 35, 1),
        ("é✓" * 36, 2),
        ("🚒" * 35, 1),
        ("🚒" * 36, 2),
    ],
)
def test_segments_are_counted_as_the_networks_do(text: str, segments: int) -> None:
    assert segments_of(text) == segments


def test_a_letter_is_never_torn() -> None:
    family = "👩‍👩‍👧‍👦"
    cut = fit(family * 40, 1)

    assert cut.endswith("...")
    assert cut.removesuffix("...").endswith(("👩", "👧", "👦"))
    assert not cut.removesuffix("...").endswith("\u200d")


def test_lines_that_do_not_fit_are_left_out() -> None:
    lines = ["first"] + ["x" * 90] * 6

    assert fit_lines("\n".join(lines)) == "\n".join(lines[:4])
    assert fit_lines("a" * 400) == "a" * 303 + "..."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("#1042", "number 1 0 4 2"),
        ("db-3.example.com", "db 3 dot example dot com"),
        ("10.0.0.1", "10 dot 0 dot 0 dot 1"),
        ("93.5%", "93 point 5 percent"),
        ("4s ago, 20 ms", "4 seconds ago, 20 milliseconds"),
        ("down for 1m, then 5 min and 2h", "down for 1 minute, then 5 minutes and 2 hours"),
        ("p99 1.5s, up 1h30m, k8s 1.5.2", "p 99 1 point 5 seconds, up 1 hour 30 minutes, Kubernetes 1 dot 5 dot 2"),
        ("-5 °C on db-3", "minus 5 degrees Celsius on db 3"),
        ("load >= 8, free ≤ 2, a -> b != c", "load at least 8, free at most 2, a to b is not c"),
        ("[staging] disk - db-3:9100 (full).", "staging, disk, db 3 port 9100, full."),
        ("HTTPError on CPUs", "HTTP Error on CPUs"),
        ("see https://a.example/x?y=1 now", "see a link now"),
        ("payments_api & co", "payments api and co"),
        ("1234567", "1 2 3 4 5 6 7"),
        ("HTTP500", "HTTP 500"),
        ("HTTP 502s on gateway", "HTTP 502 answers on gateway"),
        ("HTTP latency over 500s", "HTTP latency over 500 seconds"),
        ("*.shop.example.com ends in 3d", "star dot shop dot example dot com ends in 3 days"),
        ("silent for 1d12h", "silent for 1 day 12 hours"),
        ("db-3.example.com:9100 is down", "db 3 dot example dot com port 9100 is down"),
        ("lag of 38 s, FailedGRPCRequests", "lag of 38 seconds, Failed GRPC Requests"),
        ("i-0a1b2c3d4e5f67890 is down", "an id ending in 7 8 9 0 is down"),
        ("%22disk%20full%22 at 95%, 50%25", "disk full at 95 percent, 50 percent 25"),
        ('"#22 RabbitMqExchangeNoMessages"', "number 2 2 Rabbit Mq Exchange No Messages"),
        ("OneUptime is down", "One Uptime is down"),
        ("HTTP 500s on api, 404s on shop", "HTTP 500 answers on api, 404 answers on shop"),
        ("502s on gateway", "502 answers on gateway"),
        ("returning 502s and 503s", "returning 502 answers and 503 answers"),
        ("5xx rate 3%", "5 hundred rate 3 percent"),
        (
            "5m requests queued, 5M rows, 12k messages",
            "5 million requests queued, 5 million rows, 12 thousand messages",
        ),
        ("retries after 5m", "retries after 5 minutes"),
        ("$PATH is empty in ${HOME}/bin", "variable PATH is empty in variable HOME slash bin"),
        ("over $5k, $0.50 each", "over 5 thousand dollars, 0 point 50 dollars each"),
        ("pointer 0xDEADBEEF", "pointer hex D E A D B E E F"),
        ("commit 3fa9c1d failed", "commit 3 f a 9 c 1 d failed"),
        ("id 550e8400-e29b-41d4-a716-446655440a0c", "id an id ending in 0 a 0 c"),
        ("1e6 errors, 3e-4 left", "1 million errors, 3 times 10 to the power of minus 4 left"),
        ("5GB of 2TB, 512Mi, 10 MB/s", "5 gigabytes of 2 terabytes, 512 mebibytes, 10 megabytes per second"),
        ("250Mbps at 300 rps, 5 req/s", "250 megabits per second at 300 requests per second, 5 req per second"),
        ("v1.28.3 of kubelet, v2 API", "version 1 dot 28 dot 3 of kubelet, version 2 API"),
        ("rollout 2/3 ready", "rollout 2 of 3 ready"),
        ("2001:db8::1 is away since 10:15:03", "2001 colon db8 colon colon 1 is away since 10:15:03"),
        ("**bold** SELECT * at */5", "bold SELECT star at star slash 5"),
        ("~10 min left, load .75, 4.2GHz", "about 10 minutes left, load 0 point 75, 4 point 2 gigahertz"),
        ("Диск заполнен на db-3", "Диск заполнен на db 3"),
        ("</Say><Hangup/>", ""),
        ("a\x00b\u202ec\x1b[31md", "a b c d"),
        ("", ""),
    ],
)
def test_foreign_text_is_read_so_that_it_is_understood(text: str, words: str) -> None:
    assert spoken(text) == words


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_no_title_breaks_a_call(title: str) -> None:
    twiml = speech.page(replace(shown("x"), title=title, teams=(title,)), KEYS_AT)

    assert len(twiml) <= 4_000
    assert [verb.tag for verb in read_twiml(twiml)] == ["Pause", "Gather", "Say"]


def test_what_got_worse_says_so_first_in_a_text_and_a_call() -> None:
    worse = replace(small(), urgency=Urgency.CRITICAL, was=Urgency.MEDIUM)
    assert compose(worse, can_reply=True).startswith("WORSE CRITICAL ping\n#7")
    assert "It became worse: critical now, medium before." in speech.introduction(worse)
    held = replace(worse, status=Status.ACKNOWLEDGED, is_worse=True)
    assert "Reply A to ack" in compose(held, can_reply=True)
    assert "Press 1" in speech.page(held, "https://pager.example/keys")
    over = replace(worse, status=Status.RESOLVED)
    assert "WORSE" not in compose(over, can_reply=True)


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Łódź: přetížení, işçi, cœur, Zoë", "Lodz: pretizeni, isci, coeur, Zoe"),
        ("Straße ändern für 5 €", "Straße ändern für 5 €"),
        ("диск é", "диск é"),
        ("disk full, see https://grafana.example/d/x?y=z now", "disk full, see (link) now"),
        ("WWW.example.com is down", "(link) is down"),
    ],
)
def test_a_title_is_written_so_that_it_arrives_in_few_segments(title: str, written: str) -> None:
    assert compose(shown(title), can_reply=True).split("\n")[0] == f"HIGH {written}"


@pytest.mark.parametrize("urgency", list(Urgency))
def test_a_high_urgency_is_named(urgency: Urgency) -> None:
    body = compose(shown("x", urgency=urgency), can_reply=True)
    assert (urgency.upper() in body) is (urgency in {Urgency.HIGH, Urgency.CRITICAL})
