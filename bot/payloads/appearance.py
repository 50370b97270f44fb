"""How an element of HTML mail looks, as far as it decides whether its words are seen, and where its lines end."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_MAX_STYLE = 4_000  # characters
_DECLARATION = re.compile(r"([a-z-]{1,40})\s{0,9}:\s{0,9}([^;]*)")
_SIZE = re.compile(r"(\d{0,6}\.?\d{1,6})\s{0,9}([a-z%]*)")
_BLOCKS = frozenset({"block", "flex", "grid", "table", "list-item"})
_APART = frozenset({"inline-block", "inline-flex", "inline-table", "table-cell"})
_RELATIVE = frozenset({"em", "rem", "%"})
_NOTHING = frozenset({"0", "0px", "0pt", "0em", "0%"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """`hidden` holds for all inside; `tiny` and `invisible` until an element inside says otherwise.

    `block` begins and ends lines, `apart` is in the line, but not stuck to its neighbours.
    """

    hidden: bool = False
    tiny: bool = False
    invisible: bool = False
    preformatted: bool = False
    block: bool = False
    apart: bool = False

    @property
    def seen(self) -> bool:
        """A reader sees its words."""
        return not (self.hidden or self.tiny or self.invisible)


def appear(tag: str, given: Mapping[str, str], around: Appearance) -> Appearance:
    """The looks of an element with these attributes inside another.

    `mso-hide` alone hides nothing: it is for buttons that Outlook draws from a comment and everybody else from markup.
    """
    style = _style(given.get("style", ""))
    display = style.get("display", "")
    return Appearance(
        hidden=around.hidden or "hidden" in given or _is_hidden(style),
        tiny=_is_tiny(style.get("font-size", ""), around.tiny),
        invisible=style.get("visibility", "hidden" if around.invisible else "") in {"hidden", "collapse"},
        preformatted=around.preformatted or tag == "pre" or style.get("white-space", "").startswith("pre"),
        block=display in _BLOCKS,
        apart=display in _APART,
    )


def _style(text: str) -> Mapping[str, str]:
    """The declarations of a style attribute, in lower case, without `!important`."""
    declared = text[:_MAX_STYLE].lower().split(";")
    found = (_DECLARATION.match(each.strip()) for each in declared)
    return {each[1]: each[2].replace("!important", "").strip() for each in found if each}


def _is_hidden(style: Mapping[str, str]) -> bool:
    flat = {style.get("max-height", ""), style.get("height", "")} & _NOTHING
    faded = style.get("opacity", "").rstrip("0.") == "" and "opacity" in style
    return style.get("display") == "none" or faded or bool(flat and style.get("overflow") == "hidden")


def _is_tiny(size: str, around: bool) -> bool:
    """A size of at most a pixel; what is relative to something tiny is tiny."""
    read = _SIZE.match(size)
    if read is None:
        return around and size in {"", "inherit"}
    number, unit = float(read[1]), read[2]
    if unit not in _RELATIVE:
        return number <= 1
    return around or number < (10 if unit == "%" else 0.1)
