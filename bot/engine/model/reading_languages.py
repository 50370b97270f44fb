"""The languages in which the fixed words of calls and texts can be had: what senders write stays as it is written."""

from collections.abc import Mapping

READING_LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "ja": "日本語",
}
"""Their codes (ISO 639-1) and what they call themselves."""
