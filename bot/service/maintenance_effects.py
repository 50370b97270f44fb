"""What a maintenance window does to alerts: at its start those that go on say so, at its end what still fires opens.

What it withholds is written down while it is on (`withholding`). When it is over, that is listed for the teams that it
was for, and what has not been resolved since is asked about as one, if its sender ever says that something is over.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.engine.alerts import lifecycle
from bot.engine.alerts.lifecycle import is_asking
from bot.engine.decision import Decision, consider
from bot.engine.directory import Directory
from bot.engine.model import SYSTEM, Alert, EntryKind, Integration, Maintenance, Signal, SignalKind, Status
from bot.engine.paging import conversations
from bot.engine.schedules.maintenance import Opening, openings
from bot.errors import Invalid
from bot.ports import AlertFilter, Announcement, Log, Ports, UnitOfWork, Withheld
from bot.service import announce, unreachable_layers
from bot.service.announce import About
from bot.service.families import says_over
from bot.service.on_call_notices import admins_of, all_admins, posted, teams_of
from bot.service.receive import LogBatch
from bot.service.waking import wake_for

MOST = 300
"""Problems of an integration that are opened in one transaction."""
_LATE = timedelta(hours=1)
"""How long after it is over a window's end is still noted."""
_PAGE = 100
_LISTED = 10
_TITLE = 120  # characters
_ASKED = (Status.OPEN, Status.ACKNOWLEDGED)


def drain(ports: Ports) -> int:
    """Look what begins and ends, and return how many problems were opened or listed."""
    now = ports.clock.now()
    with ports.store.begin() as uow:
        directory = uow.directory()
        looks = bool(directory.maintenances) and uow.first_sight(f"maintenance {now:%Y-%m-%dT%H:%M}", now)
        waiting = uow.integrations_with_withheld()
    for window in directory.maintenances.values() if looks else ():
        tell_running(ports, window, now)
    ended = [each for each in waiting if directory.in_maintenance(each, now) is None]
    return _end(ports, ended, now) if ended else 0


# --- When it begins -----------------------------------------------------------------------------------------------


def tell_running(ports: Ports, window: Maintenance, now: datetime) -> None:
    """Say on each alert of a window that people are asked about that it goes on; when it is over, no more."""
    try:
        found = openings(window, now - _LATE, now + timedelta(microseconds=1))
    except Invalid:
        return
    for opening in found:
        _mark(ports, window, opening, now)


def _mark(ports: Ports, window: Maintenance, opening: Opening, now: datetime) -> None:
    is_on = now < opening.end_at
    with ports.store.begin() as uow:
        event = f"maintenance {'on' if is_on else 'off'} {window.id} {opening.start_at.timestamp():.0f}"
        if not uow.first_sight(event, now, remembered=opening.end_at - opening.start_at + _LATE):
            return
        ids = [alert.id for each in window.integration_ids for alert in _alerts(uow, each)]
        known = [consider(each.alert, each.escalations) for each in uow.situations(ids).values()] if ids else []
        marked = [_begun(each, window, opening, now) if is_on else _over(each, window, now) for each in known]
        decisions = [each for each in marked if each.entries or each.alert.version != each.seen]
        uow.save(decisions)
    wake_for(ports.queue, decisions)


def _begun(decision: Decision, window: Maintenance, opening: Opening, now: datetime) -> Decision:
    if not is_asking(decision.alert):
        return decision
    alert = replace(decision.alert, maintenance=window.name, maintenance_until=opening.end_at)
    said = f"Maintenance “{window.name}” has begun. What people are asked already goes on."
    stop = f"/pagertree maintenance hold #{alert.number} stops it until {opening.end_at:%Y-%m-%d %H:%M} UTC."
    return decision.change(lifecycle.touch(alert, now)).tell(EntryKind.NOTE, SYSTEM, f"{said} {stop}", now)


def _over(decision: Decision, window: Maintenance, now: datetime) -> Decision:
    if decision.alert.maintenance != window.name:
        return decision
    alert = replace(decision.alert, maintenance="", maintenance_until=None)
    return decision.change(lifecycle.touch(alert, now))


def _alerts(uow: UnitOfWork, integration_id: str) -> Iterator[Alert]:
    before = None
    while page := uow.alerts(
        AlertFilter(statuses=_ASKED, integration_id=integration_id, before_number=before, limit=_PAGE)
    ):
        yield from page
        before = page[-1].number


# --- When it is over ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """What was withheld of an integration: what became alerts, and what did not."""

    integration: Integration
    problems: tuple[Withheld, ...]
    alerts: tuple[Alert, ...] = ()
    listed: tuple[Withheld, ...] = ()
    lost: tuple[Withheld, ...] = ()

    @property
    def over(self) -> tuple[Withheld, ...]:
        """What its sender said is over."""
        return tuple(each for each in self.problems if each.over_at)


