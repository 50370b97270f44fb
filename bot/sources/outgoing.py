"""The outgoing webhooks of Slack, and of Mattermost after it: somebody writes a word in a conversation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.engine.model import Signal, Urgency
from bot.ports import Option, Request
from bot.sources import reading, values
from bot.sources.signals import CREATE, cut, signal
from bot.sources.signatures import require_same

URGENCY = re.compile(r"low|medium|high|critical", re.IGNORECASE)


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


def read(request: Request, options: Mapping[str, object]) -> tuple[Signal, ...]:  # noqa: ARG001
    """A message as an alert; the first urgency that its text names counts."""
    data = reading.mapping(request)
    text = values.text(data, "text")
    if not text:
        reading.refuse("it has no `text`, which outgoing webhooks send.")
    channel, at = values.text(data, "channel_id"), values.text(data, "timestamp")
    named = URGENCY.search(text)
    return (
        signal(
            CREATE,
            f"{channel}.{at}" if channel and at else "",
            cut(text, 150),
            text,
            urgency=Urgency(named.group().lower()) if named else None,
            data={"channel": values.text(data, "channel_name"), "user": values.text(data, "user_name")},
        ),
    )
