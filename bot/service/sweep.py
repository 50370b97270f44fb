"""The net below everything: do whatever is due in SQL, whether or not anybody was woken for it."""

from bot.ports import Ports
from bot.service import automate, deliver, duty, fire, heartbeat, receive, refresh, storms


def sweep(ports: Ports) -> None:
    """Run every drain once. This is the only recovery code there is."""
    receive.drain(ports)
    heartbeat.drain(ports)
    fire.drain(ports)
    deliver.drain(ports)
    storms.drain(ports)
    refresh.drain(ports)
    automate.drain(ports)
    duty.drain(ports)
