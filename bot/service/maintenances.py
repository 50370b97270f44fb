"""Maintenance windows that are begun and ended at once."""

from dataclasses import replace
from datetime import timedelta

from bot import ids
from bot.engine.model import Actor, Maintenance
from bot.engine.schedules.maintenance import is_open
from bot.errors import Invalid, NotFound, Problem, Refused
from bot.ports import Ports
from bot.service import manage

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
