"""The net below everything: whatever is due in SQL is done, whether or not anybody was woken for it.

These are all the drains that there are; a worker runs each in a thread of its own (`cli/sweeping`). They are the only
recovery code.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from bot.ports import Job, Ports
from bot.service import aside, automate, deliver, departures, duty, fire, heartbeat, receive, refresh, storms

Drain: TypeAlias = Callable[[Ports], object]

WOKEN: Mapping[Job, Drain] = {
    Job.RECEIVE: receive.drain,
    Job.FIRE: fire.drain,
    Job.DELIVER: deliver.drain,
    Job.SUMMARISE: storms.drain,
    Job.REFRESH: refresh.drain,
    Job.AUTOMATE: automate.drain,
}
"""What a wake-up asks for."""

UNWOKEN: tuple[Drain, ...] = (heartbeat.drain, duty.drain, aside.drain, departures.drain)
"""What nobody is woken for: it is due by the clock alone."""


def sweep(ports: Ports) -> None:
    """Run every drain once."""
    for drain in (*UNWOKEN, *WOKEN.values()):
        drain(ports)
