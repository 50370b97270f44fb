"""The outgoing webhooks of Slack, and of Mattermost after it: somebody writes a word in a conversation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import re2

from bot.engine.model import Signal
from bot.payloads import reading, urgencies, values
from bot.payloads.signals import CREATE, cut, signal
from bot.payloads.signatures import require_same
from bot.ports import Option, Request

URGENCY = re.compile(r"\b(?:low|medium|high|critical|urgent|p[0-5]|sev[- ]?[0-5])\b", re.IGNORECASE)
_LINK = re2.compile(r"<((?:https?|mailto):[^<>|]+)(?:\|([^<>]*))?>")
_MENTION = re.compile(r"<[#!@]([^<>|]{1,80})(?:\|([^<>]{0,80}))?>")


@dataclass(frozen=True, slots=True)
class BodyToken:
    """A secret in the body's field `token`. Not checked while none is configured."""

    option: Option

    @property
    def described(self) -> str:
        """The check in words."""
        return f"`{self.option.name}` in the body's field `token`"

    def __call__(self, request: Request, options: Mapping[str, object], now: datetime) -> None:  # noqa: ARG002
        """Raise `Forbidden` unless the body holds the token."""
        expected = values.setting(self.option, options)
        if expected:
            require_same(values.text(reading.mapping(request), "token"), expected, "token")


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A message whose text is as it was written, as Mattermost sends it."""
    data = reading.mapping(request)
    return called(data, values.text(data, "text"), options)


def read_escaped(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A message whose text has the escapes of Slack."""
    data = reading.mapping(request)
    return called(data, plain(values.text(data, "text")), options)


def called(data: Mapping[str, object], text: str, options: Mapping[str, object]) -> tuple[Signal, ...]:
    """A message as an alert; the first urgency that its text names counts."""
    if not text:
        reading.refuse("it has no `text`, which outgoing webhooks send.")
    named = URGENCY.search(text)
    return (
        signal(
            CREATE,
            key(data),
            cut(text, 150),
            text,
            urgency=urgencies.urgency_of(named.group(), options) if named else None,
            data={"channel": values.text(data, "channel_name"), "user": values.text(data, "user_name")},
        ),
    )


def key(data: Mapping[str, object]) -> str:
    """What names one message. Mattermost's time is in seconds, so that two messages of a channel may share it."""
    channel, at = values.text(data, "channel_id"), values.text(data, "timestamp")
    return values.text(data, "post_id") or (f"{channel}.{at}" if channel and at else "")


def plain(text: str) -> str:
    """A text without the escapes of Slack: links and mentions as they are read, `&`, `<` and `>` themselves."""
    shown = _LINK.sub(lambda found: f"{found[2]} ({found[1]})" if found[2] else found[1], text)
    shown = _MENTION.sub(lambda found: f"@{found[2] or found[1]}", shown)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
