"""`pagertree run`: everything that is needed, on one machine, stopped together."""

import json
import os
import secrets
import shlex
import signal
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

import click
from honcho.environ import parse_procfile
from honcho.manager import Manager

from bot import store, wiring
from bot.cli import lifeline
from bot.cli.embedded import lock
from bot.cli.folders import make
from bot.cli.invitation import invite, say
from bot.cli.processes import listen
from bot.engine.model import User
from bot.service.sample import is_blank
from bot.service.sample import load as load_sample
from bot.settings import Settings, load

_PROCFILE = Path(__file__).parents[2] / "Procfile"
_MANIFEST = _PROCFILE.with_name("manifests") / "slack-app.yaml"  # with it the local Slack has the shortcuts, too
_SANDBOX_PORT = "8065"
_PATIENCE = 60.0  # seconds until everything has to be up


@click.command()
@click.option("--empty", is_flag=True, help="Begin without the sample set-up. What is set up already stays.")
def run(*, empty: bool) -> None:
    """Run everything: web, workers, and what is not set: a Redis server, a local Slack with a sample set-up."""
    settings = load()
    make(settings.data_dir)
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
    if not settings.redis_url:
        yield "redis", "pagertree redis"
    if not settings.has_slack:
        yield "slack", f"{shlex.quote(sys.executable)} -m sandbox"
    for name, command in parse_procfile(_PROCFILE.read_text()).processes.items():
        if name != "mail" or settings.mail_port:
            yield name, command
    yield "welcome", "pagertree welcome --empty" if empty else "pagertree welcome"


def _environment(settings: Settings) -> dict[str, str]:
    """The children's environment: ours, with the secrets of a local Slack where no workspace is connected."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{settings.environment.get('PATH', os.defpath)}"
    held = {lifeline.VARIABLE: str(_lifeline(settings))}
    shared = dict(settings.environment) | {"PATH": path, "PYTHONUNBUFFERED": "1"} | held
    return shared if settings.has_slack else shared | _local_slack(settings)


def _lifeline(settings: Settings) -> Path:
    return settings.data_dir.absolute() / "running"


def _local_slack(settings: Settings) -> dict[str, str]:
    port = settings.environment.get("SANDBOX_PORT", _SANDBOX_PORT)
    token, secret = f"xoxb-{secrets.token_hex(16)}", secrets.token_hex(16)
    return {
        "SANDBOX_PORT": port,
        "SANDBOX_MANIFEST": settings.environment.get("SANDBOX_MANIFEST", str(_MANIFEST)),
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
    while not _answers(url):
        if monotonic() > deadline:
            raise click.ClickException(f"{url} did not answer within {_PATIENCE:.0f} s.")
        sleep(0.1)


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=2)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status < 400
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
