"""What becomes of an alert if nobody answers: who is paged when and how, to the end, and where that leads nowhere."""

from collections.abc import Iterator
from itertools import groupby

from bot.engine.alerts.lifecycle import is_asking
from bot.engine.alerts.routing import Material
from bot.engine.model import Entry, EntryKind, NoticeKind, Status, Urgency
from bot.engine.rehearsal.playthrough import Forecast, ForeseenPage, Pending, foresee
from bot.ports import Situation, UnitOfWork
from bot.slack.blocks import Block, line, section, when

_MOST_LINES, _MOST_PEOPLE = 10, 8
_ON_THE_WAY = frozenset({EntryKind.LAYER_EMPTY, EntryKind.UNDELIVERED})


def foreseen(uow: UnitOfWork, situation: Situation, material: Material) -> tuple[Block, ...]:
    """The forecast of an open alert, as the engine itself decides it; nothing for one that pages nobody any more."""
    alert = situation.alert
    if not (alert.status is Status.QUEUED or is_asking(alert)) or alert.urgency is Urgency.SILENT:
        return ()
    timers = uow.pending_timers([alert.id])
    cycles = uow.cycles({timer.cycle_id for timer in timers if timer.cycle_id})
    pending = Pending(escalations=situation.escalations, timers=timers, cycles=cycles)
    lines = tuple(say(foresee(alert, pending, material, uow.directory())))
    return (section("\n".join(["*If nobody answers*", *lines])),) if lines else ()


def say(forecast: Forecast) -> Iterator[str]:
    """One line for each instant at which somebody is paged, and for each dead end, in their order.

    A layer that is passed over, or in which somebody is sent nothing, comes before the one that is paged instead, at
    the same instant.
    """
    pages = [page for page in forecast.ladder if page.kind is NoticeKind.OPEN]
    several = len({page.receiver for page in pages}) > 1
    steps = groupby(pages, key=lambda page: (page.at, page.receiver, page.layer))
    told = [(at, 1, _say_pages(list(group), receiver if several else "")) for (at, receiver, _), group in steps]
    told += [(entry.at, 2 * (entry.kind not in _ON_THE_WAY), _say_dead_end(entry)) for entry in forecast.dead_ends]
    in_order = sorted(told, key=lambda each: each[:2])
    for at, _, said in in_order[:_MOST_LINES]:
        yield f"{when(at, '{date_num} {time_secs}')} {said}"
    if len(in_order) > _MOST_LINES:
        yield f"… and {len(in_order) - _MOST_LINES} more steps"
    if forecast.cut_off:
        yield "… and so on: there is more than can be foreseen."


def _say_pages(pages: list[ForeseenPage], receiver: str) -> str:
    by_person: dict[tuple[str, int], list[str]] = {}
    for page in pages:
        by_person.setdefault((page.to, page.layer), []).append(page.channel)
    people = [
        f"{line(to.removeprefix('user:'), 60)} by {', '.join(dict.fromkeys(over))}"
        for (to, _), over in by_person.items()
    ]
    more = f" and {len(people) - _MOST_PEOPLE} more" if len(people) > _MOST_PEOPLE else ""
    of = f" of {line(receiver, 60)}" if receiver else ""
    return f"layer {pages[0].layer}{of}: {', '.join(people[:_MOST_PEOPLE])}{more}"


def _say_dead_end(entry: Entry) -> str:
    if entry.kind is EntryKind.DROPPED:
        return "⚠️ *dropped*: nobody is left to page"
    if entry.kind is EntryKind.RESOLVED:
        return line(entry.text, 120)
    return f"⚠️ {line(entry.text, 120)}"
