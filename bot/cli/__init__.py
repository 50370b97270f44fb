"""The `pagertree` command."""

import os

from bot.cli.database import db
from bot.cli.health import health
from bot.cli.manifest import manifest
from bot.cli.processes import mail, redis, web, worker
from bot.cli.root import main
from bot.cli.routers import router
from bot.cli.running import run, welcome
from bot.cli.samples import sample

for command in (run, web, worker, redis, mail, health, manifest, db, router, sample, welcome):
    main.add_command(command)


def program() -> None:
    """Run the `pagertree` command as a process: whatever it writes, its owner alone may read."""
    os.umask(0o077)
    main(prog_name="pagertree")


__all__ = ["main", "program"]
