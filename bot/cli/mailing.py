"""`pagertree mail`: the process that takes mail for integrations."""

from pkgutil import resolve_name

import click

from bot import wiring
from bot.cli.lifeline import follow
from bot.cli.process_table import MAIL
from bot.cli.resting import rest_if_idle
from bot.cli.root import log_to_stderr
from bot.settings import load


@click.command()
def mail() -> None:
    """Take mail for integrations by SMTP, at MAIL_PORT; without it, wait."""
    rest_if_idle(MAIL, load())
    world = wiring.world()
    log_to_stderr(world.settings.log_level)
    follow(world.settings)
    resolve_name("bot.web.mail:serve")(world.settings, world.ports)
