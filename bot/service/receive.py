"""Read payloads that were accepted, and begin what they ask for.

Each integration's logs are read in the order of arrival, by one worker at a time, in batches of one transaction. A log
that cannot be worked on becomes an alert that says so: it was accepted, so a person hears of it.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import ids
from bot.engine.alerts import answers
from bot.engine.alerts.life import AlertEvent
from bot.engine.alerts.lifecycle import Verb, allows
from bot.engine.alerts.routing import Material, Routing, route
from bot.engine.decision import Decision, OpenWindow, consider
from bot.engine.directory import Directory
from bot.engine.escalation import climbing, reminders, round_robin
from bot.engine.intake import creation, gathering, repetition, returning, signal_intake
from bot.engine.intake.creation import Created
from bot.engine.intake.repetition import Repetition
from bot.engine.model import (
    Alert,
    Integration,
    NoticeKind,
    OutcomeKind,
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
from bot.errors import Conflict, PagerError, StoreUnavailable
from bot.ports import Log, LogState, Ports, Situation, UnitOfWork
from bot.service import heartbeat, ignored_events, notices, outcomes, refusals, undecided, unreachable_layers
from bot.service.families import Families
from bot.service.log_material import material_of
from bot.service.waking import wake_for
from bot.service.withholding import Withholding

BATCH = 200  # logs in one transaction
SLICE = timedelta(seconds=5)
"""How long one drain works before it lets others have the worker."""
_ILLEGIBLE = "it is damaged, or was written by a newer version. It is tried again every minute until it can be read."
_COUNTED = frozenset({Status.QUEUED, Status.OPEN, Status.ACKNOWLEDGED, Status.DROPPED})

_VERBS = {SignalKind.ACKNOWLEDGE: Verb.ACKNOWLEDGE, SignalKind.RESOLVE: Verb.RESOLVE}
_NOTHING_TO = {
    SignalKind.ACKNOWLEDGE: OutcomeKind.NOTHING_TO_ACKNOWLEDGE,
    SignalKind.RESOLVE: OutcomeKind.NOTHING_TO_RESOLVE,
}
_UNRESOLVED = frozenset(Status) - {Status.RESOLVED}

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
            batch = LogBatch(ports, uow, integration_id)
            settled = [batch.take(log, PagerError(reason)) for log in unread.logs]
            batch.tell_of(unread.illegible)
            decisions = unreachable_layers.go_on_from_silence(uow, batch.decisions(), ports.clock.now())
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
        batch = LogBatch(ports, uow, integration_id)
        settled = [batch.take(log, signals) for log, signals in batch.read(unread.logs)]
        batch.tell_of(unread.illegible)
        batch.note_beats(unread.logs)
        batch.note_refusals()
        batch.note_withheld()
        decisions = unreachable_layers.go_on_from_silence(uow, batch.decisions(), ports.clock.now())
        uow.save(decisions)
        uow.settle_logs(settled)
    wake_for(ports.queue, decisions)
    return len(unread.logs) + len(unread.illegible)


@dataclass(frozen=True, slots=True, kw_only=True)
class _SignalOutcome:
    """What became of one signal, and what that is about."""

    kind: OutcomeKind
    about: str = ""
    alert_id: str = ""
    trace: Trace = ()

    @property
    def said(self) -> str:
        """In words."""
        return outcomes.say(self.kind, self.about)

    @property
    def line(self) -> TraceLine:
        """As a line of the log's trace."""
        return TraceLine(stage=Stage.SOURCE, subject=self.about, said=self.said, outcome=self.kind)


