"""A small story that leaves rows in most tables: alerts in every state, pages, timers, versions, a damaged payload."""

from bot.engine.model import Role
from tests.harness import World, team_receiver

ANSWERED, PAGED, CLOSED, QUIET = "disk full", "queue long", "load high", "fan loud"
TITLES = (ANSWERED, PAGED, CLOSED, QUIET)
RULES = "rules:\n  - match: {alert.title: {$regex: noise}}\n    actions: [{type: ignore}]\n"


def tell(world: World) -> None:
    """Set up a team with two layers and a router, and have four alerts answered in different ways."""
    ann = world.person("ann", "sms", "slack", role=Role.ADMIN)
    world.changes_contacts(ann, "sms", "voice")
    team = world.policy(("ann", 5), ("bo", 5), repeat=1)
    world.integration("routed", world.router("by-title", RULES, team_receiver(team)))
    for title in TITLES:
        world.fires(title)
    world.sends({"event_type": "create", "id": "n", "title": "noise"}, integration="routed")
    world.acknowledges("ann", world.alert(ANSWERED))
    world.acknowledges("ann", world.alert(QUIET))
    world.snoozes("ann", world.alert(QUIET), minutes=30)
    world.resolves("ann", world.alert(CLOSED))
    world.notes("bo", world.alert(PAGED), "I look at it.")
    world.passes(minutes=6)
