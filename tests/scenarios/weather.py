"""Many alerts at the same moment, and what was held back of them."""

from bot.engine.model import Alert, Urgency
from bot.ports import AlertFilter
from tests.harness import World


def rain(world: World, count: int, title: str = "drop", urgency: Urgency = Urgency.HIGH) -> list[Alert]:
    """So many alerts at the same moment."""
    bodies = [
        {"event_type": "create", "id": f"{title} {number}", "title": f"{title} {number}", "urgency": urgency}
        for number in range(count)
    ]
    world.sends_together(*bodies)
    return rained(world, title)


def drizzle(world: World, count: int, title: str = "drop", urgency: Urgency = Urgency.HIGH) -> list[Alert]:
    """So many alerts, half a second apart: the last ones are those that a storm holds back."""
    for number in range(count):
        world.fires(f"{title} {number}", urgency=urgency)
        world.passes(seconds=0.5)
    return rained(world, title)


def rained(world: World, title: str = "drop") -> list[Alert]:
    """What fell, as it is now, the first one first."""
    with world.ports.store.begin() as uow:
        found = uow.alerts(AlertFilter(text=title, limit=100))
    return sorted(found, key=lambda alert: alert.number)
