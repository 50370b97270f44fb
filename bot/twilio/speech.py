"""What is said in a call: plain words that a voice can read, and the TwiML that says them.

TwiML is put together by `twilio.twiml`, which escapes every text: a title can never become a verb.
"""

import re
import unicodedata

from twilio.twiml.voice_response import Gather, VoiceResponse

from bot.engine.delivery import card_text
from bot.engine.delivery.card import Card
from bot.engine.model import NoticeKind, Urgency

LANGUAGE = "en-US"
_LONGEST = 300  # characters of a title: about 20 seconds
_LONGEST_APPEAL = 200
_TWIML = 4_000  # characters that Twilio takes inline
_TIMES = 3
_WAIT = 5  # seconds for a key after the last words
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,80}>|\x1b\[[0-9;]*[A-Za-z]")  # also the colours of a terminal
_NUMBER = re.compile(r"#(\d{1,19})\b", re.ASCII)
_DOTTED = re.compile(r"(?<=[\w])\.(?=[\w])")
_DECIMAL = re.compile(r"(?<![\w.])(\d+)\.(\d+)(?=[A-Za-z]{0,3}(?![\w.]))", re.ASCII)
_CHAINED = re.compile(r"(?<=\d[dhm])(?=\d+(h|m|s|ms)\b)", re.ASCII)  # 1h30m
_PORT = re.compile(r"(?<=\d):(?=\d{4,5}\b)", re.ASCII)
_BREAK = re.compile(r"[()\[\]{}|]|\s[-\u2013\u2014]+\s|\u2014")  # where a reader pauses
_LONG_DIGITS = re.compile(r"\d{5,}", re.ASCII)
_SPAN = re.compile(r"\b(\d+) ?(ms|s|min|m|h|d|w)\b", re.ASCII)
_SPANS = {"ms": "millisecond", "s": "second", "min": "minute", "m": "minute", "h": "hour", "d": "day", "w": "week"}
_STATUSES = re.compile(r"\b(HTTP(?:/\d(?:\.\d)?)?(?: status)?(?: code)? )([1-5]\d\d)s\b", re.IGNORECASE | re.ASCII)
_STAR = re.compile(r"\*\.(?=\w)")
_MINUS = re.compile(r"(?<![\w)\]])[-\u2212](?=\d)", re.ASCII)
_SIGNS = re.compile(r">=|<=|!=|->|=>|[≥≤≠→⇒±×]")
_MIXED = re.compile(
    r"(?<=\d)(?=[A-Za-z]{2})|(?<=[A-Za-z])(?=\d{2})|(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z]{2})",
    re.ASCII,
)
_SIGNED = {
    ">=": " at least ",
    "≥": " at least ",
    "<=": " at most ",
    "≤": " at most ",
    "!=": " is not ",
    "≠": " is not ",
    "->": " to ",
    "→": " to ",
    "=>": " to ",
    "⇒": " to ",
    "±": " plus or minus ",
    "×": " times ",
}
_WORDS = {
    "%": " percent ",
    "&": " and ",
    "@": " at ",
    "+": " plus ",
    "=": " equals ",
    "<": " less than ",
    ">": " greater than ",
    "/": " slash ",
    "\\": " backslash ",
    "€": " euros ",
    "£": " pounds ",
    "$": " dollars ",
    "°": " degrees ",
}
_KEPT = frozenset(".,:;!?'")

_KINDS = {
    NoticeKind.ACKNOWLEDGED: "has been acknowledged",
    NoticeKind.REJECTED: "has been rejected by somebody who was asked",
    NoticeKind.RESOLVED: "is resolved",
    NoticeKind.DROPPED: "was dropped, because nobody is left to ask",
    NoticeKind.TIMEOUT: "was not answered in time",
    NoticeKind.HANDOFF: "was handed over",
    NoticeKind.ASSIGNED: "was assigned",
    NoticeKind.REMINDER: "is yours and is not resolved",
}
_KEYS = "Press 1 to acknowledge. Press 2 to reject. Press 3 to hear this again."
_ELSEWHERE = "Please answer in Slack."
_STORM_KEYS = "Press 1 to acknowledge all of them. Press 3 to hear this again."


def spoken(text: str, most: int = _LONGEST) -> str:
    """Foreign text as words: signs named or left out, addresses and long numbers read so that they are understood."""
    plain = unicodedata.normalize("NFKC", text)
    plain = _LINK.sub(" a link ", plain)
    plain = _TAG.sub(" ", plain)
    plain = _NUMBER.sub(lambda found: f" number {digits(found[1])} ", plain)
    plain = _STATUSES.sub(r"\1\2 answers", plain)  # no seconds
    plain = _STAR.sub(" star dot ", plain)
    plain = _SIGNS.sub(lambda found: _SIGNED[found[0]], plain)
    plain = _MINUS.sub(" minus ", plain)
    plain = _BREAK.sub(" , ", plain)
    plain = _PORT.sub(" port ", plain)
    plain = _DECIMAL.sub(r"\1 point \2", plain)
    plain = _DOTTED.sub(" dot ", plain)
    plain = _CHAINED.sub(" ", plain)
    plain = _SPAN.sub(_said_span, plain)
    plain = _LONG_DIGITS.sub(lambda found: digits(found[0]), plain)
    plain = _MIXED.sub(" ", plain)
    said = "".join(_WORDS.get(each, each if _is_said(each) else " ") for each in plain)
    return _shortened(_punctuated(said), most)


def digits(number: object) -> str:
    """A number one digit after the other, as it is typed."""
    return " ".join(str(number))


def page(card: Card, keys_at: str) -> str:
    """The TwiML of a page: who calls, the alert's number and title, three times over, and keys to answer with.

    `keys_at` is where Twilio posts the key that was pressed; without it the words say where to answer instead.
    """
    asks = card.takes_answers
    said, answer = introduction(card), _KEYS if keys_at else _ELSEWHERE
    words = f"{said} {answer}" if asks else said
    response = VoiceResponse()
    response.pause(length=1)
    if asks and keys_at:
        response.append(_gather(words, keys_at))
        response.say("No key was pressed. Goodbye.", language=LANGUAGE)
    else:
        _repeat(response, words)
    return str(response)


def announcement(text: str) -> str:
    """The TwiML that says a text three times over."""
    response = VoiceResponse()
    response.pause(length=1)
    _repeat(response, spoken(text, 600))
    return str(response)


def storm(text: str, keys_at: str) -> str:
    """The TwiML that tells a storm three times over, and takes the key that acknowledges all of it at `keys_at`.

    Without that address the words say where to answer instead.
    """
    if not keys_at:
        return announcement(f"{text}. {_ELSEWHERE}")
    response = VoiceResponse()
    response.pause(length=1)
    response.append(_gather(f"{_as_sentence(spoken(text, 600))} {_STORM_KEYS}", keys_at))
    response.say("No key was pressed. Goodbye.", language=LANGUAGE)
    return str(response)


def storm_reply(said: str) -> str:
    """The TwiML that says what came of a storm's key, and hangs up."""
    response = VoiceResponse()
    response.say(f"{_as_sentence(spoken(said, 600))} Goodbye.", language=LANGUAGE)
    response.hangup()
    return str(response)


def reply(said: str) -> str:
    """The TwiML that says what came of a key, and hangs up. The first number in it is the alert's."""
    named = _NUMBER.sub(lambda found: f"alert {found[0]}", said, count=1)
    response = VoiceResponse()
    response.say(f"{_as_sentence(spoken(named))} Goodbye.", language=LANGUAGE)
    response.hangup()
    return str(response)


def introduction(card: Card) -> str:
    """The words of a card: `Critical alert number 1 0 4 2 for Payments: disk full on db 3.`"""
    team = spoken(", ".join(card.teams) or card.integration, 60)
    worse = f"has become worse, {card.urgency} now and {card.was} before" if card.was and card.asks else ""
    kind = _KINDS.get(card.kind, worse)
    loud = "Critical alert" if card.urgency is Urgency.CRITICAL else "Alert"
    who = f" for {team}" if team else ""
    title = spoken(card.title).rstrip(".") or "without a title"
    told = f" {kind}" if kind else ""
    said = spoken(card_text.appeal(card, _LONGEST_APPEAL), _LONGEST_APPEAL) if card.asks else ""
    return f"{loud} number {digits(card.number)}{who}{told}: {title}.{f' {_as_sentence(said)}' if said else ''}"


def _gather(words: str, keys_at: str) -> Gather:
    gather = Gather(num_digits=1, action=keys_at, method="POST", timeout=_WAIT)
    _repeat(gather, words)
    return gather


def _repeat(response: VoiceResponse | Gather, words: str) -> None:
    times = max(1, min(_TIMES, (_TWIML - 1_000) // (len(words.encode()) + 60)))
    for number in range(times):
        if number:
            response.pause(length=2)
        response.say(words, language=LANGUAGE)


def _punctuated(text: str) -> str:
    """Words with one space between them, and no comma at the ends or beside another sign."""
    tight = re.sub(r"\s+([.,:;!?])", r"\1", " ".join(text.split()))
    return re.sub(r",+(?=[.,:;!?])|(?<=[.:;!?]),+", "", tight).strip(" ,")


def _said_span(found: re.Match[str]) -> str:
    return f"{found[1]} {_SPANS[found[2]]}{'' if found[1] == '1' else 's'}"


def _as_sentence(text: str) -> str:
    """A voice goes on without a breath where no full stop is."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _is_said(letter: str) -> bool:
    return letter in _KEPT or unicodedata.category(letter)[0] in "LMN"


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return f"{text[:most].rpartition(' ')[0] or text[:most]}, and so on"
