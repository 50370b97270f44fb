"""Processes of the bot, forked from one that has imported everything: started in no time, killed like any other."""

import multiprocessing
import os
from collections.abc import Mapping
from multiprocessing.process import BaseProcess

from bot.cli import main

_warm = multiprocessing.get_context("forkserver")
_warm.set_forkserver_preload([__name__, "bot.jobs", "bot.web"])


def start(command: str, environment: Mapping[str, str]) -> BaseProcess:
    """Start a `pagertree` command with this environment and no other."""
    process = _warm.Process(target=_run, args=(command.split(), dict(environment)), name=command)
    process.start()
    return process


def _run(words: list[str], environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    main(words)
