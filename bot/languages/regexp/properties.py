"""Unicode properties by the names that JavaScript takes in `\\p{…}`."""

import re
from functools import lru_cache
from typing import Final

import regex

from bot.languages.regexp.charsets import LAST_POINT, Ranges
from bot.languages.regexp.syntax import Untranslatable
from bot.languages.values import names

_CATEGORIES: Final = names(
    "Cased_Letter LC Close_Punctuation Pe Connector_Punctuation Pc Control Cc cntrl Currency_Symbol Sc "
    "Dash_Punctuation Pd Decimal_Number Nd digit Enclosing_Mark Me Final_Punctuation Pf Format Cf "
    "Initial_Punctuation Pi Letter L Letter_Number Nl Line_Separator Zl Lowercase_Letter Ll Mark M Combining_Mark "
    "Math_Symbol Sm Modifier_Letter Lm Modifier_Symbol Sk Nonspacing_Mark Mn Number N Open_Punctuation Ps Other C "
    "Other_Letter Lo Other_Number No Other_Punctuation Po Other_Symbol So Paragraph_Separator Zp Private_Use Co "
    "Punctuation P punct Separator Z Space_Separator Zs Spacing_Mark Mc Surrogate Cs Symbol S Titlecase_Letter Lt "
    "Unassigned Cn Uppercase_Letter Lu"
)
_BINARY: Final = names(
    "ASCII ASCII_Hex_Digit AHex Alphabetic Alpha Any Assigned Bidi_Control Bidi_C Bidi_Mirrored Bidi_M "
    "Case_Ignorable CI Cased Changes_When_Casefolded CWCF Changes_When_Casemapped CWCM Changes_When_Lowercased "
    "CWL Changes_When_NFKC_Casefolded CWKCF Changes_When_Titlecased CWT Changes_When_Uppercased CWU Dash "
    "Default_Ignorable_Code_Point DI Deprecated Dep Diacritic Dia Emoji Emoji_Component EComp Emoji_Modifier EMod "
    "Emoji_Modifier_Base EBase Emoji_Presentation EPres Extended_Pictographic ExtPict Extender Ext Grapheme_Base "
    "Gr_Base Grapheme_Extend Gr_Ext Hex_Digit Hex IDS_Binary_Operator IDSB IDS_Trinary_Operator IDST ID_Continue "
    "IDC ID_Start IDS Ideographic Ideo Join_Control Join_C Logical_Order_Exception LOE Lowercase Lower Math "
    "Noncharacter_Code_Point NChar Pattern_Syntax Pat_Syn Pattern_White_Space Pat_WS Quotation_Mark QMark Radical "
    "Regional_Indicator RI Sentence_Terminal STerm Soft_Dotted SD Terminal_Punctuation Term Unified_Ideograph "
    "UIdeo Uppercase Upper Variation_Selector VS White_Space space XID_Continue XIDC XID_Start XIDS"
)
_SCRIPT: Final = re.compile(r"[A-Z][a-z]+(?:_[A-Z][a-z]+)*\Z")
_SCRIPT_KEYS: Final = {"Script": "Script", "sc": "Script", "Script_Extensions": "Script_Extensions"} | {
    "scx": "Script_Extensions"
}


def property_ranges(text: str) -> Ranges:
    """The characters of the property written between the braces; raises Untranslatable when there is no such one."""
    key, given, value = text.partition("=")
    if not given and key in ("Any", "Assigned"):
        return ((0, LAST_POINT),) if key == "Any" else _ranges(r"\P{Cn}", text)
    if not given and (key in _CATEGORIES or key in _BINARY):
        return _ranges(rf"\p{{{'gc=' if key in _CATEGORIES else ''}{key}}}", text)
    if key in ("General_Category", "gc") and value in _CATEGORIES:
        return _ranges(rf"\p{{gc={value}}}", text)
    if key in _SCRIPT_KEYS and _SCRIPT.match(value):
        return _ranges(rf"\p{{{_SCRIPT_KEYS[key]}={value}}}", text)
    raise _unknown(text)


def _unknown(text: str) -> Untranslatable:
    return Untranslatable(f"The regular expression has an unknown property \\p{{{text[:40]}}}.", "Write \\p{L}, say.")


@lru_cache(64)
def _ranges(pattern: str, text: str) -> Ranges:
    try:
        found = regex.compile(f"{pattern}+").finditer("".join(map(chr, range(LAST_POINT + 1))))
    except regex.error as failed:
        raise _unknown(text) from failed
    return tuple((run.start(), run.end() - 1) for run in found)
