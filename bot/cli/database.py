"""`pagertree db`: the database's schema."""

from pathlib import Path

import click

from bot import store
from bot.settings import load


def make_folder(folder: Path) -> None:
    """Make a folder, unless it is there. What hinders that is said in words."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or error
        said = f"The folder {folder} cannot be made: {reason}. Set DATA_DIR to one that can be written to."
        raise click.ClickException(said) from None


@click.group()
def db() -> None:
    """The database's schema."""


@db.command()
def upgrade() -> None:
    """Bring the schema up to this version of the bot. Safe to repeat."""
    settings = load()
    if settings.on_sqlite:
        make_folder(settings.data_dir)
    store.upgrade(settings.database)
    click.echo("The database is up to date.")


@db.command()
def check() -> None:
    """Say whether the schema is the one this version needs; exit code 1 when it is not."""
    store.check(load().database)
    click.echo("The database is up to date.")
