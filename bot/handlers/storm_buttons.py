"""The buttons of a storm's summary."""

from bot.errors import Refused
from bot.handlers import alert_lists
from bot.handlers.table import Button, Said
from bot.handlers.visit import Visit
from bot.ports import AlertFilter, UnitOfWork
from bot.service import storm_answers
from bot.slack.blocks import Block, actions, button, context, line, section
from bot.slack.summaries import ACKNOWLEDGE_STORM, SHOW_STORM

_PAGE = 10
_LONGEST = 1_500
_MOST_COUNTED = 100_000


def _acknowledge(visit: Visit, value: str) -> Said:
    """Take every alert of the storm that nobody has."""
    with visit.ports.store.begin() as uow:
        _check(uow, value)
    return Said(text=line(storm_answers.say(storm_answers.take_all(visit.ports, value, visit.actor)), _LONGEST))


def _show(visit: Visit, value: str) -> Said:
    """List the storm's alerts, newest first; the button carries the number that the last page ended on."""
    storm_id, _, number = value.partition(":")
    before = int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else None
    with visit.ports.store.begin() as uow:
        _check(uow, storm_id)
        found = uow.alerts(AlertFilter(storm_id=storm_id, before_number=before, limit=_PAGE + 1))
        rows = tuple(alert_lists.rows_of(uow, found[:_PAGE], visit.now))
        left = uow.count_alerts(AlertFilter(storm_id=storm_id, before_number=before), _MOST_COUNTED) - len(rows)
    shown, title = found[:_PAGE], "Alerts of the storm, newest first"
    older: tuple[Block, ...] = ()
    if left > 0:
        further = button(SHOW_STORM, "Older", f"{storm_id}:{shown[-1].number}")
        older = (context(f"and {left:,} older ones"), actions(further))
    return Said(text=title, blocks=(section(f"*{title}*"), *rows, *older))


def _check(uow: UnitOfWork, storm_id: str) -> None:
    if uow.storm(storm_id) is None:
        raise Refused("This button is from another time: use /pagertree alert list.")


BUTTONS = (
    Button(action_id=ACKNOWLEDGE_STORM, press=_acknowledge),
    Button(action_id=SHOW_STORM, press=_show),
)
