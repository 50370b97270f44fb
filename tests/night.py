"""One night, for everything that is shown in the documentation: a database runs out of disk, and Jane is on call."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from bot.engine.directory import Configured
from bot.engine.model import SYSTEM, Integration, Team
from bot.service import manage
from tests.harness import World

C = TypeVar("C", bound=Configured)

NIGHT = datetime(2026, 1, 6, 3, 12, tzinfo=UTC)
PAYLOAD = {
    "event_type": "create",
    "id": "disk-orders-db-3",
    "title": "Disk 94% full on orders-db-3",
    "description": "/var/lib/postgresql has 11 GB of 180 GB left and loses 2.3 GB an hour.\n"
    "PostgreSQL takes no more orders when it is full.",
    "urgency": "critical",
    "tags": ["orders", "eu-west"],
    "meta": {
        "host": "orders-db-3",
        "mount": "/var/lib/postgresql",
        "free": "11 GB of 180 GB",
        "full in": "4 h 50 min",
        "graph": "https://grafana.example/d/disks?var-host=orders-db-3",
        "runbook_url": "https://runbooks.example/postgresql/disk-full",
    },
}
_NAMES = {"jane": "Jane Okafor", "tom": "Tom Berger"}


def name(world: World) -> None:
    """Give Jane, Tom, their team and its sender names as people have them, and set the clock."""
    world.clock.move_to(NIGHT)
    directory = world.ports.store.directory()
    for handle, full in _NAMES.items():
        change(world, replace(world.person(handle), name=full, email=f"{handle}@example.com", zone="Europe/London"))
    team, sender = directory.get(Team, "ops"), directory.get(Integration, "webhook")
    assert isinstance(team, Team)
    assert isinstance(sender, Integration)
    change(world, replace(team, name="Orders"))
    change(world, replace(sender, name="Prometheus"))


def change(world: World, body: C) -> None:
    """Save something anew, whatever version it has."""
    with world.ports.store.begin() as uow:
        seen = uow.version_of(body.id)
    manage.change(world.ports, body, SYSTEM, seen)
