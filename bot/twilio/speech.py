"""What is said in a call: the fixed words in the language of whoever is called, the title by a voice that can read it.

How bad it is and the key that takes it come first, what is wrong and the rest behind. TwiML is put together by
`twilio.twiml`, which escapes every text: a title can never become a verb.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from twilio.twiml.voice_response import Gather, VoiceResponse

from bot.engine.delivery import card_text
from bot.engine.delivery.card import Card
from bot.engine.delivery.first_words import told
from bot.engine.model import NoticeKind, Urgency
from bot.twilio.fixed_words import FixedWords, words_in
from bot.twilio.pronunciation import as_sentence, as_written, digits, spoken
from bot.twilio.scripts import latin_part, voice_for

ENGLISH = words_in("en")
LANGUAGE = ENGLISH.voice
_LONGEST_APPEAL = 200
_TWIML = 4_000  # characters that Twilio takes inline
_TIMES = 3
_WAIT = 5  # seconds for a key after the last words
_TITLE = 300  # characters: about 20 seconds
_OTHER_VOICE = 150  # bytes of a title that is read by another voice: a letter of another script has three
_NUMBER = re.compile(r"#(\d{1,19})\b", re.ASCII)

_FIRST: Mapping[Urgency, str] = {Urgency.CRITICAL: "critical_alert", Urgency.HIGH: "high_alert"}
_KINDS: Mapping[NoticeKind, str] = {
    NoticeKind.ACKNOWLEDGED: "acknowledged",
    NoticeKind.REJECTED: "rejected",
    NoticeKind.RESOLVED: "resolved",
    NoticeKind.DROPPED: "dropped",
    NoticeKind.TIMEOUT: "timeout",
    NoticeKind.HANDOFF: "handoff",
    NoticeKind.ASSIGNED: "assigned",
    NoticeKind.REMINDER: "reminder",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidPart:
    """Words that one voice says; `language` is the voice's, as Twilio names it."""

    text: str
    language: str


def page(card: Card, keys_at: str, words: FixedWords = ENGLISH) -> str:
    """The TwiML of a page: how bad, the key that takes it, what is wrong, the other keys; three times over.

    `keys_at` is where Twilio posts the key that was pressed; without it the words say where to answer instead.
    """
    parts = page_parts(card, bool(keys_at), words)
    response = VoiceResponse()
    response.pause(length=1)
    if card.takes_answers and keys_at:
        response.append(_gather(parts, keys_at))
        response.say(words.say("no_key"), language=words.voice)
    else:
        _repeat(response, parts)
    return str(response)


def page_parts(card: Card, has_keys: bool, words: FixedWords = ENGLISH) -> tuple[SaidPart, ...]:
    """What is said of a card, in order, each part by its own voice."""
    asks = card.takes_answers
    first = words.say("press_acknowledge") if asks and has_keys else ""
    last = words.say("press_others" if has_keys else "answer_in_slack") if asks else ""
    number = words.say("number", digits=digits(card.number))
    return _joined(
        SaidPart(text=f"{introduction(card, words)} {first}", language=words.voice),
        _title(card, words),
        *_appeal(card),
        SaidPart(text=f"{number} {last}", language=words.voice),
    )


def _appeal(card: Card) -> tuple[SaidPart, ...]:
    """Who handed it off, or asks for help, and their note, in English like the title."""
    said = spoken(card_text.appeal(card, _LONGEST_APPEAL), _LONGEST_APPEAL) if card.asks else ""
    return (SaidPart(text=as_sentence(said), language=LANGUAGE),) if said else ()


def introduction(card: Card, words: FixedWords = ENGLISH) -> str:
    """The first words of a card: `Critical alert for Payments.`, and what became of it where that is known."""
    team = spoken(", ".join(card.teams) or card.integration, 60)
    who = f" {words.say('for_team', team=team)}" if team else ""
    kind = words.say(_KINDS[card.kind]) if card.kind in _KINDS else _worse(card, words)
    first = as_sentence(f"{words.say(_FIRST.get(card.urgency, 'alert'))}{who}")
    return f"{first} {kind}".strip()


