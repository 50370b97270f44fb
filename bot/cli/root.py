"""The root of the commands: how all of them log and how they fail."""

import logging
from typing import Any

import click

from bot.errors import Invalid, PagerError

DISTRIBUTION = "pagertree-bot"


class Sentences(click.Group):
    """Says errors that are raised on purpose in a sentence instead of a traceback.

    The exit code is 2 when something was set or written wrongly, as with click's own usage errors, else 1.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except PagerError as error:
            click.echo(f"pagertree: {error}", err=True)
            ctx.exit(2 if isinstance(error, Invalid) else 1)


@click.group(cls=Sentences)
@click.version_option(package_name=DISTRIBUTION, message="pagertree %(version)s")
def main() -> None:
    """A self-hosted, Slack-first on-call alert router."""


def log_to_stderr(level: str) -> None:
    """Set logging up for a process that runs on. Libraries speak from warnings on."""
    logging.basicConfig(level="WARNING", format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("bot").setLevel(level)
