"""Tell storms: what was held back in a place, as one summary that follows what comes of it.

A message that is held back is settled by the telling that includes it, as if it had been sent by itself: it is sent
when the summary was taken, and gives way to the next channel when that was refused, is not heard or comes too late.
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.engine.card_contents import source_link
from bot.engine.decision import Decision
from bot.engine.delivery import storms
from bot.engine.delivery.lost_pages import is_lost
from bot.engine.delivery.storms import LIVE, SPOKEN, Mentioned, Rhythm, Storm, Summary
from bot.engine.model import Alert, DeliveryState, Notification, Status, Urgency
from bot.engine.paging import conversations, phones
from bot.errors import Rejected, StoreUnavailable, Unanswered, Undelivered
from bot.ports import (
    Announcement,
    Digest,
    Herald,
    Job,
    Narrator,
    Ports,
    Receipt,
    Settlement,
    Summariser,
    Tally,
    UnitOfWork,
)
from bot.service.deliver import give_way, settled_as
from bot.service.pacing import room_for, summary_ask
from bot.service.retried_writes import surely
from bot.service.storm_holding import rhythm_of
from bot.service.waking import wake_for

BATCH = 8  # storms that are told at the same time
LEASE = timedelta(seconds=30)
SLICE = timedelta(seconds=10)
_MOST = 2_000  # messages that one telling settles

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """A storm as it is told now, the messages that were held back for it, and when it is told again."""

    digest: Digest
    held: tuple[Notification, ...]
    rhythm: Rhythm
    pace: timedelta

    @property
    def storm(self) -> Storm:
        return self.digest.storm


@dataclass(frozen=True, slots=True, kw_only=True)
class _TellingOutcome:
    """What became of a telling: the storm after it, when it is due again, and what its messages came to."""

    storm: Storm
    due_at: datetime | None
    settlements: tuple[Settlement, ...]


def drain(ports: Ports) -> int:
    """Tell every storm that is due, and return how many were told."""
    retell_changed(ports)
    until = ports.clock.now() + SLICE
    done = 0
    with ThreadPoolExecutor(max_workers=BATCH, thread_name_prefix="storms") as pool:
        while ports.clock.now() < until and (tellings := _claim(ports)):
            for telling, told in zip(tellings, pool.map(lambda each: _tell(ports, each), tellings), strict=True):
                _settle(ports, telling, told)
            done += len(tellings)
    return done


def retell_changed(ports: Ports) -> None:
    """Have summaries told again whose alerts have changed since."""
    with ports.store.begin() as uow:
        for storm in uow.stale_storms():
            due_at = max(ports.clock.now(), (storm.shown_at or storm.began_at) + LIVE.pace)
            uow.put_storm(storm, due_at)
            ports.queue.wake_at(Job.SUMMARISE, due_at)


# --- Gathering ----------------------------------------------------------------------------------------------------


def _claim(ports: Ports) -> list[_Telling]:
    with ports.store.begin() as uow:
        due = uow.claim_storms(ports.clock.now(), LEASE, BATCH)
    return _gather_all(ports, due) if due else []


def _gather_all(ports: Ports, due: tuple[Storm, ...]) -> list[_Telling]:
    """Gather what storms have to tell; one that cannot be gathered is due again after its lease."""
    try:
        with ports.store.begin() as uow:
            traffic = uow.traffic(each.place for each in due)  # held first: what is claimed meanwhile waits for us
            live = sum(rhythm_of(ports, each.channel) is LIVE for each in uow.storms_on())
            return [_gather(ports, uow, each, traffic[each.place], live) for each in due]
    except StoreUnavailable:
        raise
    except Exception:  # noqa: BLE001  # one storm must not hold back the others
        if len(due) > 1:
            return [telling for each in due for telling in _gather_all(ports, (each,))]
        _log.exception("storm %s could not be gathered", due[0].id)
        return []


def _gather(ports: Ports, uow: UnitOfWork, storm: Storm, traffic: storms.Traffic, live: int) -> _Telling:
    now = ports.clock.now()
    held = uow.gather(storm.id, now, _MOST)
    is_on = traffic.storm_id == storm.id
    if storm.over_at is None and not held and not (is_on and not storms.is_calm(traffic, ports.storm_limit, now)):
        storm = replace(storm, over_at=now)
        if is_on:
            uow.put_traffic([replace(traffic, storm_id=None)])
    rhythm = rhythm_of(ports, storm.channel) or SPOKEN
    directory = uow.directory()
    user = directory.users.get(storm.user_id or "")
    allowed = phones.allowed_for(user, directory, ports.phone_allow)
    fresh = len({each.alert_id for each in held})
    place = "" if user else conversations.place_of(storm.channel, storm.address, directory)
    return _Telling(
        digest=Digest(
            storm=storm, summary=summary_of(uow, storm), at=now, fresh=fresh, user=user, allowed=allowed, place=place
        ),
        held=held,
        rhythm=rhythm,
        pace=storms.pace(rhythm, live),
    )


def summary_of(uow: UnitOfWork, storm: Storm) -> Summary:
    """A storm as it stands."""
    return _summary(storm, uow.tally(storm.id))


def _summary(storm: Storm, tally: Tally) -> Summary:
    statuses, urgencies = Counter[Status](), Counter[Urgency]()
    for status, urgency, count in tally.counts:
        statuses[status] += count
        urgencies[urgency] += count
    return Summary(
        storm_id=storm.id,
        began_at=storm.began_at,
        over_at=storm.over_at,
        statuses=tuple((each, statuses[each]) for each in Status if statuses[each]),
        urgencies=tuple((each, urgencies[each]) for each in reversed(Urgency) if urgencies[each]),
        newest=tuple(map(_mention, tally.newest)),
    )


def _mention(alert: Alert) -> Mentioned:
    return Mentioned(
        number=alert.number,
        title=alert.title,
        urgency=alert.urgency,
        status=alert.status,
        link=source_link(alert),
    )


# --- Telling ------------------------------------------------------------------------------------------------------


def _tell(ports: Ports, telling: _Telling) -> Receipt | Undelivered:
    """Tell one storm, and say what the provider said; never raises, since somebody waits to settle it."""
    try:
        return _send(ports, telling)
    except Undelivered as error:
        _log.warning("storm %s: %s", telling.storm.id, error.reason)
        return error
    except Exception as error:  # noqa: BLE001  # a fault of ours must show in the ledger and be tried again
        _log.exception("storm %s could not be told", telling.storm.id)
        return Unanswered(f"{type(error).__name__} while sending")


def _send(ports: Ports, telling: _Telling) -> Receipt:
    storm, channel = telling.storm, ports.channels.get(telling.storm.channel)
    teller: object = channel
    if isinstance(teller, Summariser):
        is_known = storm.shown == _name(telling.digest.summary) and not telling.held
        return Receipt() if is_known else _summarise(ports, teller, telling.digest)
    if not isinstance(teller, Narrator | Herald):
        raise Rejected(f"the channel {storm.channel} is not set up")
    if not telling.held:
        return Receipt()
    if isinstance(teller, Narrator):
        return _narrate(ports, teller, telling.digest)
    return teller.tell(_announcement(telling.digest), telling.digest.user)


def _summarise(ports: Ports, teller: Summariser, digest: Digest) -> Receipt:
    """Tell a summary as soon as the provider has room."""
    with room_for(ports, digest.storm.channel, summary_ask(teller.summary_paces(digest), digest.storm.attempts)):
        return teller.summarise(digest)


def _narrate(ports: Ports, teller: Narrator, digest: Digest) -> Receipt:
    """Tell a storm in words as soon as the provider has room."""
    with room_for(ports, digest.storm.channel, summary_ask(teller.summary_paces(digest), digest.storm.attempts)):
        return teller.narrate(digest)


def _announcement(digest: Digest) -> Announcement:
    storm = digest.storm
    return Announcement(
        id=f"{storm.id}.{digest.at.timestamp():.0f}",
        channel=storm.channel,
        address=storm.address,
        title=storms.headline(digest.summary, 0),
        text=storms.say(digest.summary, digest.fresh),
        due_at=digest.at,
        user_id=storm.user_id,
    )


def _name(summary: Summary) -> str:
    """Name what a summary says, so that it is not said again."""
    return hashlib.sha256(repr(summary).encode()).hexdigest()[:32]


# --- Settling -----------------------------------------------------------------------------------------------------


def _settle(ports: Ports, telling: _Telling, told: Receipt | Undelivered) -> None:
    """Write what became of a telling, whatever fails besides: what was told must not be told again."""
    now = ports.clock.now()
    outcome = _told(telling, told, now) if isinstance(told, Receipt) else _failed(telling, told, now)
    try:
        wake_for(ports.queue, surely(ports.store, lambda uow: _write_and_give_way(uow, telling, outcome, now)))
    except StoreUnavailable:
        raise
    except Exception:  # noqa: BLE001  # one alert that cannot be worked on must not undo the others
        _log.exception("nothing takes the place of what storm %s could not tell", telling.storm.id)
        surely(ports.store, lambda uow: _write(uow, telling, outcome))
    if outcome.due_at:
        ports.queue.wake_at(Job.SUMMARISE, outcome.due_at)


def _write_and_give_way(
    uow: UnitOfWork, telling: _Telling, outcome: _TellingOutcome, now: datetime
) -> tuple[Decision, ...]:
    _write(uow, telling, outcome)
    judged = zip(telling.held, outcome.settlements, strict=True)
    lost = [message for message, settlement in judged if is_lost(settled_as(message, settlement))]
    decisions = give_way(uow, lost, now) if lost else ()
    uow.save(decisions)
    return decisions


def _write(uow: UnitOfWork, telling: _Telling, outcome: _TellingOutcome) -> None:
    judged = zip(telling.held, outcome.settlements, strict=True)
    uow.settle([_netted(message, settlement) for message, settlement in judged])
    uow.put_storm(outcome.storm, outcome.due_at)


def _told(telling: _Telling, receipt: Receipt, now: datetime) -> _TellingOutcome:
    storm = replace(
        telling.storm,
        provider_id=receipt.provider_id or telling.storm.provider_id,
        conversation=receipt.conversation or telling.storm.conversation,
        shown=_name(telling.digest.summary),
        shown_at=now,
        attempts=0,
    )
    settlements = (
        Settlement(notification_id=each.id, state=receipt.state, receipt=receipt, error=receipt.remark)
        for each in telling.held
    )
    due_at = None if storm.over_at else now + telling.pace
    return _TellingOutcome(storm=storm, due_at=due_at, settlements=tuple(settlements))


def _failed(telling: _Telling, error: Undelivered, now: datetime) -> _TellingOutcome:
    """Try again later; what was refused for good fails, unless it was a change of a message that is gone."""
    gone = isinstance(error, Rejected) and bool(telling.storm.provider_id)
    storm = replace(
        telling.storm, attempts=telling.storm.attempts + 1, provider_id="" if gone else telling.storm.provider_id
    )
    again = now + LIVE.first if gone else storms.after_failure(storm, telling.rhythm, error.retry_after, now)
    refused = isinstance(error, Rejected) and not gone
    settlements = _untold(telling.held, error.reason, None if refused else again)
    return _TellingOutcome(storm=storm, due_at=None if refused and storm.over_at else again, settlements=settlements)


def _untold(held: Iterable[Notification], reason: str, retry_at: datetime | None) -> tuple[Settlement, ...]:
    state = DeliveryState.QUEUED if retry_at else DeliveryState.FAILED
    return tuple(
        Settlement(notification_id=each.id, state=state, receipt=Receipt(state=state), error=reason, retry_at=retry_at)
        for each in held
    )


def _netted(message: Notification, settlement: Settlement) -> Settlement:
    """The next telling takes what is left; only if there is none, it is due by itself: at its deadline, or later."""
    again, deadline = settlement.retry_at, message.deadline_at
    if again is None:
        return settlement
    in_time = deadline is not None and again <= deadline
    return replace(settlement, retry_at=deadline if in_time else again + storms.NET)
