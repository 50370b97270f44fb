"""`/pagertree alert list`: which alerts it shows, in which order, and what each row says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.engine.card_contents import Gathering
from bot.engine.directory import Directory, name_of
from bot.engine.durations import read_duration
from bot.engine.model import Alert, Integration, ReceiverKind, Status, Team, TimerKind, Urgency
from bot.errors import Invalid, Problem
from bot.handlers import alerts
from bot.handlers.buttons import run
from bot.handlers.grammar import Word, typed_again
from bot.handlers.lists import PAGE, PAGE_OPTION, SEARCH, Total, nothing_yet, one_page, page_of, searched
from bot.handlers.lookup import pick
from bot.handlers.moments import read_moment
from bot.handlers.table import Arguments, CommandOption, Said
from bot.handlers.visit import Visit
from bot.ports import NEWEST_LOOKED_AT, SHORTEST_INDEXED, AlertFilter, AlertOrder, UnitOfWork
from bot.slack.blocks import Block, code, context, line, when

_MOST_COUNTED = 10_000
_SORT = CommandOption(name="sort", value="order", summary=f"{', '.join(AlertOrder)}; newest if left out")
_STATUS = CommandOption(name="status", value="status", summary=", ".join(Status))
_MINE = CommandOption(name="mine", value="", summary="those that you were asked about, or have")
_TEAM = CommandOption(name="team", value="team", summary="those that a team was asked about")
_INTEGRATION = CommandOption(name="integration", value="integration", summary="those that an integration sent")
_URGENCY = CommandOption(name="urgency", value="urgency", summary=", ".join(reversed(Urgency)))
_SINCE = CommandOption(name="since", value="time", summary="those since then: 2h, 9:00, 2026-03-29")
OPTIONS = (_STATUS, _MINE, _TEAM, _INTEGRATION, _URGENCY, _SINCE, _SORT, PAGE_OPTION)
_SAID_OF_ORDER: Mapping[AlertOrder, str] = {
    AlertOrder.NEWEST: "",
    AlertOrder.OLDEST: ", the oldest first",
    AlertOrder.URGENCY: ", the most urgent first",
}
_KEPT = (_STATUS, _MINE, _TEAM, _INTEGRATION, _URGENCY, _SINCE, _SORT)


def show(visit: Visit, arguments: Arguments) -> Said:
    """List one page of the alerts that are asked for."""
    page, wanted = page_of(arguments), _wanted(visit, arguments)
    with visit.ports.store.begin() as uow:
        shown = uow.alerts(replace(wanted, skipped=(page - 1) * PAGE, limit=PAGE))
        counted = uow.count_alerts(wanted, _MOST_COUNTED + 1)
        rows = tuple(rows_of(uow, shown, visit.now))
    if not counted:
        return _none(visit, arguments, wanted)
    total = Total(count=min(counted, _MOST_COUNTED), is_more=counted > _MOST_COUNTED)
    said = one_page(_title(arguments, wanted), rows, total, page, _typed(arguments))
    return replace(said, blocks=(*said.blocks, *_limits(wanted, total)))


def _wanted(visit: Visit, arguments: Arguments) -> AlertFilter:
    options, directory = arguments.options, visit.directory()
    team, sender = options.get(_TEAM.name), options.get(_INTEGRATION.name)
    return AlertFilter(
        statuses=_statuses(options),
        text=searched(arguments),
        order=AlertOrder(_one_of(options, _SORT, [*AlertOrder], AlertOrder.NEWEST)),
        urgency=Urgency(named) if (named := _one_of(options, _URGENCY, [*Urgency], "")) else None,
        concerned_id=visit.user.id if _MINE.name in options else "",
        responder_id=pick(directory, Team, Word(text=team)).id if team else "",
        integration_id=pick(directory, Integration, Word(text=sender)).id if sender else "",
        since=_since(visit, options[_SINCE.name]) if _SINCE.name in options else None,
    )


def _statuses(options: Mapping[str, str]) -> tuple[Status, ...]:
    if options.get(_STATUS.name, "").lower() in {"", "all"}:
        return ()
    return (Status(_one_of(options, _STATUS, [*Status], "")),)


def _one_of(options: Mapping[str, str], option: CommandOption, known: Sequence[str], otherwise: str) -> str:
    typed = options.get(option.name, otherwise).lower()
    if typed not in {*known, otherwise}:
        mend = f"There are {', '.join(known)}."
        raise Invalid([Problem(message=f"“{typed[:30]}” is no {option.value}.", mend=mend)])
    return typed


def _since(visit: Visit, typed: str) -> datetime:
    """How long ago, as a duration, or an instant in the person's own zone."""
    try:
        return visit.now - read_duration(typed)
    except (Invalid, OverflowError):
        at = read_moment(typed, visit.user.zone, visit.now)
    return at if at <= visit.now else at - timedelta(days=1)  # a time alone is the last such time


