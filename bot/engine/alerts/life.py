"""What an alert does when something happens to it: the table that the engine looks its answers up in.

`docs/alerts.md` shows this table, and a test plays every cell through.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.engine.model import Alert, Status


class Standing(StrEnum):
    """Where an alert stands, as far as it matters to what happens next."""

    HELD = "queued"
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    WORSE = "acknowledged, then worse"
    HELPED = "acknowledged, others asked to help"
    DROPPED = "dropped"
    CHILD = "gathered under another"
    IGNORED = "ignored"
    RESOLVED = "resolved"


class AlertEvent(StrEnum):
    """What can happen to an alert that is no person's doing."""

    SAME = "its sender repeats it"
    WORSE = "its sender repeats it at a higher urgency"
    MILDER = "its sender repeats it at a lower urgency"
    ACKNOWLEDGE = "its sender acknowledges it"
    RESOLVE = "its sender says that it is over"
    MEMBER = "another is gathered under it"
    LOUD_MEMBER = "one gathered under it is more urgent than it was"
    MEMBER_OVER = "one gathered under it is over"
    PARENT_OVER = "what it was gathered under is over"
    LAYER_OVER = "nobody answers in a layer's time"
    LAST_LAYER_OVER = "nobody answers in the last layer's time"
    SNOOZE_OVER = "its snooze is over"
    PERSON_GONE = "who has it, or is asked alone, is deactivated"


class Wakes(StrEnum):
    """Whom it wakes."""

    NOBODY = "nobody"
    ASKED = "those who are asked now, again"
    HOLDER = "whoever has it"
    HOLDER_AND_HELP = "whoever has it, and those who are asked to help, again"
    UNHELPED = "nobody; whoever has it hears that nobody helps"
    IN_CHARGE = "those in charge of it, from their first layer"
    NEXT = "the next layer"
    ADMINS = "the team's admins and its channel: it was dropped"
    RESOLVED = "nobody; those who were asked hear that it is over, if their rule wants it"
    TAKEN = "nobody; those who were asked hear that somebody has it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What follows: where the alert stands then, what card and timeline say, and who is woken. None: a new alert."""

    becomes: Standing | None
    shows: str
    wakes: Wakes = Wakes.NOBODY


_AGAIN = "the newest words, and how often it came"
_LOUDER = "that it got worse, and the higher urgency"
_MILDER = "the newest words, and the lower urgency"
_GATHERED = "what was gathered"
_OPENS = "that it opens again"
_OVER = "that it is over; what it gathered comes forth"
_HAD = "that its sender says somebody has it"
_NEW = "a new alert; after more than three returns in 15 minutes the same one, which says that it is flapping"
_ROUTED = "a new alert, which its router decides about"

_REOPENS = Consequence(becomes=Standing.OPEN, shows=_OPENS, wakes=Wakes.IN_CHARGE)
_RETURNS = Consequence(becomes=None, shows=_NEW, wakes=Wakes.IN_CHARGE)
_IS_NEW = Consequence(becomes=None, shows=_ROUTED, wakes=Wakes.IN_CHARGE)
_ENDS_QUIETLY = Consequence(becomes=Standing.RESOLVED, shows=_OVER)
_ENDS = Consequence(becomes=Standing.RESOLVED, shows=_OVER, wakes=Wakes.RESOLVED)
_TAKEN = Consequence(becomes=Standing.ACKNOWLEDGED, shows=_HAD, wakes=Wakes.TAKEN)


def _stays(standing: Standing, shows: str, wakes: Wakes = Wakes.NOBODY) -> Consequence:
    return Consequence(becomes=standing, shows=shows, wakes=wakes)


