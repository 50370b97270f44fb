"""The data folder, made before anything is put into it."""

from pathlib import Path

import click


def make(folder: Path) -> None:
    """Make a folder, unless it is there. What hinders that is said in words."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or error
        said = f"The folder {folder} cannot be made: {reason}. Set DATA_DIR to one that can be written to."
        raise click.ClickException(said) from None
