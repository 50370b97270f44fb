"""What an edited router would have made of the payloads that came in lately. Nothing is stored, nobody is paged."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.engine.alerts.routing import Material, Routing, route
from bot.engine.directory import Directory
from bot.engine.intake import creation
from bot.engine.model import Alert, Integration, Router, Signal, SignalKind, Urgency
from bot.engine.rehearsal.playthrough import is_lost
from bot.engine.rehearsal.router_tests import say_receivers
from bot.engine.rules.integrations import destinations_in
from bot.engine.rules.routers import check_names, way_back
from bot.errors import Invalid, PagerError
from bot.ports import Log, LogState, Ports
from bot.service.log_material import material_of

MOST_PAYLOADS = 10_000
MOST_LISTED = 100
_PAGE = 200  # logs read in one transaction
_PRINTED = 20


class Difference(StrEnum):
    """What an alert would have been given differently."""

    RECEIVERS = "receivers"
    URGENCY = "urgency"
    TITLE = "title"
    IGNORED = "ignored"
    NOT_IGNORED = "no longer ignored"
    AGGREGATED = "aggregated"
    NOT_AGGREGATED = "no longer aggregated"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingChange:
    """One alert that would have been routed differently, or paged nobody; `newly`, where it paged somebody before."""

    log_id: str
    at: datetime
    title: str
    urgency: Urgency
    before: str
    after: str
    differences: tuple[Difference, ...]
    lost: bool
    newly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestReport:
    """What a backtest found. `alerts` are those that enter the router; the lists hold the first hundred each.

    `newly_lost` page nobody because of the edit, `critical_lost` are the critical ones of these.
    """

    router: str
    days: int
    payloads: int = 0
    unreadable: int = 0
    alerts: int = 0
    changed: int = 0
    differences: Mapping[Difference, int] = field(default_factory=dict)
    lost: int = 0
    newly_lost: int = 0
    critical_lost: int = 0
    ignored: int = 0
    changes: tuple[RoutingChange, ...] = ()
    cut_off: bool = False


def backtest(ports: Ports, edited: Router, days: int) -> BacktestReport:
    """Run a router as edited over the payloads of `days` days, each at its own instant.

    Only payloads of integrations that lead to it count. People and schedules are as they are configured now. Raises
    `Invalid` when the router cannot be saved as it is edited.
    """
    current = ports.store.directory()
    after = current.including([replace(edited, enabled=True)])
    check_names(edited, after)
    run = _Backtest(ports, edited, current, after)
    since = ports.clock.now() - timedelta(days=days)
    for integration in leading_to(edited.id, current, after):
        run.take_all(integration, since)
    return run.report(days)


def leading_to(router_id: str, *directories: Directory) -> tuple[Integration, ...]:
    """The integrations whose alerts can come to a router, in any of the configurations."""
    found = {each.id: each for directory in directories for each in _leading(router_id, directory)}
    return tuple(found.values())


def latest_logs(ports: Ports, integration_id: str, since: datetime, limit: int) -> Iterator[Log]:
    """Payloads that were accepted since an instant, newest first, read page by page in short transactions."""
    before: int | None = None
    taken = 0
    while taken < limit:
        with ports.store.begin() as uow:
            page = uow.logs(integration_id, before_seq=before, limit=min(_PAGE, limit - taken))
        for log in page:
            if log.at < since:
                return
            taken += 1
            if log.state is not LogState.REFUSED:
                yield log
        if len(page) < min(_PAGE, limit):
            return
        before = page[-1].seq


def say(report: BacktestReport) -> str:
    """A report as text."""
    return "\n".join(_said(report))


def _said(report: BacktestReport) -> Iterator[str]:
    yield f"router:{report.router} over {report.payloads} payloads of {report.days} days: {report.alerts} alerts"
    if report.cut_off:
        yield f"There are more payloads; the newest {MOST_PAYLOADS} were looked at."
    if report.unreadable:
        yield f"{report.unreadable} payloads could not be read by their integration's type."
    yield f"{report.changed} would be routed differently"
    yield from (f"  {count} by {difference}" for difference, count in report.differences.items())
    yield f"{report.ignored} would be ignored"
    yield f"{report.lost} would page nobody"
    listed = sorted(report.changes, key=lambda each: not each.lost)
    for each in listed[:_PRINTED]:
        nobody = "; PAGES NOBODY" if each.lost else ""
        yield f"  {each.at:%Y-%m-%d %H:%M} {each.title[:60]!r} ({each.log_id}): {each.before} -> {each.after}{nobody}"
    if len(listed) > _PRINTED:
        yield f"  and {len(listed) - _PRINTED} more"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Peaks:
    """The highest urgency of an alert so far, as the router is and as it was edited."""

    before: Urgency
    after: Urgency

    def exceed(self, known: "_Peaks") -> bool:
        """Whether one of them is higher than what was known."""
        return self.before.loudness > known.before.loudness or self.after.loudness > known.after.loudness

    def over(self, known: "_Peaks") -> "_Peaks":
        """The higher of each."""
        return _Peaks(before=_louder(self.before, known.before), after=_louder(self.after, known.after))


def _louder(one: Urgency, other: Urgency) -> Urgency:
    return max(one, other, key=lambda each: each.loudness)


class _Backtest:
    """One backtest under way."""

    def __init__(self, ports: Ports, edited: Router, before: Directory, after: Directory) -> None:
        self._ports = ports
        self._edited = edited
        self._before = before
        self._after = after
        self._payloads = self._unreadable = self._alerts = self._lost = self._ignored = self._changed = 0
        self._newly_lost = self._critical_lost = 0
        self._differences: Counter[Difference] = Counter()
        self._changes: list[RoutingChange] = []

    def report(self, days: int) -> BacktestReport:
        return BacktestReport(
            router=self._edited.handle,
            days=days,
            payloads=self._payloads,
            unreadable=self._unreadable,
            alerts=self._alerts,
            changed=self._changed,
            differences=dict(self._differences),
            lost=self._lost,
            newly_lost=self._newly_lost,
            critical_lost=self._critical_lost,
            ignored=self._ignored,
            changes=tuple(self._changes),
            cut_off=self._payloads >= MOST_PAYLOADS,
        )

    def take_all(self, integration: Integration, since: datetime) -> None:
        """Take an integration's payloads in the order in which they came."""
        live: dict[str, _Peaks] = {}
        ids = [log.id for log in latest_logs(self._ports, integration.id, since, MOST_PAYLOADS - self._payloads)]
        for log in self._read(reversed(ids)):
            self._payloads += 1
            for signal, material in self._signals(log, integration):
                self._signal(log, signal, material, integration, live)

    def _read(self, ids: Iterator[str]) -> Iterator[Log]:
        wanted = list(ids)
        for start in range(0, len(wanted), _PAGE):
            with self._ports.store.begin() as uow:
                found = [uow.log(each) for each in wanted[start : start + _PAGE]]
            yield from (log for log in found if log)

    def _signals(self, log: Log, integration: Integration) -> list[tuple[Signal, Material]]:
        source = self._ports.sources.get(integration.type)
        try:
            signals = source.read(log.request, integration.options) if source else ()
            material = material_of(log, source) if source else Material()
        except PagerError:
            self._unreadable += 1
            return []
        return [(signal, material) for signal in signals]

    def _signal(
        self, log: Log, signal: Signal, material: Material, integration: Integration, live: "dict[str, _Peaks]"
    ) -> None:
        """Route a signal; one with the key of an alert that is not over counts only where it is worse than before."""
        keys = {key for key in (signal.dedup_key, *signal.dedup_keys) if key}
        if signal.kind is SignalKind.RESOLVE:
            for key in keys:
                live.pop(key, None)
        if signal.kind is not SignalKind.CREATE or self._after.in_maintenance(integration.id, log.at):
            return
        known = next((live[key] for key in keys if key in live), None)
        created = creation.create(signal, integration, material, self._before, log.at)
        alert = replace(created.alert, id="alt_rehearsed", log_id=log.id)
        before = route(alert, material, created.destinations, self._before, log.at)
        after = route(alert, material, created.destinations, self._after, log.at)
        peaks = _Peaks(before=before.alert.urgency, after=after.alert.urgency)
        if known and not peaks.exceed(known):
            return
        live.update(dict.fromkeys(keys, peaks.over(known) if known else peaks))
        if any(each.router_id == self._edited.id for each in (*before.matched, *after.matched)):
            self._compare(log, alert, material, before, after, is_repeated=known is not None)

    def _compare(
        self, log: Log, alert: Alert, material: Material, before: Routing, after: Routing, *, is_repeated: bool
    ) -> None:
        """Say how two routings differ. Being asked again, a router takes nobody away, and ignores nothing."""
        if is_repeated:
            before, after = replace(before, ignored=False), replace(after, ignored=False)
        self._alerts += 1
        self._ignored += after.ignored
        lost = not is_repeated and is_lost(after, material, self._after, log.at)
        newly = lost and not is_lost(before, material, self._before, log.at)
        self._lost += lost
        self._newly_lost += newly
        self._critical_lost += newly and Urgency.CRITICAL in {before.alert.urgency, after.alert.urgency}
        differences = tuple(_differences(before, after))
        self._changed += bool(differences)
        self._differences.update(differences)
        if (differences or lost) and len(self._changes) < MOST_LISTED:
            self._changes.append(
                RoutingChange(
                    log_id=log.id,
                    at=log.at,
                    title=alert.title,
                    urgency=before.alert.urgency,
                    before=_outcome(before, self._before),
                    after=_outcome(after, self._after),
                    differences=differences,
                    lost=lost,
                    newly=newly,
                )
            )


