"""Alerts as rows of a list and as cards, for commands and the App Home."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate

from bot.engine import card_contents
from bot.engine.durations import say_duration
from bot.engine.model import Alert, Entry, NoticeKind, Status, User
from bot.errors import NotFound
from bot.handlers.buttons import run
from bot.handlers.forecast import foreseen
from bot.handlers.table import Said
from bot.handlers.visit import Visit
from bot.ports import UnitOfWork
from bot.service import alert_cards
from bot.service.log_material import material_for
from bot.slack.blocks import Block, code, context, line, section, when
from bot.slack.cards import draw

_SIGN: Mapping[Status, str] = {
    Status.QUEUED: "⏳",
    Status.OPEN: "🔔",
    Status.ACKNOWLEDGED: "✋",
    Status.RESOLVED: "✅",
    Status.DROPPED: "❗",
    Status.SUPPRESSED: "🔕",
}
_ENTRIES = 12
_FURTHER, _VALUE, _ROOM = 200, 200, 2_500  # fields; characters of a value, and of all of them


def row(alert: Alert, now: datetime, more: tuple[str, ...] = ()) -> Block:
    """One alert in a list, with a button that shows it; `more` is markup that says how it stands."""
    age = say_duration(max(now - alert.created_at, timedelta(seconds=1)))
    title = f"{_SIGN[alert.status]} *#{alert.number}* {line(alert.title, 200)}"
    counted = (f"×{alert.count:,}",) if alert.count > 1 else ()
    facts = (alert.status, f"{alert.urgency} urgency", f"{age} ago", *counted, *more)
    return section(f"{title}\n{' · '.join(facts)}", run("Show", f"alert show #{alert.number}"))


def shown(visit: Visit, reference: str) -> Said:
    """Show an alert by number. Raises `NotFound`."""
    with visit.ports.store.begin() as uow:
        found = uow.situation(reference)
        if found is None:
            raise NotFound(f"There is no alert #{reference[:30].lstrip('#')}.")
        said = whole(uow, found.alert, visit.user)
        forecast = foreseen(uow, found, material_for(visit.ports, uow, found.alert))
    return replace(said, blocks=(*said.blocks, *forecast))


def whole(uow: UnitOfWork, alert: Alert, reader: User) -> Said:
    """One alert as its card, with its timeline below."""
    card = alert_cards.cards(uow, {alert.id: [NoticeKind.CARD]})[alert.id, NoticeKind.CARD]
    drawn = draw(card, reader.slack_id)
    timeline = _timeline(uow.entries(alert.id))
    below = (*([section(timeline)] if timeline else []), *_further(alert))
    return Said(text=drawn.text, blocks=(*drawn.blocks, *below))


def _further(alert: Alert) -> Iterator[Block]:
    """The fields that have no room on the card, and where to read on when there are more than one answer takes."""
    further = card_contents.further_fields(alert)
    lines = [f"*{line(name, 80)}*: {line(value, _VALUE)}" for name, value in further[:_FURTHER]]
    room = len([total for total in accumulate(len(each) + 1 for each in lines) if total <= _ROOM])
    if lines:
        yield section("\n".join(["*Further fields*", *lines[:room]]))
    if left := len(further) - room:
        yield context(f"and {left:,} more, in the payload: {code(f'/pagertree why #{alert.number}')} leads to it")


def _timeline(entries: tuple[Entry, ...]) -> str:
    left_out = len(entries) - _ENTRIES
    first = [f"_{left_out} earlier entries_"] if left_out > 0 else []
    shown = [f"{when(each.at, '{date_num} {time_secs}')} {line(each.text, 180)}" for each in entries[-_ENTRIES:]]
    return "\n".join([*first, *shown])
