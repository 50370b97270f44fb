"""What saving a router would have changed over the last days: found out while the person waits, or a moment later.

Slack gives a form three seconds, and going through thousands of payloads may take longer. What was begun goes on, so
that sending the form again a moment later finds it done.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock

from bot.engine.model import Router
from bot.errors import Conflict
from bot.handlers.confirming import Unconfirmed
from bot.ports import Ports
from bot.service.backtest import BacktestReport, Difference, backtest
from bot.slack.blocks import line

DAYS = 7
WORD = "PAGES NOBODY"
_PATIENCE = 1.2  # seconds, of the two that a form's answer may take
_KEPT = 16  # results
_LISTED = 5


class Effects:
    """Runs backtests, a few at a time, and keeps the latest results."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="effects")
        self._begun: OrderedDict[str, Future[BacktestReport]] = OrderedDict()
        self._lock = Lock()

    def of(self, ports: Ports, edited: Router) -> BacktestReport | None:
        """What an edit would have changed; None while that is still being found out. Raises `Invalid`."""
        key = _key(edited, ports.store.directory().version)
        with self._lock:
            under_way = self._begun.get(key)
            if under_way is None:
                under_way = self._begun[key] = self._pool.submit(backtest, ports, edited, DAYS)
            while len(self._begun) > _KEPT:
                self._begun.popitem(last=False)
        wait([under_way], _PATIENCE)
        return under_way.result() if under_way.done() else None

    def close(self) -> None:
        """Finish what was begun, and begin nothing more."""
        self._pool.shutdown(cancel_futures=True)


def _key(edited: Router, version: int) -> str:
    essence = (edited.id, edited.yaml, str(edited.default_destination), edited.enabled, version)
    return hashlib.sha256(repr(essence).encode()).hexdigest()


class StillLooking(Conflict):
    """What an edit changes is not known yet, so nothing was saved."""

    def __init__(self) -> None:
        super().__init__(
            f"The payloads of the last {DAYS} days are still being gone through, to see what this changes. "
            "Nothing was saved, and what you typed is kept: try again in a few seconds."
        )


def known(report: BacktestReport | None) -> BacktestReport:
    """The report, or raise `StillLooking`."""
    if report is None:
        raise StillLooking
    return report


def objection(report: BacktestReport) -> Unconfirmed | None:
    """What has to be confirmed: that a critical alert of the last days would have lost everyone."""
    if not report.critical_lost:
        return None
    lost = [each for each in report.changes if each.newly and each.urgency == "critical"]
    named = "\n".join(f"• {line(each.title, 100)}: now to {line(each.before, 100)}" for each in lost[:_LISTED])
    alerts = f"{report.critical_lost} critical alert{'' if report.critical_lost == 1 else 's'}"
    return Unconfirmed(f"*{alerts} of the last {DAYS} days would have paged nobody* with these rules.\n{named}", WORD)


def say(report: BacktestReport) -> str:
    """Say what an edit changes, in markup."""
    if not report.alerts:
        return f"No alert of the last {DAYS} days came through it."
    return "\n".join([f"Of {report.alerts} alerts of the last {DAYS} days:", *_said(report)])


def _said(report: BacktestReport) -> Iterator[str]:
    if not (report.changed or report.lost):
        yield "• none would have been routed differently"
    for difference, count in report.differences.items():
        yield f"• {count} {_CHANGED[difference]}"
    if report.lost:
        already = report.lost - report.newly_lost
        before = f", {already} of them already before this change" if already else ""
        yield f"• ⚠️ {report.lost} page nobody{before}"
    for each in sorted(report.changes, key=lambda change: not change.lost)[:_LISTED]:
        yield f"      ◦ {line(each.title, 80)}: {line(each.before, 80)} → {line(each.after, 80)}"
    if report.cut_off:
        yield "• there were more; the newest were looked at"


_CHANGED = {
    Difference.RECEIVERS: "change receiver",
    Difference.URGENCY: "change urgency",
    Difference.TITLE: "change title",
    Difference.IGNORED: "are ignored from now on",
    Difference.NOT_IGNORED: "are no longer ignored",
    Difference.AGGREGATED: "are gathered from now on",
    Difference.NOT_AGGREGATED: "are no longer gathered",
}
