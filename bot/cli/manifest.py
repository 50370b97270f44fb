"""`pagertree manifest`: what a Slack app for the bot is made from."""

from pathlib import Path

import click

from bot.settings import load

MANIFEST = Path(__file__).with_name("slack-app.yaml")
_EXAMPLE = "https://pager.example.com"


@click.command()
def manifest() -> None:
    """Print the manifest to make the Slack app from, with PUBLIC_URL as its address where that is set."""
    text = MANIFEST.read_text(encoding="utf-8")
    click.echo(text.replace(_EXAMPLE, load().public_url or _EXAMPLE), nl=False)