def _typed(arguments: Arguments) -> str:
    """The command that shows the list, without its page."""
    options = arguments.options
    kept = [
        f"--{each.name} {typed_again([Word(text=options[each.name])])}" if each.value else f"--{each.name}"
        for each in _KEPT
        if each.name in options
    ]
    text = arguments.words.get(SEARCH.name)
    return " ".join(("alert list", *([typed_again([replace(text, raw="")])] if text else []), *kept))


def _title(arguments: Arguments, wanted: AlertFilter) -> str:
    options = arguments.options
    named = [str(wanted.urgency)] if wanted.urgency else []
    named += [*wanted.statuses, "alerts", *([f"with “{wanted.text}”"] if wanted.text else [])]
    named += [f"of {options[each.name]}" for each in (_TEAM, _INTEGRATION) if each.name in options]
    named += ["of yours"] if wanted.concerned_id else []
    named += [f"since {options[_SINCE.name]}"] if wanted.since else []
    title = " ".join(named) + _SAID_OF_ORDER[wanted.order]
    return title[:1].upper() + title[1:]


def _limits(wanted: AlertFilter, total: Total) -> Iterator[Block]:
    """What the list leaves out, and how to get at it."""
    if wanted.text and max(map(len, wanted.text.split())) < SHORTEST_INDEXED:
        yield context(f"A text this short is looked for in the newest {NEWEST_LOOKED_AT:,} alerts only.")
    if total.is_more:
        yield context(f"Pages end at {total.count:,} alerts: {code('--sort oldest')} begins at the other end.")


def _none(visit: Visit, arguments: Arguments, wanted: AlertFilter) -> Said:
    if arguments.words or any(each.name in arguments.options for each in _KEPT if each is not _SORT):
        title = _title(arguments, replace(wanted, order=AlertOrder.NEWEST))
        limits = tuple(_limits(wanted, Total(count=0)))
        said = nothing_yet(f"No {line(title[:1].lower() + title[1:], 200)}.", run("All alerts", "alert list"))
        return replace(said, blocks=(*said.blocks, *limits))
    if visit.directory().integrations:
        said_why = "There are no alerts yet. They come from what posts to the address of an integration."
        return nothing_yet(said_why, run("Integrations", "integration list"))
    return nothing_yet(
        "There are no alerts yet. They come from integrations: "
        f"{code('/pagertree integration add')} makes one and shows the address to send to."
    )


# --- Rows ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _HowTheyStand:
    """How alerts stand, beside what they are: until when each is snoozed, and what each gathered."""

    directory: Directory
    snoozed: Mapping[str, datetime]
    gathered: Mapping[str, Gathering]


def rows_of(uow: UnitOfWork, shown: Sequence[Alert], now: datetime) -> Iterator[Block]:
    """Alerts in a list: what each is, who has it or is asked, and how it stands."""
    ids = [each.id for each in shown]
    timers = uow.pending_timers(ids) if ids else ()
    standing = _HowTheyStand(
        directory=uow.directory(),
        snoozed={each.alert_id: each.due_at for each in timers if each.kind is TimerKind.SNOOZE_END},
        gathered=uow.gatherings(ids) if ids else {},
    )
    return (alerts.row(each, now, tuple(_facts(each, standing))) for each in shown)


def _facts(alert: Alert, standing: _HowTheyStand) -> Iterator[str]:
    directory = standing.directory
    in_charge = alert.in_charge or alert.receivers
    if teams := [directory.name(each) for each in in_charge if each.kind is ReceiverKind.TEAM]:
        yield line(", ".join(teams[:3]) + (f" and {len(teams) - 3} more" if len(teams) > 3 else ""), 150)
    if alert.status is Status.ACKNOWLEDGED and alert.settled_by:
        yield f"{line(name_of(alert.settled_by, directory), 80)} has it"
    if until := standing.snoozed.get(alert.id):
        yield f"snoozed until {when(until)}"
    if gathered := standing.gathered.get(alert.id):
        yield f"gathered {gathered.count:,}"
    if alert.parent_id:
        yield "gathered under another"
