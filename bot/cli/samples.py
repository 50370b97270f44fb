"""`pagertree sample`: something to try the bot with."""

import click

from bot import wiring
from bot.engine.model import Integration
from bot.errors import Refused
from bot.service.sample import is_blank, load


@click.command()
def sample() -> None:
    """Load two teams with people on call, a router and two integrations into an empty database."""
    world = wiring.world()
    if not world.settings.has_slack:
        raise Refused("The people for the sample are found in Slack: set SLACK_BOT_TOKEN, or use pagertree run.")
    if not is_blank(world.ports):
        raise Refused("Something is configured already: the sample is for an empty database.")
    for each in load(world.ports, wiring.look_around(world.settings)):
        click.echo(f"{each.name} ({each.type}): {address(each, world.settings.public)}")


def address(integration: Integration, public: str) -> str:
    """Where an integration's payloads are posted."""
    return f"{public}/integrations/{integration.key}"