def _differences(before: Routing, after: Routing) -> Iterator[Difference]:
    if before.ignored != after.ignored:
        yield Difference.IGNORED if after.ignored else Difference.NOT_IGNORED
        return
    if set(before.receivers) != set(after.receivers):
        yield Difference.RECEIVERS
    if before.alert.urgency is not after.alert.urgency:
        yield Difference.URGENCY
    if before.alert.title != after.alert.title:
        yield Difference.TITLE
    if bool(before.aggregations) != bool(after.aggregations):
        yield Difference.AGGREGATED if after.aggregations else Difference.NOT_AGGREGATED


def _outcome(routing: Routing, directory: Directory) -> str:
    if routing.ignored:
        return "ignored"
    gathered = ", gathered" if routing.aggregations else ""
    return f"{say_receivers(routing.receivers, directory)} ({routing.alert.urgency}{gathered})"


def _leading(router_id: str, directory: Directory) -> Iterator[Integration]:
    for integration in directory.integrations.values():
        named = map(directory.receiver, _named_by_rules(integration))
        if any(way_back(each, router_id, directory) for each in (*integration.destinations, *named)):
            yield integration


def _named_by_rules(integration: Integration) -> tuple[str, ...]:
    try:
        return destinations_in(integration.rules)
    except Invalid:
        return ()