TABLE: Mapping[Standing, Mapping[AlertEvent, Consequence]] = {
    Standing.HELD: {
        AlertEvent.SAME: _stays(Standing.HELD, _AGAIN),
        AlertEvent.WORSE: _stays(Standing.HELD, _LOUDER),
        AlertEvent.MILDER: _stays(Standing.HELD, _MILDER),
        AlertEvent.RESOLVE: _ENDS_QUIETLY,
        AlertEvent.MEMBER: _stays(Standing.HELD, _GATHERED),
        AlertEvent.LOUD_MEMBER: _stays(Standing.HELD, _LOUDER),
        AlertEvent.MEMBER_OVER: _stays(Standing.HELD, _OVER),
    },
    Standing.OPEN: {
        AlertEvent.SAME: _stays(Standing.OPEN, _AGAIN),
        AlertEvent.WORSE: _stays(Standing.OPEN, _LOUDER, Wakes.ASKED),
        AlertEvent.MILDER: _stays(Standing.OPEN, _MILDER),
        AlertEvent.ACKNOWLEDGE: _TAKEN,
        AlertEvent.RESOLVE: _ENDS,
        AlertEvent.MEMBER: _stays(Standing.OPEN, _GATHERED),
        AlertEvent.LOUD_MEMBER: _stays(Standing.OPEN, _LOUDER, Wakes.ASKED),
        AlertEvent.MEMBER_OVER: _stays(Standing.OPEN, _OVER),
        AlertEvent.LAYER_OVER: _stays(Standing.OPEN, "who is paged now", Wakes.NEXT),
        AlertEvent.LAST_LAYER_OVER: Consequence(
            becomes=Standing.DROPPED, shows="that nobody is left to page", wakes=Wakes.ADMINS
        ),
        AlertEvent.PERSON_GONE: _stays(Standing.OPEN, "who is paged now", Wakes.NEXT),
    },
    Standing.ACKNOWLEDGED: {
        AlertEvent.SAME: _stays(Standing.ACKNOWLEDGED, _AGAIN),
        AlertEvent.WORSE: _stays(Standing.WORSE, _LOUDER, Wakes.HOLDER),
        AlertEvent.MILDER: _stays(Standing.ACKNOWLEDGED, _MILDER),
        AlertEvent.RESOLVE: _ENDS,
        AlertEvent.MEMBER: _stays(Standing.ACKNOWLEDGED, _GATHERED),
        AlertEvent.LOUD_MEMBER: _stays(Standing.WORSE, _LOUDER, Wakes.HOLDER),
        AlertEvent.MEMBER_OVER: _stays(Standing.ACKNOWLEDGED, _OVER),
        AlertEvent.SNOOZE_OVER: _REOPENS,
        AlertEvent.PERSON_GONE: _REOPENS,
    },
    Standing.WORSE: {
        AlertEvent.SAME: _stays(Standing.WORSE, _AGAIN),
        AlertEvent.WORSE: _stays(Standing.WORSE, _LOUDER, Wakes.ASKED),
        AlertEvent.MILDER: _stays(Standing.WORSE, _MILDER),
        AlertEvent.RESOLVE: _ENDS,
        AlertEvent.MEMBER: _stays(Standing.WORSE, _GATHERED),
        AlertEvent.LOUD_MEMBER: _stays(Standing.WORSE, _LOUDER, Wakes.ASKED),
        AlertEvent.MEMBER_OVER: _stays(Standing.WORSE, _OVER),
        AlertEvent.LAYER_OVER: _REOPENS,
        AlertEvent.PERSON_GONE: _REOPENS,
    },
    Standing.HELPED: {
        AlertEvent.SAME: _stays(Standing.HELPED, _AGAIN),
        AlertEvent.WORSE: _stays(Standing.WORSE, _LOUDER, Wakes.HOLDER_AND_HELP),
        AlertEvent.MILDER: _stays(Standing.HELPED, _MILDER),
        AlertEvent.RESOLVE: _ENDS,
        AlertEvent.MEMBER: _stays(Standing.HELPED, _GATHERED),
        AlertEvent.LOUD_MEMBER: _stays(Standing.WORSE, _LOUDER, Wakes.HOLDER_AND_HELP),
        AlertEvent.MEMBER_OVER: _stays(Standing.HELPED, _OVER),
        AlertEvent.LAYER_OVER: _stays(Standing.HELPED, "who is paged now", Wakes.NEXT),
        AlertEvent.LAST_LAYER_OVER: _stays(Standing.ACKNOWLEDGED, "that nobody helps", Wakes.UNHELPED),
        AlertEvent.PERSON_GONE: _REOPENS,
    },
    Standing.DROPPED: {
        AlertEvent.SAME: _REOPENS,
        AlertEvent.WORSE: _REOPENS,
        AlertEvent.MILDER: _REOPENS,
        AlertEvent.ACKNOWLEDGE: _TAKEN,
        AlertEvent.RESOLVE: _ENDS,
        AlertEvent.MEMBER: _REOPENS,
        AlertEvent.LOUD_MEMBER: _REOPENS,
        AlertEvent.MEMBER_OVER: _stays(Standing.DROPPED, _OVER),
    },
    Standing.CHILD: {
        AlertEvent.SAME: _stays(Standing.CHILD, _AGAIN),
        AlertEvent.WORSE: _stays(Standing.CHILD, _LOUDER),
        AlertEvent.MILDER: _stays(Standing.CHILD, _MILDER),
        AlertEvent.ACKNOWLEDGE: Consequence(becomes=Standing.ACKNOWLEDGED, shows=_HAD),
        AlertEvent.RESOLVE: _ENDS_QUIETLY,
        AlertEvent.PARENT_OVER: Consequence(
            becomes=Standing.OPEN, shows="that it takes the place of what is over", wakes=Wakes.IN_CHARGE
        ),
    },
    Standing.IGNORED: {
        AlertEvent.SAME: _IS_NEW,
        AlertEvent.WORSE: _IS_NEW,
        AlertEvent.MILDER: _IS_NEW,
        AlertEvent.ACKNOWLEDGE: Consequence(becomes=Standing.ACKNOWLEDGED, shows=_HAD),
        AlertEvent.RESOLVE: _ENDS_QUIETLY,
    },
    Standing.RESOLVED: {AlertEvent.SAME: _RETURNS, AlertEvent.WORSE: _RETURNS, AlertEvent.MILDER: _RETURNS},
}
"""By standing and event. What is not in it changes nothing: the log of the payload says so."""


def standing_of(alert: Alert) -> Standing:
    """Where an alert stands."""
    match alert.status:
        case Status.QUEUED:
            return Standing.HELD
        case Status.ACKNOWLEDGED:
            return _acknowledged(alert)
        case Status.SUPPRESSED:
            return Standing.CHILD if alert.parent_id else Standing.IGNORED
        case _:
            return Standing(alert.status.value)


def _acknowledged(alert: Alert) -> Standing:
    if alert.is_worse:
        return Standing.WORSE
    return Standing.HELPED if alert.asks_help else Standing.ACKNOWLEDGED


def answer(alert: Alert, event: AlertEvent) -> Consequence:
    """What an alert does when something happens to it; nothing, where the table says nothing."""
    standing = standing_of(alert)
    return TABLE[standing].get(event) or Consequence(becomes=standing, shows="")
