"""The moment at which a page with buttons was shown, signed into its form: a program posts too soon after it.

What posts sooner than a person can read the page, or without the moment, is a scanner of mails that submits whatever it
finds.

https://github.com/FusionAuth/fusionauth-issues/issues/2443 tells of scanners that post forms.
"""

from datetime import datetime, timedelta
from html import escape

from bot.errors import Forbidden
from bot.service.links import Links

FIELD = "shown"
_SOONEST = timedelta(seconds=2)
_NOT_SHOWN = "Nothing was changed. Press the button on this page."
_TOO_SOON = "Nothing was changed: that came faster than anybody reads. Press it once more."


class ShownMoments:
    """Writes and reads the moment in the forms behind one kind of link."""

    def __init__(self, links: Links) -> None:
        self._links = links

    def field(self, token: str, now: datetime, again: str = "") -> str:
        """The hidden field of a form that is shown now, behind the link with this token.

        `again` is what a form sent that is shown again: it keeps its moment, where it had one.
        """
        kept = again if self._is_ours(token, again) else self._links.shown(token, now)
        return f'<input type="hidden" name="{FIELD}" value="{escape(kept)}">'

    def why_not(self, token: str, given: str, now: datetime) -> str:
        """Why a form must not change anything, for a person to read; "" when it may."""
        try:
            shown_at = self._links.read_shown(token, given)
        except Forbidden:
            return _NOT_SHOWN
        return _TOO_SOON if now - shown_at < _SOONEST else ""

    def _is_ours(self, token: str, given: str) -> bool:
        try:
            self._links.read_shown(token, given)
        except Forbidden:
            return False
        return True
