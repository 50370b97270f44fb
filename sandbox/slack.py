"""The whole local Slack: the workspace and everything about the one app that is installed in it."""

import asyncio
import secrets
from typing import Any

import yaml

from sandbox.calls import Calls
from sandbox.config import Config, settings_of
from sandbox.delivery import Delivery
from sandbox.misbehaviour import Faults
from sandbox.rates import Rates
from sandbox.sockets import Sockets
from sandbox.triggers import Triggers
from sandbox.views import Views
from sandbox.workspace import Workspace


class Slack:
    """One sandbox. Lives in one event loop; nothing in it is touched from another thread."""

    def __init__(self, config: Config, url: str) -> None:
        self.config = config
        self.run = secrets.token_hex(8)
        self.settings = settings_of(config, url)
        if config.manifest:
            read_manifest(config.manifest, self)
        self.workspace = Workspace(self.settings.app_name)
        self.sockets = Sockets(self.workspace.changes)
        self.deliveries: set[asyncio.Task[None]] = set()
        self.delivery = Delivery(self.settings, config.signing_secret, self.sockets)
        self._begin()

    def reset(self) -> None:
        """Puts everything back to the start, except the settings and the connected sockets."""
        self.workspace.fill()
        self.sockets.silent = False
        self._begin()

    def _begin(self) -> None:
        self.views = Views(self.workspace.changes)
        self.triggers = Triggers()
        self.calls = Calls()
        self.rates = Rates()
        self.faults = Faults()
        self.held_events: list[dict[str, Any]] | None = None
        self.event_copies = 1


def read_manifest(path: str, slack: Slack) -> None:
    """Takes commands, shortcuts, events and scopes from a Slack app manifest."""
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        manifest = yaml.safe_load(file)
    settings, features = slack.settings, manifest.get("features", {})
    commands = features.get("slash_commands", [])
    settings.app_name = manifest.get("display_information", {}).get("name", settings.app_name)
    settings.commands = tuple(command["command"] for command in commands)
    settings.escape = any(command.get("should_escape") for command in commands)
    settings.shortcuts = tuple(
        {name: str(shortcut.get(name, "")) for name in ("name", "type", "callback_id", "description")}
        for shortcut in features.get("shortcuts", [])
    )
    subscribed = manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events")
    if subscribed is not None:
        settings.events = tuple(subscribed)
    scopes = manifest.get("oauth_config", {}).get("scopes", {}).get("bot")
    settings.scopes = tuple(scopes) if scopes is not None else None
