"""The `pagertree` command."""

import click


@click.group()
def main() -> None:
    """A self-hosted, Slack-first on-call alert router."""
