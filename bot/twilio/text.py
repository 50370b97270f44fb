"""What an SMS says: how bad, what and where, then the number, who has to answer, and the codes, in two segments.

A phone is charged, and slowed, by the segment: 153 characters of GSM 03.38 each, but only 67 as soon as one letter is
not among them (https://www.twilio.com/docs/glossary/what-is-gsm-7-character-encoding). So typographic signs are
written plainly, and the title is what gets shortened.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Mapping

from bot.engine.delivery import card_text, storms
from bot.engine.delivery.card import Card
from bot.engine.delivery.first_words import told
from bot.engine.delivery.storms import Summary
from bot.engine.model import NoticeKind, Status, Urgency
from bot.twilio.fixed_words import FixedWords, words_in

SEGMENTS = 2
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€")
_ALL_GSM = _GSM | _GSM_TWICE
_WITHOUT_ACCENT = str.maketrans(
    {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "œ": "oe", "Œ": "OE", "ð": "d", "þ": "th"}
)
_PLAIN = str.maketrans(
    dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―−", "-")
    | {"…": "...", "•": "-", "→": "->", "←": "<-", "≥": ">=", "≤": "<=", "×": "x", "\t": " "}
)  # fmt: skip
_ONE, _MANY = {True: 160, False: 70}, {True: 153, False: 67}
_LONGEST = 1_600  # characters that Twilio takes
_LONGEST_TEAM = 40
_LONGEST_APPEAL = 90
_ENGLISH = words_in("en")
_ANSWERS, _REMINDED, _ALL, _ELSEWHERE = "sms_codes", "sms_close", "sms_all", "sms_elsewhere"  # phrases of it
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S*[^\s;,.)]", re.IGNORECASE)  # networks filter texts for them (30007)
_JOINERS = "\u200d\ufe0f"

_KINDS: Mapping[NoticeKind, str] = {
    NoticeKind.ACKNOWLEDGED: "acknowledged",
    NoticeKind.REJECTED: "rejected",
    NoticeKind.RESOLVED: "resolved",
    NoticeKind.DROPPED: "DROPPED, nobody is left to ask",
    NoticeKind.TIMEOUT: "not answered in time",
    NoticeKind.HANDOFF: "handed over",
    NoticeKind.ASSIGNED: "assigned",
    NoticeKind.REMINDER: "is yours and not resolved",
}
_LOUD = frozenset({Urgency.HIGH, Urgency.CRITICAL})
_SETTLED = frozenset({NoticeKind.ACKNOWLEDGED, NoticeKind.RESOLVED})


def compose(card: Card, *, can_reply: bool, words: FixedWords = _ENGLISH) -> str:
    """The text of a card, in at most two segments. Without a way to reply it says where to answer instead."""
    codes = _codes(card)
    end = f"\n{words.say(codes if can_reply else _ELSEWHERE)}" if codes else ""
    team = fit(", ".join(card.teams) or card.integration, 1, _LONGEST_TEAM)
    said = f"\n{fit(card_text.appeal(card, _LONGEST_APPEAL), 1, _LONGEST_APPEAL)}" if _appeals(card) else ""
    before, after = _flags(card), f"{said}\n#{card.number}{f' {team}' if team else ''}{end}"
    title = told(card.title, card.urgency, _LONGEST, 0 if card.kind in _KINDS else len(before))
    return fit(_ADDRESS.sub("(link)", title), before=before, after=after)


def _appeals(card: Card) -> bool:
    return card.kind in {NoticeKind.OPEN, NoticeKind.HANDOFF} and bool(card_text.appeal(card))


def digest(summary: Summary, fresh: int, *, can_reply: bool, words: FixedWords = _ENGLISH) -> str:
    """The text of a storm, in at most two segments, with the code that takes all of it; `fresh` alerts are new."""
    end = f"\n{words.say(_ALL if can_reply else _ELSEWHERE)}" if summary.untaken else ""
    return fit(_ADDRESS.sub("(link)", storms.say(summary, fresh)), after=end)


def _codes(card: Card) -> str:
    """The phrase that says which codes can be answered; "" where none can."""
    if card.kind is NoticeKind.REMINDER and card.status is Status.ACKNOWLEDGED:
        return _REMINDED
    return _ANSWERS if card.takes_answers else ""


def fit(text: str, segments: int = SEGMENTS, most: int = _LONGEST, *, before: str = "", after: str = "") -> str:
    """Put a text between two others and shorten it until all of it is `most` characters in so many segments."""
    plain, before, after = (folded(plainly(each)) for each in (" ".join(text[:_LONGEST].split()), before, after))
    whole = f"{before}{plain}{after}"
    if segments_of(whole) <= segments and len(whole) <= most:
        return whole

    def overflows(length: int) -> bool:
        shortened = f"{before}{_cut(plain, length)}{after}"
        return segments_of(shortened) > segments or len(shortened) > most

    length = bisect_left(range(len(plain)), True, key=overflows) - 1
    return f"{before}{_cut(plain, length)}{after}"


def fit_lines(text: str) -> str:
    """Make a text of lines fit by leaving out the last ones."""
    first, *rest = folded(plainly(text)).split("\n")
    while rest and segments_of("\n".join((first, *rest))) > SEGMENTS:
        rest.pop()
    return "\n".join((first, *rest)) if rest else fit(first)


def segments_of(text: str) -> int:
    """How many segments a text is sent in."""
    is_gsm = _is_gsm(text)
    sizes = [1 + (each in _GSM_TWICE if is_gsm else each > "\uffff") for each in text]
    return 1 if sum(sizes) <= _ONE[is_gsm] else _packed(sizes, _MANY[is_gsm])


def _packed(sizes: Iterable[int], room: int) -> int:
    """How many segments letters of one or two units fill, when none of them is divided between two segments."""
    segments, left = 1, room
    for units in sizes:
        if units > left:
            segments, left = segments + 1, room
        left -= units
    return segments


def _is_gsm(text: str) -> bool:
    return _ALL_GSM.issuperset(text)


def folded(text: str) -> str:
    """A text with its accents taken off where that alone puts all of it into GSM 03.38; any other as it is."""
    plain = "".join(each if each in _ALL_GSM else _bare(each) for each in text)
    return plain if _is_gsm(plain) else text


def _bare(letter: str) -> str:
    parts = unicodedata.normalize("NFKD", letter.translate(_WITHOUT_ACCENT))
    return "".join(each for each in parts if not unicodedata.combining(each)) or letter


def plainly(text: str) -> str:
    """Foreign text in its lines, without what cannot be seen, its typographic signs written plainly."""
    plain = text.translate(_PLAIN)
    seen = (each if each == "\n" or _is_shown(each) else " " for each in plain)
    return re.sub(r"[^\S\n]+", " ", "".join(seen))


def _is_shown(letter: str) -> bool:
    return letter in _JOINERS or unicodedata.category(letter)[0] not in "CZ" or letter == " "


def _cut(text: str, length: int) -> str:
    """The first letters and three dots; no half of a letter that is put together of several."""
    kept = text[: max(0, length)]
    while kept and (unicodedata.combining(text[len(kept)]) or text[len(kept)] in _JOINERS or kept[-1] in _JOINERS):
        kept = kept[:-1]
    return f"{kept.rstrip()}..." if kept.strip() else ""


def _flags(card: Card) -> str:
    by = f" by {card.settled_by.name}" if card.kind in _SETTLED and card.settled_by else ""
    if card.kind in _KINDS:
        said = fit(f"{_KINDS[card.kind]}{by}", 1, 60)
        return f"{said[:1].upper()}{said[1:]}: "
    worse = "WORSE " if card.was and card.asks else ""
    loud = f"{worse}{f'{card.urgency.upper()} ' if card.urgency in _LOUD else ''}"
    severity = fit(card.incident.partition(" ")[0], 1, 12)
    return f"{loud}{severity} " if severity else loud
