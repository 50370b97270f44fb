"""Make the requests of automations: claim, send outside any transaction, settle, and tell the alert's timeline.

What may have been taken (no answer came, the far end failed, or the worker died over it) is not made again, unless the
automation says that it may be; it carries the same `Idempotency-Key` each time. Nothing is made for an alert that is
over. What people are paged with never waits for this.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.decision import consider
from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.intake.automation_requests import Outgoing, outgoing, retry_at
from bot.engine.model import SYSTEM, Automation, EntryKind, Status
from bot.errors import Invalid, Rejected, StoreUnavailable, TemplateFailed, Unanswered, Undecodable, Undelivered
from bot.ports import Answered, AutomationRun, Job, Ports, Requester, UnitOfWork
from bot.service.log_material import material_for
from bot.service.retried_writes import surely

AT_ONCE = 8
LEASE = timedelta(minutes=2)
SLICE = timedelta(seconds=30)
_LONGEST_SAID = 200  # characters of an answer in the timeline
_UNTIL_LEGIBLE = timedelta(minutes=1)
_NOT_TAKEN = frozenset({408, 425, 429, 503})
"""Answers that say that nothing was done (RFC 9110, 15.5.9 and 15.6.4; RFC 8470, 5.2; RFC 6585, 4)."""
_PERHAPS_TAKEN = "it may have been taken, so it is not made again"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RunTask:
    """A claimed run: the request to make, or why there is none."""

    run: AutomationRun
    name: str
    request: Outgoing | None = None
    repeats: bool = False
    trouble: str = ""
    is_illegible: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _AttemptOutcome:
    """What became of one attempt."""

    said: str
    try_again: bool = False


def drain(ports: Ports) -> int:
    """Make all requests that are due and return how many attempts were made."""
    until = ports.clock.now() + SLICE
    done = 0
    while ports.clock.now() < until:
        tasks = _claim(ports)
        if not tasks:
            break
        with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="automate") as pool:
            outcomes = list(pool.map(lambda task: _attempt(ports.requester, task), tasks))
        for task, outcome in zip(tasks, outcomes, strict=True):
            _settle(ports, task, outcome)
        done += len(tasks)
    return done


def _claim(ports: Ports) -> list[_RunTask]:
    now = ports.clock.now()
    with ports.store.begin() as uow:
        runs = uow.claim_automations(now, LEASE, AT_ONCE)
        directory = uow.directory()
        return [_prepare_safely(ports, uow, each, directory, now) for each in runs]


def _prepare_safely(ports: Ports, uow: UnitOfWork, run: AutomationRun, directory: Directory, now: datetime) -> _RunTask:
    try:
        return _prepare(ports, uow, run, directory, now)
    except StoreUnavailable:
        raise
    except Undecodable as error:
        return _RunTask(run=run, name=run.automation_id, trouble=str(error), is_illegible=True)
    except Exception as error:  # noqa: BLE001  # one run that cannot be prepared must not hold back the others
        _log.exception("automation %s of %s could not be prepared", run.automation_id, run.alert_id)
        return _RunTask(run=run, name=run.automation_id, trouble=f"{type(error).__name__} while it was prepared")


def _prepare(ports: Ports, uow: UnitOfWork, run: AutomationRun, directory: Directory, now: datetime) -> _RunTask:
    automation = directory.get(Automation, run.automation_id)
    situation = uow.glance([run.alert_id]).get(run.alert_id)
    if not isinstance(automation, Automation) or situation is None:
        return _RunTask(run=run, name=run.automation_id, trouble="it was deleted")
    if situation.alert.status is Status.RESOLVED:
        return _RunTask(run=run, name=automation.handle, trouble="the alert is over")
    if run.is_forsaken and not automation.repeats:
        trouble = f"the worker that made it was stopped: {_PERHAPS_TAKEN}"
        return _RunTask(run=run, name=automation.handle, trouble=trouble)
    try:
        material = material_for(ports, uow, situation.alert)
        request = outgoing(automation, situation.alert, material, directory, now)
    except (Invalid, TemplateFailed) as error:
        return _RunTask(run=run, name=automation.handle, trouble=f"its request cannot be written: {error}")
    return _RunTask(run=run, name=automation.handle, request=request, repeats=automation.repeats)


def _attempt(requester: Requester | None, task: _RunTask) -> _AttemptOutcome:
    """Make one request and say what became of it; never raises, since somebody waits for the outcome."""
    if task.request is None:
        return _AttemptOutcome(said=f"not run, {task.trouble}")
    if requester is None:
        return _AttemptOutcome(said="not run, automations are not set up")
    try:
        return _answered(requester.send(task.request), repeats=task.repeats)
    except Rejected as error:
        return _AttemptOutcome(said=f"failed: {error.reason}")
    except Unanswered as error:
        return _perhaps_taken(f"failed: {error.reason}", repeats=task.repeats)
    except Undelivered as error:
        return _AttemptOutcome(said=f"failed: {error.reason}", try_again=True)
    except Exception as error:  # noqa: BLE001  # a fault of ours must show in the timeline
        _log.exception("automation %s could not be run", task.run.automation_id)
        return _perhaps_taken(f"failed: {type(error).__name__}", repeats=task.repeats)


def _answered(answer: Answered, *, repeats: bool) -> _AttemptOutcome:
    said = f"answered {answer.status}{f': {answer.said[:_LONGEST_SAID]}' if answer.said else ''}"
    can_help = answer.status >= 500 or answer.status in _NOT_TAKEN
    if can_help and (answer.was_taken or answer.status not in _NOT_TAKEN):
        return _perhaps_taken(said, repeats=repeats)
    return _AttemptOutcome(said=said, try_again=can_help)


def _perhaps_taken(said: str, *, repeats: bool) -> _AttemptOutcome:
    return _AttemptOutcome(said=said if repeats else f"{said}; {_PERHAPS_TAKEN}", try_again=repeats)


def _settle(ports: Ports, task: _RunTask, outcome: _AttemptOutcome) -> None:
    """Write what became of a run, whatever fails besides: a request that was made must not be made again."""
    if task.is_illegible:
        _put_off(ports, task)
        return
    now = ports.clock.now()
    again_at = retry_at(task.run.attempts, now) if outcome.try_again else None
    wait = f"; tried again in {say_duration(again_at - now)}" if again_at else ""
    said = f"Automation {task.name} {outcome.said}{wait}"
    try:
        surely(ports.store, lambda uow: _write(uow, task.run, again_at, said, now))
    except StoreUnavailable:
        raise
    except Exception:  # noqa: BLE001  # one alert that cannot be worked on must not undo the others
        _log.exception("alert %s cannot be told of its automation", task.run.alert_id)
        surely(ports.store, lambda uow: uow.settle_automation(task.run, again_at))
    _log.info("automation %s of %s: %s", task.run.automation_id, task.run.alert_id, outcome.said)
    if again_at:
        ports.queue.wake_at(Job.AUTOMATE, again_at)


def _put_off(ports: Ports, task: _RunTask) -> None:
    """Leave for later what is about an alert that cannot be read: its timeline cannot be told, either."""
    again_at = ports.clock.now() + _UNTIL_LEGIBLE
    _log.warning("automation %s of %s waits: %s", task.run.automation_id, task.run.alert_id, task.trouble)
    surely(ports.store, lambda uow: uow.settle_automation(task.run, again_at))


def _write(uow: UnitOfWork, run: AutomationRun, again_at: datetime | None, said: str, now: datetime) -> None:
    uow.settle_automation(run, again_at)
    situation = uow.situation(run.alert_id)
    if situation:
        decision = consider(situation.alert, situation.escalations)
        uow.save([decision.tell(EntryKind.AUTOMATED, SYSTEM, said, now)])
