"""Read payloads that were accepted, and begin what they ask for.

Each integration's logs are read in the order of arrival, by one worker at a time, in batches of one transaction. A log
that cannot be worked on becomes an alert that says so: it was accepted, so a person hears of it.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import ids
from bot.engine.alerts import answers
from bot.engine.alerts.lifecycle import Verb, allows
from bot.engine.alerts.routing import Routing, route
from bot.engine.decision import Decision, OpenWindow, consider
from bot.engine.directory import Directory
from bot.engine.escalation import climbing, reminders, round_robin
from bot.engine.intake import creation, signal_intake
from bot.engine.model import (
    Alert,
    Integration,
    NoticeKind,
    Receiver,
    ReceiverKind,
    Signal,
    SignalKind,
    Stage,
    Status,
    Trace,
    TraceLine,
)
from bot.engine.paging import news
from bot.engine.schedules.maintenance import say_withheld
from bot.errors import Conflict, PagerError, StoreUnavailable
from bot.ports import Log, LogState, Ports, Situation, UnitOfWork
from bot.service import heartbeat, notices, undecided
from bot.service.log_material import material_of
from bot.service.waking import wake_for

BATCH = 200  # logs in one transaction
SLICE = timedelta(seconds=5)
"""How long one drain works before it lets others have the worker."""
_ILLEGIBLE = "it is damaged, or was written by a newer version. It is tried again every minute until it can be read."
_COUNTED = frozenset({Status.QUEUED, Status.OPEN, Status.ACKNOWLEDGED, Status.DROPPED})

_log = logging.getLogger(__name__)


def drain(ports: Ports) -> int:
    """Read what is unread, integration by integration in turn, and return how many logs were read."""
    until = ports.clock.now() + SLICE
    done = 0
    while ports.clock.now() < until:
        with ports.store.begin() as uow:
            waiting = uow.integrations_with_unread(ports.clock.now())
        read = sum(_read_some(ports, integration_id) for integration_id in waiting)
        if not read:
            break
        done += read
    return done


def _read_some(ports: Ports, integration_id: str) -> int:
    """Read a batch, or the oldest log alone when that failed; whatever is wrong, the other integrations go on."""
    try:
        return _read_batch(ports, integration_id, BATCH)
    except Exception as error:  # noqa: BLE001  # one integration must not hold up the others
        _log.warning("reading a batch of integration %s failed: %s", integration_id, error)
    try:
        return _read_batch(ports, integration_id, 1)
    except (StoreUnavailable, Conflict) as error:
        _log.warning("integration %s is read again later: %s", integration_id, error)
        return 0
    except Exception as error:  # noqa: BLE001  # as above
        _log.exception("the oldest log of integration %s is set aside", integration_id)
        return _set_aside(ports, integration_id, f"{type(error).__name__} while it was worked on")


def _set_aside(ports: Ports, integration_id: str, reason: str) -> int:
    """Have a person told of the oldest log, which cannot be worked on, so that those behind it can."""
    try:
        with ports.store.begin() as uow:
            if not uow.lock_integration(integration_id):
                return 0
            unread = uow.unread_logs(integration_id, 1, ports.clock.now())
            batch = _LogBatch(ports, uow, integration_id)
            settled = [batch.take(log, PagerError(reason)) for log in unread.logs]
            batch.tell_of(unread.illegible)
            decisions = batch.decisions()
            uow.save(decisions)
            uow.settle_logs(settled)
    except PagerError as error:
        _log.warning("integration %s is read again later: %s", integration_id, error)
        return 0
    wake_for(ports.queue, decisions)
    return len(unread.logs)


def _read_batch(ports: Ports, integration_id: str, limit: int) -> int:
    with ports.store.begin() as uow:
        if not uow.lock_integration(integration_id):
            return 0
        unread = uow.unread_logs(integration_id, limit, ports.clock.now())
        batch = _LogBatch(ports, uow, integration_id)
        settled = [batch.take(log, signals) for log, signals in batch.read(unread.logs)]
        batch.tell_of(unread.illegible)
        batch.note_beats(unread.logs)
        decisions = batch.decisions()
        uow.save(decisions)
        uow.settle_logs(settled)
    wake_for(ports.queue, decisions)
    return len(unread.logs) + len(unread.illegible)


@dataclass(frozen=True, slots=True, kw_only=True)
class _SignalOutcome:
    """What became of one signal."""

    said: str
    alert_id: str = ""
    trace: Trace = ()


class _LogBatch:
    """Logs of one integration that are worked on together; decisions on one alert grow into one."""

    def __init__(self, ports: Ports, uow: UnitOfWork, integration_id: str) -> None:
        self._ports = ports
        self._uow = uow
        self._directory: Directory = uow.directory()
        self._integration: Integration | None = self._directory.integrations.get(integration_id)
        self._decisions: dict[str, Decision] = {}
        self._by_key: dict[str, str] = {}
        self._windows: dict[str, str] = {}

    def decisions(self) -> tuple[Decision, ...]:
        """What was decided, one decision an alert."""
        return tuple(self._decisions.values())

    def read(self, logs: Iterable[Log]) -> list[tuple[Log, tuple[Signal, ...] | PagerError]]:
        """Read every log's signals, then lock their dedup keys and look up the alerts that have them."""
        read = [(log, self._signals(log)) for log in logs]
        keys = {key for _, signals in read if isinstance(signals, tuple) for each in signals for key in _keys(each)}
        if keys and self._integration:
            self._uow.lock_dedup_keys(self._integration.id, keys)
            self._remember(self._uow.live_alerts(self._integration.id, keys).items())
        return read

    def note_beats(self, logs: Iterable[Log]) -> None:
        """Note the heartbeats among the logs."""
        if self._integration:
            heartbeat.note(self._uow, self._integration, self._ports.sources.get(self._integration.type), logs)

    def take(self, log: Log, signals: tuple[Signal, ...] | PagerError) -> Log:
        """Decide on one log and return it settled."""
        if self._integration is None:
            return replace(log, state=LogState.READ, outcome="The integration was deleted.")
        now = self._ports.clock.now()
        if isinstance(signals, PagerError):
            return self._give_up(log, self._integration, str(signals), now)
        try:
            outcomes = [self._signal(log, each, self._integration, now) for each in signals]
        except Exception as error:  # noqa: BLE001  # an accepted payload must page somebody, whatever is wrong with us
            _log.exception("log %s could not be worked on", log.id)
            return self._give_up(log, self._integration, f"{type(error).__name__} while deciding", now)
        return _settled(log, LogState.READ, outcomes)

    def tell_of(self, illegible: Iterable[Log]) -> None:
        """Page about logs that cannot be read; they stay unread, and are worked on once they can be."""
        for log in illegible:
            if self._integration:
                self._give_up(log, self._integration, _ILLEGIBLE, self._ports.clock.now())

    def _signals(self, log: Log) -> tuple[Signal, ...] | PagerError:
        if self._integration is None:
            return ()
        source = self._ports.sources.get(self._integration.type)
        if source is None:
            return PagerError(f"There is no integration type {self._integration.type}.")
        try:
            if notices.is_notice(log):
                return notices.signals_in(log)
            return source.read(log.request, self._integration.options)
        except PagerError as error:
            return error
        except Exception as error:  # noqa: BLE001  # as above
            _log.exception("source %s could not read log %s", source.NAME, log.id)
            return PagerError(f"{type(error).__name__} while reading")

    def _remember(self, found: Iterable[tuple[str, Situation]]) -> None:
        for key, situation in found:
            self._by_key[key] = situation.alert.id
            self._decisions.setdefault(situation.alert.id, consider(situation.alert, situation.escalations))

    def _signal(self, log: Log, signal: Signal, integration: Integration, now: datetime) -> _SignalOutcome:
        known = next((self._decisions[self._by_key[key]] for key in _keys(signal) if key in self._by_key), None)
        if signal.kind is not SignalKind.CREATE:
            return self._answer(signal, known, integration, now)
        if known and known.alert.status in _COUNTED:
            self._keep(signal_intake.repeat(known, signal, integration, now))
            return _SignalOutcome(said="counted as a repetition", alert_id=known.alert.id)
        window = self._directory.in_maintenance(integration.id, now)
        if window:
            line = TraceLine(stage=Stage.MAINTENANCE, subject=window.name, said="nobody is alerted until it ends")
            return _SignalOutcome(said=say_withheld(window.name), trace=(line,))
        return self._create(log, signal, integration, now)

    def _create(self, log: Log, signal: Signal, integration: Integration, now: datetime) -> _SignalOutcome:
        material = material_of(log, self._ports.sources[integration.type])
        created = creation.create(signal, integration, material, self._directory, now)
        alert_id = ids.new("alt")
        dedup_key = created.alert.dedup_key or alert_id
        alert = replace(created.alert, id=alert_id, dedup_key=dedup_key, log_id=log.id)
        routing = route(alert, material, created.destinations, self._directory, now)
        decision = self._join(routing, integration, now) or signal_intake.dispatch(routing, self._directory, now)
        decision = signal_intake.apply_settings(decision, integration, created.destinations, now)
        self._keep(decision)
        self._directory = round_robin.after(self._directory, decision.effects)
        self._note_windows(decision)
        self._by_key.update(dict.fromkeys((*_keys(signal), alert.dedup_key), alert.id))
        undecided.tell(self._ports, self._uow, self._directory, (*created.given_up, *routing.given_up), now)
        said = f"made an alert ({decision.alert.status})"
        return _SignalOutcome(said=said, alert_id=alert.id, trace=created.trace + routing.trace)

    def _join(self, routing: Routing, integration: Integration, now: datetime) -> Decision | None:
        """Put the alert under the parent of an open window, if one of its aggregations, or its title, has one."""
        fingerprints = [aggregation.fingerprint for aggregation in routing.aggregations]
        if integration.auto_aggregate:
            fingerprints.append(signal_intake.title_fingerprint(integration, routing.alert))
        parents = (self._parent(fingerprint, now) for fingerprint in fingerprints)
        parent = next((each for each in parents if each), None)
        if parent is None or routing.ignored or parent.alert.status is Status.RESOLVED:
            return None
        child, parent = signal_intake.join(routing, parent, now)
        self._keep(parent)
        return child

    def _parent(self, fingerprint: str, now: datetime) -> Decision | None:
        if fingerprint not in self._windows:
            found = self._uow.window(fingerprint, now)
            self._windows[fingerprint] = found.alert.id if found else ""
            if found:
                self._decisions.setdefault(found.alert.id, consider(found.alert, found.escalations))
        return self._decisions.get(self._windows[fingerprint])

    def _note_windows(self, decision: Decision) -> None:
        opened = (effect for effect in decision.effects if isinstance(effect, OpenWindow))
        self._windows.update((window.fingerprint, decision.alert.id) for window in opened)

    def _answer(
        self, signal: Signal, known: Decision | None, integration: Integration, now: datetime
    ) -> _SignalOutcome:
        verb = Verb.ACKNOWLEDGE if signal.kind is SignalKind.ACKNOWLEDGE else Verb.RESOLVE
        if known is None or not allows(known.alert.status, verb):
            return _SignalOutcome(said=f"nothing to {verb}", alert_id=known.alert.id if known else "")
        if verb is Verb.ACKNOWLEDGE:
            self._keep(self._acknowledge(known, integration, now))
            return _SignalOutcome(said="acknowledged the alert", alert_id=known.alert.id)
        sender = signal_intake.sender(integration)
        resolved = answers.resolve(known, sender, integration.name, now)
        self._keep(news.tell_asked(resolved, NoticeKind.RESOLVED, self._directory, sender))
        return _SignalOutcome(said="resolved the alert", alert_id=known.alert.id)

    def _acknowledge(self, known: Decision, integration: Integration, now: datetime) -> Decision:
        sender, reach = signal_intake.sender(integration), self._uow.reach([known.alert.id]).get(known.alert.id, {})
        decision = answers.acknowledge(known, sender, integration.name, now)
        decision = reminders.begin(decision, self._directory, now)
        return news.tell_of_acknowledgement(decision, self._directory, sender, reach)

    def _give_up(self, log: Log, integration: Integration, reason: str, now: datetime) -> Log:
        """Page the integration's own destinations about a payload that cannot be worked on."""
        alert = Alert(
            id=ids.new("alt"),
            title=f"A payload of {integration.name} could not be processed",
            description=f"{log.id} was accepted, but: {reason}",
            urgency=integration.urgency,
            created_at=now,
            changed_at=now,
            dedup_key=f"unprocessed {log.id}",
            integration_id=integration.id,
            log_id=log.id,
        )
        decision = Decision(alert=alert, seen=0)
        decision = climbing.assign(decision, self._without_routers(integration), self._directory, now)
        self._keep(climbing.settle(decision, self._directory, now))
        return _settled(log, LogState.FAILED, [_SignalOutcome(said=reason, alert_id=alert.id)])

    def _without_routers(self, integration: Integration) -> tuple[Receiver, ...]:
        routers = (self._directory.routers.get(each.id) for each in integration.destinations)
        defaults = (router.default_destination for router in routers if router and router.default_destination)
        receivers = (*integration.destinations, *defaults)
        return tuple(dict.fromkeys(each for each in receivers if each.kind is not ReceiverKind.ROUTER))

    def _keep(self, decision: Decision) -> None:
        self._decisions[decision.alert.id] = decision


def _keys(signal: Signal) -> tuple[str, ...]:
    return tuple(key for key in (signal.dedup_key, *signal.dedup_keys) if key)


def _settled(log: Log, state: LogState, outcomes: list[_SignalOutcome]) -> Log:
    return replace(
        log,
        state=state,
        outcome="; ".join(each.said for each in outcomes) or "nothing to do",
        trace=tuple(line for each in outcomes for line in each.trace),
        alert_ids=tuple(dict.fromkeys(each.alert_id for each in outcomes if each.alert_id)),
    )
