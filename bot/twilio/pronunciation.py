"""Titles as an engineer reads them aloud: signs, units, sizes, ids and versions as words that a voice says right.

Each rule is a pattern and what is said for it, and they are used in this order: what a rule has written is words for
those behind it. All patterns are linear, and a title is bounded before.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping

LONGEST = 300  # characters of a title: about 20 seconds
_LOOKED_AT = 2_000  # characters

Say = str | Callable[[re.Match[str]], str]


def spoken(text: str, most: int = LONGEST) -> str:
    """Foreign text as words: signs named or left out, addresses and long numbers read so that they are understood."""
    plain = unicodedata.normalize("NFKC", text[:_LOOKED_AT].replace("µ", "u").replace("μ", "u"))
    for pattern, said in _RULES:
        plain = pattern.sub(said, plain)
    words = "".join(_WORDS.get(each, each if _is_said(each) else " ") for each in plain)
    return _shortened(_punctuated(words), most)


def as_written(text: str, most: int) -> str:
    """Foreign text for a voice of its own language, which knows its signs and units: without what nobody reads."""
    plain = unicodedata.normalize("NFKC", text[:_LOOKED_AT])
    for pattern in (_LINK, _TAG, _BRACKETS):
        plain = pattern.sub(" , ", plain)
    said = "".join(each if _is_said(each) or each in _READ else " " for each in plain)
    return _shortened(_punctuated(said), most)


def digits(number: object) -> str:
    """A number one digit after the other, as it is typed."""
    return " ".join(str(number))


def as_sentence(text: str) -> str:
    """A voice goes on without a breath where no full stop is."""
    return text if text.endswith((".", "!", "?", "。")) else f"{text}."


# --- What stands behind a number ----------------------------------------------------------------------------------

_SPANS = {
    "ns": "nanosecond", "us": "microsecond", "ms": "millisecond", "s": "second", "sec": "second", "secs": "second",
    "min": "minute", "mins": "minute", "m": "minute", "h": "hour", "hr": "hour", "hrs": "hour", "d": "day", "w": "week",
}  # fmt: skip
_APART = {unit: name for unit, name in _SPANS.items() if unit != "d"}  # `3 d` may be letters of an id
_SIZES = {
    "B": "byte", "kB": "kilobyte", "KB": "kilobyte", "MB": "megabyte", "GB": "gigabyte", "TB": "terabyte",
    "PB": "petabyte", "KiB": "kibibyte", "MiB": "mebibyte", "GiB": "gibibyte", "TiB": "tebibyte", "Ki": "kibibyte",
    "Mi": "mebibyte", "Gi": "gibibyte", "Ti": "tebibyte", "kb": "kilobyte", "mb": "megabyte", "gb": "gigabyte",
    "tb": "terabyte", "kbit": "kilobit", "Mbit": "megabit", "Gbit": "gigabit", "kb/s": "kilobit per second",
}  # fmt: skip
_RATES = {
    "kbps": "kilobits", "Kbps": "kilobits", "Mbps": "megabits", "mbps": "megabits", "Gbps": "gigabits",
    "gbps": "gigabits", "bps": "bits", "rps": "requests", "qps": "queries", "tps": "transactions", "iops": "operations",
    "IOPS": "operations",
}  # fmt: skip
_QUANTITIES = {
    "Hz": "hertz", "kHz": "kilohertz", "MHz": "megahertz", "GHz": "gigahertz", "W": "watts", "kW": "kilowatts",
    "MW": "megawatts", "kWh": "kilowatt hours", "V": "volts", "mV": "millivolts", "mA": "milliamperes",
    "dB": "decibels", "dBm": "decibels milliwatt", "rpm": "turns a minute", "RPM": "turns a minute",
    "pp": "percentage points", "ppm": "parts per million", "bp": "basis points",
}  # fmt: skip
_LONG_SIZES = {unit: name for unit, name in _SIZES.items() if len(unit) > 1}
_LONG_QUANTITIES = {unit: name for unit, name in _QUANTITIES.items() if len(unit) > 1}
_COUNTS = {"k": "thousand", "K": "thousand", "m": "million", "M": "million", "b": "billion", "B": "billion"}
_COUNTED = (
    "requests?|reqs?|messages?|msgs?|rows?|events?|jobs?|users?|connections?|errors?|records?|logs?|lines?|keys?|"
    "tokens?|queries|packets?|entries|tasks?|items?|calls?|sessions?|files?|points?|samples?|series|writes?|reads?|"
    "operations|transactions|documents?|docs|emails?|orders?|payments?|customers?|visitors?|hits|clients?|pods"
)
_DOLLARS = {"k": " thousand", "K": " thousand", "m": " million", "M": " million", "bn": " billion"}
_POWERS = {3: "thousand", 6: "million", 9: "billion", 12: "trillion"}
_ASKED = (
    "HTTP(?:/\\d(?:\\.\\d)?)?(?: status)?(?: code)?|status(?: code)?s?|codes?|returns?|returning|serves?|serving|"
    "throws?|throwing|answers?|answering|responds? with|responding with|too many|spike of|rate of|of"
)
_NUMBER = r"(\d{1,15}(?:[.,]\d{1,6})?)"


def _any_of(words: Mapping[str, str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _several(found: re.Match[str], names: Mapping[str, str]) -> str:
    return f"{_point(found[1])} {names[found[2]]}{'' if found[1] == '1' else 's'}"


def _point(number: str) -> str:
    """A decimal number; a comma between thousands stays, for voices read it right."""
    whole, dot, rest = number.partition(".")
    return f"{whole} point {rest}" if dot and rest else whole


def _of_count(found: re.Match[str]) -> str:
    return f"{_point(found[1])} {_COUNTS[found[2]]} "


def _in_dollars(found: re.Match[str]) -> str:
    return f" {_point(found[1])}{_DOLLARS.get(found[2] or '', '')} dollars "


def _in_powers(found: re.Match[str]) -> str:
    mantissa, power = _point(found[1]), int(found[2])
    if power in _POWERS:
        return f"{mantissa} {_POWERS[power]}"
    return f"{mantissa} times 10 to the power of {'minus ' if power < 0 else ''}{abs(power)}"


def _letters(found: re.Match[str]) -> str:
    """An id letter by letter; of a long one the end, by which people tell them apart."""
    said = found[0].replace("-", "")
    return f" {digits(said)} " if len(said) <= 10 else f" an id ending in {digits(said[-4:])} "


def _in_hex(found: re.Match[str]) -> str:
    return f" hex {digits(found[1]) if len(found[1]) <= 8 else f'ending in {digits(found[1][-4:])}'} "


def _colons(found: re.Match[str]) -> str:
    return found[0].replace(":", " colon ")


# --- The rules ----------------------------------------------------------------------------------------------------

_SIGNED = {
    ">=": " at least ", "≥": " at least ", "<=": " at most ", "≤": " at most ", "!=": " is not ", "≠": " is not ",
    "==": " equals ", "->": " to ", "→": " to ", "=>": " to ", "⇒": " to ", "±": " plus or minus ", "×": " times ",
    "&&": " and ",
}  # fmt: skip
_WORDS = {
    "%": " percent ", "&": " and ", "@": " at ", "+": " plus ", "=": " equals ", "<": " less than ",
    ">": " greater than ", "/": " slash ", "\\": " backslash ", "€": " euros ", "£": " pounds ", "$": " dollars ",
    "°": " degrees ",
}  # fmt: skip
_READ = frozenset("%+-/€$°")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,80}>|\x1b\[[0-9;]{0,20}[A-Za-z]")  # also the colours of a terminal
_BRACKETS = re.compile(r"[()\[\]{}|（）【】「」]")
_KEPT = frozenset(".,:;!?'。、")


def _rule(pattern: str, said: Say, flags: int = re.ASCII) -> tuple[re.Pattern[str], Say]:
    return re.compile(pattern, flags), said


_RULES: tuple[tuple[re.Pattern[str], Say], ...] = (
    (_LINK, " a link "),
    _rule(
        r"(?<!\d)%(2[0-9A-Fa-f]|3[A-Fa-f]|5[BDbd]|7[B-Db-d])", lambda found: chr(int(found[1], 16))
    ),  # as in addresses
    (_TAG, " "),
    _rule(r"#(\d{1,19})\b", lambda found: f" number {digits(found[1])} "),
    _rule(
        rf"\b({_ASKED}) ([1-5]\d\d)s\b(?! (?:ago|behind|old|lag))", r"\1 \2 answers", re.IGNORECASE | re.ASCII
    ),  # no seconds
    _rule(r"(?:^\W{0,4}|(?<=[,;] ))([45]\d\d)s(?= (?:on|from|at|in|for|by)\b)", r"\1 answers", re.ASCII),
    _rule(r"\b([45]\d\d)s(?= (?:errors?|responses?|answers?)\b)", r"\1", re.ASCII),
    _rule(r"\b([45]\d\d)s(?= and \d+ answers\b)", r"\1 answers"),
    _rule(r"(?<= answers and )([45]\d\d)s\b", r"\1 answers"),
    _rule(r"\b([1-5])xx(s?)\b", r"\1 hundred\2", re.IGNORECASE | re.ASCII),
    _rule(r"\bk8s\b", "Kubernetes", re.IGNORECASE),
    _rule(r"\$\{([A-Za-z_]\w{0,80})\}|\$([A-Za-z_]\w{0,80})", lambda found: f" variable {found[1] or found[2]} "),
    _rule(rf"\$ ?{_NUMBER}(bn|[kKmM])?\b", _in_dollars),
    _rule(r"\b0[xX]([0-9a-fA-F]{1,64})\b", _in_hex),
    _rule(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b", _letters),
    _rule(r"\b[a-z]{1,4}-(?=[0-9a-f]{0,16}[a-f])(?=[0-9a-f]{0,16}\d)[0-9a-f]{8,17}\b", _letters),
    _rule(r"\b(?=[0-9a-f]{0,39}[a-f])(?=[0-9a-f]{0,39}\d)[0-9a-f]{7,64}\b", _letters),
    _rule(r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{1,4}(?![\w:])(?<!\d:\d\d:\d\d)(?<!\d\d:\d\d)", _colons),
    _rule(r"(?<![\w.])(\d{1,15}(?:\.\d{1,9})?)[eE]\+?(-?\d{1,3})(?![\w.]|-\w)", _in_powers),
    _rule(r"\*+\.(?=\w)", " star dot "),
    _rule(r"(?<![\w*])\*(?![\w*])|(?<=/)\*", " star "),
    _rule(r"\b[vV](?=\d{1,4}(?:\.\d|\b))", "version "),
    _rule(r">=|<=|!=|==|->|=>|&&|[≥≤≠→⇒±×]", lambda found: _SIGNED[found[0]]),
    _rule(r"[~≈] ?(?=\d)", " about "),
    _rule(r"(?<![\w)\]])[-\u2212](?=[\d.])", " minus "),
    _rule(r"[()\[\]{}|]|\s[-\u2013\u2014]+\s|\u2014", " , "),  # where a reader pauses
    _rule(r"(?<=\d):(?=\d{4,5}\b)|(?<=[A-Za-z]):(?=\d{2,5}\b(?!:))", " port "),
    _rule(r"(?<![\w/.])(\d{1,6})/(\d{1,6})(?![\w/.])", r"\1 of \2"),
    _rule(rf"\b{_NUMBER} ?([kKmMbB])(?= ?(?:{_COUNTED})\b)", _of_count, re.ASCII),
    _rule(rf"\b{_NUMBER}([kKM])\b", _of_count),
    _rule(rf"\b{_NUMBER} ?({_any_of(_RATES)})\b", lambda found: f"{_point(found[1])} {_RATES[found[2]]} per second"),
    _rule(rf"\b{_NUMBER} ?({_any_of(_SIZES)})(?:/s|ps)\b", lambda found: f"{_several(found, _SIZES)} per second"),
    _rule(rf"\b{_NUMBER} ?((?<! )B|{_any_of(_LONG_SIZES)})(?![\w/])", lambda found: _several(found, _SIZES)),
    _rule(
        rf"\b{_NUMBER} ?((?<! )[WV]|{_any_of(_LONG_QUANTITIES)})(?![\w/])",
        lambda found: f"{_point(found[1])} {_QUANTITIES[found[2]]}",
    ),
    _rule(r"(?<=\d[dhm])(?=\d{1,9}(?:h|m|s|ms)\b)", " "),  # 1h30m
    _rule(rf"\b{_NUMBER}({_any_of(_SPANS)})\b", lambda found: _several(found, _SPANS)),
    _rule(rf"\b{_NUMBER} ({_any_of(_APART)})\b", lambda found: _several(found, _SPANS)),
    _rule(r"(?<=[\w)])/(?:s|sec|second)\b", " per second"),
    _rule(r"(?<=[\w)])/(?:m|min|minute)\b", " per minute"),
    _rule(r"(?<=[\w)])/(?:h|hr|hour)\b", " per hour"),
    _rule(r"(?<=\d) ?°C\b", " degrees Celsius"),
    _rule(r"(?<=\d) ?°F\b", " degrees Fahrenheit"),
    _rule(r"(?<![\w.])(\d{1,15})\.(\d{1,15})(?=[A-Za-z]{0,3}(?![\w.]))", r"\1 point \2"),
    _rule(r"(?<![\w.])\.(?=\d)", "0 point "),
    _rule(r"(?<=\w)\.(?=\w)", " dot ", re.NOFLAG),
    _rule(r"(?<=\s)\.(?=[a-z])", " dot "),
    _rule(r"\d{5,}", lambda found: digits(found[0])),
    _rule(
        r"(?<=\d)(?=[A-Za-z]{2})|(?<=[A-Za-z])(?=\d{2})|(?<=[a-z])(?=[A-Z][a-z])|(?<=[a-z]{2})(?=[A-Z]{2})|(?<=[A-Z])(?=[A-Z][a-z]{2})",
        " ",
    ),
)


def _punctuated(text: str) -> str:
    """Words with one space between them, and no comma at the ends or beside another sign."""
    tight = re.sub(r"\s+([.,:;!?])", r"\1", " ".join(text.split()))
    return re.sub(r",+(?=[.,:;!?])|(?<=[.:;!?]),+", "", tight).strip(" ,")


def _is_said(letter: str) -> bool:
    return letter in _KEPT or unicodedata.category(letter)[0] in "LMN"


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return f"{text[:most].rpartition(' ')[0] or text[:most]}, and so on"
