"""The App Home: each person's own page."""

import logging

from bot.engine.model import Role
from bot.errors import PagerError
from bot.handlers import own_overview
from bot.handlers.insistence import insist
from bot.handlers.visit import Visit
from bot.slack.blocks import header, prose
from bot.slack.forms import home
from bot.slack.web import SlackWeb

_log = logging.getLogger(__name__)


def show(visit: Visit, event_id: str) -> None:
    """Draw somebody's page, once for each event: Slack sends events again."""
    with visit.ports.store.begin() as uow:
        if not uow.first_sight(event_id, visit.now):
            return
    draw(visit)


def draw(visit: Visit) -> None:
    """Draw somebody's page as things stand now; an admin's once more where a provider says something else since."""
    _publish(visit)
    if visit.user.role is Role.ADMIN:
        visit.credentials.refresh(visit.ports, lambda: _draw_again(visit))
        visit.figures.refresh(visit.ports, lambda: _draw_again(visit))


def say(slack: SlackWeb, slack_id: str, said: str) -> None:
    """Show why somebody's page cannot be drawn, in its place. Raises `Undelivered`."""
    insist(slack, "views.publish", {"user_id": slack_id, "view": home((prose(said),))})


def _publish(visit: Visit) -> None:
    blocks = (header("Yours now"), *own_overview.page(visit))
    insist(visit.slack, "views.publish", {"user_id": visit.user.slack_id, "view": home(blocks)})


def _draw_again(visit: Visit) -> None:
    try:
        _publish(visit)
    except PagerError as error:
        _log.warning("an app home was not drawn again: %s", error)
