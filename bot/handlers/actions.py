"""The buttons of an alert's card."""

from collections.abc import Callable

from bot.engine.model import Actor
from bot.errors import Refused
from bot.handlers.buttons import run
from bot.handlers.table import Button, Said
from bot.handlers.visit import Visit
from bot.ports import Ports
from bot.service import answers
from bot.service.answers import Acted
from bot.slack.blocks import line, section
from bot.slack.cards import ACKNOWLEDGE, ESCALATE, OPEN_LINK, OPEN_RUNBOOK, REJECT, RESOLVE, read_ticket

Act = Callable[[Ports, str, Actor, int | None], Acted]


def said_of(acted: Acted) -> Said:
    """Tell the person what their act came to."""
    text = line(acted.said)
    show = run("Show", f"alert show #{acted.alert.number}")
    return Said(text=text, blocks=(section(text, show),))


def _pressing(do: Act) -> Callable[[Visit, str], Said]:
    def press(visit: Visit, value: str) -> Said:
        """Act on the version that the person saw."""
        try:
            alert_id, seen = read_ticket(value)
        except ValueError as error:
            raise Refused(
                "This button is from another time: use /pagertree alert show with the alert's number."
            ) from error
        return said_of(do(visit.ports, alert_id, visit.actor, seen))

    return press


def _open_link(_visit: Visit, _value: str) -> Said | None:
    """The reader's browser does it; Slack tells us all the same."""
    return None


BUTTONS = (
    Button(action_id=ACKNOWLEDGE, press=_pressing(answers.acknowledge)),
    Button(action_id=REJECT, press=_pressing(answers.reject)),
    Button(action_id=RESOLVE, press=_pressing(answers.resolve)),
    Button(action_id=ESCALATE, press=_pressing(answers.escalate)),
    Button(action_id=OPEN_LINK, press=_open_link),
    Button(action_id=OPEN_RUNBOOK, press=_open_link),
)
