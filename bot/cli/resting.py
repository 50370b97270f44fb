"""A process that has nothing to do stays: whoever starts all of them would take its end for a failure."""

import signal
import sys
from types import FrameType

import click

from bot.cli.lifeline import follow
from bot.cli.process_table import Process
from bot.settings import Settings


def rest_if_idle(process: Process, settings: Settings) -> None:
    """Say why there is nothing to do with these settings, and stay until SIGTERM or SIGINT. Else return at once."""
    reason = process.why_at_rest(settings)
    if not reason:
        return
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, _leave)
    click.echo(f"{reason} This process waits until it is stopped.", err=True)
    follow(settings)
    while True:
        signal.pause()


def _leave(_signum: int, _frame: FrameType | None) -> None:
    sys.exit(0)
