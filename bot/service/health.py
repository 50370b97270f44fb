"""What an admin has to look after: work that lags behind, what fell silent, credentials that fail, odd routers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum

from bot.engine.durations import say_duration
from bot.engine.model import Integration, Router
from bot.errors import Invalid
from bot.ports import Backlog, Log, LogState, Ports, UnitOfWork
from bot.service import lint, unreadable_rows
from bot.service.allowed_numbers import not_called
from bot.service.credentials import ProviderVerdict
from bot.service.setup_pages import chapters

_LATE = timedelta(seconds=30)
_SILENT = timedelta(minutes=1)
_QUIET = timedelta(days=1)
_MOST_ILLEGIBLE = 100


class Weight(IntEnum):
    """How bad a thing is for those who are to be paged, the worst first."""

    WORK = 0
    REFUSED = 1
    RULES = 2
    QUIET = 3
    UNUSED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; `typed` is the command that shows more."""

    said: str
    well: bool = False
    typed: str = ""
    weight: Weight = Weight.WORK


def findings(ports: Ports, now: datetime) -> tuple[Finding, ...]:
    """Look at everything but routers and credentials, what is worst first."""
    with ports.store.begin() as uow:
        found = [*_work(uow.backlog(now), now), *_set_aside(uow), *_workers(uow, now), *_heard(uow, now)]
    return in_order((*found, *_channels(ports), *_numbers(ports)))


def in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """What is worst first, what is well last; among equals as they were found."""
    return tuple(sorted(found, key=lambda finding: (finding.well, finding.weight)))


def _work(backlog: Backlog, now: datetime) -> Iterator[Finding]:
    lags = (
        ("payloads wait to be read", backlog.unread_logs, backlog.oldest_unread_at),
        ("messages wait to be sent", backlog.queued_notifications, backlog.oldest_due_at),
        ("timers are overdue", backlog.overdue_timers, backlog.oldest_timer_at),
    )
    late = [each for each in lags if each[2] is not None and now - each[2] > _LATE]
    for what, count, oldest in late:
        age = say_duration(now - oldest) if oldest else ""
        yield Finding(said=f"{count} {what}, the oldest for {age}. Is a worker running?")
    if not late:
        yield Finding(said="Nothing lags behind", well=True)


def _set_aside(uow: UnitOfWork) -> Iterator[Finding]:
    if found := uow.set_aside(_MOST_ILLEGIBLE):
        yield Finding(said=f"Stored rows cannot be read: {unreadable_rows.say(found)}. {unreadable_rows.MEND}")


def _workers(uow: UnitOfWork, now: datetime) -> Iterator[Finding]:
    beats = uow.beats()
    for worker, at in sorted(beats.items()):
        age = say_duration(max(now - at, timedelta(seconds=1)))
        yield Finding(said=f"The worker {worker} was last heard {age} ago", well=now - at <= _SILENT)
    if not beats:
        yield Finding(said="No worker was ever heard: nothing is paged in time without one. Start one: pagertree run.")


def _heard(uow: UnitOfWork, now: datetime) -> Iterator[Finding]:
    """What is to be said of all integrations."""
    latest = uow.newest_envelopes()
    for integration in sorted(uow.directory().integrations.values(), key=lambda each: each.name.lower()):
        if found := _heard_of(integration, latest.get(integration.id), now):
            yield replace(found, typed=f"why {integration.handle}")


def _heard_of(integration: Integration, latest: Log | None, now: datetime) -> Finding | None:
    name = integration.name
    if not integration.enabled:
        return Finding(said=f"The integration {name} is disabled", weight=Weight.UNUSED)
    if latest is None:
        return Finding(said=f"The integration {name} has never sent anything", weight=Weight.UNUSED)
    if latest.state is LogState.REFUSED:
        said = f"{name} was refused with {latest.answered}: {latest.outcome}"
        return Finding(said=said, weight=Weight.REFUSED)
    if now - latest.at > _QUIET:
        said = f"{name} has been quiet for {say_duration(now - latest.at)}"
        return Finding(said=said, weight=Weight.QUIET)
    return None


def _channels(ports: Ports) -> Iterator[Finding]:
    kinds = ports.store.directory().channel_kinds
    missing = [kinds.of(name) for name in kinds.paging if name not in ports.channels]
    if missing:
        names = [each.name for each in missing]
        listed = " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        said = f"Nobody can be paged by {listed}, not set up here: see {chapters(missing)}"
        yield Finding(said=said, well=not any(each.by_default for each in missing))


def say_credentials(verdicts: Mapping[str, ProviderVerdict]) -> Iterator[Finding]:
    """What the providers say of our credentials; those that were not asked yet are not mentioned."""
    yield from (Finding(said=f"{name}: {each.trouble}") for name, each in verdicts.items() if each.trouble)
    if taken := sorted(name for name, each in verdicts.items() if not each.trouble):
        yield Finding(said=f"The credentials for {' and '.join(taken)} work", well=True)


def doubt(ports: Ports, router: Router) -> Finding | None:
    """What is to be said of a router that could not be saved any more, or that looks like a mistake."""
    said = _doubt(ports, router)
    typed = f"router show {router.handle}"
    return Finding(said=f"The router {router.name}: {said}", typed=typed, weight=Weight.RULES) if said else None


def _numbers(ports: Ports) -> Iterator[Finding]:
    """Phone numbers in notification rules that a page would not go to."""
    for rule, user, number in not_called(ports.store.directory(), ports.phone_allow):
        said = f"The rule {rule.name} names {number:.20}, which is not called for {user.name}: nobody has allowed it"
        yield Finding(said=said, typed=f"rule show {rule.handle}", weight=Weight.RULES)


def _doubt(ports: Ports, router: Router) -> str:
    try:
        hints = lint.hints_for(ports, router)
    except Invalid as invalid:
        return f"cannot be saved any more: {invalid.problems[0]}"
    more = f" (and {len(hints) - 1} more)" if len(hints) > 1 else ""
    return f"{hints[0]}{more}" if hints else ""
