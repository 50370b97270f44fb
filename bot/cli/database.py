"""`pagertree db`: the database's schema."""

import click

from bot import store
from bot.cli.folders import make
from bot.settings import load


@click.group()
def db() -> None:
    """The database's schema."""


@db.command()
def upgrade() -> None:
    """Bring the schema up to this version of the bot. Safe to repeat."""
    settings = load()
    if settings.on_sqlite:
        make(settings.data_dir)
    store.upgrade(settings.database)
    click.echo("The database is up to date.")


@db.command()
def check() -> None:
    """Say whether the schema is the one this version needs; exit code 1 when it is not."""
    store.check(load().database)
    click.echo("The database is up to date.")
