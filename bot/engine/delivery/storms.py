"""Storms: more messages in one place than a person can read, told as one summary instead.

A place is a channel and whoever it reaches: a person, or a conversation. What is critical passes every storm.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from bot.engine.model import Notification, Status, Urgency

LIMIT = 12
"""Messages a minute in one place, beyond which a storm begins, unless a setting says otherwise."""
NET = timedelta(seconds=60)
"""After which a message that no summary has told is looked at again, should its storm have been forgotten."""
UNTAKEN = (Status.OPEN, Status.DROPPED)
"""What an alert is while nobody has it."""

_WINDOW = timedelta(minutes=1)
_LONGEST = timedelta(minutes=2)
_NAMED = 3  # alerts that words name


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How long a summary waits for what comes `first`, and the `pace` at which it follows afterwards.

    `share` is the wait between any two summaries of the channel, so that many storms stay within its rates.
    """

    first: timedelta
    pace: timedelta
    share: timedelta = timedelta(0)


LIVE = Rhythm(first=timedelta(seconds=1), pace=timedelta(seconds=3), share=timedelta(seconds=2))
"""For a summary that is changed in place. Slack takes about one change a second: summaries take half of that."""
SPOKEN = Rhythm(first=timedelta(seconds=10), pace=timedelta(seconds=45))
"""For one that is another message each time: nobody wants to be called more than once a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """A storm in one place. `channel`, `address` and `user_id` are those of the messages that it stands for.

    `provider_id` and `conversation` are the provider's names for the summary, `shown` names what it says, `shown_at` is
    when it was last told. `over_at` is when the storm ended. `attempts` counts those that failed since the last one
    that did not.
    """

    id: str
    channel: str
    address: str
    began_at: datetime
    user_id: str | None = None
    provider_id: str = ""
    conversation: str = ""
    shown: str = ""
    shown_at: datetime | None = None
    over_at: datetime | None = None
    attempts: int = 0

    @property
    def place(self) -> str:
        """Where it is."""
        return _place(self.channel, self.user_id, self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How much comes in one place: the latest instants, oldest first, and the storm that is on.

    `latest_id` names the storm that is on or was the last one there.
    """

    place: str
    recent: tuple[datetime, ...] = ()
    storm_id: str | None = None
    latest_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Divided:
    """What is sent by itself and what a summary has to tell; `begun` is a storm that begins with it."""

    traffic: Traffic
    single: tuple[Notification, ...] = ()
    held: tuple[Notification, ...] = ()
    begun: Storm | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioned:
    """An alert that a summary names. `link` is the sender's page of it, empty without one."""

    number: int
    title: str
    urgency: Urgency
    status: Status
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a person is shown of a storm: plain values, no markup. The counts are in the order of their words."""

    storm_id: str
    began_at: datetime
    over_at: datetime | None
    statuses: tuple[tuple[Status, int], ...]
    urgencies: tuple[tuple[Urgency, int], ...]
    newest: tuple[Mentioned, ...]

    @property
    def total(self) -> int:
        """How many alerts it stands for."""
        return sum(count for _, count in self.statuses)

    @property
    def untaken(self) -> int:
        """How many of them nobody has."""
        return sum(count for status, count in self.statuses if status in UNTAKEN)


def place_of(message: Notification) -> str:
    """Where a message goes."""
    return _place(message.channel, message.user_id, message.address)


def by_place(messages: Iterable[Notification]) -> Mapping[str, tuple[Notification, ...]]:
    """Messages by where they go, in their order there."""
    return {place: tuple(each) for place, each in groupby(sorted(messages, key=place_of), place_of)}


def place_for(channel: str, user_id: str) -> str:
    """Where a person is reached by a channel."""
    return _place(channel, user_id, "")


def may_be_held(message: Notification, limit: int) -> bool:
    """Whether a summary may tell it: never what is critical; nothing at all with a limit of 0."""
    return limit > 0 and message.urgency is not Urgency.CRITICAL


def divide(traffic: Traffic, due: Iterable[Notification], limit: int, now: datetime, storm_id: str) -> Divided:
    """Divide what is due in one place. A storm that begins is given the id.

    Beyond `limit` messages within a minute all of them wait for the summary, until the storm is over.
    """
    single: list[Notification] = []
    held: list[Notification] = []
    begun = None
    for message in due:
        if message.attempts <= 1 and not message.waited and message.storm_id is None:
            traffic = replace(traffic, recent=(*traffic.recent, now)[-limit - 1 :])
        if traffic.storm_id is None and _in_the_last_minute(traffic, now) > limit:
            begun = _begin(message, storm_id, now)
            traffic = replace(traffic, storm_id=storm_id, latest_id=storm_id)
        (held if traffic.storm_id else single).append(message)
    return Divided(traffic=traffic, single=tuple(single), held=tuple(held), begun=begun)


def is_calm(traffic: Traffic, limit: int, now: datetime) -> bool:
    """Whether a storm can end: within the last minute came no more than half of what makes one."""
    return _in_the_last_minute(traffic, now) <= limit // 2


def pace(rhythm: Rhythm, storms: int) -> timedelta:
    """How long to wait between two tellings of a storm while there are so many storms."""
    return max(rhythm.pace, rhythm.share * storms)


def after_failure(storm: Storm, rhythm: Rhythm, asked_for: float | None, now: datetime) -> datetime:
    """When a summary that did not arrive is tried again: after the provider's wait (seconds), or doubling to 2 min."""
    doubled = min(_LONGEST, rhythm.pace * 2 ** min(storm.attempts, 10))
    return now + (timedelta(seconds=asked_for) if asked_for is not None else doubled)


def say(summary: Summary, fresh: int) -> str:
    """Tell a storm in plain words, for channels that have nothing but words; `fresh` alerts are told the first time."""
    return f"{headline(summary, fresh)}, {standing(summary)}. Newest: {'; '.join(newest(summary))}"


def headline(summary: Summary, fresh: int) -> str:
    """How much is new in a storm: `Alert storm: 37 more alerts`; how much there is, where nothing is."""
    return f"Alert storm: {say_alerts(fresh, 'more ') if fresh else say_alerts(summary.total)}"


def standing(summary: Summary) -> str:
    """How a storm stands: `49 since 09:00 UTC, 37 that nobody has`."""
    return f"{summary.total:,} since {summary.began_at:%H:%M} UTC, {summary.untaken:,} that nobody has"


def newest(summary: Summary) -> tuple[str, ...]:
    """The newest three alerts of a storm, with their numbers."""
    return tuple(f"#{each.number} {_short(each.title)}" for each in summary.newest[:_NAMED])


def say_alerts(count: int, kind: str = "") -> str:
    """So many alerts, of a kind: `37 more alerts`."""
    return f"{count:,} {kind}{'alert' if count == 1 else 'alerts'}"


def _begin(message: Notification, storm_id: str, now: datetime) -> Storm:
    return Storm(id=storm_id, channel=message.channel, address=message.address, user_id=message.user_id, began_at=now)


def _in_the_last_minute(traffic: Traffic, now: datetime) -> int:
    return sum(now - at < _WINDOW for at in traffic.recent)


def _place(channel: str, user_id: str | None, address: str) -> str:
    return f"{channel} {user_id or address}"


def _short(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
