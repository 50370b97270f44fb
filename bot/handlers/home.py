"""The App Home: each person's own page."""

from bot.channels.blocks import header
from bot.channels.forms import home
from bot.handlers import mine
from bot.handlers.visit import Visit


def show(visit: Visit, event_id: str) -> None:
    """Draw somebody's page, once for each event: Slack sends events again."""
    with visit.ports.store.begin() as uow:
        if not uow.first_sight(event_id, visit.now):
            return
    draw(visit)


def draw(visit: Visit) -> None:
    """Draw somebody's page as things stand now."""
    blocks = (header("Yours now"), *mine.page(visit))
    visit.slack.call("views.publish", {"user_id": visit.user.slack_id, "view": home(blocks)})
