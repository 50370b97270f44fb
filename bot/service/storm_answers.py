"""What people answer to a storm's summary, over whatever channel: they take all of it that nobody has.

Each alert is taken by the same rule as by its own button, a batch in each transaction.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.delivery import storms
from bot.engine.delivery.storms import UNTAKEN, Storm, Summary
from bot.engine.model import Actor, User, person
from bot.errors import Forbidden, NotFound
from bot.ports import AlertFilter, Ports, UnitOfWork
from bot.service.bulk import ActedOnAll, acknowledge_all
from bot.service.callbacks import OLDEST
from bot.service.desk import Repeated
from bot.service.storm_summaries import summary_of

PATIENCE = timedelta(seconds=8)
"""How long whoever answered waits to hear what came of it: Twilio hangs up on us after 15 s."""

_MOST = 100_000  # alerts that one answer takes
_REASONS = 5
_ACKNOWLEDGE = "1"
_NO_STORM = "There is no such storm any more."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StormPressed:
    """What came of a key: words to say, or a storm to tell once more."""

    said: str = ""
    summary: Summary | None = None
    user: User | None = None


def take_all(ports: Ports, storm_id: str, actor: Actor, link: str = "") -> ActedOnAll:
    """Take every alert of a storm that nobody has at this moment, the oldest first.

    A `link`, or a message that was heard, does so once. Raises `NotFound`, or `Repeated` for one that did so before.
    """
    with ports.store.begin() as uow:
        if uow.storm(storm_id) is None:
            raise NotFound(_NO_STORM)
        untaken = uow.alerts(AlertFilter(storm_id=storm_id, statuses=UNTAKEN, limit=_MOST))

    def use_up(uow: UnitOfWork) -> None:
        if link and not uow.first_sight(f"link {link}", ports.clock.now()):
            raise Repeated("This link has taken the storm once before, and does so only once. Use a newer message.")

    return acknowledge_all(ports, [alert.id for alert in reversed(untaken)], actor, use_up)


def say(acted: ActedOnAll) -> str:
    """Say what came of it: how many were taken, and in further lines why not the others."""
    if not acted.count and not acted.refused:
        return "Somebody has each of them already, or they are over."
    taken = f"You have {storms.say_alerts(acted.count)} of this storm."
    if not acted.refused:
        return taken
    more = len(acted.refused) - _REASONS
    lines = (
        f"{taken} Not {len(acted.refused):,}:",
        *acted.refused[:_REASONS],
        f"And {more:,} more." if more > 0 else "",
    )
    return "\n".join(each for each in lines if each)


def take_in_time(ports: Ports, storm_id: str, actor: Actor, link: str = "", patience: timedelta = PATIENCE) -> str:
    """Take all of a storm and say what came of it, for somebody who waits at a phone or a page.

    What takes longer than their patience goes on behind the answer, which says so. Raises as `take_all` does.
    """
    with_nobody_waiting = ThreadPoolExecutor(1, "taking")
    taking = with_nobody_waiting.submit(take_all, ports, storm_id, actor, link)
    with_nobody_waiting.shutdown(wait=False)
    try:
        return say(taking.result(patience.total_seconds()))
    except TimeoutError:
        taking.add_done_callback(_note(storm_id))
    return "They are being given to you. There are so many that it takes a while: Slack shows how far it is."


def latest(uow: UnitOfWork, people: tuple[User, ...], channel: str) -> tuple[Storm, User] | None:
    """The latest storm that any of these people had on a channel, and whose it was."""
    places = {storms.place_for(channel, user.id): user for user in people}
    found = uow.traffic(places)
    known = ((uow.storm(each.latest_id), places[place]) for place, each in found.items() if each.latest_id)
    had = [(storm, user) for storm, user in known if storm]
    return max(had, key=lambda each: each[0].began_at, default=None)


def with_alert(uow: UnitOfWork, people: tuple[User, ...], channel: str, number: str) -> tuple[Storm, User] | None:
    """The latest storm in which one of these people was told of an alert on a channel, and whose it was."""
    situation = uow.situation(number)
    if situation is None:
        return None
    by_id = {user.id: user for user in people}
    told = uow.notifications([situation.alert.id]).get(situation.alert.id, ())
    held = [(each.storm_id, by_id.get(each.user_id or "")) for each in told if each.channel == channel]
    had = [(storm, user) for storm_id, user in held if user and storm_id and (storm := uow.storm(storm_id))]
    return max(had, key=lambda each: each[0].began_at, default=None)


def press(ports: Ports, storm_id: str, call_id: str, key: str) -> StormPressed:
    """Do what a key asks for in a call that told of a storm. Raises `NotFound`, or `Forbidden` when it is too late."""
    now = ports.clock.now()
    with ports.store.begin() as uow:
        storm = uow.storm(storm_id)
        if storm is None or storm.user_id is None:
            raise NotFound(_NO_STORM)
        _check_fresh(storm, now)
        if key != _ACKNOWLEDGE:
            return StormPressed(summary=summary_of(uow, storm), user=uow.directory().users.get(storm.user_id))
    actor = person(storm.user_id, storm.channel)
    try:
        return StormPressed(said=take_in_time(ports, storm.id, actor, f"key {call_id} {storm_id} {key}"))
    except Repeated:
        return StormPressed(said="Your answer about this storm was taken already.")


def _check_fresh(storm: Storm, now: datetime) -> None:
    if now - (storm.shown_at or storm.began_at) > OLDEST:
        raise Forbidden("This storm was told too long ago for anything to be answered.")


def _note(storm_id: str) -> Callable[["Future[ActedOnAll]"], None]:
    def note(done: "Future[ActedOnAll]") -> None:
        error = done.exception()
        if error:
            _log.error("storm %s could not be taken to its end", storm_id, exc_info=error)

    return note
