"""Foreign text as it can be shown: without what nobody sees, and cut to a size."""

import re

# Control characters, and the marks that turn the direction of all the text after them.
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str) -> str:
    """Take out what cannot be seen and would change how the rest is seen."""
    return _UNSHOWN.sub("", text.replace("\r\n", "\n"))


def shown(text: str, most: int) -> str:
    """Foreign text as it is shown in at most so many UTF-16 units."""
    return clip(clean(text), most)


def clip(text: str, most: int) -> str:
    """Shorten to `most` UTF-16 units, with an ellipsis where something was left out."""
    if utf16_units(text) <= most:
        return text
    kept = text[:most]
    while utf16_units(kept) > most - 1:
        kept = kept[: -max(1, (utf16_units(kept) - most) // 2)]
    return f"{kept}…"


def utf16_units(text: str) -> int:
    """How long Slack, phones and browsers take a text to be."""
    return len(text.encode("utf-16-le", "replace")) // 2
