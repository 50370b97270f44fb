"""Why a link does nothing, as a page: the status, what happened, and what the person can do instead."""

from collections.abc import Mapping

from starlette.responses import Response

from bot.errors import Conflict, Forbidden, NotFound, PagerError, Refused, StoreUnavailable
from bot.service.links import Expired
from bot.web.people import pages

_STATUSES: tuple[tuple[type[PagerError], int], ...] = (
    (Expired, 410),
    (Forbidden, 403),
    (NotFound, 404),
    (Refused, 409),
    (Conflict, 409),
    (StoreUnavailable, 503),
)
_HELP: Mapping[int, str] = {
    403: "Copy the whole link from the message, or answer in Slack with /pagertree alert.",
    404: "It may have been deleted. /pagertree alert list in Slack shows what is open.",
    410: "Answer in Slack with /pagertree alert.",
    503: "Try again in a moment, or answer in Slack with /pagertree alert.",
}


def explained(error: PagerError) -> tuple[int, str]:
    """The HTTP status of an error, and its words for the person."""
    status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
    return status, "The database does not answer." if status == 503 else str(error)


def as_page(said: str, status: int) -> Response:
    """A page that says it, with what can be done instead."""
    return pages.refusal(said, _HELP.get(status, ""), status)
