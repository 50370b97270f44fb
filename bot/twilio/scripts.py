"""Which voice reads a title: scripts that the voice of the call does not know have one of their own, or none."""

import unicodedata
from collections import Counter
from collections.abc import Mapping

# Those that Twilio has a voice for: https://www.twilio.com/docs/voice/twiml/say#language
_VOICES: Mapping[str, str] = {
    "CYRILLIC": "ru-RU", "HIRAGANA": "ja-JP", "KATAKANA": "ja-JP", "HANGUL": "ko-KR", "CJK": "zh-CN", "GREEK": "el-GR",
}  # fmt: skip
_LATIN = frozenset({"LATIN", "DIGIT", "FULLWIDTH", "MICRO", "FEMININE", "MASCULINE"})
_LOOKED_AT = 300  # letters
_FOREIGN = 0.3  # of all letters: from there on a title is not read by a voice that leaves them out


def voice_for(title: str, usual: str) -> str:
    """The language of the voice for a title: `usual` for Latin letters, "" where nobody can read it aloud."""
    scripts = Counter(_script(each) for each in title[:_LOOKED_AT] if each.isalpha())
    foreign = {script: count for script, count in scripts.items() if script not in _LATIN}
    if not foreign or sum(foreign.values()) < _FOREIGN * sum(scripts.values()):
        return usual
    if "HIRAGANA" in foreign or "KATAKANA" in foreign:
        return _VOICES["KATAKANA"]
    if foreign.keys() <= {"CJK"} and usual == _VOICES["KATAKANA"]:
        return usual
    return _VOICES.get(max(foreign, key=lambda each: foreign[each]), "")


def latin_part(title: str) -> str:
    """What a voice can read of a title that it cannot read: names of machines, mostly."""
    return "".join(each if not each.isalpha() or _script(each) in _LATIN else " " for each in title)


def _script(letter: str) -> str:
    """The script of a letter: the first word of its name in Unicode."""
    return unicodedata.name(letter, "UNKNOWN").partition(" ")[0].partition("-")[0]
