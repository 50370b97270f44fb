"""`pagertree run`: everything that is needed, on one machine, stopped together."""

import json
import secrets
import shlex
import signal
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

import click
from honcho.manager import Manager

from bot import store, wiring
from bot.cli import lifeline
from bot.cli.answering import answers
from bot.cli.database import make_folder
from bot.cli.embedded import lock
from bot.cli.invitation import invite, say
from bot.cli.manifest import MANIFEST
from bot.cli.process_table import PROCESSES, REDIS
from bot.cli.processes import listen
from bot.cli.root import DISTRIBUTION
from bot.engine.model import User
from bot.service.sample import is_blank
from bot.service.sample import load as load_sample
from bot.settings import Settings, load

_LOCAL_SLACK = "pagertree-local-slack"
_SANDBOX_PORT = "8065"
_PATIENCE = 60.0  # seconds until everything has to be up


@click.command()
@click.option("--empty", is_flag=True, help="Begin without the sample set-up. What is set up already stays.")
def run(*, empty: bool) -> None:
    """Run everything: web, workers, and what is not set: a Redis server, a local Slack with a sample set-up."""
    settings = load()
    if not settings.has_slack and not _has_local_slack():
        raise click.ClickException(_ask_for_a_slack())
    make_folder(settings.data_dir)
    lock(settings.data_dir / "lock", f"The bot is running on {settings.data_dir.absolute()} already.")
    listen(settings).close()
    if settings.on_sqlite:
        store.upgrade(settings.database)
    else:
        store.check(settings.database)
    environment = _environment(settings)
    processes = Manager()
    for name, command in _commands(settings, empty=empty):
        processes.add_process(name, command, env=environment)
    with lifeline.hold(_lifeline(settings)):
        processes.loop()
    sys.exit(0 if processes.returncode == 128 + signal.SIGINT else processes.returncode)


def _commands(settings: Settings, *, empty: bool) -> Iterator[tuple[str, str]]:
    if not settings.has_slack:
        yield "slack", _module("sandbox")
    for process in sorted(PROCESSES, key=lambda each: each is not REDIS):
        if not process.why_at_rest(settings):
            yield process.name, _module("bot.cli", *process.words)
    yield "welcome", _module("bot.cli", "welcome", *(["--empty"] if empty else []))


def _module(*words: str) -> str:
    """A command line of this Python, which needs no script on the path and takes no module from the working folder."""
    return shlex.join((sys.executable, "-P", "-m", *words))


def _has_local_slack() -> bool:
    try:
        return find_spec("sandbox.server") is not None
    except ModuleNotFoundError:
        return False


def _ask_for_a_slack() -> str:
    source = Path(__file__).parents[2] / "sandbox"
    in_a_clone = (source / "pyproject.toml").exists()
    what = ("--editable", str(source)) if in_a_clone else (f"{_LOCAL_SLACK}=={version(DISTRIBUTION)}",)
    command = shlex.join((sys.executable, "-m", "pip", "install", *what))
    return (
        f"No workspace is connected (SLACK_BOT_TOKEN is not set), and the local Slack, {_LOCAL_SLACK}, "
        f"is not installed. Set SLACK_BOT_TOKEN, or install it:\n  {command}"
    )


def _environment(settings: Settings) -> dict[str, str]:
    """The children's environment: ours, with the secrets of a local Slack where no workspace is connected."""
    held = {lifeline.VARIABLE: str(_lifeline(settings))}
    shared = dict(settings.environment) | {"PYTHONUNBUFFERED": "1"} | held
    return shared if settings.has_slack else shared | _local_slack(settings)


def _lifeline(settings: Settings) -> Path:
    return settings.data_dir.absolute() / "running"


def _local_slack(settings: Settings) -> dict[str, str]:
    port = settings.environment.get("SANDBOX_PORT", _SANDBOX_PORT)
    token, secret = f"xoxb-{secrets.token_hex(16)}", secrets.token_hex(16)
    return {
        "SANDBOX_PORT": port,
        # with the manifest the local Slack has the shortcuts, too
        "SANDBOX_MANIFEST": settings.environment.get("SANDBOX_MANIFEST", str(MANIFEST)),
        "SANDBOX_BOT_TOKEN": token,
        "SANDBOX_SIGNING_SECRET": secret,
        "SANDBOX_ENDS_WITH": str(_lifeline(settings)),
        "SANDBOX_BOT_URL": f"{settings.address}/slack/events",
        "SLACK_BOT_TOKEN": token,
        "SLACK_SIGNING_SECRET": secret,
        "SLACK_APP_TOKEN": "",
        "SLACK_API_URL": f"http://127.0.0.1:{port}/api/",
    }


@click.command(hidden=True)
@click.option("--empty", is_flag=True)
def welcome(*, empty: bool) -> None:
    """Wait until everything is up, load the sample into an empty database, say where things are, and stay."""
    lifeline.follow(load())
    world = wiring.world()
    settings = world.settings
    local = "SANDBOX_BOT_TOKEN" in settings.environment
    _wait_for(f"{settings.address}/health/ready")
    click.echo(f"The bot is up at {settings.public}")
    if local:
        slack = settings.slack_api_url.removesuffix("/api/")
        _wait_for(f"{slack}/")
        if is_blank(world.ports) and not empty:
            load_sample(world.ports, wiring.look_around(settings))
        invitation = invite(world.ports)
        if invitation and invitation.first:
            _open_as(slack, invitation.first)
        click.echo(say(invitation, slack, settings.address))
    signal.pause()


def _open_as(slack: str, user: User) -> None:
    """Have the local Slack's page open as somebody, and say why. It opens as somebody else where that fails."""
    parts, body = urlsplit(slack), {"opens_as": user.slack_id, "opens_because": "who is paged first"}
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        connection.request("POST", "/_control/settings", json.dumps(body), headers={"content-type": "application/json"})
        connection.getresponse().read()
    except (OSError, HTTPException) as error:
        click.echo(f"The local Slack did not take whom it opens as: {error}", err=True)
    finally:
        connection.close()


def _wait_for(url: str) -> None:
    deadline = monotonic() + _PATIENCE
    while not answers(url):
        if monotonic() > deadline:
            raise click.ClickException(f"{url} did not answer within {_PATIENCE:.0f} s.")
        sleep(0.1)
