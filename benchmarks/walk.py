"""How far one payload goes: the files and rooms of `bot/` that it passes, from its POST to the repainted card.

A hop is a call from one room into another. A room is a folder of `bot/`; its single modules (errors, ids, shown_text)
are leaves that every room may use, and are counted apart. A switch is a change of room from one call to the next,
returns included. The plainest case: one team with one person, SQLite, Slack; the second payload, when all is warm.
"""

import asyncio
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

import httpx

import bot
from bot import channels
from bot.engine.model import SYSTEM, Integration
from bot.handlers.app import receive as receive_slack
from bot.handlers.app import serve
from bot.service import deliver, manage, receive, refresh
from bot.settings import Settings
from bot.store import open_store, upgrade
from bot.web.app import assemble
from sandbox.config import Config
from sandbox.server import Running, start
from tests.handlers.bot_server import serving
from tests.handlers.people import Workspace
from tests.harness import World, team_receiver

_BOT = f"{Path(bot.__file__).parent}/"
_MANIFEST = Path(__file__).parents[1] / "manifests" / "slack-app.yaml"
_TOKEN, _SECRET = "xoxb-sandbox", "sandbox-signing-secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: the file that was called, and the file of `bot/` that called it, if one did."""

    file: str
    caller: str


@dataclass(slots=True)
class Recorder:
    """Calls of functions in `bot/`, in all threads, while a leg is on."""

    legs: dict[str, list[Call]] = field(default_factory=dict)
    current: list[Call] | None = None

    def hear(self, frame: FrameType, event: str, _: Any) -> None:
        """What the interpreter tells of each call."""
        file = frame.f_code.co_filename
        if event == "call" and self.current is not None and file.startswith(_BOT):
            caller = frame.f_back.f_code.co_filename if frame.f_back else ""
            within = caller.removeprefix(_BOT) if caller.startswith(_BOT) else ""
            self.current.append(Call(file=file.removeprefix(_BOT), caller=within))

    @contextmanager
    def leg(self, name: str) -> Iterator[None]:
        """Record a part of the way."""
        self.current = self.legs.setdefault(name, [])
        try:
            yield
        finally:
            self.current = None


def run() -> None:
    """Print files, hops between rooms, calls of leaves and switches: of each leg, and of the whole way."""
    recorder = Recorder()
    sys.setprofile(recorder.hear)
    threading.setprofile(recorder.hear)
    try:
        with tempfile.TemporaryDirectory() as folder:
            _walk(recorder, f"sqlite:///{folder}/store.db")
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    for name, passed in recorder.legs.items():
        _print(name, passed)
    legs = list(recorder.legs.values())
    _print("to the page", [each for leg in legs[:3] for each in leg])
    _print("whole way", [each for leg in legs for each in leg])


def _print(name: str, passed: Sequence[Call]) -> None:
    files = len({each.file for each in passed})
    crossed = [each for each in passed if each.caller and _room(each.caller) != _room(each.file)]
    leaves = sum(not _room(each.file) for each in crossed)
    switches = sum(_room(one.file) != _room(other.file) for one, other in pairwise(passed))
    print(
        f"  {name:<12} {files:4} files {len(crossed) - leaves:4} hops between rooms {leaves:4} calls of leaves "
        f"{switches:4} switches {len(passed):5} calls"
    )


def _room(file: str) -> str:
    return file.partition("/")[0] if "/" in file else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where the payload goes: the team `ops`, with a card in #general and Bob on call."""

    world: World
    workspace: Workspace
    integration: Integration
    web: httpx.AsyncClient
    loop: asyncio.Runner


def _walk(recorder: Recorder, url: str) -> None:
    upgrade(url)
    with open_store(url, channel_kinds=channels.known()) as store, start(_config()) as server, asyncio.Runner() as loop:
        world = World(store)
        reached = {"SLACK_BOT_TOKEN": _TOKEN, "SLACK_API_URL": server.api_url, "SLACK_RATES": "0"}
        world.ports = replace(world.ports, channels=channels.discover(reached))
        reception = receive_slack(world.ports, _TOKEN, server.api_url, "https://pager.example")
        with serving(serve(reception, _TOKEN, _SECRET, server.api_url)) as server.bot_url:
            scene = _set_up(world, server, loop)
            _journey(Recorder(), scene, "first")
            world.clock.move_to(world.clock.now() + timedelta(minutes=2))
            _journey(recorder, scene, "second")
            scene.workspace.close()
        reception.close()


def _config() -> Config:
    return Config(port=0, rates=0, manifest=str(_MANIFEST), answer_within=60, trigger_life=60)


def _set_up(world: World, server: Running, loop: asyncio.Runner) -> Scene:
    workspace = Workspace(server)
    workspace.post("reset")
    places = workspace.get("conversations")["conversations"]
    general = next(each["id"] for each in places if each["name"] == "general")
    manage.change(world.ports, replace(world.person("bob", "slack"), slack_id="U0BOB000002"), SYSTEM, 1)
    team = world.team("ops", ("bob", 5), slack_channel=general)
    app = assemble(Settings(), world.ports, None, lambda: True)
    return Scene(
        world=world,
        workspace=workspace,
        integration=world.integration("webhook", team_receiver(team)),
        web=httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://bot"),
        loop=loop,
    )


def _journey(recorder: Recorder, scene: Scene, title: str) -> None:
    ports, workspace = scene.world.ports, scene.workspace
    body = {"event_type": "create", "id": title, "title": title}
    with recorder.leg("POST"):
        scene.loop.run(scene.web.post(f"/integrations/{scene.integration.key}", json=body)).raise_for_status()
    with recorder.leg("receive"):
        receive.drain(ports)
    with recorder.leg("deliver"):
        deliver.drain(ports)
    posted = workspace.get("messages", **{"channel": "#general", "as": "bob", "wait": 5})["messages"]
    before = workspace.get("changes")["seq"]
    bob = workspace.person("bob")
    with recorder.leg("click"):
        bob.clicks("alert.acknowledge", posted[-1]["ts"])
        bob.sees(after=before)
    with recorder.leg("refresh"):
        refresh.drain(ports)
