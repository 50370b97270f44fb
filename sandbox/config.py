"""What a sandbox is started with, and which part of it may be changed while it runs."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

EVENTS = ("app_home_opened", "message.im", "app_mention")
CHANGEABLE = (
    "bot_url",
    "rates",
    "answer_delay_ms",
    "answer_within",
    "trigger_life",
    "retry_after",
    "events",
    "escape",
    "commands",
    "shortcuts",
    "scopes",
    "opens_as",
    "opens_because",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Options of a sandbox. Times are in seconds; `rates` multiplies Slack's limits, 0 switches them off.

    `bot_url` is the one address where the bot takes commands, interactivity, options and events.
    `manifest` is the path of a Slack app manifest (YAML): its commands, shortcuts, events and scopes are then enforced.
    `ends_with` is a file that somebody holds a lock on (`fcntl.lockf`): once nobody does, the sandbox stops.
    """

    host: str = "127.0.0.1"
    port: int = 8065
    bot_token: str = "xoxb-sandbox"  # noqa: S105 - a made-up token of a made-up workspace
    app_token: str = "xapp-sandbox"  # noqa: S105
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105
    bot_url: str = "http://127.0.0.1:8000/slack/events"
    rates: float = 1.0
    answer_delay_ms: int = 0
    answer_within: float = 3.0
    trigger_life: float = 3.0
    retry_after: tuple[float, ...] = (0.0, 60.0, 300.0)
    events: tuple[str, ...] = EVENTS
    manifest: str = ""
    ends_with: str = ""
    allowed_hosts: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Settings:
    """The part of the configuration that may change while the sandbox runs (`POST /_control/settings`).

    The page opens as `opens_as` (a name or an id), in their messages with the bot, and says why: `opens_because` ends
    the sentence "You are Bob Nakamura, …". Without them it opens as the first of the people.
    """

    url: str
    bot_url: str
    rates: float
    answer_delay_ms: int
    answer_within: float
    trigger_life: float
    retry_after: tuple[float, ...]
    events: tuple[str, ...]
    app_name: str = "PagerTree"
    commands: tuple[str, ...] = ()
    escape: bool = True
    shortcuts: tuple[dict[str, str], ...] = ()
    scopes: tuple[str, ...] | None = None
    opens_as: str = ""
    opens_because: str = ""


def settings_of(config: Config, url: str) -> Settings:
    """The settings a sandbox starts with, reachable at `url`."""
    shared = {f.name: getattr(config, f.name) for f in fields(Config) if f.name in Settings.__slots__}
    return Settings(url=url, **shared)


def read_environment(environment: Mapping[str, str] = os.environ) -> Config:
    """A config from SANDBOX_* variables: `SANDBOX_PORT=8065` sets `port`. Raises ValueError that names the variable."""
    given: dict[str, Any] = {
        f.name: _convert(f"SANDBOX_{f.name.upper()}", environment[f"SANDBOX_{f.name.upper()}"], f.default)
        for f in fields(Config)
        if f"SANDBOX_{f.name.upper()}" in environment
    }
    return Config(**given)


def _convert(name: str, text: str, default: object) -> object:
    try:
        match default:
            case int():
                return int(text)
            case float():
                return float(text)
            case (float(), *_):
                return tuple(float(part) for part in text.split(",") if part)
            case tuple():
                return tuple(part.strip() for part in text.split(",") if part.strip())
            case _:
                return text
    except ValueError:
        raise ValueError(f"{name}={text!r} is not a number: write for example {name}={default}") from None