def announcement(text: str, words: FixedWords = ENGLISH) -> str:
    """The TwiML that says a text three times over."""
    response = VoiceResponse()
    response.pause(length=1)
    _repeat(response, (SaidPart(text=spoken(text, 600), language=words.voice),))
    return str(response)


def storm(text: str, keys_at: str, words: FixedWords = ENGLISH) -> str:
    """The TwiML that tells a storm three times over, and takes the key that acknowledges all of it at `keys_at`.

    Without that address the words say where to answer instead.
    """
    said = SaidPart(text=as_sentence(spoken(text, 600)), language=LANGUAGE)
    response = VoiceResponse()
    response.pause(length=1)
    if not keys_at:
        _repeat(response, _joined(said, SaidPart(text=words.say("answer_in_slack"), language=words.voice)))
        return str(response)
    response.append(_gather(_joined(said, SaidPart(text=words.say("press_storm"), language=words.voice)), keys_at))
    response.say(words.say("no_key"), language=words.voice)
    return str(response)


def storm_reply(said: str) -> str:
    """The TwiML that says what came of a storm's key, and hangs up."""
    response = VoiceResponse()
    response.say(f"{as_sentence(spoken(said, 600))} {ENGLISH.say('goodbye')}", language=LANGUAGE)
    response.hangup()
    return str(response)


def reply(said: str) -> str:
    """The TwiML that says what came of a key, and hangs up. The first number in it is the alert's."""
    named = _NUMBER.sub(lambda found: f"alert {found[0]}", said, count=1)
    response = VoiceResponse()
    response.say(f"{as_sentence(spoken(named))} {ENGLISH.say('goodbye')}", language=LANGUAGE)
    response.hangup()
    return str(response)


def _worse(card: Card, words: FixedWords) -> str:
    if not (card.was and card.asks):
        return ""
    return words.say("worse", now=words.say(card.urgency), before=words.say(card.was))


def _title(card: Card, words: FixedWords) -> SaidPart:
    """The title, by a voice that can read it: titles in Latin letters are English, whatever the fixed words are."""
    title = told(card.title, card.urgency, 2_000)
    voice = voice_for(title, LANGUAGE)
    if not voice:
        heard = spoken(latin_part(title), _TITLE)
        return SaidPart(text=f"{words.say('other_script')} {as_sentence(heard) if heard else ''}", language=words.voice)
    heard = spoken(title, _TITLE) if voice == LANGUAGE else as_written(title, _OTHER_VOICE)
    if not heard.rstrip("."):
        return SaidPart(text=words.say("untitled"), language=words.voice)
    return SaidPart(text=as_sentence(heard), language=voice)


def _joined(*parts: SaidPart) -> tuple[SaidPart, ...]:
    """Parts without those that say nothing, and neighbours of one voice as one: each part begins with a breath."""
    found: list[SaidPart] = []
    for part in parts:
        text = " ".join(part.text.split())
        if text and found and found[-1].language == part.language:
            found[-1] = SaidPart(text=f"{found[-1].text} {text}", language=part.language)
        elif text:
            found.append(SaidPart(text=text, language=part.language))
    return tuple(found)


def _gather(parts: tuple[SaidPart, ...], keys_at: str) -> Gather:
    gather = Gather(num_digits=1, action=keys_at, method="POST", timeout=_WAIT)
    _repeat(gather, parts)
    return gather


def _repeat(response: VoiceResponse | Gather, parts: tuple[SaidPart, ...]) -> None:
    size = sum(len(part.text.encode()) + 60 for part in parts)
    for number in range(max(1, min(_TIMES, (_TWIML - 1_000) // max(size, 1)))):
        if number:
            response.pause(length=2)
        for part in parts:
            response.say(part.text, language=part.language)
