"""Maintenance windows that are begun and ended at once."""

from dataclasses import replace
from datetime import timedelta

from bot import ids
from bot.engine.model import Actor, Maintenance, Status
from bot.engine.schedules.maintenance import is_open, openings
from bot.errors import Invalid, NotFound, Problem, Refused
from bot.ports import Ports
from bot.service import answers, maintenance_effects, manage
from bot.service.desk import Acted

QUICK = (timedelta(minutes=30), timedelta(hours=1), timedelta(hours=4))
"""The windows that are one click away."""
_LONGEST = timedelta(days=7)


def begin(ports: Ports, integration_ids: tuple[str, ...], duration: timedelta, author: Actor) -> Maintenance:
    """Open a window now. Raises `Invalid`: a window that is begun in haste and forgotten would hide alerts for long."""
    now = ports.clock.now().replace(microsecond=0)  # the clocks that windows are on count whole seconds
    if not timedelta(minutes=1) <= duration <= _LONGEST:
        raise Invalid([Problem(message="That is no time for a window.", mend="Give 1m to 7d, such as 30m, 1h or 4h.")])
    directory = ports.store.directory()
    names = ", ".join(directory.integrations[each].name for each in integration_ids if each in directory.integrations)
    name = f"{names[:60]}, {now:%Y-%m-%d %H:%M} UTC"
    window = Maintenance(
        id=ids.new("mnt"),
        name=name,
        handle=manage.handle_for(directory, Maintenance, name),
        integration_ids=integration_ids,
        start_at=now,
        end_at=now + duration,
    )
    manage.create(ports, window, author)
    maintenance_effects.tell_running(ports, window, now)
    return window


def end(ports: Ports, maintenance_id: str, author: Actor) -> Maintenance:
    """End a window that is open; one that recurs opens again the next time. Raises `NotFound` or `Refused`."""
    now = ports.clock.now()
    with ports.store.begin() as uow:
        window = uow.directory().maintenances.get(maintenance_id)
        if window is None:
            raise NotFound("The maintenance window was deleted.")
        if not is_open(window, now):
            raise Refused(f"{window.name} is not open now")
        ended = replace(window, ended_at=now)
        uow.put(ended, author, now, seen=uow.version_of(window.id))
    return ended


def hold(ports: Ports, reference: str, actor: Actor) -> Acted:
    """Stop paging about an alert until the window that its integration is in is over: then it opens again.

    Whoever does it has the alert until then. Raises `NotFound`, and `Refused` where no window is on for it.
    """
    now = ports.clock.now()
    with ports.store.begin() as uow:
        situation, directory = uow.situation(reference), uow.directory()
    if situation is None:
        raise NotFound(f"There is no alert #{reference[:30].lstrip('#')}.")
    alert = situation.alert
    window = directory.in_maintenance(alert.integration_id or "", now)
    opening = next(iter(openings(window, now, now + timedelta(microseconds=1))), None) if window else None
    if window is None or opening is None:
        raise Refused(f"No maintenance window is on for #{alert.number}: people go on being asked about it")
    if alert.status is not Status.ACKNOWLEDGED or alert.is_worse:
        answers.acknowledge(ports, alert.id, actor)
    acted = answers.snooze(ports, alert.id, actor, opening.end_at - now)
    said = f"You have #{alert.number}, and nobody is paged about it while {window.name} is on. It opens again then."
    return Acted(alert=acted.alert, said=said)
