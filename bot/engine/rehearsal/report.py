"""A rehearsal as text: which rule and why, who is asked, and the timed ladder of pages."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.engine.directory import Directory
from bot.engine.durations import say_duration
from bot.engine.model import Automation, EntryKind, NoticeKind, Stage
from bot.engine.rehearsal.playthrough import ForeseenPage, Rehearsal, who_is_on_call

MOST_PAGES = 60
"""Messages of the ladder that are printed."""


def say_routing(rehearsal: Rehearsal, directory: Directory, zone: ZoneInfo) -> str:
    """Say what the alert says, which rules were tried and where it goes."""
    return "\n".join(_routing(rehearsal, directory, zone))


def say_ladder(rehearsal: Rehearsal, directory: Directory, zone: ZoneInfo) -> str:
    """Say who is on call, and who hears what when if nobody answers."""
    return "\n".join((*_on_call(rehearsal, directory), *_ladder(rehearsal, zone)))


def _routing(rehearsal: Rehearsal, directory: Directory, zone: ZoneInfo) -> Iterator[str]:
    alert = rehearsal.alert
    yield f"At {_local(rehearsal.at, zone)} {zone.key}"
    tags = f", tags {', '.join(alert.tags)}" if alert.tags else ""
    yield f"Alert: {alert.title!r}, urgency {alert.urgency}{tags}"
    if alert.incident:
        yield f"Incident: {alert.incident.severity} {alert.incident.message}".rstrip()
    yield "Rules:"
    yield from (f"  {line.subject}: {line.said}" for line in rehearsal.routing.trace if line.stage is Stage.ROUTER)
    receivers = ", ".join(directory.name(each) for each in rehearsal.routing.receivers)
    yield f"Goes to: {'nobody, a router ignores it' if rehearsal.ignored else receivers or 'nobody'}"
    names = (directory.get(Automation, each) for each in rehearsal.automations)
    runs = ", ".join(f"automation:{each.handle}" for each in names if each)
    if runs:
        yield f"Runs: {runs}"


def _on_call(rehearsal: Rehearsal, directory: Directory) -> Iterator[str]:
    for receiver in rehearsal.routing.receivers:
        seats = tuple(who_is_on_call(receiver, directory, rehearsal.at))
        if seats:
            yield f"On call for {directory.name(receiver)}:"
            yield from (f"  {each.who} by {each.because}" if each.because else f"  {each.who}" for each in seats)


def _ladder(rehearsal: Rehearsal, zone: ZoneInfo) -> Iterator[str]:
    if rehearsal.ignored:
        return
    yield "If nobody answers:"
    for page in rehearsal.ladder[:MOST_PAGES]:
        yield f"  {_moment(page.at, rehearsal.at, zone)}  {_said(page)}"
    for entry in (each for each in rehearsal.entries if each.kind is EntryKind.UNDELIVERED):
        yield f"  {_moment(entry.at, rehearsal.at, zone)}  {entry.text}"
    if len(rehearsal.ladder) > MOST_PAGES:
        yield f"  and {len(rehearsal.ladder) - MOST_PAGES} more messages"
    if rehearsal.dropped_at:
        yield f"  {_moment(rehearsal.dropped_at, rehearsal.at, zone)}  dropped: nobody is left to page"
    if rehearsal.cut_off:
        yield "  and so on: this goes on for longer than a rehearsal does"
    if rehearsal.is_lost:
        yield "Nobody would be paged."


def _said(page: ForeseenPage) -> str:
    address = f" ({page.address})" if page.address not in {"", "primary"} else ""
    if page.kind is NoticeKind.CARD:
        return f"card in {page.to}"
    if page.kind is not NoticeKind.OPEN:
        return f"{page.to} by {page.channel}{address}: {page.kind}"
    passage = f", pass {page.passage + 1}" if page.passage else ""
    because = f"; {page.because}" if page.because else ""
    return f"{page.to} by {page.channel}{address}: layer {page.layer}{passage} of {page.receiver}{because}"


def _moment(at: datetime, start: datetime, zone: ZoneInfo) -> str:
    after = f"+{say_duration(at - start)}" if at - start >= timedelta(seconds=1) else "at once"
    return f"{after:<9} {_local(at, zone)}"


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%a %Y-%m-%d %H:%M:%S")
