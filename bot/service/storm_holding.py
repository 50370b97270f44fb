"""Hold back what comes too fast for a person to read: `service/storm_summaries` tells it as one summary."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot import ids
from bot.engine.delivery import storms
from bot.engine.delivery.storms import LIVE, SPOKEN, Divided, Rhythm, Storm
from bot.engine.model import Notification
from bot.ports import Herald, Job, Narrator, Ports, Summariser, UnitOfWork

_LONGEST_SILENCE = timedelta(minutes=15)
"""After which a storm that was not even tried to be told counts as one that never will: its messages leave alone."""

_log = logging.getLogger(__name__)


def hold_back(ports: Ports, uow: UnitOfWork, claimed: tuple[Notification, ...]) -> tuple[Notification, ...]:
    """Hold back what a summary will tell, and return what is sent by itself, of what this transaction claimed."""
    doubtful = [each for each in claimed if storms.may_be_held(each, ports.storm_limit)]
    doubtful = [each for each in doubtful if rhythm_of(ports, each.channel)]
    if not doubtful:
        return claimed
    now = ports.clock.now()
    forsaken = _forsaken(uow, {each.storm_id for each in doubtful if each.storm_id}, now)
    doubtful = [each for each in doubtful if each.storm_id not in forsaken]
    by_place = storms.by_place(doubtful)
    traffic = uow.traffic(by_place)
    sifted = [
        storms.divide(traffic[place], messages, ports.storm_limit, now, ids.new("stm"))
        for place, messages in by_place.items()
    ]
    uow.put_traffic([each.traffic for each in sifted if each.traffic != traffic[each.traffic.place]])
    held = {message.id for each in sifted for message in _hold(ports, uow, each)}
    return tuple(each for each in claimed if each.id not in held)


def _forsaken(uow: UnitOfWork, storm_ids: Iterable[str], now: datetime) -> frozenset[str]:
    """Find the storms of messages that came up by themselves which nobody tells, and not because a provider fails."""
    found = {storm_id: uow.storm(storm_id) for storm_id in storm_ids}
    return frozenset(storm_id for storm_id, storm in found.items() if storm is None or _is_forsaken(storm, now))


def _is_forsaken(storm: Storm, now: datetime) -> bool:
    return storm.attempts == 0 and now - (storm.shown_at or storm.began_at) > _LONGEST_SILENCE


def rhythm_of(ports: Ports, channel: str) -> Rhythm | None:
    """How often a channel can tell a summary; None when it can tell none."""
    found: object = ports.channels.get(channel)
    if isinstance(found, Summariser):
        return LIVE
    return SPOKEN if isinstance(found, Narrator | Herald) else None


def _hold(ports: Ports, uow: UnitOfWork, sifted: Divided) -> tuple[Notification, ...]:
    begun, now = sifted.begun, ports.clock.now()
    if begun:
        due_at = now + (rhythm_of(ports, begun.channel) or SPOKEN).first
        uow.put_storm(begun, due_at)
        ports.queue.wake_at(Job.SUMMARISE, due_at)
        _log.warning("a storm begins", extra={"storm": begun.id, "place": begun.place})
    if sifted.held and sifted.traffic.storm_id:
        uow.hold_back(sifted.traffic.storm_id, sifted.held, now, now + storms.NET)
    return sifted.held
