"""The catalogue of fixed words: whole in every language, and heard and read by whoever chose one."""

import re
from dataclasses import replace

import pytest

from bot.engine.model import READING_LANGUAGES, NoticeKind, Status, Urgency
from bot.twilio import speech
from bot.twilio.fixed_words import catalogue, words_in
from bot.twilio.scripts import voice_for
from bot.twilio.text import compose, segments_of
from tests.channels.samples import small
from tests.channels.test_twilio_words import KEYS_AT, KINDS, STATES

BRACES = re.compile(r"\{\w+\}")
PHRASES = list(catalogue())


@pytest.mark.parametrize("name", PHRASES)
def test_a_phrase_is_there_in_every_language_with_the_same_braces(name: str) -> None:
    said = catalogue()[name]

    assert said.keys() == {"about", *READING_LANGUAGES}
    assert all(each.strip() for each in said.values())
    assert len({tuple(sorted(BRACES.findall(said[each]))) for each in READING_LANGUAGES}) == 1


@pytest.mark.parametrize("name", [each for each in PHRASES if each.startswith("sms_")])
@pytest.mark.parametrize("language", [each for each in READING_LANGUAGES if each != "ja"])
def test_the_codes_of_a_text_leave_it_in_the_small_alphabet(name: str, language: str) -> None:
    assert segments_of(f"{catalogue()[name][language]}{'x' * 100}") == 1


def test_a_language_that_is_not_there_is_english() -> None:
    assert words_in("tlh").phrases == words_in("en").phrases


@pytest.mark.parametrize("language", READING_LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_call_and_a_text_in_every_language_fit(language: str, kind: NoticeKind) -> None:
    card = replace(small(STATES.get(kind, Status.OPEN), kind), title="диск заполнен " * 40, teams=("Payments",))

    assert len(speech.page(card, KEYS_AT, words_in(language)).encode()) <= 4_000
    assert segments_of(compose(card, can_reply=True, words=words_in(language))) <= 2


def test_the_key_comes_before_the_title_and_the_title_by_a_voice_that_can_read_it() -> None:
    card = replace(small(), title="Диск заполнен на db-3", urgency=Urgency.CRITICAL, teams=("Payments",))

    parts = speech.page_parts(card, True, words_in("de"))

    assert [(each.language, each.text) for each in parts] == [
        ("de-DE", "Kritischer Alarm für Payments. Drücke die 1, um zu übernehmen."),
        ("ru-RU", "Диск заполнен на db-3."),
        (
            "de-DE",
            "Alarm Nummer 7. Drücke die 2, um abzulehnen. Drücke die 3, um alles noch einmal zu hören.",
        ),
    ]


@pytest.mark.parametrize(
    ("title", "voice"),
    [
        ("disk full", "en-US"),
        ("Überlauf auf größer-1, Łódź", "en-US"),
        ("диск заполнен на db-3", "ru-RU"),
        ("ディスク容量が不足しています", "ja-JP"),
        ("磁盘空间不足 db-3", "zh-CN"),
        ("디스크 공간 부족", "ko-KR"),
        ("Ο δίσκος γέμισε", "el-GR"),
        ("הדיסק מלא בשרת", ""),
        ("القرص ممتلئ", ""),
        ("DiskFull on хост", "en-US"),
        ("🔥 🔥", "en-US"),
        ("95", "en-US"),
    ],
)
def test_a_title_is_read_by_a_voice_of_its_script(title: str, voice: str) -> None:
    assert voice_for(title, "en-US") == voice


def test_a_title_that_no_voice_reads_is_said_to_be_one_with_what_can_be_read() -> None:
    (heard,) = speech.page_parts(replace(small(), title="הדיסק מלא בשרת db-3"), True)
    assert heard.text.startswith(
        "Alert. Press 1 to acknowledge. The title is in another script. db 3. Alert number 7. Press 2"
    )


def test_japanese_titles_of_kanji_are_japanese_for_whoever_hears_japanese() -> None:
    assert voice_for("容量不足", "ja-JP") == "ja-JP"
    assert voice_for("容量不足", "en-US") == "zh-CN"
