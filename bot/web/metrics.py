"""Figures for Prometheus. Those of the ingest are this process's; those of the work are read from the store."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.errors import StoreUnavailable
from bot.languages.regexp.stops import time_stops
from bot.ports import Backlog, Clock, Store
from bot.web.ingest.admission import AnswerCounts

_FORGOTTEN = timedelta(hours=1)  # a worker silent for so long was taken away on purpose


class IngestFigures(Collector):
    """How payloads were answered."""

    def __init__(self, tally: AnswerCounts) -> None:
        self._tally = tally

    def collect(self) -> Iterable[Metric]:
        """Make the metrics of this moment."""
        answers = CounterMetricFamily("pagertree_ingest_answers", "Payloads by the status answered", labels=["status"])
        for status, count in sorted(self._tally.answers.items()):
            answers.add_metric([str(status)], count)
        unlogged = "Refused payloads that were not logged, because too many were"
        stopped = "Regular expressions of rules that this process stopped by their processor time"
        return (
            answers,
            CounterMetricFamily("pagertree_ingest_unlogged", unlogged, value=self._tally.unlogged),
            CounterMetricFamily("pagertree_rules_stopped_by_time", stopped, value=time_stops.count),
        )


class WorkFigures(Collector):
    """How far behind the work is, and when each worker was last alive."""

    def __init__(self, store: Store, clock: Clock, redis_answers: Callable[[], bool]) -> None:
        self._store = store
        self._clock = clock
        self._redis_answers = redis_answers

    def collect(self) -> Iterator[Metric]:
        """Make the metrics of this moment: two queries."""
        yield GaugeMetricFamily("pagertree_redis_up", "Whether Redis answers", value=float(self._redis_answers()))
        now = self._clock.now()
        try:
            with self._store.begin() as uow:
                backlog, beats = uow.backlog(now), uow.beats()
        except StoreUnavailable:
            yield GaugeMetricFamily("pagertree_database_up", "Whether the database answers", value=0)
            return
        yield GaugeMetricFamily("pagertree_database_up", "Whether the database answers", value=1)
        yield from _backlog(backlog, now)
        workers = GaugeMetricFamily("pagertree_worker_silence_seconds", "Since a worker's last beat", labels=["worker"])
        for worker, beaten_at in sorted(beats.items()):
            if now - beaten_at < _FORGOTTEN:
                workers.add_metric([worker], _age(beaten_at, now))
        yield workers


def _backlog(backlog: Backlog, now: datetime) -> Iterator[Metric]:
    figures: tuple[tuple[str, str, float], ...] = (
        ("unread_logs", "Payloads that wait to be read", backlog.unread_logs),
        ("oldest_unread_log_seconds", "Age of the oldest of them", _age(backlog.oldest_unread_at, now)),
        ("queued_notifications", "Notifications that wait to be sent", backlog.queued_notifications),
        ("oldest_unsent_page_seconds", "How long the oldest has been due", _age(backlog.oldest_due_at, now)),
        ("overdue_timers", "Timers that are due", backlog.overdue_timers),
        ("oldest_timer_seconds", "How long the oldest has been due", _age(backlog.oldest_timer_at, now)),
        ("set_aside_rows", "Stored rows that this version cannot read", backlog.set_aside),
    )
    for name, said, value in figures:
        yield GaugeMetricFamily(f"pagertree_{name}", said, value=value)


def _age(at: datetime | None, now: datetime) -> float:
    return max(0.0, (now - at).total_seconds()) if at else 0.0