def _end(ports: Ports, integration_ids: Sequence[str], now: datetime) -> int:
    """Open and list what was withheld of integrations, those with the loudest first, in one transaction."""
    decisions: list[Decision] = []
    with ports.store.begin() as uow:
        directory = uow.directory()
        held = [each for each in integration_ids if uow.lock_integration(each)]
        found = []
        for integration_id in held:
            integration = directory.integrations.get(integration_id)
            if integration is None:
                uow.forget_withheld(integration_id)
                continue
            ended, decided = _open(ports, uow, integration)
            found.append(ended)
            decisions += decided
        uow.announce(tuple(_announcements(ports, found, directory, now)))
    wake_for(ports.queue, decisions)
    return sum(len(each.problems) for each in found)


def _open(ports: Ports, uow: UnitOfWork, integration: Integration) -> tuple[_Ended, tuple[Decision, ...]]:
    problems = uow.withheld(integration.id, MOST)
    firing = tuple(each for each in problems if each.over_at is None)
    uow.forget_withheld(integration.id, [each.key for each in problems])
    source = ports.sources.get(integration.type)
    if not firing or (source and not says_over(integration, source)):
        return _Ended(integration=integration, problems=problems, listed=firing), ()
    logs = {each: uow.log(each) for each in dict.fromkeys(problem.log_id for problem in firing)}
    batch = LogBatch(ports, uow, integration.id)
    batch.gather_as_one(firing[0].window_id)
    settled = _take(batch, [each for each in logs.values() if each], firing)
    decisions = unreachable_layers.go_on_from_silence(uow, batch.decisions(), ports.clock.now())
    uow.save(decisions)
    uow.settle_logs(settled)
    made = uow.glance(dict.fromkeys(each for log in settled for each in log.alert_ids))
    ended = _Ended(
        integration=integration,
        problems=problems,
        alerts=tuple(each.alert for each in made.values()),
        lost=tuple(each for each in firing if logs[each.log_id] is None),
    )
    return ended, decisions


def _take(batch: LogBatch, logs: Sequence[Log], firing: Iterable[Withheld]) -> list[Log]:
    """Read the payloads again, and make alerts of what has not been said to be over."""
    keys = {each.key for each in firing}
    settled = []
    for log, signals in batch.read(logs):
        taken = batch.take(log, _firing(signals, keys) if isinstance(signals, tuple) else signals)
        outcome = f"{log.outcome}; {taken.outcome} when that was over"
        ids = tuple(dict.fromkeys((*log.alert_ids, *taken.alert_ids)))
        settled.append(replace(taken, outcome=outcome, trace=log.trace + taken.trace, alert_ids=ids))
    return settled


def _firing(signals: tuple[Signal, ...], keys: Collection[str]) -> tuple[Signal, ...]:
    creates = (each for each in signals if each.kind is SignalKind.CREATE)
    return tuple(each for each in creates if not each.dedup_key or each.dedup_key in keys)


# --- Saying it ----------------------------------------------------------------------------------------------------


def _announcements(
    ports: Ports, found: Iterable[_Ended], directory: Directory, now: datetime
) -> Iterator[Announcement]:
    by_window: dict[tuple[str, str], list[_Ended]] = {}
    for ended in (each for each in found if each.problems):
        last = ended.problems[-1]
        by_window.setdefault((last.window_id, last.window), []).append(ended)
    for (window_id, window), some in by_window.items():
        about = About(id=f"withheld.{window_id}.{now:%Y%m%dT%H%M%S%f}", title=window, text=_say(window, some), at=now)
        teams = teams_of([each.integration.id for each in some], directory)
        places = dict.fromkeys(place for team in teams for place in conversations.of(team))
        yield from (posted(about, place) for place in places)
        admins = dict.fromkeys(user for team in teams for user in admins_of(team, directory)) or all_admins(directory)
        for user in () if places else admins:
            yield from announce.for_user(user, about, ports)


def _say(window: str, some: Sequence[_Ended]) -> str:
    problems = [problem for each in some for problem in each.problems]
    count = sum(each.count for each in problems)
    names = ", ".join(each.integration.name for each in some)
    alerts = [alert for each in some for alert in each.alerts]
    said = f"Maintenance “{window}” is over. {_counted(len(problems), 'problem')} of {names} "
    lines = [
        f"{said}{'was' if len(problems) == 1 else 'were'} withheld, reported {_counted(count, 'time')}.",
        _listed("Still firing, and asked about now", [f"#{each.number} {_name(each)}" for each in alerts]),
        _listed("Over by now", [_name(problem) for each in some for problem in each.over]),
        _listed(
            "Only listed, as their sender never says that something is over",
            [_name(problem) for each in some for problem in each.listed],
        ),
        _listed("Only listed, as their payloads are kept no more", [_name(one) for each in some for one in each.lost]),
    ]
    return "\n".join(each for each in lines if each)


def _listed(heading: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f"; and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return f"{heading}: {'; '.join(names[:_LISTED])}{more}."


def _name(problem: Alert | Withheld) -> str:
    return f"{' '.join(problem.title.split())[:_TITLE]} ({problem.urgency})"


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