class LogBatch:
    """Logs of one integration that are worked on together; decisions on one alert grow into one."""

    def __init__(self, ports: Ports, uow: UnitOfWork, integration_id: str) -> None:
        self._ports = ports
        self._uow = uow
        self._directory: Directory = uow.directory()
        self._integration: Integration | None = self._directory.integrations.get(integration_id)
        self._decisions: dict[str, Decision] = {}
        self._by_key: dict[str, tuple[str, ...]] = {}
        self._before: dict[str, str] = {}
        self._windows: dict[str, str] = {}
        self._families = Families(uow, ports.sources, self._decisions, ports.clock.now())
        self._refused = refusals.RefusalWatch(uow, integration_id)
        self._withholding = Withholding(uow, integration_id)
        self._as_one = ""

    def decisions(self) -> tuple[Decision, ...]:
        """What was decided, one decision an alert."""
        return tuple(each for each in self._decisions.values() if _changes(each))

    def read(self, logs: Iterable[Log]) -> list[tuple[Log, tuple[Signal, ...] | PagerError]]:
        """Read every log's signals, then lock their dedup keys and look up the alerts that have them."""
        read = [(log, self._signals(log)) for log in logs]
        keys = {key for _, signals in read if isinstance(signals, tuple) for each in signals for key in _keys(each)}
        if any(not notices.is_notice(log) or refusals.is_report(log) for log, _ in read):
            keys |= refusals.KEYS
        if keys and self._integration:
            self._uow.lock_dedup_keys(self._integration.id, keys)
            self._remember(self._uow.namesakes(self._integration.id, keys))
            ended = [key for key in keys if key not in self._by_key]
            self._recall(self._uow.lately_resolved(self._integration.id, ended, self._now() - returning.WITHIN))
        return read

    def gather_as_one(self, name: str) -> None:
        """Have what is made from now on, and goes to the same receivers, be asked about as one."""
        self._as_one = name

    def note_withheld(self) -> None:
        """Note what a maintenance window withholds."""
        self._withholding.keep()

    def note_beats(self, logs: Iterable[Log]) -> None:
        """Note the heartbeats among the logs."""
        if self._integration:
            heartbeat.note(self._uow, self._integration, self._ports.sources.get(self._integration.type), logs)

    def note_refusals(self) -> None:
        """Note what was refused at the door, and whether people were told."""
        self._refused.keep()

    def take(self, log: Log, signals: tuple[Signal, ...] | PagerError) -> Log:
        """Decide on one log and return it settled."""
        if self._integration is None:
            return replace(log, state=LogState.READ, outcome="The integration was deleted.")
        now = self._ports.clock.now()
        if isinstance(signals, PagerError):
            return self._give_up(log, self._integration, str(signals), now)
        try:
            done = [one for each in self._due(log, signals, now) for one in self._signal(log, each, now)]
            done += [one for each in self._ended(log) for one in self._signal(log, each, now)]
        except Exception as error:  # noqa: BLE001  # an accepted payload must page somebody, whatever is wrong with us
            _log.exception("log %s could not be worked on", log.id)
            return self._give_up(log, self._integration, f"{type(error).__name__} while deciding", now)
        return _settled(log, LogState.READ, done or [self._why_nothing(log)])

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

    def _now(self) -> datetime:
        return self._ports.clock.now()

    def _material(self, log: Log, integration: Integration) -> Material:
        return material_of(log, self._ports.sources[integration.type])

    def _why_nothing(self, log: Log) -> _SignalOutcome:
        if notices.is_notice(log):
            return _SignalOutcome(kind=OutcomeKind.UNTOLD)
        if self._integration is None:
            return _SignalOutcome(kind=OutcomeKind.NOTHING)
        source, options = self._ports.sources.get(self._integration.type), self._integration.options
        if ignored := ignored_events.ignored_kind(source, log.request, options):
            return _SignalOutcome(kind=OutcomeKind.IGNORED, about=ignored)
        return _SignalOutcome(kind=OutcomeKind.NOTHING)

    def _due(self, log: Log, signals: tuple[Signal, ...], now: datetime) -> tuple[Signal, ...]:
        """The signals; those of a refusal only when people have to be told of it now."""
        if self._integration is None or not (notices.is_notice(log) and refusals.is_report(log)):
            return signals
        withheld = self._directory.in_maintenance(self._integration.id, now) is not None
        return self._refused.heard(log, is_open=self._tells_of_refusals(_COUNTED), withheld=withheld)

    def _ended(self, log: Log) -> tuple[Signal, ...]:
        """What ends the alert that tells of refusals: a payload that was accepted, once they are over."""
        if notices.is_notice(log) or not self._tells_of_refusals(_UNRESOLVED):
            return ()
        return self._refused.accepted(log)

    def _tells_of_refusals(self, statuses: frozenset[Status]) -> bool:
        known = (self._decisions[each] for key in refusals.KEYS for each in self._by_key.get(key, ()))
        return any(decision.alert.status in statuses for decision in known)

    def _remember(self, found: Mapping[str, Sequence[Situation]]) -> None:
        """Keep the alerts that have a key at hand, the one that counts repetitions first."""
        for key, situations in found.items():
            self._by_key[key] = tuple(each.alert.id for each in situations)
            for each in situations:
                self._decisions.setdefault(each.alert.id, consider(each.alert, each.escalations))
        self._families.expect(self._decisions)

    def _recall(self, found: Mapping[str, Situation]) -> None:
        """Keep at hand what had a key until lately, to see whether it comes and goes."""
        for key, situation in found.items():
            self._before[key] = situation.alert.id
            self._decisions.setdefault(situation.alert.id, consider(situation.alert, situation.escalations))

    def _known(self, signal: Signal) -> tuple[Decision, ...]:
        """The alerts with one of a signal's keys, each once: first those that count repetitions."""
        found = dict.fromkeys(each for key in _keys(signal) for each in self._by_key.get(key, ()))
        known = [self._decisions[each] for each in found]
        return tuple(sorted(known, key=lambda each: each.alert.status not in _COUNTED))

    def _signal(self, log: Log, signal: Signal, now: datetime) -> tuple[_SignalOutcome, ...]:
        """Do what a signal asks: a create of the first alert that one of its keys is of, an answer of all of them."""
        if self._integration is None:
            return ()
        known = self._known(signal)
        if signal.kind is SignalKind.CREATE:
            return (self._ask(log, signal, known, self._integration, now),)
        return self._answer_all(signal, known, self._integration, now)

    def _ask(
        self, log: Log, signal: Signal, known: tuple[Decision, ...], integration: Integration, now: datetime
    ) -> _SignalOutcome:
        window = self._directory.in_maintenance(integration.id, now)
        repeated = next((each for each in known if each.alert.status in _COUNTED or self._is_child(each)), None)
        if repeated:
            return self._repeat(log, signal, integration, repeated, now)
        if window:
            created = creation.create(signal, integration, self._material(log, integration), self._directory, now)
            self._withholding.note(window, log, created.alert, now)
            line = TraceLine(stage=Stage.MAINTENANCE, subject=window.name, said="nobody is alerted until it ends")
            return _SignalOutcome(kind=OutcomeKind.WITHHELD, about=window.name, trace=(line,))
        return self._create(log, signal, integration, now)

    def _is_child(self, decision: Decision) -> bool:
        """Whether an alert is gathered under one that is not over."""
        parent_id = decision.alert.parent_id
        if parent_id is None or decision.alert.status is not Status.SUPPRESSED:
            return False
        self._families.load([parent_id])
        parent = self._decisions.get(parent_id)
        return parent is not None and gathering.takes_in(parent.alert)

    def _repeat(
        self, log: Log, signal: Signal, integration: Integration, known: Decision, now: datetime
    ) -> _SignalOutcome:
        news, created = self._news(log, signal, integration, known.alert, now)
        window = self._directory.in_maintenance(integration.id, now)
        repeated = repetition.repeat(known, news, self._directory, now)
        self._keep(known.alert, repeated)
        if window and repetition.event_of(known.alert, news.sent) is AlertEvent.WORSE:
            self._withholding.note(window, log, replace(created.alert, dedup_key=signal.dedup_key), now)
        if repeated.alert.status is Status.SUPPRESSED and repeated.alert.parent_id and not news.withheld:
            parent = self._decisions[repeated.alert.parent_id]
            told = gathering.tell_parent(parent, repeated.alert, news.routing, self._directory, now, before=known.alert)
            self._keep(parent.alert, told)
        worse = repetition.event_of(known.alert, repeated.alert.urgency) is AlertEvent.WORSE
        trace = created.trace + news.routing.trace if worse else ()
        kind = OutcomeKind.WORSENED if worse else OutcomeKind.REPEATED
        return _SignalOutcome(kind=kind, alert_id=known.alert.id, trace=trace)

    def _news(
        self, log: Log, signal: Signal, integration: Integration, known: Alert, now: datetime
    ) -> tuple[Repetition, Created]:
        """What a signal says of an alert that is known, as if it were a new one."""
        material = self._material(log, integration)
        created = creation.create(signal, integration, material, self._directory, now)
        newest = replace(repetition.restate(known, created.alert), latest_log_id=log.id)
        news = Repetition(
            routing=route(newest, material, created.destinations, self._directory, now),
            sent=created.alert.urgency,
            sender=signal_intake.sender(integration),
            destinations=created.destinations,
            members=created.alert.members,
            keeps_first=integration.keeps_first,
            withheld=self._directory.in_maintenance(integration.id, now) is not None,
        )
        return news, created

    def _create(self, log: Log, signal: Signal, integration: Integration, now: datetime) -> _SignalOutcome:
        previous = self._previous(signal)
        returns = returning.count(previous.alert if previous else None, now)
        if previous and returning.is_flapping(returns):
            return self._return(log, signal, integration, previous, returns)
        material = self._material(log, integration)
        worded = notices.worded_by_us(integration) if notices.is_notice(log) else integration
        created = creation.create(signal, worded, material, self._directory, now)
        alert_id = ids.new("alt")
        dedup_key = created.alert.dedup_key or alert_id
        alert = replace(created.alert, id=alert_id, dedup_key=dedup_key, log_id=log.id, returns=returns)
        routing = gathering.with_title(route(alert, material, created.destinations, self._directory, now), integration)
        if self._as_one:
            routing = gathering.as_one(routing, "what is still firing after maintenance", self._as_one)
        decision = self._join(routing, now) or signal_intake.dispatch(routing, self._directory, now)
        self._keep(alert, signal_intake.apply_settings(decision, integration, now))
        self._note_windows(decision)
        self._point((*_keys(signal), alert.dedup_key), alert.id)
        undecided.tell(self._ports, self._uow, self._directory, (*created.given_up, *routing.given_up), now)
        return _SignalOutcome(
            kind=OutcomeKind.CREATED,
            about=decision.alert.status,
            alert_id=alert.id,
            trace=created.trace + routing.trace,
        )

    def _return(
        self, log: Log, signal: Signal, integration: Integration, previous: Decision, returns: tuple[datetime, ...]
    ) -> _SignalOutcome:
        """Open an alert again that comes and goes."""
        now = self._now()
        news, created = self._news(log, signal, integration, previous.alert, now)
        news = replace(news, routing=gathering.with_title(news.routing, integration))
        decision = returning.come_back(previous, news, returns, self._directory, now)
        self._keep(previous.alert, decision)
        self._note_windows(decision)
        self._point((*_keys(signal), previous.alert.dedup_key), previous.alert.id)
        trace = created.trace + news.routing.trace
        return _SignalOutcome(kind=OutcomeKind.REOPENED, alert_id=previous.alert.id, trace=trace)

    def _point(self, keys: Iterable[str], alert_id: str) -> None:
        """Have keys lead to an alert first."""
        for key in keys:
            others = (each for each in self._by_key.get(key, ()) if each != alert_id)
            self._by_key[key] = (alert_id, *others)

    def _previous(self, signal: Signal) -> Decision | None:
        """The alert that had one of the signal's keys until lately: in this batch, or before it."""
        ended = (self._decisions[each] for key in _keys(signal) for each in self._by_key.get(key, ()))
        before = (self._decisions[self._before[key]] for key in _keys(signal) if key in self._before)
        return next((each for each in (*ended, *before) if each.alert.status is Status.RESOLVED), None)

    def _join(self, routing: Routing, now: datetime) -> Decision | None:
        """Put the alert under the parent of an open window, if one of its aggregations, or its title, has one."""
        if routing.ignored:
            return None
        parents = (self._parent(each.fingerprint, now) for each in routing.aggregations)
        parent = next((each for each in parents if each and gathering.takes_in(each.alert)), None)
        if parent is None:
            return None
        child = signal_intake.begin(routing, now)
        child, grown = gathering.join(child, parent, routing, self._directory, now)
        self._keep(parent.alert, grown)
        return child

    def _parent(self, fingerprint: str, now: datetime) -> Decision | None:
        """The alert that gathers others for a window: its parent, or what took the place of that."""
        if fingerprint not in self._windows:
            found = self._uow.window(fingerprint, now)
            self._windows[fingerprint] = found.alert.id if found else ""
            if found:
                self._decisions.setdefault(found.alert.id, consider(found.alert, found.escalations))
        parent = self._decisions.get(self._windows[fingerprint])
        while parent and parent.alert.status is Status.RESOLVED and parent.alert.successor_id:
            self._families.load([parent.alert.successor_id])
            parent = self._decisions.get(parent.alert.successor_id)
        return parent

    def _note_windows(self, decision: Decision) -> None:
        opened = (effect for effect in decision.effects if isinstance(effect, OpenWindow))
        self._windows.update((window.fingerprint, decision.alert.id) for window in opened)

    def _answer_all(
        self, signal: Signal, known: Sequence[Decision], integration: Integration, now: datetime
    ) -> tuple[_SignalOutcome, ...]:
        """Answer every alert that the keys are of: one may be under a key that such problems had before."""
        verb = _VERBS[signal.kind]
        if verb is Verb.RESOLVE:
            self._withholding.note_over(_keys(signal), now)
        meant: list[Decision | None] = [each for each in known if allows(each.alert.status, verb)]
        meant = meant or [next(iter(known), None)]
        return tuple(self._answer(signal, each, integration, now) for each in meant)

    def _answer(
        self, signal: Signal, known: Decision | None, integration: Integration, now: datetime
    ) -> _SignalOutcome:
        verb = _VERBS[signal.kind]
        current = self._decisions[known.alert.id] if known else None
        if current is None or not allows(current.alert.status, verb):
            return _SignalOutcome(kind=_NOTHING_TO[signal.kind], alert_id=current.alert.id if current else "")
        if verb is Verb.ACKNOWLEDGE:
            self._keep(current.alert, self._acknowledge(current, integration, now))
            return _SignalOutcome(kind=OutcomeKind.ACKNOWLEDGED, alert_id=current.alert.id)
        self._keep(current.alert, self._resolve(current, integration, now))
        return _SignalOutcome(kind=OutcomeKind.RESOLVED, alert_id=current.alert.id)

    def _resolve(self, known: Decision, integration: Integration, now: datetime) -> Decision:
        sender = signal_intake.sender(integration)
        resolved = answers.resolve(known, sender, integration.name, now)
        return news.tell_asked(resolved, NoticeKind.RESOLVED, self._directory, sender)

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
        self._keep(alert, climbing.settle(decision, self._directory, now))
        return _settled(
            log, LogState.FAILED, [_SignalOutcome(kind=OutcomeKind.FAILED, about=reason, alert_id=alert.id)]
        )

    def _without_routers(self, integration: Integration) -> tuple[Receiver, ...]:
        routers = (self._directory.routers.get(each.id) for each in integration.destinations)
        defaults = (router.default_destination for router in routers if router and router.default_destination)
        receivers = (*integration.destinations, *defaults)
        return tuple(dict.fromkeys(each for each in receivers if each.kind is not ReceiverKind.ROUTER))

    def _keep(self, before: Alert, decision: Decision) -> None:
        """Keep a decision, with what it means for others: whose turn it is, and what it gathered."""
        known = self._decisions.get(decision.alert.id)
        fresh = decision.effects[len(known.effects) :] if known else decision.effects
        self._families.keep(before, decision, self._directory)
        self._directory = round_robin.after(self._directory, fresh)


def _changes(decision: Decision) -> bool:
    return decision.alert.version != decision.seen or bool(decision.effects or decision.entries)


def _keys(signal: Signal) -> tuple[str, ...]:
    return tuple(key for key in (signal.dedup_key, *signal.dedup_keys) if key)


def _settled(log: Log, state: LogState, done: list[_SignalOutcome]) -> Log:
    return replace(
        log,
        state=state,
        outcome="; ".join(each.said for each in done),
        trace=tuple(line for each in done for line in (*each.trace, each.line)),
        alert_ids=tuple(dict.fromkeys(each.alert_id for each in done if each.alert_id)),
    )
