"""`pagertree mail`: the process that takes mail for integrations."""

from pkgutil import resolve_name

import click

from bot import wiring
from bot.cli.lifeline import follow
from bot.cli.root import log_to_stderr


@click.command()
def mail() -> None:
    """Take mail for integrations by SMTP, at MAIL_PORT."""
    world = wiring.world()
    if not world.settings.mail_port:
        raise click.ClickException("No mail is taken: set MAIL_PORT, for example to 2525.")
    log_to_stderr(world.settings.log_level)
    follow(world.settings)
    resolve_name("bot.web.mail:serve")(world.settings, world.ports)
